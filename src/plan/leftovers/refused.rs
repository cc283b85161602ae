//! What a script could make in a database of its own, and the target does not take: constraints, views and
//! indexes. They hold no rows, and go wherever they are.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, ConstraintKind, Relation};
use crate::model::{Action, Effect, ObjectName, Script};
use crate::plan::disposition::Disposition;
use crate::plan::fold::Folded;
use crate::plan::step::Leftover;
use crate::plan::{Citation, PlanInput};

use super::{index, is_in, view};

pub(super) fn leftovers(input: &PlanInput<'_>, folded: &Folded) -> Vec<(Leftover, Citation)> {
    let target = &folded.target;
    let ruled = |script: &&Script| input.rulings.contains_key(&*script.file);
    let mut found = Vec::new();
    for script in input.scripts.iter().filter(|script| !ruled(script)) {
        let judged = folded.judged.get(&script.file).into_iter().flatten();
        let conflicting = script.effects.iter().zip(judged);
        let conflicting =
            conflicting.filter(|(_, judged)| judged.disposition == Disposition::Conflicting);
        for (effect, _) in conflicting {
            let leftover = named(&effect.action).filter(|one| !is_in(target, one));
            found.extend(leftover.map(|leftover| (leftover, Citation::of(effect))));
        }
        found.extend(of_own_tables(target, script));
    }
    found
}

fn named(action: &Action) -> Option<Leftover> {
    let constraint = match action {
        Action::AddConstraint { table, constraint } => {
            constraint.name.as_ref().map(|name| Leftover::Constraint {
                table: table.clone(),
                name: name.clone(),
            })
        }
        _ => None,
    };
    constraint
        .or_else(|| index(action))
        .or_else(|| view(action))
}

/// Constraints of tables that the script makes where nobody has made them before, on what else it makes:
/// primary keys are the table's own affair.
fn of_own_tables(target: &Catalog, script: &Script) -> Vec<(Leftover, Citation)> {
    let mut own = Catalog::default();
    let effects = script.effects.iter();
    let makes_table = |effect: &&Effect| matches!(effect.action, Action::CreateTable { .. });
    if !effects.clone().any(|effect| makes_table(&effect)) {
        return Vec::new();
    }
    let taking_place = effects.filter(|effect| super::super::stuck::takes_place(effect));
    let mut made: Vec<(&ObjectName, &Effect)> = Vec::new();
    for effect in taking_place.filter(|effect| super::may_leave_something(&effect.action)) {
        // What fails makes nothing.
        let is_done = own.apply(&effect.action).is_ok();
        if let (true, Action::CreateTable { table, .. }) = (is_done, &effect.action) {
            made.push((table, effect));
        }
    }
    let mut seen = BTreeSet::new();
    made.retain(|(table, _)| seen.insert(*table));
    made.into_iter()
        .flat_map(|(table, effect)| {
            let constraints = constraints(&own, target, table);
            constraints
                .into_iter()
                .map(|one| (one, Citation::of(effect)))
        })
        .collect()
}

fn constraints(own: &Catalog, target: &Catalog, table: &ObjectName) -> Vec<Leftover> {
    let (Some(Relation::Table(here)), Some(wanted)) = (own.relation(table), target.table(table))
    else {
        return Vec::new();
    };
    let gone = here.constraints.iter().filter(|(name, constraint)| {
        let is_key = matches!(constraint.kind, ConstraintKind::PrimaryKey { .. });
        !is_key && !wanted.is_temporary() && !wanted.constraints.contains_key(*name)
    });
    gone.map(|(name, _)| Leftover::Constraint {
        table: table.clone(),
        name: name.clone(),
    })
    .collect()
}
