//! `backfill-under-lock`.

use crate::lint::transaction::{self, Transaction};
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
        let transactions = transaction::of_effects(context, &unit);
        for (index, effect) in unit.possible() {
            if let Some(table) = backfilled(effect)
                && unit.may_have_rows(index, table)
                && let Some(locking) = locked_by(&unit, &transactions, index, table)
            {
                found.push(report(effect, table, locking));
            }
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

/// The first statement of the same transaction that locks the table for everybody.
fn locked_by<'a>(
    unit: &Unit<'a>,
    transactions: &[Transaction],
    index: usize,
    table: &ObjectName,
) -> Option<&'a Effect> {
    let of = |index: usize| transactions.get(index).copied().flatten();
    let own = of(index)?;
    let mut earlier = unit.possible().take_while(|(other, _)| *other < index);
    let locking = earlier.find(|(other, effect)| {
        of(*other) == Some(own) && exclusively_locked(&effect.action) == Some(table)
    });
    locking.map(|(_, effect)| effect)
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
