//! Proof on a real server: from every state that a database can be in, the consolidated migration
//! leads to one schema, and a second run changes nothing.
//!
//! What is run comes as a `VerifyPlan`, statement by statement; this room neither reads scripts nor
//! knows a chain's format. States are a tree: what they share is run once and cloned.

mod check;
mod plan;
mod report;
mod run;
mod state;
mod tree;

pub use plan::{Revision, RunFile, VerifyPlan, steps_of_sql};
pub use report::{Failure, StateReport, Verdict, VerifyReport};
pub use run::{Progress, VerifyOptions, verify};
pub use state::{StartState, VersionTable, every_state, start_states};
