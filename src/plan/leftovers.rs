//! What scripts leave behind that the target does not have, holds no rows, and that nobody misses:
//! objects that the chain has dropped and a script makes again, old types, sequences of columns that
//! are serial no longer. Tables and columns are never taken away: they hold rows.

mod of_chain;
mod of_tables;
mod refused;

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Relation};
use crate::graph::{Conflict, ConflictKind, ObjectKind};
use crate::model::{Action, Identifier, ObjectName, Script};

use super::decision::Decision;
use super::fold::Folded;
use super::step::{Leftover, Step, StepKind};
use super::{Citation, PlanInput};

type Found = BTreeMap<Leftover, Vec<Citation>>;

/// One step for each object that may be taken away where nothing leans on it.
pub(super) fn steps(input: &PlanInput<'_>, folded: &Folded) -> Vec<Step> {
    let target = &folded.target;
    let mut found = Found::new();
    for conflict in input.conflicts {
        if let Some((leftover, citation)) = undone(input, target, &folded.decisions, conflict) {
            note(&mut found, leftover, citation);
        }
    }
    for script in input.scripts {
        by_products(input.chain.head(), target, script, &mut found);
        for effect in &script.effects {
            let constraints = of_tables::constraints(input.chain.head(), target, &effect.action);
            for leftover in constraints
                .into_iter()
                .chain(renamed(target, &effect.action))
            {
                note(&mut found, leftover, Citation::of(effect));
            }
        }
    }
    let refused = refused::leftovers(input, folded);
    for (leftover, citation) in indexes_of_runs(input, target).into_iter().chain(refused) {
        note(&mut found, leftover, citation);
    }
    for (leftover, citation) in of_chain::dropped(input.chain, target) {
        note(&mut found, leftover, citation);
    }
    let steps = found.into_iter().map(|(leftover, citations)| Step {
        kind: StepKind::Retire { leftover },
        citations,
    });
    steps.collect()
}

/// What a script gave another name, where somebody has made the chain's anew since: its name cannot be
/// given back then.
fn renamed(target: &Catalog, action: &Action) -> Option<Leftover> {
    let under = |name: &ObjectName, new_name: &Identifier| {
        ObjectName::qualified(name.schema.clone(), new_name.clone())
    };
    let (before, now) = match action {
        Action::RenameIndex {
            index, new_name, ..
        } => (
            Leftover::Index(index.clone()),
            Leftover::Index(under(index, new_name)),
        ),
        Action::RenameType { name, new_name } => (
            Leftover::Type(name.clone()),
            Leftover::Type(under(name, new_name)),
        ),
        Action::RenameConstraint {
            table,
            constraint,
            new_name,
        } => {
            let of_table = |name: &Identifier| Leftover::Constraint {
                table: table.clone(),
                name: name.clone(),
            };
            target.table(table)?;
            (of_table(constraint), of_table(new_name))
        }
        _ => return None,
    };
    (is_in(target, &before) && !is_in(target, &now)).then_some(now)
}

/// Indexes that a loop gave to what some database had then and the target has not.
fn indexes_of_runs(input: &PlanInput<'_>, target: &Catalog) -> Vec<(Leftover, Citation)> {
    // A shorter beginning would fit too many names.
    const SHORTEST: usize = 4;
    let effects = input.scripts.iter().flat_map(|script| &script.effects);
    let patterns = effects.filter_map(|effect| {
        let Leftover::Index(name) = index(&effect.action)? else {
            return None;
        };
        let pattern = name.name.to_string();
        let is_long = pattern.split('{').next()?.len() >= SHORTEST;
        let place = &effect.provenance.call;
        let mut runs = input.runs.get(&place.file)?.iter();
        let is_run = runs.any(|run| run.provenance.call == *place);
        (pattern.contains('{') && is_long && is_run).then(|| (pattern, Citation::of(effect)))
    });
    let indexes = target.relations.iter();
    let indexes = indexes.filter(|(_, relation)| matches!(relation, Relation::Index(_)));
    let indexes: Vec<Identifier> = indexes.map(|(name, _)| name.name.clone()).collect();
    let found = patterns.map(|(pattern, citation)| {
        let begins = pattern.split('{').next().unwrap_or_default();
        let known = indexes
            .iter()
            .filter(|name| name.as_str().starts_with(begins));
        let known = known.cloned().collect();
        (Leftover::IndexesLike { pattern, known }, citation)
    });
    found.collect()
}

fn note(found: &mut Found, leftover: Leftover, citation: Citation) {
    let citations = found.entry(leftover).or_default();
    if !citations.contains(&citation) {
        citations.push(citation);
    }
}

/// The chain dropped it, a script makes it again, and nobody has decided for the script.
fn undone(
    input: &PlanInput<'_>,
    target: &Catalog,
    decisions: &[Decision],
    conflict: &Conflict,
) -> Option<(Leftover, Citation)> {
    let asked = Decision::of(conflict, input.answers)?;
    let decided = decisions.iter().find(|decision| decision.id == asked.id);
    let for_chain = decided.is_none_or(|decision| decision.outcome() != "script");
    if !for_chain {
        return None;
    }
    let script = input
        .scripts
        .iter()
        .find(|script| script.file == conflict.script)?;
    let effect = script.effects.get(conflict.effect)?;
    let leftover = match conflict.kind {
        ConflictKind::UndoneLater => made_again(&effect.action, conflict)?,
        // The chain's table has not what it indexes; that of the script may have been there first.
        ConflictKind::NeedsMissing => index(&effect.action).or_else(|| view(&effect.action))?,
        _ => return None,
    };
    (!is_in(target, &leftover)).then(|| (leftover, Citation::of(effect)))
}

fn index(action: &Action) -> Option<Leftover> {
    let Action::CreateIndex {
        index: Some(name),
        definition,
        ..
    } = action
    else {
        return None;
    };
    let schema = definition.table.schema.clone();
    Some(Leftover::Index(ObjectName::qualified(schema, name.clone())))
}

fn view(action: &Action) -> Option<Leftover> {
    match action {
        Action::CreateView { name, .. } | Action::CreateMaterializedView { name, .. } => {
            Some(Leftover::View(name.clone()))
        }
        _ => None,
    }
}

/// The object of the conflict, where the action makes it and it holds no rows.
fn made_again(action: &Action, conflict: &Conflict) -> Option<Leftover> {
    let name = ObjectName::from_sql(&conflict.object.name);
    match (action, conflict.object.kind) {
        // Made before the chain took away what it reads, it is there still where that was only renamed.
        (
            Action::CreateIndex { .. },
            ObjectKind::Index | ObjectKind::Column | ObjectKind::Relation,
        ) => index(action),
        (
            Action::CreateView { .. } | Action::CreateMaterializedView { .. },
            ObjectKind::Relation | ObjectKind::Column,
        ) => view(action),
        (Action::CreateSequence { .. }, ObjectKind::Sequence) => Some(Leftover::Sequence(name)),
        (
            Action::CreateEnum { .. } | Action::CreateType { .. } | Action::CreateDomain { .. },
            ObjectKind::Type,
        ) => Some(Leftover::Type(name)),
        (Action::CreateTrigger { .. }, ObjectKind::Trigger) => {
            part(&conflict.object.name).map(|(table, name)| Leftover::Trigger { table, name })
        }
        (Action::CreatePolicy { .. }, ObjectKind::Policy) => {
            part(&conflict.object.name).map(|(table, name)| Leftover::Policy { table, name })
        }
        _ => None,
    }
}

fn part(object: &str) -> Option<(ObjectName, crate::model::Identifier)> {
    let (table, name) = object.rsplit_once('.')?;
    Some((
        ObjectName::from_sql(table),
        crate::model::Identifier::exact(name),
    ))
}

fn is_in(target: &Catalog, leftover: &Leftover) -> bool {
    match leftover {
        Leftover::Index(name) | Leftover::View(name) | Leftover::Sequence(name) => {
            target.relation(name).is_some()
        }
        // It names those that it keeps.
        Leftover::IndexesLike { .. } => false,
        Leftover::Type(name) => target.user_type(name).is_some(),
        Leftover::Trigger { table, name } => target
            .table(table)
            .is_none_or(|table| table.triggers.contains_key(name)),
        Leftover::Policy { table, name } => target
            .table(table)
            .is_none_or(|table| table.policies.contains_key(name)),
        Leftover::Constraint { table, name } => target
            .table(table)
            .is_none_or(|table| table.constraints.contains_key(name)),
    }
}

/// Types and sequences that are there after the script ran at head, and that no one has asked for.
fn by_products(head: &Catalog, target: &Catalog, script: &Script, found: &mut Found) {
    let mut after = head.clone();
    for effect in script
        .effects
        .iter()
        .filter(|effect| !effect.reach.is_inert())
    {
        let before = after.clone();
        // What fails leaves nothing behind.
        if !may_leave_something(&effect.action) || after.apply(&effect.action).is_err() {
            continue;
        }
        for name in after.types.keys() {
            let is_new = !before.types.contains(name) && target.user_type(name).is_none();
            if is_new {
                note(found, Leftover::Type(name.clone()), Citation::of(effect));
            }
        }
        for (name, relation) in &after.relations {
            if is_byproduct(relation, target)
                && before.relations.get(name).is_none()
                && target.relation(name).is_none()
            {
                note(
                    found,
                    Leftover::Sequence(name.clone()),
                    Citation::of(effect),
                );
            }
        }
    }
    found.retain(|leftover, citations| {
        let ours = citations
            .iter()
            .all(|citation| citation.place.file == script.file);
        !ours || still_there(&after, leftover) || !is_by_product(leftover)
    });
}

fn may_leave_something(action: &Action) -> bool {
    !matches!(action, Action::Rows(_))
}

fn is_by_product(leftover: &Leftover) -> bool {
    matches!(leftover, Leftover::Type(_) | Leftover::Sequence(_))
}

fn still_there(after: &Catalog, leftover: &Leftover) -> bool {
    match leftover {
        Leftover::Type(name) => after.user_type(name).is_some(),
        Leftover::Sequence(name) => after.relation(name).is_some(),
        _ => true,
    }
}

/// The sequence of a column, not one that somebody made for itself.
fn is_byproduct(relation: &Relation, target: &Catalog) -> bool {
    relation.as_sequence().is_some_and(|sequence| {
        let owner = sequence.owned_by.as_ref();
        !sequence.identity && owner.is_some_and(|(table, _)| target.table(table).is_some())
    })
}
