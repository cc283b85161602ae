//! What all effects of one call have in common: place, guards, reach.

use std::sync::Arc;

use super::read_files::Lengths;
use crate::eval::{FileRead, Reached, SinkCall};
use crate::model::{
    Action, Certainty, Dialect, Effect, Guard, GuardKind, InertReason, Place, Provenance, Reach,
    SqlState, Template,
};
use crate::shell::EmbeddedPython;
use crate::sql::{self, Nature, ReadEffect, ReadStatement, TransactionStatement};

/// The frame of one call.
#[derive(Clone)]
pub(super) struct Frame<'c> {
    provenance: Provenance,
    guards: Vec<Guard>,
    inert: Option<InertReason>,
    /// Why the connection never commits what it is sent.
    uncommitted: Option<InertReason>,
    sink: &'c str,
    dialect: Dialect,
    enumerated: bool,
    files: Option<&'c Lengths>,
}

impl<'c> Frame<'c> {
    /// `file` is the script: a call in another module of the estate counts where the script calls
    /// into it, and the rest of the way stands in `via`.
    pub(super) fn new(call: &'c SinkCall, file: &str, transaction: Option<InertReason>) -> Self {
        Self {
            provenance: provenance(&call.via, &call.place, file),
            guards: occasion(&call.reached)
                .into_iter()
                .chain(call.guards.iter().cloned())
                .collect(),
            inert: reached(&call.reached),
            uncommitted: transaction,
            sink: &call.sink.name,
            dialect: call.sink.dialect,
            enumerated: call.enumerated,
            files: None,
        }
    }

    /// For a file that is read at one place and sent at others.
    pub(super) fn of_read(read: &'c FileRead, script: &str) -> Self {
        Self {
            provenance: provenance(&read.via, &read.place, script),
            guards: occasion(&read.reached)
                .into_iter()
                .chain(read.guards.iter().cloned())
                .collect(),
            inert: reached(&read.reached),
            uncommitted: None,
            sink: "file read",
            dialect: Dialect::Postgres,
            enumerated: false,
            files: None,
        }
    }

    /// With the files that the script reads.
    pub(super) fn reading(mut self, files: &'c Lengths) -> Self {
        self.files = Some(files);
        self
    }

    /// Did the script read the file of this path before?
    pub(super) fn has_read(&self, path: &str) -> bool {
        let path = path.trim_start_matches("./");
        self.files.is_some_and(|files| {
            files
                .keys()
                .any(|file| **file == *path || file.ends_with(&format!("/{path}")))
        })
    }

    /// Is this the whole text of the file?
    pub(super) fn is_whole(&self, file: &str, text: &str) -> bool {
        let length = self.files.and_then(|files| files.get(file));
        length.is_none_or(|length| text.trim().len() >= *length)
    }

    /// For text that stands at `place` and goes nowhere.
    pub(super) fn unsent(place: Place, reason: InertReason) -> Self {
        Self {
            provenance: Provenance::at(place),
            guards: Vec::new(),
            inert: Some(reason),
            uncommitted: None,
            sink: "text",
            dialect: Dialect::Postgres,
            enumerated: false,
            files: None,
        }
    }

    /// Says whether the call is one of several of its kind.
    pub(super) fn enumerated(mut self, enumerated: bool) -> Self {
        self.enumerated = enumerated;
        self
    }

    /// The same with several texts possible.
    pub(super) fn alternatives(&self, several: bool) -> bool {
        self.enumerated || several
    }

    pub(super) fn effect(&self, action: Action, certainty: Certainty) -> Effect {
        let text = self.provenance.text.clone();
        self.effect_of(action, self.counted(certainty), text, None, Vec::new(), "")
    }

    /// One of a known set, where the call is one of several.
    fn counted(&self, certainty: Certainty) -> Certainty {
        match certainty {
            Certainty::Exact if self.enumerated => Certainty::Enumerated,
            certainty => certainty,
        }
    }

    pub(super) fn effect_with_text(
        &self,
        action: Action,
        certainty: Certainty,
        statement: &str,
    ) -> Effect {
        self.effect_of(
            action,
            self.counted(certainty),
            None,
            None,
            Vec::new(),
            statement,
        )
    }

    fn effect_of(
        &self,
        action: Action,
        certainty: Certainty,
        text: Option<Place>,
        inert: Option<InertReason>,
        guards: Vec<Guard>,
        statement: &str,
    ) -> Effect {
        let mut all = self.guards.clone();
        all.extend(guards);
        let inert = inert.or_else(|| self.inert.clone());
        let reach = reach(inert.or_else(|| self.uncommitted.clone()), &all);
        let mut provenance = self.provenance.clone();
        provenance.text = text;
        Effect {
            action,
            guards: all,
            certainty,
            reach,
            provenance,
            sink: self.sink.to_owned(),
            dialect: self.dialect,
            statement: Arc::from(statement),
        }
    }

    /// Python code that the call hands to another Python.
    pub(super) fn embedded(&self, code: Template) -> EmbeddedPython {
        EmbeddedPython {
            code,
            call: self.provenance.call.clone(),
            via: self.provenance.via.clone(),
            guards: self.guards.clone(),
            reach: reach(self.inert.clone(), &self.guards),
        }
    }

    pub(super) fn opaque(&self, call: &SinkCall, reason: &str) -> Effect {
        self.effect_with_text(
            super::opaque(call.text.as_ref(), reason),
            Certainty::Opaque,
            &call.text,
        )
    }

    /// The effects of SQL text that the call sends.
    pub(super) fn sql(
        &self,
        template: &Template,
        several: bool,
        inert: Option<&InertReason>,
    ) -> Vec<Effect> {
        let reading = sql::read(template, self.dialect);
        let committed = last_commit(&reading.statements);
        let committing = self.committing();
        let refused = refused_as_a_whole(&reading.statements, self.dialect);
        let inert = inert.or(refused.as_ref());
        let mut effects = Vec::new();
        for (index, statement) in reading.statements.iter().enumerate() {
            let frame = match committed {
                Some(commit) if index < commit => &committing,
                _ => self,
            };
            for read in &statement.effects {
                effects.push(frame.read_effect(read, &statement.text, several, inert));
            }
            if let (Nature::Invalid(error), []) = (&statement.nature, &statement.effects[..]) {
                let read = statement.rejected(error);
                effects.push(frame.read_effect(&read, &statement.text, several, inert));
            }
            let is_unread = matches!(statement.nature, Nature::Unknown | Nature::Change);
            if is_unread && statement.effects.is_empty() && !statement.asks_in_other_words() {
                let action =
                    super::opaque(&statement.text, "what the statement changes is not read");
                effects.push(frame.effect_with_text(action, Certainty::Opaque, &statement.text));
            }
        }
        effects
    }

    /// The same for what was begun at another place of the same file.
    pub(super) fn at(&self, place: &Place) -> Self {
        let mut frame = self.clone();
        let provenance = &mut frame.provenance;
        if provenance.call.file == place.file {
            provenance.call = place.clone();
        } else if let Some(last) = provenance.via.last_mut() {
            *last = place.clone();
        }
        frame
    }

    /// The same for what a function of the estate answers.
    pub(super) fn answered_at(&self, handler: &Place) -> Self {
        let mut frame = self.clone();
        frame.provenance.text = Some(handler.clone());
        frame
    }

    /// The same behind one guard more.
    pub(super) fn behind(&self, guard: Guard) -> Self {
        let mut frame = self.clone();
        frame.guards.push(guard);
        frame
    }

    /// The same for text that commits by itself, whatever its connection does.
    pub(super) fn committing(&self) -> Self {
        Self {
            uncommitted: None,
            ..self.clone()
        }
    }

    fn read_effect(
        &self,
        read: &ReadEffect,
        statement: &str,
        several: bool,
        inert: Option<&InertReason>,
    ) -> Effect {
        let certainty = match read.certainty {
            Certainty::Exact if self.alternatives(several) => Certainty::Enumerated,
            certainty => certainty,
        };
        self.effect_of(
            read.action.clone(),
            certainty,
            read.place.clone(),
            read.inert.clone().or_else(|| inert.cloned()),
            read.guards.clone(),
            statement,
        )
    }
}

fn reach(inert: Option<InertReason>, guards: &[Guard]) -> Reach {
    match inert {
        Some(reason) => Reach::Inert(reason),
        None if guards.iter().any(|guard| guard.kind.is_condition()) => Reach::Conditional,
        None => Reach::Live,
    }
}

/// PostgreSQL parses what one call sends before it runs any of it (manual, "Multiple Statements in a
/// Simple Query"): a syntax error in one statement keeps all of them from running.
fn refused_as_a_whole(statements: &[ReadStatement], dialect: Dialect) -> Option<InertReason> {
    let several = statements.len() > 1 && dialect == Dialect::Postgres;
    let mut errors = statements
        .iter()
        .filter_map(|statement| match &statement.nature {
            Nature::Invalid(error) if error.state == SqlState::SYNTAX_ERROR => Some(error),
            _ => None,
        });
    errors
        .next()
        .filter(|_| several)
        .map(|error| InertReason::InvalidSql(error.message.clone()))
}

/// The position of the last `COMMIT` in the text itself.
pub(super) fn last_commit(statements: &[ReadStatement]) -> Option<usize> {
    statements.iter().rposition(|statement| {
        matches!(
            statement.nature,
            Nature::Transaction(TransactionStatement::Commit { .. })
        )
    })
}

/// The call counts where the script makes it, the rest of the way stands in `via`.
fn provenance(via: &[Place], place: &Place, script: &str) -> Provenance {
    let mut way: Vec<Place> = via.to_vec();
    way.push(place.clone());
    let own = way.iter().rposition(|place| &*place.file == script);
    let call = way.remove(own.unwrap_or(way.len() - 1));
    Provenance {
        call,
        text: None,
        via: way,
    }
}

/// What must happen before the call is come to: mostly that a web framework calls the function when
/// a request comes.
fn occasion(reached: &Reached) -> Option<Guard> {
    const ROUTES: &[&str] = &[
        "route",
        "api_route",
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "websocket",
        "api_view",
        "action",
        "middleware",
        "before_request",
    ];
    if *reached == Reached::BeyondLimit {
        let text = "the script comes here, which is farther than it is followed";
        return Some(Guard::new(GuardKind::Condition, text, None));
    }
    let Reached::ByFramework(what) = reached else {
        return None;
    };
    if what.ends_with(".set_defaults") {
        let text = "its subcommand is chosen on the command line";
        return Some(Guard::new(GuardKind::CommandLineFlag, text, None));
    }
    let name = what.strip_prefix('@')?.rsplit('.').next()?;
    ROUTES.contains(&name).then(|| {
        Guard::new(
            GuardKind::Condition,
            "a request comes to the endpoint",
            None,
        )
    })
}

fn reached(reached: &Reached) -> Option<InertReason> {
    match reached {
        Reached::FromTop | Reached::ByFramework(_) | Reached::BeyondLimit => None,
        Reached::NeverCalled(function) => Some(InertReason::NeverCalled(function.clone())),
        Reached::DeadBranch(condition) if says_dry_run(condition) => Some(InertReason::DryRun),
        Reached::DeadBranch(condition) => {
            Some(InertReason::Other(format!("`{condition}` never holds")))
        }
        Reached::Filtered(filter) => Some(InertReason::FilteredOut(format!("`{filter}`"))),
        Reached::NotEvaluated(why) => Some(InertReason::Other(why.clone())),
    }
}

fn says_dry_run(condition: &str) -> bool {
    let condition = condition.to_ascii_lowercase();
    condition.contains("dry") || condition.contains("simulat") || condition.contains("preview")
}
