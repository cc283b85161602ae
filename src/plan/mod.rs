//! What is to be done: each effect's disposition against the chain's head, the decisions that only
//! a person can make, and the ordered steps that bring every database to one schema.
//!
//! Works on effects and catalogs alone; how a step is written down is the render room's matter.

mod data;
mod decision;
mod disposition;
mod fold;
mod lock;
mod patch;
mod renames;
mod step;
mod stuck;
mod wanted;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::graph::{Canonical, ChainHistory, Conflict};
use crate::model::{Effect, Place, RevisionId, Script};

pub use data::{DataStep, LeftOut};
pub use decision::{Answers, Decision, Side};
pub use disposition::{Disposition, Judged};
pub use lock::{Lock, Price};
pub use patch::{Edit, Lines, Piece, RevisionPatch, patches};
pub use step::{Group, Renamed, Step, StepKind};
pub use stuck::{Cause, Stuck, stuck};

/// Everything that planning looks at.
pub struct PlanInput<'a> {
    pub chain: &'a ChainHistory,
    pub scripts: &'a [Script],
    /// The scripts' files in an order in which they can run.
    pub order: &'a [Arc<str>],
    pub conflicts: &'a [Conflict],
    /// What people have decided, by decision id.
    pub answers: &'a Answers,
    pub canonical: Canonical,
}

/// The way from any database of the estate to one schema.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The chain's last revision; `None` where there is no chain.
    pub head: Option<RevisionId>,
    /// The schema at which every database arrives.
    pub target: Catalog,
    /// By script, one for each of its effects, in their order.
    pub judged: BTreeMap<Arc<str>, Vec<Judged>>,
    /// In the order in which they must run.
    pub steps: Vec<Step>,
    pub data: Vec<DataStep>,
    pub left_out: Vec<LeftOut>,
    pub decisions: Vec<Decision>,
}

/// Where something comes from, for comments and reports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Citation {
    pub place: Place,
    pub operation: &'static str,
}

impl Citation {
    pub fn of(effect: &Effect) -> Self {
        Self {
            place: effect.provenance.call.clone(),
            operation: effect.operation().as_str(),
        }
    }
}

impl std::fmt::Display for Citation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.place, self.operation)
    }
}

/// Makes the plan. Never fails: what cannot be planned becomes a decision or is left out with its
/// reason.
pub fn plan(input: &PlanInput<'_>) -> Plan {
    let folded = fold::fold(input);
    let steps = wanted::steps(input, &folded);
    let head = input
        .chain
        .steps
        .last()
        .map(|step| step.revision.id.clone());
    Plan {
        head,
        target: folded.target,
        judged: folded.judged,
        steps,
        data: folded.data,
        left_out: folded.left_out,
        decisions: folded.decisions,
    }
}
