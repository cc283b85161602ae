//! SQL on the run's connection: `bind.execute(...)`, sessions, cursors; and its transactions.

use std::rc::Rc;

use crate::effects::sqlalchemy::{Row, reading};
use crate::eval::{Answer, Arguments, Rows, SinkCall, Value};
use crate::model::Template;
use crate::replay::driver_text::with_parameters;
use crate::replay::session::{Run, RunOutcome};

use super::batch::raise;
use super::connection_value::cell;
use super::errors::{Wrapping, library_error, plain};
use super::host::{RunHost, Task, origin};

impl RunHost<'_> {
    pub(super) fn sql(&mut self, call: &SinkCall) -> Answer {
        let Some(payload) = call.payload().cloned() else {
            return Answer::Unknown;
        };
        let takes_text = self.state.borrow().libraries.is_sqlalchemy_1();
        if call.sink.rejects_plain_text && !takes_text && matches!(payload, Value::Text(_)) {
            let text = reading::describe(&payload);
            let message = format!("Not an executable object: '{text}'");
            return Answer::Raise(plain("sqlalchemy.exc.ObjectNotExecutableError", message));
        }
        let wrapping =
            match call.path.starts_with("sqlalchemy.") || call.path.starts_with("alembic.") {
                true => Wrapping::SqlAlchemy,
                false => Wrapping::Driver,
            };
        let driver = wrapping == Wrapping::Driver || call.path.ends_with("exec_driver_sql");
        let compiled = match &payload {
            Value::Text(text) if driver => {
                let given = call.arguments.positional.get(1..).unwrap_or_default();
                let named = call
                    .arguments
                    .keyword("parameters")
                    .map(std::slice::from_ref);
                Ok(with_parameters(text, named.unwrap_or(given)))
            }
            _ => self.with_operations(&call.place, |operations| {
                operations.compiled(&payload, &parameters(&call.arguments))
            }),
        };
        match compiled {
            Ok(text) => self.send_query(&text, call, wrapping),
            Err(raised) => Answer::Raise(library_error(&raised)),
        }
    }

    fn send_query(&mut self, text: &Template, call: &SinkCall, wrapping: Wrapping) -> Answer {
        let Some(text) = self.sendable(text, call) else {
            return Answer::Unknown;
        };
        let sent = self.state.borrow_mut().send(&text, &origin(call));
        match sent {
            Err(error) => raise(&error, &text, wrapping),
            Ok(runs) => self.answer(runs.last(), call),
        }
    }

    /// The rows of the last statement.
    fn answer(&mut self, run: Option<&Run>, call: &SinkCall) -> Answer {
        match run.map(|run| &run.outcome) {
            Some(RunOutcome::Rows(rows)) => {
                let table = &rows.0;
                let cells =
                    |row: &Vec<_>| row.iter().map(|datum| cell(datum, &call.place)).collect();
                let rows: Vec<Vec<Value>> = table.rows.iter().map(cells).collect();
                let row_count = rows.len() as i64;
                let rows = Rows {
                    columns: table.columns.iter().map(|name| Rc::from(&**name)).collect(),
                    rows,
                    row_count,
                };
                self.handed_out(rows, call)
            }
            Some(RunOutcome::UnknownRows(reason)) => {
                let what = format!("the rows are not known: {reason}");
                self.note(&call.place, what);
                Answer::Unknown
            }
            // What changes rows gives none.
            _ => self.handed_out(
                Rows {
                    row_count: run
                        .and_then(|run| run.row_count)
                        .and_then(|count| i64::try_from(count).ok())
                        .unwrap_or(-1),
                    ..Rows::default()
                },
                call,
            ),
        }
    }

    /// `connection.scalar(...)` gives the cell itself.
    fn handed_out(&self, rows: Rows, call: &SinkCall) -> Answer {
        let first = || rows.rows.first().and_then(|row| row.first()).cloned();
        match call.path.rsplit('.').next() {
            Some("scalar" | "fetchval") => Answer::Value(first().unwrap_or(Value::None)),
            Some("fetchrow") if rows.rows.is_empty() => Answer::Value(Value::None),
            _ => Answer::Rows(Rc::new(rows)),
        }
    }

    pub(super) fn begin(&mut self, call: &SinkCall) -> Answer {
        let mut state = self.state.borrow_mut();
        match call.path.rsplit('.').next() {
            Some("autocommit_block") => state.enter_autocommit(),
            Some("begin_nested") => state.savepoint(),
            _ => state.open(),
        }
        Answer::Unknown
    }

    pub(super) fn savepoint(&mut self, _call: &SinkCall) -> Answer {
        let mut state = self.state.borrow_mut();
        state.savepoint();
        Answer::Unknown
    }

    pub(super) fn commit(&mut self, call: &SinkCall) -> Answer {
        let mut state = self.state.borrow_mut();
        match self.scope(call) {
            Scope::Autocommit => state.leave_autocommit(),
            Scope::Savepoint => state.release_savepoint(),
            // A session that joins a transaction leaves its end to whoever began it.
            Scope::Joined => {}
            Scope::Transaction => match &mut state.own_commits {
                Some(places) => places.push(call.place.clone()),
                None => state.commit(),
            },
        }
        Answer::Value(Value::None)
    }

    pub(super) fn rollback(&mut self, call: &SinkCall) -> Answer {
        let mut state = self.state.borrow_mut();
        match self.scope(call) {
            Scope::Autocommit => state.leave_autocommit(),
            Scope::Savepoint => state.rollback_to_savepoint(),
            Scope::Joined | Scope::Transaction => state.rollback(),
        }
        Answer::Value(Value::None)
    }
}

/// What a commit or rollback ends.
enum Scope {
    Autocommit,
    Savepoint,
    /// Of an ORM session on the run's connection.
    Joined,
    Transaction,
}

impl RunHost<'_> {
    fn scope(&self, call: &SinkCall) -> Scope {
        let of = |value: &Value| {
            value
                .as_external()
                .map(|external| external.path.to_string())
        };
        let receiver = call.receiver.as_ref().and_then(of).unwrap_or_default();
        let named = |name: &str| call.path.contains(name) || receiver.contains(name);
        if named("autocommit_block") {
            Scope::Autocommit
        } else if named("begin_nested") {
            Scope::Savepoint
        } else if call.path.starts_with("sqlalchemy.orm.Session.")
            && matches!(self.task, Task::Revisions)
        {
            Scope::Joined
        } else {
            Scope::Transaction
        }
    }
}

/// The parameters beside the statement: a dict, a list of dicts, or keywords.
fn parameters(arguments: &Arguments) -> Vec<Row> {
    let given = arguments.positional.get(1).or_else(|| {
        ["parameters", "params", "multiparams"]
            .iter()
            .find_map(|n| arguments.keyword(n))
    });
    match given {
        Some(list @ (Value::List(_) | Value::Tuple(_))) => {
            let rows = reading::items(list).unwrap_or_default();
            rows.iter()
                .map(crate::effects::sqlalchemy::dict_row)
                .collect()
        }
        Some(single) => vec![crate::effects::sqlalchemy::dict_row(single)],
        None => keyword_row(arguments),
    }
}

/// SQLAlchemy 1.x took `execute(text, name=value)`.
fn keyword_row(arguments: &Arguments) -> Vec<Row> {
    let known = ["statement", "execution_options", "bind_arguments", "clause"];
    let row: Row = arguments
        .keywords
        .iter()
        .filter(|(name, _)| !known.contains(&name.as_ref()))
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect();
    if row.is_empty() {
        Vec::new()
    } else {
        vec![row]
    }
}
