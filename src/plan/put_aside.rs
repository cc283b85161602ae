//! Triggers that fail whenever they fire, at tables whose rows a revision changes: no database with such
//! rows passes the revision. They are put aside for the statement and come back right after it; what they
//! would have done they have never been able to do.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{ChainHistory, RevisionStep};
use crate::model::{Action, Effect, Identifier, ObjectName, SqlError};

use super::patch::{Reasons, StuckState};
use super::pieces::Piece;

/// What stands in the way of one effect.
pub(super) struct InTheWay<'a> {
    pub(super) effect: &'a Effect,
    pub(super) table: ObjectName,
    pub(super) triggers: BTreeMap<Identifier, SqlError>,
}

/// What of a revision such triggers stop.
pub(super) fn in_the_way(chain: &ChainHistory, index: usize) -> Vec<InTheWay<'_>> {
    let step = &chain.steps[index];
    if !changes_rows(step) {
        return Vec::new();
    }
    let mut catalog = chain.before(index).clone();
    let mut found = Vec::new();
    for effect in step
        .effects
        .iter()
        .filter(|effect| !effect.reach.is_inert())
    {
        if let Action::Rows(change) = &effect.action {
            let triggers = catalog.failing_triggers(&change.table, change.operation);
            if !triggers.is_empty() {
                found.push(InTheWay {
                    effect,
                    table: change.table.clone(),
                    triggers: triggers.into_iter().collect(),
                });
            }
        } else {
            // The chain itself runs: what its model cannot apply changes nothing here.
            let _ = catalog.apply(&effect.action);
        }
    }
    found
}

fn changes_rows(step: &RevisionStep) -> bool {
    let mut effects = step.effects.iter();
    effects.any(|effect| matches!(effect.action, Action::Rows(_)))
}

/// Why a statement's lines are replaced.
pub(super) fn reasons(one: &InTheWay<'_>, reasons: &mut Reasons) {
    for (trigger, error) in &one.triggers {
        let reason = format!(
            "trigger `{trigger}` of `{}` fails at every row: {} ({}); it is put aside for this statement, and fails as before after it",
            one.table, error.message, error.state
        );
        reasons.entry(reason).or_default();
    }
}

/// The databases that cannot pass.
pub(super) fn states<'a>(found: &'a [InTheWay<'_>]) -> impl Iterator<Item = StuckState> + 'a {
    found.iter().flat_map(|one| {
        one.triggers.iter().map(|(trigger, error)| StuckState {
            scripts: "the chain alone".to_owned(),
            point: format!("a database with rows in `{}`", one.table),
            why: format!("trigger `{trigger}`: {} ({})", error.message, error.state),
        })
    })
}

/// The pieces of a statement between those that put its triggers aside and bring them back.
pub(super) fn around(
    found: &[InTheWay<'_>],
    is_here: impl Fn(&Effect) -> bool,
    pieces: Vec<Piece>,
) -> Vec<Piece> {
    let here = found.iter().filter(|one| is_here(one.effect));
    let mut tables: BTreeMap<&ObjectName, BTreeSet<&Identifier>> = BTreeMap::new();
    for one in here {
        tables
            .entry(&one.table)
            .or_default()
            .extend(one.triggers.keys());
    }
    let aside = tables.iter().map(|(table, triggers)| Piece::PutAside {
        table: (*table).clone(),
        triggers: triggers.iter().map(|trigger| (*trigger).clone()).collect(),
    });
    let back = tables.keys().map(|table| Piece::BringBack {
        table: (*table).clone(),
    });
    let before: Vec<Piece> = aside.collect();
    before.into_iter().chain(pieces).chain(back).collect()
}
