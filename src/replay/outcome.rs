//! What replaying a chain gives: each step with what it sent, what it did, how it failed, and the
//! catalog after it.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::model::{Effect, Place, Revision, RevisionId, SqlError};

use super::Start;
use super::session::{FollowedRows, Run};

/// One revision as it went.
#[derive(Debug, Clone)]
pub struct StepReplay {
    pub revision: Revision,
    /// What it sent, in order, the failing statement last.
    pub runs: Vec<SentRun>,
    pub failure: Option<StepFailure>,
    /// After the step; after a failure what its rollback left.
    pub after: Arc<Catalog>,
    /// What the model could not decide, each with its place.
    pub undecided: Vec<(Option<Place>, String)>,
    /// Where it would have ended the walk's transaction by itself; only `AfterFailure::Mended` looks.
    pub own_commits: Vec<Place>,
}

/// The sink of what Alembic writes into its version table.
pub(super) const BOOKKEEPING: &str = "alembic.version";

/// The sink of what a client library sends about transactions.
pub(crate) const TRANSACTION: &str = "transaction";

/// A statement with the call that sent it.
#[derive(Debug, Clone)]
pub struct SentRun {
    pub run: Run,
    /// The call; in SQL files the statement itself.
    pub call: Place,
    /// The calls between the step's own function and `call`, outermost first.
    pub via: Vec<Place>,
    pub sink: Arc<str>,
    /// It passed, but its transaction was taken back or never ended.
    pub undone: bool,
    /// Runs of a script with the same number ended together: one transaction. 0 where nobody asks.
    pub transaction: usize,
}

/// What follows a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AfterFailure {
    /// The chain ends there, as its tool ends it.
    #[default]
    Stop,
    /// The failed step is rolled back and passed over.
    PassOver,
    /// Each statement has a savepoint of its own: a failed one is undone, the step goes on.
    Savepoints,
    /// As `Savepoints`, on the chain as a patch leaves it: revisions do not commit by themselves.
    Mended,
}

impl AfterFailure {
    /// A refused statement is undone alone.
    pub(super) fn is_lenient(self) -> bool {
        matches!(self, Self::Savepoints | Self::Mended)
    }
}

/// Why a step did not go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepFailure {
    /// The server refuses a statement.
    Sql {
        error: SqlError,
        place: Option<Place>,
    },
    /// Python raises: class and message.
    Python {
        exception: String,
        message: String,
        place: Option<Place>,
    },
    /// The revision cannot be run at all: its file, its graph, the version table.
    Chain {
        message: String,
        place: Option<Place>,
    },
}

impl StepFailure {
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Sql { place, .. } | Self::Python { place, .. } | Self::Chain { place, .. } => {
                place.as_ref()
            }
        }
    }

    /// The SQLSTATE, where the server refused a statement.
    pub fn sqlstate(&self) -> Option<&'static str> {
        match self {
            Self::Sql { error, .. } => Some(error.state.0),
            Self::Python { .. } | Self::Chain { .. } => None,
        }
    }

    /// One clause for people.
    pub fn describe(&self) -> String {
        match self {
            Self::Sql { error, .. } => error.to_string(),
            Self::Python {
                exception, message, ..
            } => format!("{exception}: {message}"),
            Self::Chain { message, .. } => message.clone(),
        }
    }
}

/// A whole replay.
#[derive(Debug, Clone)]
pub struct Replay {
    pub steps: Vec<StepReplay>,
    /// The catalog at the end.
    pub end: Arc<Catalog>,
    /// The rows that are known at the end.
    pub rows: FollowedRows,
    /// What the version table holds at the end.
    pub versions: Vec<RevisionId>,
    /// Why the walk could not even start, or what it ended with after the last step.
    pub failure: Option<StepFailure>,
}

impl Replay {
    /// What another run finds afterwards.
    pub fn left(&self) -> Start {
        Start {
            catalog: (*self.end).clone(),
            versions: self.versions.iter().cloned().collect(),
            rows: self.rows.clone(),
        }
    }

    /// The first step that failed.
    pub fn first_failure(&self) -> Option<(&StepReplay, &StepFailure)> {
        self.steps
            .iter()
            .find_map(|step| Some((step, step.failure.as_ref()?)))
    }
}

impl StepReplay {
    /// What the step did, as the house's effects; Alembic's bookkeeping is none of them.
    pub fn effects(&self) -> Vec<Effect> {
        let runs = self.runs.iter().filter(|sent| !sent.is_bookkeeping());
        runs.flat_map(SentRun::effects).collect()
    }
}

impl SentRun {
    /// The tool's own: its version table, its transactions.
    pub fn is_bookkeeping(&self) -> bool {
        [BOOKKEEPING, TRANSACTION].contains(&&*self.sink)
    }

    /// What a client library sends to begin and end transactions.
    pub fn is_transaction(&self) -> bool {
        *self.sink == *TRANSACTION
    }

    /// The server refused it.
    pub fn is_failed(&self) -> bool {
        self.run.error().is_some()
    }

    fn effects(&self) -> Vec<Effect> {
        let effects = self.run.effects.iter();
        effects
            .map(|done| {
                let mut provenance = crate::model::Provenance::at(self.call.clone());
                provenance.text.clone_from(&done.effect.place);
                provenance.via.clone_from(&self.via);
                let reach = match done.applied.is_skipped() {
                    true => crate::model::Reach::Conditional,
                    false => crate::model::Reach::Live,
                };
                Effect {
                    action: done.effect.action.clone(),
                    guards: done.effect.guards.clone(),
                    certainty: done.effect.certainty,
                    reach,
                    provenance,
                    sink: self.sink.to_string(),
                    dialect: crate::model::Dialect::Postgres,
                    statement: self.run.statement.clone(),
                }
            })
            .collect()
    }
}
