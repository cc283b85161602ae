//! Runs chains and scripts on a modelled database: what each step sends, what becomes of it, and the
//! catalog after it.

mod block;
mod outcome;
pub mod platform;
mod query;
mod session;
mod sql_chain;
mod words;

pub use outcome::{Replay, SentRun, StepFailure, StepReplay};
pub use session::{Run, RunEffect, RunOutcome, Session, TransactionState};
pub use sql_chain::AfterFailure;

use crate::catalog::Catalog;
use crate::chain::Chain;

/// Runs a chain of SQL files on a database that holds `start`.
pub fn replay_sql(chain: &Chain, start: Catalog, after_failure: AfterFailure) -> Replay {
    sql_chain::replay(chain, start, after_failure)
}
