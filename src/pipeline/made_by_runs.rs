//! What scripts make by names that only a run knows (loops over the catalog): a run on the schema at which
//! the plan arrives says what every database shall have of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::survey::on_large_stacks;
use super::{Modules, Survey};
use crate::catalog::{Applied, Catalog};
use crate::chain::Chain;
use crate::model::{Certainty, ChainFormat, Dialect, Effect, Place, Reach, RevisionId, Script};
use crate::plan::makes_something;
use crate::registry;
use crate::replay::{AfterFailure, FollowedRows, Ground, Program, SentRun, Start, run_script};

/// The effects of such statements with the names that they have on `target`, by script.
pub(super) fn made_by_runs(
    survey: &Survey,
    chain: Option<&Chain>,
    modules: &Modules<'_>,
    target: &Catalog,
) -> BTreeMap<Arc<str>, Vec<Effect>> {
    let heads = chain.map(|chain| chain.map.heads());
    let versions: BTreeSet<RevisionId> = heads.into_iter().flatten().collect();
    let scripts = survey.scripts.par_iter();
    let asked = scripts.filter(|script| !unknown(script).is_empty());
    let runs = on_large_stacks(|| {
        asked
            .map(|script| {
                let ground = Ground {
                    estate: modules,
                    registry: registry::standard(),
                    after_failure: AfterFailure::Stop,
                };
                let start = Start {
                    catalog: target.clone(),
                    versions: versions.clone(),
                    rows: FollowedRows::default(),
                };
                let of_alembic = |chain: &&Chain| chain.location.format == ChainFormat::Alembic;
                let chain = chain.filter(of_alembic);
                let program = Program::new(&script.file, &[], ground, chain, start);
                let replay = run_script(&program);
                let unknown = unknown(script);
                let made = replay.runs.iter().flat_map(|sent| effects(sent, &unknown));
                (Arc::clone(&script.file), made.collect::<Vec<_>>())
            })
            .collect::<Vec<_>>()
    });
    runs.into_iter()
        .filter(|(_, made)| !made.is_empty())
        .collect()
}

/// The statements that make something of which the text alone does not say what, by place.
fn unknown(script: &Script) -> BTreeMap<&Place, &Effect> {
    let effects = script.effects.iter();
    let effects = effects.filter(|effect| {
        let is_partial = effect.certainty >= Certainty::Partial || effect.object().contains('{');
        let is_sent = effect.dialect == Dialect::Postgres && !effect.reach.is_inert();
        is_partial && is_sent && makes_something(&effect.action)
    });
    effects
        .map(|effect| (&effect.provenance.call, effect))
        .collect()
}

fn effects(sent: &SentRun, unknown: &BTreeMap<&Place, &Effect>) -> Vec<Effect> {
    let Some(known) = unknown.get(&sent.call).filter(|_| !sent.undone) else {
        return Vec::new();
    };
    let done = sent.run.effects.iter();
    let done = done.filter(|done| matches!(done.applied, Applied::Changed(_)));
    let done = done.filter(|done| makes_something(&done.effect.action));
    done.map(|done| Effect {
        action: done.effect.action.clone(),
        guards: Vec::new(),
        certainty: Certainty::Exact,
        reach: Reach::Live,
        statement: Arc::clone(&sent.run.statement),
        ..(*known).clone()
    })
    .collect()
}
