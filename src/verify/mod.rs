//! Proof on a real server: from every state that a database can be in, the consolidated migration
//! leads to one schema, and a second run changes nothing.
//!
//! What is run comes as a `VerifyPlan`, statement by statement; this room neither reads scripts nor
//! knows a chain's format. States are a tree: what they share is run once and cloned.

mod check;
mod crash;
mod explain;
mod look;
mod migrator;
mod plan;
mod proof;
mod report;
mod reproduce;
mod rows;
mod run;
mod sampling;
mod seed;
mod send;
mod session;
mod set_aside;
mod settle;
mod shrink;
mod state;
mod station;
mod tree;
mod walk;

pub use explain::{Covers, Explanation};
pub use plan::{DataTouch, Revision, RunFile, ValueMaps, VerifyPlan, VersionWriter, steps_of_sql};
pub use proof::{Proof, ProvenState, Sampling};
pub use report::{Failure, KeptDatabase, Reason, StateReport, Verdict, VerifyReport};
pub use sampling::{every_state, start_states};
pub use session::{Progress, VerifyOptions, verify};
pub use state::{StartState, VersionTable};
