//! `with`: connections, transactions and sessions tell the host when they are entered and left;
//! context managers of the estate run around the body.

use std::rc::Rc;

use crate::model::{Guard, GuardKind};
use crate::python::tree::{Statement, WithItem};

use super::external::{Arguments, External};
use super::flow::{Flow, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::object::Instance;
use super::value::{Source, Value};

impl Interpreter<'_> {
    pub(crate) fn exec_with(
        &mut self,
        frame: &mut Frame<'_>,
        items: &[WithItem],
        body: &[Statement],
    ) -> Flow {
        let Some((item, rest)) = items.split_first() else {
            return self.exec_block(frame, body);
        };
        let context = self.eval(frame, &item.context)?;
        self.with_context(frame, &context, item, rest, body)
    }

    fn with_context(
        &mut self,
        frame: &mut Frame<'_>,
        context: &Value,
        item: &WithItem,
        rest: &[WithItem],
        body: &[Statement],
    ) -> Flow {
        match context {
            Value::Generator(_) => self.with_generator(frame, context, item, rest, body),
            Value::Instance(instance) if self.has_method(instance, "__enter__") => {
                self.with_instance(frame, instance, "__enter__", "__exit__", item, rest, body)
            }
            Value::Instance(instance) if self.has_method(instance, "__aenter__") => {
                self.with_instance(frame, instance, "__aenter__", "__aexit__", item, rest, body)
            }
            Value::External(external) => self.with_external(frame, external, item, rest, body),
            Value::OneOf(alternatives) => {
                let mut ways = Vec::new();
                for context in alternatives
                    .values
                    .iter()
                    .filter(|value| !matches!(value, Value::None))
                {
                    ways.push(self.walk(frame, Vec::new(), &mut |interpreter, frame| {
                        interpreter.with_context(frame, context, item, rest, body)
                    }));
                }
                self.meet(frame, ways, &Source::Other)
            }
            other => {
                self.bind_target(frame, item, other.clone())?;
                self.exec_with(frame, rest, body)
            }
        }
    }

    fn bind_target(&mut self, frame: &mut Frame<'_>, item: &WithItem, value: Value) -> Flow {
        match &item.target {
            Some(target) => self.assign(frame, target, value),
            None => Ok(()),
        }
    }

    /// A function under `contextmanager`: the body runs where it yields.
    fn with_generator(
        &mut self,
        frame: &mut Frame<'_>,
        generator: &Value,
        item: &WithItem,
        rest: &[WithItem],
        body: &[Statement],
    ) -> Flow {
        let mut outcome: Flow = Ok(());
        let mut entered = false;
        let result = self.run_generator(generator, &item.context, &mut |interpreter, value| {
            if entered {
                return Ok(Value::None);
            }
            entered = true;
            interpreter.bind_target(frame, item, value)?;
            match interpreter.exec_with(frame, rest, body) {
                Ok(()) => Ok(Value::None),
                Err(interrupt @ (Interrupt::Raise(_) | Interrupt::Exit(_) | Interrupt::Stop)) => {
                    Err(interrupt)
                }
                // `return`, `break` and `continue` leave after the generator has been closed.
                Err(interrupt) => {
                    outcome = Err(interrupt);
                    Ok(Value::None)
                }
            }
        });
        result?;
        outcome
    }

    #[expect(clippy::too_many_arguments, reason = "the pieces of one `with` item")]
    fn with_instance(
        &mut self,
        frame: &mut Frame<'_>,
        instance: &Rc<Instance>,
        enter: &str,
        exit: &str,
        item: &WithItem,
        rest: &[WithItem],
        body: &[Statement],
    ) -> Flow {
        let receiver = Value::Instance(instance.clone());
        let place = &item.context.place;
        let text = &item.context.text;
        let value = self.call_method(&receiver, enter, Arguments::default(), place, text)?;
        self.bind_target(frame, item, value)?;
        let flow = self.exec_with(frame, rest, body);
        if matches!(flow, Err(Interrupt::Stop)) {
            return flow;
        }
        let nothing = Arguments::positional(vec![Value::None, Value::None, Value::None]);
        self.call_method(&receiver, exit, nothing, place, text)?;
        flow
    }

    fn with_external(
        &mut self,
        frame: &mut Frame<'_>,
        context: &Rc<External>,
        item: &WithItem,
        rest: &[WithItem],
        body: &[Statement],
    ) -> Flow {
        if matches!(context.path.as_ref(), "contextlib.suppress") {
            return self.with_suppressed(frame, context, item, rest, body);
        }
        let value = self.enter_external(context, &item.context)?;
        self.bind_target(frame, item, value)?;
        let flow = self.exec_with(frame, rest, body);
        if matches!(flow, Err(Interrupt::Stop)) {
            return flow;
        }
        self.leave_external(context, &item.context, flow.as_ref().err())?;
        flow
    }

    fn with_suppressed(
        &mut self,
        frame: &mut Frame<'_>,
        context: &Rc<External>,
        item: &WithItem,
        rest: &[WithItem],
        body: &[Statement],
    ) -> Flow {
        let text = format!("with {}", item.context.text);
        let guard = Guard::new(
            GuardKind::ExceptionHandler,
            text,
            Some(item.context.place.clone()),
        );
        let outer = self.guards.len();
        self.guards.push(guard);
        let flow = self.exec_with(frame, rest, body);
        self.guards.truncate(outer);
        match flow {
            Err(Interrupt::Raise(exception)) => {
                let registry = self.registry;
                let ancestors = |class: &str| registry.exception_bases(class);
                let wanted = context
                    .arguments
                    .as_ref()
                    .map_or(&[][..], |call| &call.positional);
                let caught = wanted.iter().any(|wanted| {
                    super::exceptions::catches(
                        wanted,
                        &exception.value,
                        &exception.class,
                        &ancestors,
                    )
                });
                if caught {
                    Ok(())
                } else {
                    Err(Interrupt::Raise(exception))
                }
            }
            flow => flow,
        }
    }
}
