//! Effects from what commands do.

use std::sync::Arc;

use super::run::{Interpreter, Outcome};
use super::state::{State, file_of, files_in, without_files};
use super::tree::{Command, CommandKind, Simple};
use super::{EmbeddedPython, Reading};
use crate::model::{
    Action, Certainty, Dialect, Effect, Guard, GuardKind, InertReason, Opaque, Outside, Place,
    Provenance, Reach, Template,
};
use crate::sql::{self, Nature, PsqlCommand, ReadEffect, ReadStatement};

/// A call, as the effects that it has see it.
pub(super) struct Call<'c> {
    pub(super) place: Option<Place>,
    pub(super) sink: &'c str,
    pub(super) state: &'c State,
}

impl Interpreter<'_> {
    pub(super) fn into_reading(self) -> Reading {
        Reading {
            effects: self.effects,
            python: self.python,
            asks_database: self.asks_database,
            reads_http: self.reads_http,
            diagnostics: self.diagnostics,
        }
    }

    /// For a command line that stands in another language: the call is what started it.
    pub(super) fn at_call(self, call: &Place) -> Reading {
        let mut reading = self.into_reading();
        for effect in &mut reading.effects {
            effect.provenance.call = call.clone();
        }
        for python in &mut reading.python {
            python.call = call.clone();
        }
        reading
    }

    /// Runs words as one command that stands at `call`.
    pub(super) fn arguments_as_command(&mut self, arguments: &[Template], call: &Place) -> Outcome {
        let texts: Vec<String> = arguments.iter().map(Template::display).collect();
        let command = Command {
            place: Some(call.clone()),
            text: texts.join(" ").into(),
            kind: CommandKind::Simple(Simple::default()),
            redirections: Vec::new(),
        };
        self.run_words(&command, arguments, &mut State::default())
    }

    fn place_of(&self, call: &Call<'_>) -> Place {
        let place = call.place.clone();
        place.unwrap_or_else(|| Place::new(self.file(), 1, 1))
    }

    /// `guards` are those of the statement itself.
    fn reach(&self, state: &State, guards: &[Guard], inert: Option<InertReason>) -> Reach {
        match (state.dead.clone(), inert) {
            (Some(reason), _) | (None, Some(reason)) => Reach::Inert(reason),
            (None, None) if state.guards.is_empty() && !guards.iter().any(asks_first) => {
                Reach::Live
            }
            (None, None) => Reach::Conditional,
        }
    }

    fn push(&mut self, call: &Call<'_>, mut effect: Effect) {
        effect.provenance.via = self.via.clone();
        let mut guards = (*call.state.guards).clone();
        guards.append(&mut effect.guards);
        guards.dedup();
        effect.guards = guards;
        if effect.certainty == Certainty::Exact && call.state.is_enumerated {
            effect.certainty = Certainty::Enumerated;
        }
        let is_known = self.effects.iter().any(|known| {
            known.action == effect.action
                && known.provenance == effect.provenance
                && known.reach.is_inert() == effect.reach.is_inert()
        });
        if !is_known {
            self.effects.push(effect);
        }
    }

    /// Something outside of SQL: migrations, scripts, files.
    pub(super) fn outside(
        &mut self,
        call: &Call<'_>,
        target: &Template,
        detail: &str,
        make: fn(Outside) -> Action,
    ) {
        let place = self.place_of(call);
        let action = make(Outside {
            target: target.display(),
            detail: detail.to_owned(),
        });
        let certainty = match target.has_holes() || target.display().contains('{') {
            true => Certainty::Partial,
            false => Certainty::Exact,
        };
        let mut provenance = Provenance::at(place);
        provenance.text = target.origin().cloned();
        let effect = Effect {
            action,
            guards: Vec::new(),
            certainty,
            reach: self.reach(call.state, &[], None),
            provenance,
            sink: call.sink.to_owned(),
            dialect: Dialect::Postgres,
            statement: Arc::from(detail),
        };
        self.push(call, effect);
    }

    /// SQL that a client gets, which may be the contents of files.
    pub(super) fn sql(&mut self, call: &Call<'_>, text: &Template, dialect: Dialect) {
        for file in files_in(text).into_iter().filter(|file| !file.is_empty()) {
            let target = Template::from_text(self.shown_path(&file, call.state));
            self.outside(
                call,
                &target,
                &format!("{} < {file}", call.sink),
                Action::RunSqlFile,
            );
            self.written_sql(call, &file, dialect);
        }
        let text = without_files(text);
        if text.display().trim().is_empty() {
            return;
        }
        self.asks_database = true;
        let reading = sql::read(&text, dialect);
        let fates = sql::fates(&reading.statements);
        for (statement, fate) in reading.statements.iter().zip(fates) {
            self.statement(call, statement, fate, dialect);
        }
        self.diagnostics.extend(reading.diagnostics);
    }

    fn statement(
        &mut self,
        call: &Call<'_>,
        statement: &ReadStatement,
        fate: Option<InertReason>,
        dialect: Dialect,
    ) {
        if let Nature::PsqlCommand(PsqlCommand::Include { path, .. }) = &statement.nature {
            let target = Template::from_text(self.shown_path(path, call.state));
            self.outside(call, &target, &format!("\\i {path}"), Action::RunSqlFile);
        }
        let text: Arc<str> = Arc::from(statement.text.as_str());
        let rejected = rejected(statement);
        for read in statement.effects.iter().chain(&rejected) {
            let mut provenance = Provenance::at(self.place_of(call));
            provenance.text = read.place.clone().or_else(|| statement.place.clone());
            let inert = read.inert.clone().or_else(|| fate.clone());
            let effect = Effect {
                action: read.action.clone(),
                guards: read.guards.clone(),
                certainty: read.certainty,
                reach: self.reach(call.state, &read.guards, inert),
                provenance,
                sink: call.sink.to_owned(),
                dialect,
                statement: Arc::clone(&text),
            };
            self.push(call, effect);
        }
        if matches!(statement.nature, Nature::Unknown) && statement.effects.is_empty() {
            self.opaque(
                call,
                &statement.text,
                "the text is not known before the script runs",
            );
        }
    }

    pub(super) fn opaque(&mut self, call: &Call<'_>, text: &str, reason: &str) {
        let effect = Effect {
            action: Action::Opaque(Opaque {
                text: text.to_owned(),
                reason: reason.to_owned(),
            }),
            guards: Vec::new(),
            certainty: Certainty::Opaque,
            reach: self.reach(call.state, &[], None),
            provenance: Provenance::at(self.place_of(call)),
            sink: call.sink.to_owned(),
            dialect: Dialect::Postgres,
            statement: Arc::from(text),
        };
        self.push(call, effect);
    }

    pub(super) fn embedded_python(&mut self, command: &Command, code: &Template, state: &State) {
        let call = Call {
            place: command.place.clone(),
            sink: "python",
            state,
        };
        let code = match code.holes().find_map(file_of) {
            Some(file) => {
                let target = Template::from_text(self.shown_path(file, state));
                self.outside(&call, &target, &command.text, Action::RunScript);
                without_files(code)
            }
            None => code.clone(),
        };
        if !code.is_empty() {
            let python = EmbeddedPython {
                call: self.place_of(&call),
                via: self.via.clone(),
                guards: (*state.guards).clone(),
                reach: self.reach(state, &[], None),
                code,
            };
            self.python.push(python);
        }
    }
}

/// A statement that PostgreSQL rejects and of which nothing can be made is still one that somebody
/// wrote to be run.
fn rejected(statement: &ReadStatement) -> Option<ReadEffect> {
    let Nature::Invalid(error) = &statement.nature else {
        return None;
    };
    let action = Action::UnknownStatement {
        object: String::new(),
        statement: statement.text.clone(),
    };
    let mut read = ReadEffect::new(action, Certainty::Exact, statement.place.clone());
    read.inert = Some(InertReason::InvalidSql(error.message.clone()));
    statement.effects.is_empty().then_some(read)
}

/// The statement is sent only after a question; the others are always sent.
fn asks_first(guard: &Guard) -> bool {
    matches!(
        guard.kind,
        GuardKind::CatalogProbe | GuardKind::RowProbe | GuardKind::InHandler | GuardKind::Condition
    )
}
