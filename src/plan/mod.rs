//! What is to be done: each effect's disposition against the chain's head, the decisions that only
//! a person can make, and the ordered steps that bring every database to one schema.
//!
//! Works on effects and catalogs alone; how a step is written down is the render room's matter.

mod blockers;
mod builder;
mod comment;
mod copies;
mod data;
mod decision;
mod disposition;
mod filling;
mod fold;
mod leftovers;
mod lock;
mod mend;
mod narrow;
mod needs;
mod patch;
mod pieces;
mod point;
mod put_aside;
mod question;
mod reason;
mod relabel;
mod renames;
mod returns;
mod rights;
mod stamp;
mod step;
mod stub;
mod stuck;
mod target;
mod unfit;
mod unfit_values;
mod wanted;
mod widen;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::graph::{Canonical, ChainHistory, Conflict};
use crate::model::{Effect, Place, RevisionId, Script};

pub use comment::Commented;
pub use copies::makes_something;
pub use data::{DataStep, HandStep, LeftOut, Nature, Parameter};
pub use decision::{Answers, Decision, ScriptRuling, Side};
pub use disposition::{Disposition, Judged};
pub use lock::{Cost, Lock, Price};
pub use patch::{Edit, Lines, Reasons, RevisionPatch, StuckState, patches};
pub use pieces::Piece;
pub use point::Point;
pub use question::{Question, questions};
pub use rights::{Entitled, Right};
pub use stamp::ChainPoints;
pub use step::{Group, Leftover, Remedy, Renamed, Step, StepKind, ValueRemedy};
pub use stub::Stubs;
pub use stuck::{Cause, RunStatement, Stuck, stuck};
pub use target::TargetSchema;

/// Everything that planning looks at.
pub struct PlanInput<'a> {
    pub chain: &'a ChainHistory,
    pub scripts: &'a [Script],
    /// The scripts' files in an order in which they can run.
    pub order: &'a [Arc<str>],
    pub conflicts: &'a [Conflict],
    /// What people have decided, by decision id.
    pub answers: &'a Answers,
    /// What people have decided about whole scripts that are not to be folded, by file.
    pub rulings: &'a BTreeMap<String, ScriptRuling>,
    pub canonical: Canonical,
    /// What runs on the target make of statements whose names only a run knows, by script.
    pub runs: &'a BTreeMap<Arc<str>, Vec<Effect>>,
    /// What is right, where it is neither the chain nor a script.
    pub target: Option<&'a TargetSchema>,
}

/// The way from any database of the estate to one schema.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The chain's last revision; `None` where there is no chain.
    pub head: Option<RevisionId>,
    /// The schema at the chain's end.
    pub at_head: Catalog,
    /// The schema at which every database arrives.
    pub target: Catalog,
    /// By script, one for each of its effects, in their order.
    pub judged: BTreeMap<Arc<str>, Vec<Judged>>,
    /// In the order in which they must run.
    pub steps: Vec<Step>,
    pub data: Vec<DataStep>,
    /// Data fixes that run only where somebody asks for them.
    pub by_hand: Vec<HandStep>,
    pub left_out: Vec<LeftOut>,
    pub decisions: Vec<Decision>,
    /// The chain's revisions with what shows that they have run.
    pub points: Vec<Point>,
    /// Scripts that are modules of a package: other code may import them.
    pub modules: BTreeSet<Arc<str>>,
}

impl Plan {
    /// The chain brings all that can be folded.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.data.is_empty()
    }

    /// Every database arrives at the wanted schema's rights and owners.
    pub fn evens_out_rights(&self) -> bool {
        let mut kinds = self.steps.iter().map(|step| &step.kind);
        kinds.any(|kind| matches!(kind, StepKind::Rights { .. }))
    }
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
    let mut folded = fold::fold(input);
    if let Some(target) = input.target {
        folded.arrive_at(target, input.chain.head());
    }
    let steps = wanted::steps(input, &mut folded);
    let head = input
        .chain
        .steps
        .last()
        .map(|step| step.revision.id.clone());
    Plan {
        head,
        at_head: input.chain.head().clone(),
        target: folded.target,
        judged: folded.judged,
        steps,
        data: folded.data,
        by_hand: folded.by_hand,
        left_out: folded.left_out,
        decisions: folded.decisions,
        points: point::points(input.chain),
        modules: BTreeSet::new(),
    }
}
