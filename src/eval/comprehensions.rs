//! Comprehensions and generator expressions. Elements that some runs leave out are marked.

use crate::model::{Guard, GuardKind};
use crate::python::tree::{Comprehension, ComprehensionKind, Expression};

use super::flow::{Evaluated, Flow, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::iteration::item_of;
use super::join::maybe;
use super::scope::{Scope, ScopeKind};
use super::value::Value;

/// What a comprehension has gathered.
struct Found<'c> {
    comprehension: &'c Comprehension,
    values: Vec<Value>,
    entries: Vec<(Value, Value)>,
    /// How many guards were in force before it.
    outer: usize,
    /// Elements around that are there in some runs only, for no reason that can be told.
    uncertain: u32,
}

impl Interpreter<'_> {
    pub(crate) fn eval_comprehension(
        &mut self,
        frame: &mut Frame<'_>,
        comprehension: &Comprehension,
    ) -> Evaluated {
        let scope = Scope::inside(&frame.scope, ScopeKind::Function);
        let mut inner = Frame::new(scope);
        inner.function = frame.function.clone();
        inner.receiver = frame.receiver.clone();
        let mut found = Found {
            comprehension,
            values: Vec::new(),
            entries: Vec::new(),
            outer: self.guards.len(),
            uncertain: 0,
        };
        let flow = self.run_clauses(&mut inner, 0, &mut found);
        self.guards.truncate(found.outer);
        flow?;
        Ok(match comprehension.kind {
            ComprehensionKind::List | ComprehensionKind::Generator => Value::list(found.values),
            ComprehensionKind::Set => Value::set(super::containers::distinct(found.values)),
            ComprehensionKind::Dict => Value::dict(found.entries),
        })
    }

    fn run_clauses(&mut self, frame: &mut Frame<'_>, index: usize, found: &mut Found<'_>) -> Flow {
        let comprehension = found.comprehension;
        let Some(clause) = comprehension.clauses.get(index) else {
            return self.take_element(frame, found);
        };
        let iterable = self.eval(frame, &clause.iterable)?;
        let outer = self.guards.len();
        let items = match &iterable {
            Value::List(elements) => elements.borrow().clone(),
            _ => match self.collect(&iterable, &clause.iterable)? {
                Some(items) => items,
                None if self.host.is_skipped(&iterable, &clause.iterable.place) => Vec::new(),
                None => vec![self.each_of(&iterable, &clause.target, &clause.iterable)?],
            },
        };
        let several = items.len() > 1;
        self.choices += u32::from(several);
        for item in items.into_iter().take(self.limits.turns) {
            if let Value::Maybe(maybe) = &item
                && let Some(filter) = maybe.excluded.clone()
            {
                self.assign(frame, &clause.target, maybe.value.clone())?;
                self.leave_out(frame, found, &filter);
                continue;
            }
            let (item, uncertain) = self.unwrap_item(item);
            found.uncertain += u32::from(uncertain);
            self.assign(frame, &clause.target, item)?;
            match self.passes(frame, &clause.conditions)? {
                None => self.run_clauses(frame, index + 1, found)?,
                Some(test) if self.is_about_statement(frame, test) => {
                    let filter = test.text.clone();
                    self.leave_out(frame, found, &filter);
                }
                Some(_) => {}
            }
            found.uncertain -= u32::from(uncertain);
            self.guards.truncate(outer);
        }
        self.choices -= u32::from(several);
        Ok(())
    }

    /// One element of an unknown iterable, under the guard that there is one.
    fn each_of(
        &mut self,
        iterable: &Value,
        target: &Expression,
        expression: &Expression,
    ) -> Evaluated {
        let item = match self.items(iterable, expression)? {
            super::iteration::Items::Unknown(item) => item,
            _ => item_of(iterable, expression),
        };
        let text = format!("for each {} in {}", target.text, expression.text);
        Ok(maybe(
            item,
            &[Guard::new(
                GuardKind::ForEachRow,
                text,
                Some(expression.place.clone()),
            )],
        ))
    }

    /// The element itself with its guards put in force; whether it is there only perhaps.
    fn unwrap_item(&mut self, item: Value) -> (Value, bool) {
        match item {
            Value::Maybe(item) => {
                self.guards.extend(item.guards.iter().cloned());
                (item.value.clone(), item.guards.is_empty())
            }
            item => (item, false),
        }
    }

    /// Keeps what the filter leaves out, marked so.
    fn leave_out(
        &mut self,
        frame: &mut Frame<'_>,
        found: &mut Found<'_>,
        filter: &std::sync::Arc<str>,
    ) {
        let comprehension = found.comprehension;
        if comprehension.kind == ComprehensionKind::List
            && let Ok(element) = self.eval(frame, &comprehension.element)
        {
            found.values.push(super::join::excluded(element, filter));
        }
    }

    /// The condition that does not let the element through, if one does not. An unknown one leaves
    /// its guard in force.
    fn passes<'t>(
        &mut self,
        frame: &mut Frame<'_>,
        conditions: &'t [Expression],
    ) -> Result<Option<&'t Expression>, Interrupt> {
        for test in conditions {
            let condition = self.condition(frame, test)?;
            match condition.known {
                Some(true) => {}
                Some(false) => return Ok(Some(test)),
                None => {
                    self.guards.push(condition.guard(test, true));
                    self.narrow(frame, test, true);
                }
            }
        }
        Ok(None)
    }

    fn take_element(&mut self, frame: &mut Frame<'_>, found: &mut Found<'_>) -> Flow {
        let comprehension = found.comprehension;
        let element = self.eval(frame, &comprehension.element)?;
        let guards = self.guards.get(found.outer..).unwrap_or_default();
        let certain = guards.is_empty() && found.uncertain == 0;
        let marked = |value: Value, guards: &[Guard]| {
            if certain { value } else { maybe(value, guards) }
        };
        match &comprehension.value {
            Some(value) => {
                let guards = guards.to_vec();
                let value = self.eval(frame, value)?;
                super::containers::put(&mut found.entries, element, marked(value, &guards));
            }
            None => {
                let element = marked(element, guards);
                found.values.push(element);
            }
        }
        Ok(())
    }
}
