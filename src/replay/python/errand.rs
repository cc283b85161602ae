//! Programs that a script starts, carried out on the same database.

use crate::effects::script::effects_of_call;
use crate::eval::{Answer, SinkCall, Value};
use crate::model::{Action, Effect, Place};
use crate::replay::Start;
use crate::replay::script::{Errand, Exit, ScriptReplay};

use super::connection_value::object;
use super::errors::plain;
use super::host::{RunHost, Task};

impl RunHost<'_> {
    /// `subprocess.run([...])`, `command.upgrade(config, "head")`.
    pub(super) fn errand(&mut self, call: &SinkCall) -> Answer {
        let Task::Script(program) = &self.task else {
            self.note(
                &call.place,
                format!("`{}` leaves the database's model", call.sink.name),
            );
            return Answer::Unknown;
        };
        let program = *program;
        let effects = effects_of_call(call, program.file);
        let mut code = 0;
        let mut raised = None;
        for effect in &effects {
            let Some(errand) = errand(effect) else {
                self.note(&call.place, "what the program does is not known");
                continue;
            };
            self.state.borrow_mut().refresh();
            let start = {
                let state = self.state.borrow();
                Start {
                    catalog: state.session.catalog.clone(),
                    versions: state.versions(),
                    rows: state.session.rows_known(),
                }
            };
            let done = program.errand(&errand, start);
            code = self.take_over(done, &call.place, &mut raised);
            if code != 0 {
                break;
            }
        }
        let is_program = call.sink.kind == crate::registry::SinkKind::Subprocess;
        match (code, raised) {
            (_, Some((exception, message))) if !is_program => {
                Answer::Raise(plain(&exception, message))
            }
            (0, _) => Answer::Value(result(call, 0)),
            (code, _) if must_succeed(call) => Answer::Raise(plain(
                "subprocess.CalledProcessError",
                format!("Command returned non-zero exit status {code}."),
            )),
            (code, _) => Answer::Value(result(call, code)),
        }
    }

    /// What the program left is what the script's connections see from now on.
    fn take_over(
        &mut self,
        done: ScriptReplay,
        place: &Place,
        raised: &mut Option<(String, String)>,
    ) -> i32 {
        let mut state = self.state.borrow_mut();
        state.select(None, false);
        state.session.catalog = (*done.end).clone();
        if let Some(table) = state.session.version_table.clone() {
            let versions = done.versions.iter().map(ToString::to_string);
            state.session.follow(table, versions);
        }
        state.publish();
        state.runs.extend(done.runs);
        state.undecided.extend(done.undecided);
        match done.exit {
            Exit::Code(code) => code,
            Exit::Raised {
                exception, message, ..
            } => {
                *raised = Some((exception, message));
                1
            }
            Exit::Unknown(reason) => {
                state.note(place, reason);
                0
            }
        }
    }
}

fn errand(effect: &Effect) -> Option<Errand> {
    Some(match &effect.action {
        Action::RunMigrations(outside) | Action::Stamp(outside) => {
            let words = outside.detail.split_whitespace();
            Errand::Alembic(words.skip(1).map(str::to_owned).collect())
        }
        Action::RunSqlFile(outside) => Errand::SqlFile(outside.target.clone()),
        Action::RunScript(outside) => Errand::Script {
            file: outside.target.clone(),
            words: outside
                .detail
                .split_whitespace()
                .skip(1)
                .map(str::to_owned)
                .collect(),
        },
        _ if !effect.statement.is_empty() => Errand::Sql(effect.statement.to_string()),
        _ => return None,
    })
}

/// `check=True`, `check_call`, `check_output`.
fn must_succeed(call: &SinkCall) -> bool {
    let asked = call
        .arguments
        .keyword("check")
        .is_some_and(|value| matches!(value, Value::Bool(true)));
    asked || call.path.contains("check_")
}

fn result(call: &SinkCall, code: i32) -> Value {
    let code = Value::Integer(code.into());
    match call.path.rsplit('.').next() {
        Some("system" | "call" | "check_call") => code,
        Some("check_output" | "getoutput") => Value::text(""),
        _ if call.sink.kind != crate::registry::SinkKind::Subprocess => Value::None,
        _ => object(
            "subprocess.CompletedProcess",
            "subprocess.CompletedProcess",
            &call.place,
            &[
                ("returncode", code),
                ("stdout", Value::text("")),
                ("stderr", Value::text("")),
            ],
        ),
    }
}
