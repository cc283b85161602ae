//! `set-not-null-over-existing-rows`.

use crate::lint::unit::Unit;
use crate::lint::{Context, Rule};
use crate::model::{
    Action, ConstraintKind, Diagnostic, Identifier, Level, ObjectName, RowOperation,
};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "set-not-null-over-existing-rows",
    summary: "rows that nobody has filled must not be null from here on",
    level: Level::Note,
    documentation: include_str!("set_not_null_over_existing_rows.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (index, effect) in unit.possible() {
            if let Action::SetNotNull { table, column } = &effect.action
                && may_hold_nulls(&unit, table, column)
                && unit.may_have_rows(index, table)
                && !is_filled(&unit, index, table, column)
            {
                let message = format!(
                    "`{table}.{column}` must not be null from here on: this fails if a row has none"
                );
                let help = format!(
                    "fill it first: `UPDATE {table} SET {column} = ... WHERE {column} IS NULL;`"
                );
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}

/// As far as the schema before the unit tells.
fn may_hold_nulls(unit: &Unit<'_>, table: &ObjectName, column: &Identifier) -> bool {
    let before = unit.before.column(table, column.as_str());
    !before.is_some_and(|before| before.not_null)
}

/// The unit has filled the column, or has had it checked, before.
fn is_filled(unit: &Unit<'_>, index: usize, of: &ObjectName, column: &Identifier) -> bool {
    let mut earlier = unit.possible().take_while(|(other, _)| *other < index);
    earlier.any(|(_, effect)| fills(&effect.action, of, column))
}

fn fills(action: &Action, of: &ObjectName, column: &Identifier) -> bool {
    if let Action::Rows(change) = action {
        change.table == *of
            && matches!(
                change.operation,
                RowOperation::Update | RowOperation::Delete | RowOperation::Truncate
            )
    } else if let Action::AddColumn {
        table,
        column: added,
        ..
    } = action
    {
        table == of && added.name == *column && added.default.is_some()
    } else if let Action::AddConstraint { table, constraint } = action {
        // PostgreSQL takes a valid check for proof and reads no row.
        let is_check = |kind: &ConstraintKind| matches!(kind, ConstraintKind::Check { .. });
        table == of && is_check(&constraint.kind)
    } else if let Action::ValidateConstraint { table, .. } = action {
        table == of
    } else {
        false
    }
}
