//! The chain as the deciding wing sees it: what each revision did on the modelled database, and the
//! catalog after it.

use super::survey::on_large_stacks;
use super::{Estate, Modules, start};
use crate::chain::Chain;
use crate::graph::{Blocker, ChainHistory, RevisionStep};
use crate::model::{Action, ChainFault, Place, Revision, RevisionSpot};
use crate::registry;
use crate::replay::platform::Prelude;
use crate::replay::{
    self, AfterFailure, Ground, Replay, RunEffect, SentRun, Start, StepFailure, StepReplay,
};

/// Runs the chain on an empty modelled database, or on its baseline; `None` where it is of a kind that cannot be
/// run so.
pub fn replay(
    estate: &Estate,
    chain: &Chain,
    baseline: Option<&Prelude>,
    after_failure: AfterFailure,
) -> Option<Replay> {
    let found = estate.located();
    let modules = Modules::new(&estate.files, &found.paths);
    run(estate, chain, &modules, after_failure, baseline)
}

fn run(
    estate: &Estate,
    chain: &Chain,
    modules: &Modules<'_>,
    after_failure: AfterFailure,
    baseline: Option<&Prelude>,
) -> Option<Replay> {
    chain.steps.first()?;
    // A prelude that fails is told where it is asked for: `replay`.
    let start = start::founded(estate, chain, baseline).unwrap_or_else(|_| Start::empty());
    let mended = (after_failure == AfterFailure::Mended).then(|| chain.mended());
    let chain = mended.as_ref().unwrap_or(chain);
    Some(on_large_stacks(|| {
        let registry = registry::standard();
        let ground = Ground {
            estate: modules,
            registry,
            after_failure,
        };
        replay::replay(chain, ground, start)
    }))
}

/// What stands in the chain's own way is passed over, as a patch takes it out; each failure is a fault
/// of the chain.
pub(super) fn history(
    estate: &Estate,
    chain: Option<&Chain>,
    modules: &Modules<'_>,
    baseline: Option<&Prelude>,
) -> Walked {
    let replay =
        chain.and_then(|chain| run(estate, chain, modules, AfterFailure::Mended, baseline));
    let (history, faults) = match (chain, &replay) {
        (Some(chain), Some(replay)) => of_replay(chain, replay),
        _ => (ChainHistory::default(), Vec::new()),
    };
    Walked {
        history,
        faults,
        replay,
    }
}

/// A walk along the chain.
pub(super) struct Walked {
    pub history: ChainHistory,
    pub faults: Vec<ChainFault>,
    /// `None` where there is no chain, or one that cannot be run so.
    pub replay: Option<Replay>,
}

fn of_replay(chain: &Chain, replay: &Replay) -> (ChainHistory, Vec<ChainFault>) {
    let mut faults = Vec::new();
    for step in &replay.steps {
        if let Some(failure) = &step.failure {
            faults.push(fault(&step.revision, failure, !faults.is_empty()));
        }
    }
    let steps = replay.steps.iter().map(|step| RevisionStep {
        blockers: blockers(chain, step),
        effects: step.effects(),
        revision: step.revision.clone(),
        after: step.after.clone(),
    });
    (ChainHistory::new(steps.collect()), faults)
}

/// What the revision needs taken out, so that the chain walks from an empty database to its head.
fn blockers(chain: &Chain, step: &StepReplay) -> Vec<Blocker> {
    let id = &step.revision.id;
    let parents = chain.redundant_parents(id).into_iter();
    let commits = step.own_commits.iter().cloned();
    // Each revision in a transaction of its own loses nothing by it.
    let commits = commits.filter(|_| !chain.environment.transaction_per_migration);
    let is_own = |sent: &&SentRun| step.failure.is_some() && !sent.is_bookkeeping();
    let refused = step.runs.iter().filter(is_own).filter_map(|sent| {
        Some(Blocker::Refused {
            call: sent.call.clone(),
            via: sent.via.clone(),
            statement: sent.run.statement.clone(),
            error: sent.run.error()?.clone(),
        })
    });
    let widened = step.runs.iter().filter(|sent| {
        let alters =
            |effect: &RunEffect| matches!(effect.effect.action, Action::AlterColumnType { .. });
        sent.is_bookkeeping() && sent.run.effects.iter().any(alters)
    });
    let widened = widened.map(|sent| Blocker::LongId {
        length: id.as_str().chars().count(),
        statement: sent.run.statement.clone(),
    });
    parents
        .map(Blocker::RedundantParent)
        .chain(widened)
        .chain(commits.map(Blocker::OwnCommit))
        .chain(refused)
        .collect()
}

fn fault(revision: &Revision, failure: &StepFailure, after_others: bool) -> ChainFault {
    let declared = Place::new(&*revision.file, revision.line, 1);
    ChainFault::Fails {
        place: failure.place().unwrap_or(&declared).clone(),
        revision: RevisionSpot {
            id: revision.id.clone(),
            place: declared,
        },
        reason: failure.describe(),
        after_others,
    }
}
