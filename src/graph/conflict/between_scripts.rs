//! Scripts against each other, on objects that the chain does not settle.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Catalog;
use crate::graph::chain::ChainHistory;
use crate::graph::estate::{Actor, ActorKind};
use crate::graph::touch::{ObjectKey, ObjectKind, Relation, touches};
use crate::model::{Action, ObjectName, Script};

use super::compare::{self, Difference};
use super::{Canonical, Conflict, ConflictKind, Counterpart, scratch};

/// Every object that some script makes, with the columns that come with a table: not where the chain
/// has a table of that name, since then they do not come.
pub(super) fn created_by_scripts(head: &Catalog, scripts: &[Script]) -> BTreeSet<ObjectKey> {
    let effects = scripts.iter().flat_map(|script| &script.effects);
    let comes_to_nothing = |action: &Action| matches!(action, Action::CreateTable { table, .. } if head.relation(table).is_some());
    effects
        .filter(|effect| !effect.reach.is_inert() && !comes_to_nothing(&effect.action))
        .flat_map(|effect| touches(&effect.action))
        .filter(|touch| touch.relation == Relation::Creates)
        .map(|touch| touch.object)
        .collect()
}

/// One way in which a script leaves an object.
struct Version<'a> {
    script: &'a Script,
    effect: usize,
    action: &'a Action,
}

/// Objects that two scripts make and the chain does not have. Where their shapes differ, with
/// IF NOT EXISTS the first one wins, else the last one does.
pub(super) fn fights(
    chain: &ChainHistory,
    scripts: &[Script],
    canonical: Canonical,
) -> Vec<Conflict> {
    let mut versions: BTreeMap<ObjectKey, Vec<Version<'_>>> = BTreeMap::new();
    for script in scripts {
        for (index, effect) in script.effects.iter().enumerate() {
            if effect.reach.is_inert() {
                continue;
            }
            if let Some(key) = shaped_object(&effect.action) {
                let version = Version {
                    script,
                    effect: index,
                    action: &effect.action,
                };
                versions.entry(key).or_default().push(version);
            }
        }
    }
    let unsettled = versions
        .into_iter()
        .filter(|(key, _)| !is_settled(chain.head(), key));
    let mut scratchpad = chain.head().clone();
    unsettled
        .flat_map(|(key, versions)| fights_over(&mut scratchpad, &key, &versions, canonical))
        .collect()
}

fn shaped_object(action: &Action) -> Option<ObjectKey> {
    let key = |kind, name: String| ObjectKey::new(kind, name);
    if let Action::CreateTable { table, .. } = action {
        Some(key(ObjectKind::Relation, table.to_string()))
    } else if let Action::AddColumn { table, column, .. } = action {
        Some(key(ObjectKind::Column, table.part(column.name.as_str())))
    } else if let Action::CreateEnum { name, .. } = action {
        Some(key(ObjectKind::Type, name.to_string()))
    } else if let Action::CreateIndex { index, .. } = action {
        Some(key(ObjectKind::Index, index.as_ref()?.to_string()))
    } else {
        None
    }
}

fn is_settled(head: &Catalog, key: &ObjectKey) -> bool {
    let name = ObjectName::from_sql(&key.name);
    match key.kind {
        ObjectKind::Relation => head.relation(&name).is_some(),
        ObjectKind::Type => head.user_type(&name).is_some(),
        ObjectKind::Index => head.find_index(&name).is_some(),
        ObjectKind::Column => key.name.rsplit_once('.').is_some_and(|(table, column)| {
            head.column(&ObjectName::from_sql(table), column).is_some()
        }),
        _ => true,
    }
}

fn fights_over(
    head: &mut Catalog,
    key: &ObjectKey,
    versions: &[Version<'_>],
    canonical: Canonical,
) -> Vec<Conflict> {
    let Some((first, others)) = versions.split_first() else {
        return Vec::new();
    };
    let rivals = others
        .iter()
        .filter(|other| other.script.file != first.script.file);
    rivals
        .filter_map(|other| {
            let differences = compare_versions(head, other.action, first.action, canonical)?;
            let kind = match &differences[..] {
                [] => ConflictKind::RepeatsScript,
                _ => ConflictKind::LastWriterWins,
            };
            Some(Conflict {
                kind,
                object: key.clone(),
                script: other.script.file.clone(),
                place: other.script.effects[other.effect].provenance.call.clone(),
                effect: other.effect,
                counterpart: Some(Counterpart {
                    actor: Actor {
                        kind: ActorKind::Script,
                        name: first.script.file.clone(),
                    },
                    place: first.script.effects[first.effect].provenance.call.clone(),
                }),
                differences,
            })
        })
        .collect()
}

fn compare_versions(
    head: &mut Catalog,
    ours: &Action,
    theirs: &Action,
    canonical: Canonical,
) -> Option<Vec<Difference>> {
    match (ours, theirs) {
        (Action::CreateTable { table, .. }, Action::CreateTable { .. }) => both(
            scratch::table(head, table, ours),
            scratch::table(head, table, theirs),
            |ours, theirs| compare::tables(ours, theirs, canonical),
        ),
        (Action::AddColumn { table, column, .. }, Action::AddColumn { .. }) => both(
            scratch::column(head, table, &column.name, ours),
            scratch::column(head, table, &column.name, theirs),
            |ours, theirs| compare::columns(ours, theirs, canonical),
        ),
        (Action::CreateEnum { name, .. }, Action::CreateEnum { .. }) => both(
            scratch::user_type(head, name, ours),
            scratch::user_type(head, name, theirs),
            compare::types,
        ),
        (
            Action::CreateIndex {
                index: Some(name),
                definition,
                ..
            },
            Action::CreateIndex { .. },
        ) => {
            let name = ObjectName::qualified(definition.table.schema.clone(), name.clone());
            both(
                scratch::index(head, &name, ours),
                scratch::index(head, &name, theirs),
                |ours, theirs| compare::indexes(ours, theirs, canonical),
            )
        }
        _ => None,
    }
}

/// Compares where both could be made; a statement that fails at head is told elsewhere.
fn both<T, E>(
    ours: Result<T, E>,
    theirs: Result<T, E>,
    compare: impl Fn(&T, &T) -> Vec<Difference>,
) -> Option<Vec<Difference>> {
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => Some(compare(&ours, &theirs)),
        _ => None,
    }
}
