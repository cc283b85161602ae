//! `backfill-under-lock`.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{ObjectKey, ObjectKind, Relation, touches};
use crate::lint::transaction;
use crate::lint::unit::Unit;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, Level, ObjectName, RowOperation};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "backfill-under-lock",
    summary: "rows are changed in the transaction that holds the table's exclusive lock",
    level: Level::Note,
    documentation: include_str!("backfill_under_lock.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        if !unit
            .possible()
            .any(|(_, effect)| backfilled(effect).is_some())
        {
            continue;
        }
        of_unit(context, &unit, found);
    }
}

/// One pass, for a script may change many thousands of rows.
fn of_unit(context: &Context<'_>, unit: &Unit<'_>, found: &mut Vec<Diagnostic>) {
    let transactions = transaction::of_effects(context, unit);
    let mut made: BTreeSet<ObjectKey> = BTreeSet::new();
    // The first statement of each transaction that locks a table for everybody.
    let mut locks: BTreeMap<(u32, &ObjectName), &Effect> = BTreeMap::new();
    for (index, effect) in unit.possible() {
        let own = transactions.get(index).copied().flatten();
        if let Some(table) = backfilled(effect)
            && let Some(locking) = own.and_then(|own| locks.get(&(own, table)))
            && !made.contains(&ObjectKey::new(ObjectKind::Relation, table.to_string()))
        {
            found.push(report(effect, table, locking));
        }
        if matches!(effect.action, Action::Rows(_)) {
            continue;
        }
        let touches = touches(&effect.action).into_iter();
        let creates = touches.filter(|touch| touch.relation == Relation::Creates);
        made.extend(creates.map(|touch| touch.object));
        if let (Some(own), Some(table)) = (own, exclusively_locked(&effect.action)) {
            locks.entry((own, table)).or_insert(effect);
        }
    }
}

fn backfilled(effect: &Effect) -> Option<&ObjectName> {
    let Action::Rows(change) = &effect.action else {
        return None;
    };
    let over_many = matches!(
        change.operation,
        RowOperation::Update | RowOperation::Delete
    );
    over_many.then_some(&change.table)
}

/// The table that the action locks in ACCESS EXCLUSIVE mode (manual, ALTER TABLE).
fn exclusively_locked(action: &Action) -> Option<&ObjectName> {
    let (Action::AddColumn { table, .. }
    | Action::DropColumn { table, .. }
    | Action::RenameColumn { table, .. }
    | Action::AlterColumnType { table, .. }
    | Action::SetNotNull { table, .. }
    | Action::DropNotNull { table, .. }
    | Action::SetDefault { table, .. }
    | Action::DropDefault { table, .. }
    | Action::DropConstraint { table, .. }
    | Action::EnableRls { table }
    | Action::DisableRls { table }) = action
    else {
        return None;
    };
    Some(table)
}

fn report(effect: &Effect, table: &ObjectName, locking: &Effect) -> Diagnostic {
    let message = format!("rows of `{table}` are changed while nobody can read it");
    RULE.at(&effect.provenance.call, message)
        .with_label(
            locking.provenance.call.clone(),
            "locked from here to the end of the transaction",
        )
        .with_help("change the rows in a revision or transaction of its own, after this one")
}
