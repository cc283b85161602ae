//! `required-column-without-default`.

use crate::lint::{Context, Rule};
use crate::model::{Action, ColumnDefinition, Diagnostic, Level, ObjectName};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "required-column-without-default",
    summary: "a NOT NULL column without a default is added to a table that may have rows",
    level: Level::Warning,
    documentation: include_str!("required_column_without_default.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (index, effect) in unit.possible() {
            if let Action::AddColumn { table, column, .. } = &effect.action
                && is_required(column)
                && unit.may_have_rows(index, table)
            {
                let name = &column.name;
                let message = format!(
                    "column `{table}.{name}` must not be null and has no default: adding it fails if `{table}` has a row"
                );
                found.push(
                    RULE.at(&effect.provenance.call, message)
                        .with_help(help(table, column)),
                );
            }
        }
    }
}

fn is_required(column: &ColumnDefinition) -> bool {
    let filled = column.default.is_some()
        || column.generated.is_some()
        || column.identity.is_some()
        || column.data_type.serial_base().is_some();
    column.not_null && !filled
}

fn help(table: &ObjectName, column: &ColumnDefinition) -> String {
    let ColumnDefinition {
        name, data_type, ..
    } = column;
    format!(
        "in three steps: `ALTER TABLE {table} ADD COLUMN {name} {data_type};`, fill it, \
         then `ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL;`"
    )
}
