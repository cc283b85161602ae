//! Loops: over known collections turn by turn, over unknown ones once.

use crate::model::{Guard, GuardKind};
use crate::python::tree::{Expression, ExpressionKind, Statement, StatementKind};

use super::departures::{self, Arrival};
use super::flow::{Flow, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::iteration::Items;
use super::splitters::{enumerated, measured};
use super::unknown::{source_of, unknown};
use super::value::{Source, Value};

/// Whether a loop is to go on after a turn.
enum Turn {
    On,
    Broken,
}

impl Interpreter<'_> {
    pub(crate) fn exec_for(
        &mut self,
        frame: &mut Frame<'_>,
        target: &Expression,
        iterable: &Expression,
        body: &[Statement],
        orelse: &[Statement],
    ) -> Flow {
        let value = self.eval(frame, iterable)?;
        self.exec_loop(frame, body, orelse, &mut |interpreter, frame| {
            interpreter.run_turns(frame, target, iterable, &value, body)
        })
    }

    /// Runs the turns of a loop, and its `else` unless all paths have left by `break`.
    fn exec_loop(
        &mut self,
        frame: &mut Frame<'_>,
        body: &[Statement],
        orelse: &[Statement],
        turns: &mut dyn FnMut(&mut Self, &mut Frame<'_>) -> Result<bool, Interrupt>,
    ) -> Flow {
        let outer = std::mem::replace(&mut frame.depths.around_loop, self.journal.depth());
        let known = frame.departures.len();
        let breaks = departures::breaks(body);
        if breaks {
            self.journal.begin();
        }
        let flow = match turns(self, frame) {
            Ok(true) => Ok(()),
            Ok(false) => self.exec_block(frame, orelse),
            Err(interrupt) => Err(interrupt),
        };
        if breaks {
            self.journal.keep();
        }
        frame.depths.around_loop = outer;
        let some_broke = self.arrive(frame, Arrival::Loop, known);
        match flow {
            Err(Interrupt::Return(value)) if some_broke => {
                frame.returned.push((value, Source::Other));
                Ok(())
            }
            Err(Interrupt::Raise(_) | Interrupt::Exit(_)) if some_broke => Ok(()),
            flow => flow,
        }
    }

    fn run_turns(
        &mut self,
        frame: &mut Frame<'_>,
        target: &Expression,
        iterable: &Expression,
        value: &Value,
        body: &[Statement],
    ) -> Result<bool, Interrupt> {
        if let Value::OneOf(alternatives) = value {
            return self.run_alternative_turns(frame, target, iterable, &alternatives.values, body);
        }
        if let Value::List(elements) = value {
            let items = elements.borrow().clone();
            if let Some(text) = enumerated(iterable).filter(|_| items.len() > self.limits.turns) {
                let text = self.eval(frame, text)?;
                if self.takes_apart(frame, &text, body) {
                    return Ok(false);
                }
            }
            return self.run_known_turns(frame, target, items, body);
        }
        if self.takes_apart(frame, value, body) {
            return Ok(false);
        }
        match self.items(value, iterable)? {
            Items::Known(items) => self.run_known_turns(frame, target, items, body),
            Items::Generator(generator) => {
                self.drive_generator(frame, &generator, target, body, iterable)
            }
            Items::Unknown(_) if self.host.is_skipped(value, &iterable.place) => Ok(false),
            Items::Unknown(item) => {
                self.run_unknown_turn(frame, target, iterable, &item, body)?;
                Ok(false)
            }
        }
    }

    fn run_alternative_turns(
        &mut self,
        frame: &mut Frame<'_>,
        target: &Expression,
        iterable: &Expression,
        values: &[Value],
        body: &[Statement],
    ) -> Result<bool, Interrupt> {
        let mut ways = Vec::new();
        for value in values.iter().filter(|value| !matches!(value, Value::None)) {
            ways.push(self.walk(frame, Vec::new(), &mut |interpreter, frame| {
                interpreter
                    .run_turns(frame, target, iterable, value, body)
                    .map(drop)
            }));
        }
        if ways.is_empty() {
            return Ok(false);
        }
        self.meet(frame, ways, &Source::Other)?;
        Ok(false)
    }

    fn run_known_turns(
        &mut self,
        frame: &mut Frame<'_>,
        target: &Expression,
        items: Vec<Value>,
        body: &[Statement],
    ) -> Result<bool, Interrupt> {
        let several = items.len() > 1;
        self.choices += u32::from(several);
        let mut result = Ok(false);
        for item in items.into_iter().take(self.limits.turns) {
            match self.run_turn(frame, target, item, body) {
                Ok(Turn::On) => {}
                Ok(Turn::Broken) => {
                    result = Ok(true);
                    break;
                }
                Err(interrupt) => {
                    result = Err(interrupt);
                    break;
                }
            }
        }
        self.choices -= u32::from(several);
        result
    }

    fn run_turn(
        &mut self,
        frame: &mut Frame<'_>,
        target: &Expression,
        item: Value,
        body: &[Statement],
    ) -> Result<Turn, Interrupt> {
        let Value::Maybe(maybe) = &item else {
            return self.run_body(frame, target, item, body);
        };
        if let Some(filter) = &maybe.excluded {
            self.outside_of_run(frame, filter, &mut |interpreter, frame| {
                interpreter
                    .run_body(frame, target, maybe.value.clone(), body)
                    .map(drop)
            });
            return Ok(Turn::On);
        }
        let way = self.walk(
            frame,
            maybe.guards.iter().cloned().collect(),
            &mut |interpreter, frame| match interpreter.run_body(
                frame,
                target,
                maybe.value.clone(),
                body,
            )? {
                Turn::On => Ok(()),
                Turn::Broken => Err(Interrupt::Break),
            },
        );
        let source = source_of(&maybe.value);
        let skipped = self.walk(frame, Vec::new(), &mut |_, _| Ok(()));
        let guards = self.guards.len();
        let flow = self.meet(frame, vec![way, skipped], &source);
        self.guards.truncate(guards);
        flow.map(|()| Turn::On)
    }

    fn run_body(
        &mut self,
        frame: &mut Frame<'_>,
        target: &Expression,
        item: Value,
        body: &[Statement],
    ) -> Result<Turn, Interrupt> {
        self.assign(frame, target, item)?;
        let flow = self.exec_turn(frame, body);
        match flow {
            Ok(()) | Err(Interrupt::Continue | Interrupt::Skip(_)) => Ok(Turn::On),
            Err(Interrupt::Break) => Ok(Turn::Broken),
            Err(interrupt) => Err(interrupt),
        }
    }

    fn exec_turn(&mut self, frame: &mut Frame<'_>, body: &[Statement]) -> Flow {
        let guards = self.guards.len();
        let known = frame.departures.len();
        let outer = std::mem::replace(&mut frame.depths.turn, self.journal.depth());
        let flow = self.exec_block(frame, body);
        frame.depths.turn = outer;
        self.guards.truncate(guards);
        self.arrive(frame, Arrival::Turn, known);
        flow
    }

    /// The body of a loop over what nobody knows: run once, perhaps.
    fn run_unknown_turn(
        &mut self,
        frame: &mut Frame<'_>,
        target: &Expression,
        iterable: &Expression,
        item: &Value,
        body: &[Statement],
    ) -> Flow {
        let source = source_of(item);
        let text = format!("for each {} in {}", target.text, iterable.text);
        let guard = Guard::new(GuardKind::ForEachRow, text, Some(iterable.place.clone()));
        let outer = self.open_turn.replace(self.journal.depth());
        let turn = self.walk(frame, vec![guard], &mut |interpreter, frame| {
            interpreter.forget_counts(frame, body)?;
            interpreter
                .run_body(frame, target, item.clone(), body)
                .map(drop)
        });
        self.open_turn = outer;
        let skipped = self.walk(frame, Vec::new(), &mut |_, _| Ok(()));
        let guards = self.guards.len();
        let flow = self.meet(frame, vec![turn, skipped], &source);
        self.guards.truncate(guards);
        flow
    }

    /// What a body counts up is as large as turns went before.
    fn forget_counts(&mut self, frame: &mut Frame<'_>, body: &[Statement]) -> Flow {
        for target in counted(body) {
            if let Ok(Value::Integer(_)) = self.eval(frame, target) {
                let (text, place) = (target.text.clone(), target.place.clone());
                let count = unknown(text, "counted in a loop", Source::Other, place);
                self.assign(frame, target, count)?;
            }
        }
        Ok(())
    }

    /// A `for` over a generator of the estate: its body runs at every `yield`.
    fn drive_generator(
        &mut self,
        frame: &mut Frame<'_>,
        generator: &Value,
        target: &Expression,
        body: &[Statement],
        iterable: &Expression,
    ) -> Result<bool, Interrupt> {
        let mut outcome: Flow = Ok(());
        let result =
            self.run_generator(
                generator,
                iterable,
                &mut |interpreter, value| match interpreter.run_turn(frame, target, value, body) {
                    Ok(Turn::On) => Ok(Value::None),
                    Ok(Turn::Broken) => {
                        outcome = Err(Interrupt::Break);
                        Err(Interrupt::Exit(Value::None))
                    }
                    Err(interrupt) => {
                        outcome = Err(interrupt);
                        Err(Interrupt::Exit(Value::None))
                    }
                },
            );
        match outcome {
            Err(Interrupt::Break) => Ok(true),
            Err(interrupt) => Err(interrupt),
            Ok(()) => result.map(|_| false),
        }
    }

    pub(crate) fn exec_while(
        &mut self,
        frame: &mut Frame<'_>,
        test: &Expression,
        body: &[Statement],
        orelse: &[Statement],
    ) -> Flow {
        self.exec_loop(frame, body, orelse, &mut |interpreter, frame| {
            interpreter.run_while(frame, test, body)
        })
    }

    fn run_while(
        &mut self,
        frame: &mut Frame<'_>,
        test: &Expression,
        body: &[Statement],
    ) -> Result<bool, Interrupt> {
        if let Some(text) = measured(test) {
            let text = self.eval(frame, text)?;
            if self.takes_apart(frame, &text, body) {
                return Ok(false);
            }
        }
        let endless = matches!(
            test.kind,
            ExpressionKind::True | ExpressionKind::Integer(Some(1))
        );
        for _ in 0..self.while_turns(endless) {
            let condition = self.condition(frame, test)?;
            match condition.known {
                Some(false) => return Ok(false),
                Some(true) => {
                    let before = self.settled_condition(frame, test)?;
                    match self.exec_turn(frame, body) {
                        Ok(()) | Err(Interrupt::Continue | Interrupt::Skip(_)) => {}
                        Err(Interrupt::Break) => return Ok(true),
                        Err(interrupt) => return Err(interrupt),
                    }
                    if before.is_some() && self.settled_condition(frame, test)? == before {
                        return Ok(true);
                    }
                }
                None => {
                    let guard = condition.guard(test, true);
                    let turn =
                        self.walk(
                            frame,
                            vec![guard],
                            &mut |interpreter, frame| match interpreter.exec_turn(frame, body) {
                                Err(
                                    Interrupt::Continue | Interrupt::Skip(_) | Interrupt::Break,
                                ) => Ok(()),
                                flow => flow,
                            },
                        );
                    let skipped = self.walk(frame, Vec::new(), &mut |_, _| Ok(()));
                    let guards = self.guards.len();
                    let flow = self.meet(frame, vec![turn, skipped], &condition.source);
                    self.guards.truncate(guards);
                    return flow.map(|()| false);
                }
            }
        }
        Ok(endless)
    }

    /// An endless loop's second turn does what its first does; only a real run needs it.
    fn while_turns(&self, endless: bool) -> usize {
        if endless && !self.host.is_concrete() {
            1
        } else {
            self.limits.turns
        }
    }
}

/// The names that a body adds to, those of loops inside of it too.
fn counted(body: &[Statement]) -> Vec<&Expression> {
    let mut found = Vec::new();
    for statement in body {
        match &statement.kind {
            StatementKind::AugmentedAssign { target, .. } => {
                found.extend(matches!(target.kind, ExpressionKind::Name(_)).then_some(target));
            }
            StatementKind::If { body, orelse, .. } | StatementKind::For { body, orelse, .. } => {
                found.extend(counted(body));
                found.extend(counted(orelse));
            }
            StatementKind::With { body, .. } => found.extend(counted(body)),
            StatementKind::Try { body, orelse, .. } => {
                found.extend(counted(body));
                found.extend(counted(orelse));
            }
            _ => {}
        }
    }
    found
}
