//! `if`, `match` and conditional expressions: known ones take their way, unknown ones both ways.

use crate::model::Guard;
use crate::python::tree::{Expression, ExpressionKind, MatchCase, Pattern, Statement};

use super::flow::{Evaluated, Flow, Frame, Interrupt};
use super::guards;
use super::interpreter::Interpreter;
use super::join::one_of;
use super::unknown::source_of;
use super::value::{Source, Value};

/// A condition as evaluated: which way it goes, or else what it depends on.
pub(crate) struct Condition {
    pub(crate) known: Option<bool>,
    pub(crate) source: Source,
}

impl Condition {
    /// The guard of one of the two ways of the test.
    pub(crate) fn guard(&self, test: &Expression, way: bool) -> Guard {
        let text = guards::condition_text(test, way);
        Guard::new(
            guards::kind_of(&self.source),
            text,
            Some(test.place.clone()),
        )
    }
}

impl Interpreter<'_> {
    /// Evaluates a test.
    pub(crate) fn condition(
        &mut self,
        frame: &mut Frame<'_>,
        test: &Expression,
    ) -> Result<Condition, Interrupt> {
        let value = self.eval(frame, test)?;
        Ok(self.condition_of(&value, test))
    }

    pub(crate) fn condition_of(&mut self, value: &Value, test: &Expression) -> Condition {
        let mut known = self.truth(value);
        if known.is_none() {
            known = self.host.decide(value, &test.place);
        }
        if known.is_some() {
            if self.forced.contains(&test.place) {
                known = None;
            } else if !self.host.is_concrete() && !self.decided.contains(&test.place) {
                self.decided.insert(test.place.clone());
            }
        }
        // Nobody asks where a condition that is known comes from.
        let source = match known {
            Some(_) => Source::Other,
            None => source_of(value),
        };
        Condition { known, source }
    }

    pub(crate) fn exec_if(
        &mut self,
        frame: &mut Frame<'_>,
        test: &Expression,
        body: &[Statement],
        orelse: &[Statement],
    ) -> Flow {
        let condition = self.condition(frame, test)?;
        match condition.known {
            Some(true) => return self.exec_taken(frame, test, body, orelse),
            Some(false) => return self.exec_taken(frame, test, orelse, body),
            None => {}
        }
        let source = &condition.source;
        let taken = guards::told(condition.guard(test, true), source, test, true);
        let passed = guards::told(condition.guard(test, false), source, test, false);
        let yes = self.walk(frame, taken, &mut |interpreter, frame| {
            interpreter.narrow(frame, test, true);
            interpreter.exec_block(frame, body)
        });
        let no = self.walk(frame, passed, &mut |interpreter, frame| {
            interpreter.narrow(frame, test, false);
            interpreter.exec_block(frame, orelse)
        });
        self.meet(frame, vec![yes, no], &condition.source)
    }

    pub(crate) fn eval_conditional(
        &mut self,
        frame: &mut Frame<'_>,
        test: &Expression,
        body: &Expression,
        orelse: &Expression,
    ) -> Evaluated {
        let condition = self.condition(frame, test)?;
        match condition.known {
            Some(true) => return self.eval(frame, body),
            Some(false) => return self.eval(frame, orelse),
            None => {}
        }
        let mut values = Vec::new();
        let mut ways = Vec::new();
        for (truth, expression) in [(true, body), (false, orelse)] {
            let guard = condition.guard(test, truth);
            ways.push(self.walk(frame, vec![guard], &mut |interpreter, frame| {
                interpreter.narrow(frame, test, truth);
                values.push(interpreter.eval(frame, expression)?);
                Ok(())
            }));
        }
        self.meet(frame, ways, &condition.source)?;
        Ok(one_of(values, condition.source, self.limits.alternatives))
    }

    /// Leaves of a name's alternatives those that the test lets through.
    pub(crate) fn narrow(&mut self, frame: &mut Frame<'_>, test: &Expression, truth: bool) {
        match &test.kind {
            ExpressionKind::Not(inner) => self.narrow(frame, inner, !truth),
            ExpressionKind::And(parts) if truth => {
                parts.iter().for_each(|part| self.narrow(frame, part, true));
            }
            ExpressionKind::Or(parts) if !truth => {
                parts
                    .iter()
                    .for_each(|part| self.narrow(frame, part, false));
            }
            ExpressionKind::Name(name) => {
                self.narrow_name(frame, name, &mut |interpreter, value| {
                    interpreter.truth(value).is_none_or(|known| known == truth)
                });
            }
            ExpressionKind::Compare { left, comparisons } => {
                if let ([(operator, right)], ExpressionKind::Name(name)) =
                    (comparisons.as_slice(), &left.kind)
                    && super::operators::is_plain(right)
                    && let Ok(right) = self.eval(frame, right)
                {
                    self.narrow_name(frame, name, &mut |interpreter, value| {
                        interpreter
                            .compare_known(*operator, value, &right)
                            .is_none_or(|known| known == truth)
                    });
                }
            }
            _ => {}
        }
    }

    fn narrow_name(
        &mut self,
        frame: &mut Frame<'_>,
        name: &str,
        keeps: &mut dyn FnMut(&mut Self, &Value) -> bool,
    ) {
        let Some(Value::OneOf(alternatives)) = frame.scope.lookup(name) else {
            return;
        };
        let kept: Vec<Value> = alternatives
            .values
            .iter()
            .filter(|value| keeps(self, value))
            .cloned()
            .collect();
        if kept.is_empty() || kept.len() == alternatives.values.len() {
            return;
        }
        let narrowed = one_of(kept, alternatives.source.clone(), self.limits.alternatives);
        let scope = frame.scope.binding_scope(name);
        if scope.get(name).is_some() {
            self.set_name(frame, name, narrowed);
        }
    }

    pub(crate) fn exec_match(
        &mut self,
        frame: &mut Frame<'_>,
        subject: &Expression,
        cases: &[MatchCase],
    ) -> Flow {
        let value = self.eval(frame, subject)?;
        let source = source_of(&value);
        let mut ways = Vec::new();
        let mut exhausted = false;
        for case in cases {
            let fits = self.fits(frame, &value, &case.pattern)?;
            if fits == Some(false) {
                continue;
            }
            let guard = guards::case_guard(subject, case, &source);
            let way = self.walk(frame, vec![guard], &mut |interpreter, frame| {
                interpreter.bind_pattern(frame, &value, &case.pattern);
                interpreter.exec_block(frame, &case.body)
            });
            ways.push(way);
            if fits == Some(true) && case.guard.is_none() {
                exhausted = true;
                break;
            }
        }
        if exhausted && ways.len() == 1 {
            return match ways.pop() {
                Some(way) => self.follow(way),
                None => Ok(()),
            };
        }
        if !exhausted {
            ways.push(self.walk(frame, Vec::new(), &mut |_, _| Ok(())));
        }
        self.meet(frame, ways, &source)
    }

    fn fits(
        &mut self,
        frame: &mut Frame<'_>,
        value: &Value,
        pattern: &Pattern,
    ) -> Result<Option<bool>, Interrupt> {
        Ok(match pattern {
            Pattern::Value(expression) => {
                let wanted = self.eval(frame, expression)?;
                self.equal(value, &wanted)
            }
            Pattern::Capture(_) => Some(true),
            Pattern::Named(inner, _) => self.fits(frame, value, inner)?,
            Pattern::Or(patterns) => {
                let mut answer = Some(false);
                for pattern in patterns {
                    match self.fits(frame, value, pattern)? {
                        Some(true) => return Ok(Some(true)),
                        None => answer = None,
                        Some(false) => {}
                    }
                }
                answer
            }
            Pattern::Sequence(_) | Pattern::Other(_) => None,
        })
    }

    fn bind_pattern(&mut self, frame: &mut Frame<'_>, value: &Value, pattern: &Pattern) {
        match pattern {
            Pattern::Capture(Some(name)) => self.set_name(frame, name, value.clone()),
            Pattern::Named(inner, name) => {
                self.bind_pattern(frame, value, inner);
                self.set_name(frame, name, value.clone());
            }
            Pattern::Sequence(patterns) => {
                let elements = match value {
                    Value::Tuple(elements) => elements.to_vec(),
                    Value::List(elements) => elements.borrow().clone(),
                    _ => Vec::new(),
                };
                for (index, pattern) in patterns.iter().enumerate() {
                    let element = elements
                        .get(index)
                        .cloned()
                        .unwrap_or_else(|| value.clone());
                    self.bind_pattern(frame, &element, pattern);
                }
            }
            Pattern::Other(names) => {
                for name in names {
                    self.set_name(frame, name, value.clone());
                }
            }
            Pattern::Capture(None) | Pattern::Value(_) | Pattern::Or(_) => {}
        }
    }
}
