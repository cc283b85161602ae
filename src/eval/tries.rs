//! `try`: in a real run an exception finds its handler; in a survey every handler is read.

use std::rc::Rc;

use crate::model::{Guard, GuardKind};
use crate::python::tree::{ExceptHandler, Expression, ExpressionKind, Statement, StatementKind};

use super::exceptions;
use super::flow::{Exception, Flow, Frame, Interrupt};
use super::guards::handler_text;
use super::interpreter::Interpreter;
use super::unknown;
use super::value::{Source, Value};
use super::ways::Way;

impl Interpreter<'_> {
    pub(crate) fn exec_try(
        &mut self,
        frame: &mut Frame<'_>,
        body: &[Statement],
        handlers: &[ExceptHandler],
        orelse: &[Statement],
        finally: &[Statement],
    ) -> Flow {
        let flow = if self.host.is_concrete() {
            self.try_really(frame, body, handlers, orelse)
        } else {
            self.try_all(frame, body, handlers, orelse)
        };
        if matches!(flow, Err(Interrupt::Stop)) || finally.is_empty() {
            return flow;
        }
        self.exec_block(frame, finally)?;
        flow
    }

    fn try_really(
        &mut self,
        frame: &mut Frame<'_>,
        body: &[Statement],
        handlers: &[ExceptHandler],
        orelse: &[Statement],
    ) -> Flow {
        let exception = match self.exec_block(frame, body) {
            Ok(()) => return self.exec_block(frame, orelse),
            Err(Interrupt::Raise(exception)) => exception,
            Err(Interrupt::Exit(_)) if handlers.iter().any(catches_exit) => Rc::new(Exception {
                class: Rc::from("builtins.SystemExit"),
                value: Value::None,
                message: None,
                place: handlers[0].place.clone(),
            }),
            Err(interrupt) => return Err(interrupt),
        };
        for handler in handlers {
            if self.handler_catches(frame, handler, &exception)? {
                return self.run_handler(frame, handler, exception);
            }
        }
        Err(Interrupt::Raise(exception))
    }

    fn handler_catches(
        &mut self,
        frame: &mut Frame<'_>,
        handler: &ExceptHandler,
        exception: &Exception,
    ) -> Result<bool, Interrupt> {
        let Some(wanted) = &handler.exception else {
            return Ok(true);
        };
        let wanted = self.eval(frame, wanted)?;
        let registry = self.registry;
        let ancestors = |class: &str| registry.exception_bases(class);
        Ok(exceptions::catches(
            &wanted,
            &exception.value,
            &exception.class,
            &ancestors,
        ))
    }

    fn run_handler(
        &mut self,
        frame: &mut Frame<'_>,
        handler: &ExceptHandler,
        exception: Rc<Exception>,
    ) -> Flow {
        if let Some(name) = &handler.name {
            self.set_name(frame, name, exception.value.clone());
        }
        let outer = frame.handling.replace(exception);
        let flow = self.exec_block(frame, &handler.body);
        frame.handling = outer;
        flow
    }

    /// The body, then each handler from any state that the body can have left.
    fn try_all(
        &mut self,
        frame: &mut Frame<'_>,
        body: &[Statement],
        handlers: &[ExceptHandler],
        orelse: &[Statement],
    ) -> Flow {
        let caught: Vec<Guard> = handlers
            .iter()
            .filter(|handler| swallows(handler))
            .map(body_guard)
            .collect();
        let mut finished = self.walk(frame, caught, &mut |interpreter, frame| {
            interpreter.exec_block(frame, body)
        });
        finished
            .guards
            .retain(|guard| guard.kind != GuardKind::ExceptionHandler);
        let outer_handling = frame.handling.take();
        let mut ways: Vec<Way> = Vec::new();
        for handler in handlers {
            let guard = Guard::new(
                GuardKind::InHandler,
                handler_text(handler),
                Some(handler.place.clone()),
            );
            ways.push(self.walk(frame, vec![guard], &mut |interpreter, frame| {
                interpreter.follow_perhaps(&finished, &Source::Other);
                let exception = interpreter.caught_exception(frame, handler)?;
                interpreter.run_handler(frame, handler, exception)
            }));
        }
        frame.handling = outer_handling;
        let body_way = self.finish_body(frame, finished, orelse, !handlers.is_empty());
        ways.insert(0, body_way);
        // Having got past a handler is no condition worth telling.
        let guards = self.guards.len();
        let flow = self.meet(frame, ways, &Source::Other);
        self.guards.truncate(guards);
        flow
    }

    /// The way of the body, with the `else` block after it.
    fn finish_body(
        &mut self,
        frame: &mut Frame<'_>,
        finished: Way,
        orelse: &[Statement],
        has_handlers: bool,
    ) -> Way {
        if !has_handlers || orelse.is_empty() || finished.flow.is_err() {
            return finished;
        }
        let mut finished = Some(finished);
        self.walk(frame, Vec::new(), &mut |interpreter, frame| {
            if let Some(way) = finished.take() {
                interpreter.follow(way)?;
            }
            interpreter.exec_block(frame, orelse)
        })
    }

    /// A stand-in for whatever the handler catches.
    fn caught_exception(
        &mut self,
        frame: &mut Frame<'_>,
        handler: &ExceptHandler,
    ) -> Result<Rc<Exception>, Interrupt> {
        let class = match &handler.exception {
            Some(expression) => self.eval(frame, expression)?,
            None => Value::None,
        };
        let path = exceptions::class_of(&class);
        let text = handler.name.as_deref().unwrap_or("exception");
        let value = unknown::unknown(
            text.into(),
            "the exception that was caught",
            Source::Other,
            handler.place.clone(),
        );
        Ok(Rc::new(Exception {
            class: path,
            value,
            message: None,
            place: handler.place.clone(),
        }))
    }
}

fn catches_exit(handler: &ExceptHandler) -> bool {
    match &handler.exception {
        None => true,
        Some(expression) => {
            expression.text.contains("SystemExit") || expression.text.contains("BaseException")
        }
    }
}

fn body_guard(handler: &ExceptHandler) -> Guard {
    let mut text = handler_text(handler);
    if mentions(&handler.body, "already exists") {
        text.push_str(" (\"already exists\")");
    }
    Guard::new(
        GuardKind::ExceptionHandler,
        text,
        Some(handler.place.clone()),
    )
}

/// Does the script go on after the handler, rather than end or raise again?
fn swallows(handler: &ExceptHandler) -> bool {
    !handler.body.iter().any(|statement| match &statement.kind {
        StatementKind::Raise { .. } => true,
        StatementKind::Expression(expression) => is_exit(expression),
        _ => false,
    })
}

fn is_exit(expression: &Expression) -> bool {
    let ExpressionKind::Call { function, .. } = &expression.kind else {
        return false;
    };
    matches!(
        function.text.as_ref(),
        "sys.exit" | "exit" | "quit" | "os._exit"
    )
}

/// Does the text of the statements hold these words? Only conditions and calls are looked at.
fn mentions(body: &[Statement], words: &str) -> bool {
    body.iter().any(|statement| match &statement.kind {
        StatementKind::If { test, body, orelse } => {
            test.text.contains(words) || mentions(body, words) || mentions(orelse, words)
        }
        StatementKind::Expression(expression) => expression.text.contains(words),
        _ => false,
    })
}
