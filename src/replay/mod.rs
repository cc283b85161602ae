//! Runs chains and scripts on a modelled database: what each step sends, what becomes of it, and the
//! catalog after it.

mod block;
mod driver_text;
mod outcome;
pub mod platform;
mod psql;
mod python;
mod query;
mod round_trip;
mod script;
mod session;
mod sql_chain;
mod trial;
mod words;

pub use outcome::{AfterFailure, Replay, SentRun, StepFailure, StepReplay};
pub use round_trip::{RoundTrip, WayBack, round_trips};
pub use script::{Exit, Program, ScriptReplay, run_script};
pub use session::{FollowedRows, Run, RunEffect, RunOutcome, Session, TransactionState};
pub use sql_chain::SINK as SQL_FILE;
pub use trial::{Command, Trial, Verdict, try_script};

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::chain::Chain;
use crate::eval::Estate;
use crate::model::{ChainFormat, RevisionId};
use crate::registry::Registry;

/// What a chain is replayed on.
#[derive(Debug, Clone)]
pub struct Start {
    pub catalog: Catalog,
    /// What the version table holds.
    pub versions: BTreeSet<RevisionId>,
    pub rows: FollowedRows,
}

impl Start {
    /// An empty database.
    pub fn empty() -> Self {
        Self {
            catalog: Catalog::empty(),
            versions: BTreeSet::new(),
            rows: FollowedRows::default(),
        }
    }

    /// What the first step of a chain finds: an empty database, but for the preludes.
    ///
    /// # Errors
    /// The first statement of a prelude that is refused.
    pub fn after(preludes: &[platform::Prelude]) -> Result<Self, platform::PreludeFailure> {
        Ok(Self {
            catalog: platform::start(preludes)?,
            versions: BTreeSet::new(),
            rows: FollowedRows::default(),
        })
    }
}

/// What a run of a chain has around it.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub estate: &'a dyn Estate,
    pub registry: &'a Registry,
    pub after_failure: AfterFailure,
}

/// Runs a chain upwards to its heads. The caller's stack must bear `eval::limits::STACK_BYTES`.
pub fn replay(chain: &Chain, ground: Ground<'_>, start: Start) -> Replay {
    upgrade(chain, ground, start, &chain.map.heads())
}

/// Runs a chain upwards to the given revisions.
pub fn upgrade(chain: &Chain, ground: Ground<'_>, start: Start, targets: &[RevisionId]) -> Replay {
    match chain.location.format {
        ChainFormat::Alembic => python::upgrade(walk(chain, ground, start), targets),
        _ => sql_chain::upgrade(chain, start, targets, ground.after_failure),
    }
}

/// Runs a chain downwards; `None`: to the base.
pub fn downgrade(
    chain: &Chain,
    ground: Ground<'_>,
    start: Start,
    target: Option<&RevisionId>,
) -> Replay {
    match chain.location.format {
        ChainFormat::Alembic => python::downgrade(walk(chain, ground, start), target),
        _ => sql_chain::downgrade(chain, start, target, ground.after_failure),
    }
}

fn walk<'a>(chain: &'a Chain, ground: Ground<'a>, start: Start) -> python::Walk<'a> {
    python::Walk {
        chain,
        ground,
        start,
    }
}
