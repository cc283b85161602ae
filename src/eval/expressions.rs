//! Expressions, one by one.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;
use crate::python::bindings::Bindings;
use crate::python::tree::{Argument, Expression, ExpressionKind};

use super::external::Arguments;
use super::flow::{Evaluated, Flow, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::iteration::Items;
use super::join::{maybe, one_of};
use super::unknown::source_of;
use super::value::{Source, Value};

impl Interpreter<'_> {
    pub(crate) fn eval(&mut self, frame: &mut Frame<'_>, expression: &Expression) -> Evaluated {
        self.step(&expression.place)?;
        self.deeper(
            |interpreter| interpreter.eval_kind(frame, expression),
            |interpreter| Ok(interpreter.unknown(expression, "nested too deeply", Source::Other)),
        )
    }

    fn eval_kind(&mut self, frame: &mut Frame<'_>, expression: &Expression) -> Evaluated {
        Ok(match &expression.kind {
            ExpressionKind::Name(name) => return self.eval_name(frame, name, expression),
            ExpressionKind::None => Value::None,
            ExpressionKind::True => Value::Bool(true),
            ExpressionKind::False => Value::Bool(false),
            ExpressionKind::Ellipsis => Value::Ellipsis,
            ExpressionKind::Integer(Some(integer)) => Value::Integer(*integer),
            ExpressionKind::Integer(None) => {
                self.unknown(expression, "a very large number", Source::Other)
            }
            ExpressionKind::Float(float) => Value::Float(*float),
            ExpressionKind::Bytes(bytes) => Value::Bytes(Rc::new(bytes.clone())),
            ExpressionKind::String(parts) => return self.eval_string(frame, parts),
            ExpressionKind::Tuple(elements) => Value::tuple(self.eval_elements(frame, elements)?),
            ExpressionKind::List(elements) => Value::list(self.eval_elements(frame, elements)?),
            ExpressionKind::Set(elements) => Value::set(self.eval_elements(frame, elements)?),
            ExpressionKind::Dict(entries) => return self.eval_dict(frame, entries),
            ExpressionKind::Attribute { value, name } => {
                if let Some(found) = self.super_attribute(frame, value, name)? {
                    return Ok(found);
                }
                let object = self.eval(frame, value)?;
                return self.get_attribute_as(&object, name, expression);
            }
            ExpressionKind::Subscript { value, index } => {
                let container = self.eval(frame, value)?;
                let index = self.eval_index(frame, index)?;
                return self.get_item(&container, &index, expression);
            }
            ExpressionKind::Slice { .. } => return self.eval_index(frame, expression),
            ExpressionKind::Call {
                function,
                arguments,
            } => {
                return self.eval_call(frame, expression, function, arguments);
            }
            ExpressionKind::Binary {
                left,
                operator,
                right,
            } => {
                let left = self.eval(frame, left)?;
                let right = self.eval(frame, right)?;
                return self.binary(*operator, &left, &right, expression);
            }
            ExpressionKind::And(parts) => return self.eval_logic(frame, parts, false),
            ExpressionKind::Or(parts) => return self.eval_logic(frame, parts, true),
            ExpressionKind::Not(inner) => {
                let value = self.eval(frame, inner)?;
                match self.truth(&value) {
                    Some(known) => Value::Bool(!known),
                    None => {
                        let (reason, source) = super::unknown::reason_and_source(&value);
                        self.unknown(expression, reason, source)
                    }
                }
            }
            ExpressionKind::Negative(inner) => match self.eval(frame, inner)? {
                Value::Integer(integer) => Value::Integer(integer.wrapping_neg()),
                Value::Float(float) => Value::Float(-float),
                other => self.unknown(expression, "not evaluated", source_of(&other)),
            },
            ExpressionKind::Positive(inner) => return self.eval(frame, inner),
            ExpressionKind::Invert(inner) => {
                let value = self.eval(frame, inner)?;
                self.operator_value("invert", vec![value], expression)
            }
            ExpressionKind::Compare { left, comparisons } => {
                return self.eval_compare(frame, left, comparisons, expression);
            }
            ExpressionKind::Conditional { test, body, orelse } => {
                return self.eval_conditional(frame, test, body, orelse);
            }
            ExpressionKind::Lambda(definition) => return self.lambda(frame, definition),
            ExpressionKind::Comprehension(comprehension) => {
                return self.eval_comprehension(frame, comprehension);
            }
            ExpressionKind::Await(inner) => return self.eval(frame, inner),
            ExpressionKind::Yield(value) => {
                let value = match value {
                    Some(value) => self.eval(frame, value)?,
                    None => Value::None,
                };
                return self.yield_value(frame, value);
            }
            ExpressionKind::YieldFrom(inner) => {
                let value = self.eval(frame, inner)?;
                self.yield_all(frame, &value, inner)?;
                Value::None
            }
            ExpressionKind::Starred(inner) => return self.eval(frame, inner),
            ExpressionKind::NamedAssign { target, value } => {
                let value = self.eval(frame, value)?;
                self.set_name(frame, target, value.clone());
                value
            }
            ExpressionKind::Broken => self.opaque(expression),
        })
    }

    fn eval_name(
        &mut self,
        frame: &mut Frame<'_>,
        name: &str,
        expression: &Expression,
    ) -> Evaluated {
        self.refuse_undefined(frame, name, expression)?;
        let value = self.lookup(frame, name, expression);
        Ok(match value {
            Value::Imported(imported) => self.resolve_import(&imported),
            value => value,
        })
    }

    /// Where a program really runs, a name that nothing binds ends it.
    fn refuse_undefined(
        &mut self,
        frame: &Frame<'_>,
        name: &str,
        expression: &Expression,
    ) -> Result<(), Interrupt> {
        let known = !self.host.is_concrete()
            || frame.scope.lookup(name).is_some()
            || super::builtin_names::is_builtin(name);
        if known
            || !self
                .bindings_of(&expression.place.file)
                .is_some_and(|all| all.lack(name))
        {
            return Ok(());
        }
        Err(Interrupt::Raise(Rc::new(super::flow::Exception {
            class: Rc::from("builtins.NameError"),
            value: Value::None,
            message: Some(format!("name '{name}' is not defined")),
            place: expression.place.clone(),
        })))
    }

    fn bindings_of(&mut self, file: &Arc<str>) -> Option<Rc<Bindings>> {
        if let Some(known) = self.bindings.get(file) {
            return Some(known.clone());
        }
        let bindings = Rc::new(Bindings::of(&*self.estate.module(file)?));
        self.bindings.insert(file.clone(), bindings.clone());
        Some(bindings)
    }

    /// The name's value; an import that nothing has used yet is left so.
    fn lookup(&mut self, frame: &Frame<'_>, name: &str, expression: &Expression) -> Value {
        if let Some(value) = frame.scope.lookup(name) {
            return value;
        }
        if let Some(known) = self.builtins.get(name) {
            return known.clone();
        }
        if super::builtin_names::is_builtin(name) {
            let path = ["builtins.", name].concat();
            let value = self.external_name(&path, &expression.place);
            self.builtins.insert(Rc::from(name), value.clone());
            return value;
        }
        self.unknown(
            expression,
            format!("`{name}` is not defined where it is used"),
            Source::Other,
        )
    }

    /// An argument of a call: an imported name is handed on without running its module.
    pub(crate) fn eval_argument(
        &mut self,
        frame: &mut Frame<'_>,
        expression: &Expression,
    ) -> Evaluated {
        match &expression.kind {
            ExpressionKind::Name(name) => {
                self.step(&expression.place)?;
                self.refuse_undefined(frame, name, expression)?;
                Ok(self.lookup(frame, name, expression))
            }
            _ => self.eval(frame, expression),
        }
    }

    fn eval_elements(
        &mut self,
        frame: &mut Frame<'_>,
        elements: &[Expression],
    ) -> Result<Vec<Value>, Interrupt> {
        let mut values = Vec::with_capacity(elements.len());
        for element in elements {
            let value = self.eval(frame, element)?;
            match &element.kind {
                ExpressionKind::Starred(inner) => match self.collect(&value, inner)? {
                    Some(items) => values.extend(items),
                    None => values.push(maybe(super::iteration::item_of(&value, inner), &[])),
                },
                _ => values.push(value),
            }
        }
        Ok(values)
    }

    fn eval_dict(
        &mut self,
        frame: &mut Frame<'_>,
        entries: &[(Option<Expression>, Expression)],
    ) -> Evaluated {
        let mut found: Vec<(Value, Value)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let value_place = value;
            let value = self.eval(frame, value)?;
            match key {
                Some(key) => {
                    let key = self.eval(frame, key)?;
                    super::containers::put(&mut found, key, value);
                }
                None => {
                    if let Value::Dict(more) = &value {
                        for (key, value) in more.borrow().iter() {
                            super::containers::put(&mut found, key.clone(), value.clone());
                        }
                    } else {
                        let key = super::iteration::item_of(&value, value_place);
                        found.push((key.clone(), maybe(key, &[])));
                    }
                }
            }
        }
        Ok(Value::dict(found))
    }

    fn eval_logic(
        &mut self,
        frame: &mut Frame<'_>,
        parts: &[Expression],
        stops_at: bool,
    ) -> Evaluated {
        let mut possible = Vec::new();
        let mut source = Source::Other;
        for (index, part) in parts.iter().enumerate() {
            let value = self.eval(frame, part)?;
            let last = index + 1 == parts.len();
            source = super::unknown::heavier(source, source_of(&value));
            match self.truth_in_run(&value, &part.place) {
                Some(known) if known == stops_at || last => {
                    possible.push(value);
                    break;
                }
                Some(_) => {}
                None if last => possible.push(value),
                None => {
                    let kept = self.those_with_truth(&value, stops_at);
                    possible.extend(kept);
                }
            }
        }
        Ok(one_of(possible, source, self.limits.alternatives))
    }

    /// A run has one environment: who runs it says what is set there.
    fn truth_in_run(&mut self, value: &Value, place: &Place) -> Option<bool> {
        let known = self.truth(value);
        let may_decide = known.is_none() && self.host.is_concrete();
        match may_decide && matches!(source_of(value), Source::Environment(_)) {
            true => self.host.decide(value, place),
            false => known,
        }
    }

    /// The alternatives that can have the truth value.
    fn those_with_truth(&mut self, value: &Value, truth: bool) -> Vec<Value> {
        value
            .alternatives()
            .iter()
            .filter(|value| self.truth(value).is_none_or(|known| known == truth))
            .cloned()
            .collect()
    }

    pub(crate) fn eval_arguments(
        &mut self,
        frame: &mut Frame<'_>,
        arguments: &[Argument],
    ) -> Result<Arguments, Interrupt> {
        let mut found = Arguments::default();
        for argument in arguments {
            match argument {
                Argument::Positional(expression) => {
                    found
                        .positional
                        .push(self.eval_argument(frame, expression)?);
                }
                Argument::Keyword(name, expression) => {
                    let value = self.eval_argument(frame, expression)?;
                    found.keywords.push((Rc::from(name.as_str()), value));
                }
                Argument::Star(expression) => {
                    let value = self.eval(frame, expression)?;
                    match self.collect(&value, expression)? {
                        Some(items) => found.positional.extend(items.into_iter().map(bare)),
                        None => found.open = true,
                    }
                }
                Argument::DoubleStar(expression) => {
                    let value = self.eval(frame, expression)?;
                    spread_keywords(&value, &mut found);
                }
            }
        }
        Ok(found)
    }

    fn yield_value(&mut self, frame: &mut Frame<'_>, value: Value) -> Evaluated {
        match frame.taker.take() {
            Some(taker) => {
                let result = taker(self, value);
                frame.taker = Some(taker);
                result
            }
            None => Ok(Value::None),
        }
    }

    fn yield_all(&mut self, frame: &mut Frame<'_>, value: &Value, place: &Expression) -> Flow {
        match self.items(value, place)? {
            Items::Known(items) => {
                for item in items {
                    self.yield_value(frame, bare(item))?;
                }
                Ok(())
            }
            Items::Generator(generator) => {
                let mut taken = frame.taker.take();
                let result =
                    self.run_generator(&generator, place, &mut |interpreter, value| match taken
                        .as_mut()
                    {
                        Some(taker) => taker(interpreter, value),
                        None => Ok(Value::None),
                    });
                frame.taker = taken;
                result.map(drop)
            }
            Items::Unknown(item) => self.yield_value(frame, item).map(drop),
        }
    }
}

/// A value as it is when it is there.
pub(crate) fn bare(value: Value) -> Value {
    match value {
        Value::Maybe(maybe) => maybe.value.clone(),
        value => value,
    }
}

/// `**value`.
fn spread_keywords(value: &Value, found: &mut Arguments) {
    let Value::Dict(entries) = value else {
        found.open = true;
        return;
    };
    for (key, value) in entries.borrow().iter() {
        match key.known_text() {
            Some(name) => found.keywords.push((Rc::from(name), bare(value.clone()))),
            None => found.open = true,
        }
    }
}
