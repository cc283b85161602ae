//! Statements that a script's own filter leaves out: told, although they are never sent.
//!
//! A script that splits a file at semicolons and skips what starts with `--` loses the statements
//! that have a comment before them.

use std::sync::Arc;

use crate::python::tree::{Expression, ExpressionKind, Statement, StatementKind};
use crate::python::walk::{Visitor, called_name, walk, walk_block};
use crate::registry::Registry;
use crate::sql::looks_like_sql;

use super::flow::{Flow, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::value::Value;

impl Interpreter<'_> {
    /// Runs the block of a known condition; where the condition is a filter on a statement, what it
    /// shuts out is looked at too.
    pub(crate) fn exec_taken(
        &mut self,
        frame: &mut Frame<'_>,
        test: &Expression,
        taken: &[Statement],
        other: &[Statement],
    ) -> Flow {
        let is_filter = !self.host.is_concrete() && self.is_about_statement(frame, test);
        let flow = self.exec_block(frame, taken);
        if !is_filter {
            return flow;
        }
        match flow {
            Err(Interrupt::Continue) => Err(Interrupt::Skip(test.text.clone())),
            Ok(()) if uses(other, self.registry) && !uses(taken, self.registry) => {
                self.explore_excluded(frame, other, &test.text);
                Ok(())
            }
            flow => flow,
        }
    }

    /// Does the test ask about text that is a statement?
    pub(crate) fn is_about_statement(&self, frame: &Frame<'_>, test: &Expression) -> bool {
        let mut names = Names(Vec::new());
        walk(test, &mut names);
        names.0.iter().any(|name| match frame.scope.lookup(name) {
            Some(Value::Text(template)) => looks_like_sql(&template.display()),
            _ => false,
        })
    }

    /// Runs statements that no run comes to, for the calls in them.
    pub(crate) fn explore_excluded(
        &mut self,
        frame: &mut Frame<'_>,
        body: &[Statement],
        filter: &Arc<str>,
    ) {
        if !uses(body, self.registry) {
            return;
        }
        let outer = std::mem::take(&mut self.left_out);
        self.outside_of_run(frame, filter, &mut |interpreter, frame| {
            interpreter.exec_block(frame, body)
        });
        let left_out = std::mem::replace(&mut self.left_out, outer);
        for (list, value) in left_out {
            let value = super::join::excluded(value, filter);
            self.change_elements(&list, |elements| elements.push(value));
        }
    }

    /// Runs something whose calls are marked as filtered out, and forgets what it changes.
    pub(crate) fn outside_of_run(
        &mut self,
        frame: &mut Frame<'_>,
        filter: &Arc<str>,
        run: &mut dyn FnMut(&mut Self, &mut Frame<'_>) -> Flow,
    ) {
        let outer = self.excluded.replace(filter.clone());
        let returned = frame.returned.len();
        let departed = frame.departures.len();
        self.walk(frame, Vec::new(), run);
        frame.returned.truncate(returned);
        frame.departures.truncate(departed);
        self.excluded = outer;
    }
}

struct Names<'t>(Vec<&'t str>);

impl<'t> Visitor<'t> for Names<'t> {
    fn expression(&mut self, expression: &'t Expression) {
        if let ExpressionKind::Name(name) = &expression.kind {
            self.0.push(name);
        }
    }
}

/// Sends something, or gathers what is sent later.
struct Uses<'r> {
    registry: &'r Registry,
    found: bool,
}

impl<'t> Visitor<'t> for Uses<'_> {
    fn expression(&mut self, expression: &'t Expression) {
        self.found |= called_name(expression)
            .is_some_and(|name| name == "append" || self.registry.is_sink_name(name));
    }

    fn enter(&mut self, statement: &'t Statement) -> bool {
        !self.found && !matches!(statement.kind, StatementKind::Pass)
    }
}

/// Does a block hold a call that may send something, or keep it for later?
fn uses(body: &[Statement], registry: &Registry) -> bool {
    let mut visitor = Uses {
        registry,
        found: false,
    };
    walk_block(body, &mut visitor);
    visitor.found
}
