//! What the chain has made and dropped again. A database that looks further than it is, because a script has
//! made what shows a revision, never ran what that revision drops.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, ConstraintKind, Relation, Table};
use crate::graph::{ChainHistory, ObjectKey, ObjectKind};
use crate::model::{ObjectName, Place};
use crate::plan::Citation;
use crate::plan::step::Leftover;

/// What holds no rows, stood after some revision and is not in the target, with the revision that took it.
pub(super) fn dropped(chain: &ChainHistory, target: &Catalog) -> BTreeMap<Leftover, Citation> {
    let mut found = BTreeMap::new();
    for (index, step) in chain.steps.iter().enumerate() {
        let lost = lost(chain.before(index), &step.after);
        let lost = lost
            .into_iter()
            .filter(|part| !super::is_in(target, part) && is_on_something(target, part));
        found.extend(lost.map(|part| {
            let drop = key(&part).and_then(|key| chain.removal(&key));
            let place = drop.map(|drop| drop.place.clone());
            let citation = Citation {
                place: place.unwrap_or_else(|| Place::new(step.revision.file.clone(), 1, 1)),
                operation: "drop",
            };
            (part, citation)
        }));
    }
    found
}

fn key(part: &Leftover) -> Option<ObjectKey> {
    let kind = match part {
        Leftover::Index(_) => ObjectKind::Index,
        Leftover::View(_) => ObjectKind::Relation,
        Leftover::Sequence(_) => ObjectKind::Sequence,
        Leftover::Type(_) => ObjectKind::Type,
        Leftover::Trigger { .. } => ObjectKind::Trigger,
        Leftover::Policy { .. } => ObjectKind::Policy,
        Leftover::Constraint { .. } => ObjectKind::Constraint,
        Leftover::IndexesLike { .. } => return None,
    };
    Some(ObjectKey::new(kind, part.object()))
}

fn lost(before: &Catalog, after: &Catalog) -> Vec<Leftover> {
    let mut lost = Vec::new();
    for (name, relation) in &before.relations {
        match (relation, after.relations.get(name)) {
            // Catalogs of neighbours share what has not changed.
            (_, Some(now)) if std::ptr::eq(relation, now) => {}
            (Relation::Table(before), Some(Relation::Table(now))) => {
                lost.extend(parts(name, before, now));
            }
            (Relation::Index(index), None) if index.constraint.is_none() => {
                lost.push(Leftover::Index(name.clone()));
            }
            (Relation::View(_) | Relation::MaterializedView(_), None) => {
                lost.push(Leftover::View(name.clone()));
            }
            (
                Relation::Table(_)
                | Relation::Index(_)
                | Relation::View(_)
                | Relation::MaterializedView(_)
                | Relation::Sequence(_),
                _,
            ) => {}
        }
    }
    let types = before.types.keys();
    let types = types.filter(|name| !after.types.contains(name));
    lost.extend(types.map(|name| Leftover::Type(name.clone())));
    lost
}

/// Keys are the table's own affair.
fn parts(table: &ObjectName, before: &Table, now: &Table) -> Vec<Leftover> {
    let constraints = before.constraints.iter().filter(|(name, constraint)| {
        let is_key = matches!(constraint.kind, ConstraintKind::PrimaryKey { .. });
        !is_key && !constraint.inherited && !now.constraints.contains_key(*name)
    });
    let constraints = constraints.map(|(name, _)| Leftover::Constraint {
        table: table.clone(),
        name: name.clone(),
    });
    let triggers = before.triggers.keys();
    let triggers = triggers.filter(|name| !now.triggers.contains_key(*name));
    let triggers = triggers.map(|name| Leftover::Trigger {
        table: table.clone(),
        name: name.clone(),
    });
    let policies = before.policies.keys();
    let policies = policies.filter(|name| !now.policies.contains_key(*name));
    let policies = policies.map(|name| Leftover::Policy {
        table: table.clone(),
        name: name.clone(),
    });
    constraints.chain(triggers).chain(policies).collect()
}

/// A part of a table that is not there has gone with it.
fn is_on_something(target: &Catalog, part: &Leftover) -> bool {
    match part {
        Leftover::Constraint { table, .. }
        | Leftover::Trigger { table, .. }
        | Leftover::Policy { table, .. } => {
            target.table(table).is_some_and(|one| !one.is_temporary())
        }
        Leftover::Index(_)
        | Leftover::View(_)
        | Leftover::Sequence(_)
        | Leftover::Type(_)
        | Leftover::IndexesLike { .. } => true,
    }
}
