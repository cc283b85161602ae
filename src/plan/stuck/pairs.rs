//! Pairs of scripts that can do together what neither does alone: one finds what the other one has made or
//! changed, and the chain meets something that they touch.

use std::collections::BTreeSet;

use crate::graph::{ChainHistory, ObjectKey, ObjectKind, Relation, Touch, touches};
use crate::model::Script;

use super::takes_place;

/// So many effects are applied for pairs at the most, over all points of the chain: those of the shortest
/// scripts come first.
const MOST_EFFECTS: usize = 2_000_000;

/// What a script meets, tables for their parts as well.
struct Meeting<'a> {
    script: &'a Script,
    touched: BTreeSet<ObjectKey>,
    changed: BTreeSet<ObjectKey>,
}

/// Each pair in both orders.
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
        for (second, other) in meetings.iter().enumerate().skip(first + 1) {
            let meets = !one.changed.is_disjoint(&other.touched)
                || !other.changed.is_disjoint(&one.touched);
            if meets && (meets_chain[first] || meets_chain[second]) {
                pairs.push((one.script, other.script));
            }
        }
    }
    within_bounds(chain.steps.len(), pairs)
        .into_iter()
        .flat_map(|(one, other)| [vec![one, other], vec![other, one]])
        .collect()
}

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
            spent += 2 * points * size(pair);
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
