//! Pairs of scripts that can do together what neither does alone: at head a statement of the second one goes
//! through after the first one that fails without it, and the chain meets something that they touch.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::catalog::Catalog;
use crate::graph::{ChainHistory, ObjectKey, ObjectKind, Relation, Touch, touches};
use crate::model::Script;

use super::takes_place;

/// So many effects are applied for pairs at the most, over all points of the chain: those of the shortest
/// scripts come first.
const MOST_EFFECTS: usize = 200_000;

/// What a script meets, tables for their parts as well.
struct Meeting<'a> {
    script: &'a Script,
    touched: BTreeSet<ObjectKey>,
    changed: BTreeSet<ObjectKey>,
}

/// In the order in which they run.
pub(super) fn worth_a_look<'a>(
    chain: &ChainHistory,
    scripts: &[&'a Script],
) -> Vec<Vec<&'a Script>> {
    let meetings: Vec<Meeting<'a>> = scripts.iter().map(|script| meeting(script)).collect();
    let meets_chain: Vec<bool> = meetings
        .iter()
        .map(|one| one.touched.iter().any(|key| !chain.events(key).is_empty()))
        .collect();
    let mut pairs = Vec::new();
    for (first, one) in meetings.iter().enumerate() {
        for (second, other) in meetings.iter().enumerate() {
            let meets = first != second && !one.changed.is_disjoint(&other.touched);
            if meets && (meets_chain[first] || meets_chain[second]) {
                pairs.push((one.script, other.script));
            }
        }
    }
    let pairs = within_bounds(1, pairs);
    let helps = pairs
        .into_par_iter()
        .filter(|(one, other)| helps(chain.head(), one, other));
    let pairs = within_bounds(chain.steps.len(), helps.collect());
    pairs
        .into_iter()
        .map(|(one, other)| vec![one, other])
        .collect()
}

/// Whether an effect of the second script fails on this catalog and goes through after the first one.
fn helps(head: &Catalog, first: &Script, second: &Script) -> bool {
    let alone = failing(head.clone(), second);
    if alone.is_empty() {
        return false;
    }
    let mut after = head.clone();
    super::run(&mut after, first);
    !alone.is_subset(&failing(after, second))
}

fn failing(mut catalog: Catalog, script: &Script) -> BTreeSet<usize> {
    let effects = script.effects.iter().enumerate();
    let effects = effects.filter(|(_, effect)| takes_place(effect));
    effects
        .filter(|(_, effect)| catalog.apply(&effect.action).is_err())
        .map(|(index, _)| index)
        .collect()
}

/// Those of the shortest scripts, at so many points of the chain.
fn within_bounds<'a>(
    points: usize,
    mut pairs: Vec<(&'a Script, &'a Script)>,
) -> Vec<(&'a Script, &'a Script)> {
    let size = |(one, other): &(&Script, &Script)| one.effects.len() + other.effects.len();
    pairs.sort_by_key(size);
    let mut spent = 0;
    pairs
        .into_iter()
        .take_while(|pair| {
            spent += points * size(pair);
            spent <= MOST_EFFECTS
        })
        .collect()
}

fn meeting(script: &Script) -> Meeting<'_> {
    let effects = script.effects.iter().filter(|effect| takes_place(effect));
    let touched: Vec<Touch> = effects.flat_map(|effect| touches(&effect.action)).collect();
    let changed = touched
        .iter()
        .filter(|touch| !matches!(touch.relation, Relation::Needs | Relation::Writes));
    Meeting {
        script,
        changed: with_tables(changed),
        touched: with_tables(touched.iter()),
    }
}

pub(super) fn with_tables<'t>(touches: impl Iterator<Item = &'t Touch>) -> BTreeSet<ObjectKey> {
    let with_table = |touch: &Touch| {
        let table = touch.object.name.rsplit_once('.');
        let table = table.filter(|_| is_part(touch.object.kind));
        let table = table.map(|(table, _)| ObjectKey::new(ObjectKind::Relation, table));
        [Some(touch.object.clone()), table].into_iter().flatten()
    };
    touches.flat_map(with_table).collect()
}

fn is_part(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::Column | ObjectKind::Constraint | ObjectKind::Trigger | ObjectKind::Policy
    )
}
