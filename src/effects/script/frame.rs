//! What all effects of one call have in common: place, guards, reach.

use std::sync::Arc;

use crate::eval::{Reached, SinkCall};
use crate::model::{
    Action, Certainty, Dialect, Effect, Guard, GuardKind, InertReason, Place, Provenance, Reach,
    SqlState, Template,
};
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
}

impl<'c> Frame<'c> {
    /// `file` is the script: a call in another module of the estate counts where the script calls
    /// into it, and the rest of the way stands in `via`.
    pub(super) fn new(call: &'c SinkCall, file: &str, transaction: Option<InertReason>) -> Self {
        let mut way: Vec<Place> = call.via.clone();
        way.push(call.place.clone());
        let own = way
            .iter()
            .rposition(|place| &*place.file == file)
            .unwrap_or(way.len() - 1);
        let sent = way.remove(own);
        Self {
            provenance: Provenance {
                call: sent,
                text: None,
                via: way,
            },
            guards: request(&call.reached)
                .into_iter()
                .chain(call.guards.iter().cloned())
                .collect(),
            inert: reached(call),
            uncommitted: transaction,
            sink: &call.sink.name,
            dialect: call.sink.dialect,
            enumerated: call.enumerated,
        }
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
        self.effect_of(action, self.counted(certainty), None, None, Vec::new(), "")
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
        let reach = match inert
            .or_else(|| self.inert.clone())
            .or_else(|| self.uncommitted.clone())
        {
            Some(reason) => Reach::Inert(reason),
            None if all.iter().any(|guard| guard.kind.is_condition()) => Reach::Conditional,
            None => Reach::Live,
        };
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
        }
        effects
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

/// A web framework calls the function when a request comes.
fn request(reached: &Reached) -> Option<Guard> {
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
    let Reached::ByFramework(what) = reached else {
        return None;
    };
    let name = what.strip_prefix('@')?.rsplit('.').next()?;
    ROUTES.contains(&name).then(|| {
        Guard::new(
            GuardKind::Condition,
            "a request comes to the endpoint",
            None,
        )
    })
}

fn reached(call: &SinkCall) -> Option<InertReason> {
    match &call.reached {
        Reached::FromTop | Reached::ByFramework(_) => None,
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
