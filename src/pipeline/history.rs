//! The chain as the deciding wing sees it: what each revision did on the modelled database, and the
//! catalog after it.

use crate::catalog::Catalog;
use crate::chain::{Chain, Code};
use crate::graph::{ChainHistory, RevisionStep};
use crate::replay::{self, AfterFailure, Replay};

/// Replays the chain on an empty database. A revision that fails is passed over, so that those after
/// it are still read.
pub(super) fn history(chain: Option<&Chain>) -> ChainHistory {
    let is_sql = |chain: &&Chain| {
        let mut steps = chain.steps.iter();
        steps.any(|step| matches!(step.code, Code::Sql { .. }))
    };
    match chain.filter(is_sql) {
        Some(chain) => of_replay(replay::replay_sql(
            chain,
            Catalog::default(),
            AfterFailure::PassOver,
        )),
        None => ChainHistory::default(),
    }
}

fn of_replay(replay: Replay) -> ChainHistory {
    let steps = replay.steps.into_iter().map(|step| RevisionStep {
        effects: step.effects(),
        revision: step.revision,
        after: step.after,
    });
    ChainHistory::new(steps.collect())
}
