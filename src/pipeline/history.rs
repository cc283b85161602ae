//! The chain as the deciding wing sees it: what each revision did on the modelled database, and the
//! catalog after it.

use super::survey::on_large_stacks;
use super::{Estate, Modules, start};
use crate::chain::Chain;
use crate::graph::{ChainHistory, RevisionStep};
use crate::model::{ChainFault, Place, Revision, RevisionSpot};
use crate::registry;
use crate::replay::{self, AfterFailure, Ground, Replay, Start, StepFailure};

/// Runs the chain on an empty modelled database; `None` where it is of a kind that cannot be run so.
pub fn replay(estate: &Estate, chain: &Chain, after_failure: AfterFailure) -> Option<Replay> {
    let found = estate.located();
    let modules = Modules::new(&estate.files, &found.paths);
    run(estate, chain, &modules, after_failure)
}

fn run(
    estate: &Estate,
    chain: &Chain,
    modules: &Modules<'_>,
    after_failure: AfterFailure,
) -> Option<Replay> {
    chain.steps.first()?;
    // A prelude that fails is told where it is asked for: `replay`.
    let start = start::start(estate, chain).unwrap_or_else(|_| Start::empty());
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

/// A statement that fails is passed over, so that those after it are still read; each failure is a
/// fault of the chain.
pub(super) fn history(
    estate: &Estate,
    chain: Option<&Chain>,
    modules: &Modules<'_>,
) -> (ChainHistory, Vec<ChainFault>) {
    match chain.and_then(|chain| run(estate, chain, modules, AfterFailure::Savepoints)) {
        Some(replay) => of_replay(replay),
        None => (ChainHistory::default(), Vec::new()),
    }
}

fn of_replay(replay: Replay) -> (ChainHistory, Vec<ChainFault>) {
    let mut faults = Vec::new();
    for step in &replay.steps {
        if let Some(failure) = &step.failure {
            faults.push(fault(&step.revision, failure, !faults.is_empty()));
        }
    }
    let steps = replay.steps.into_iter().map(|step| RevisionStep {
        effects: step.effects(),
        revision: step.revision,
        after: step.after,
    });
    (ChainHistory::new(steps.collect()), faults)
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
