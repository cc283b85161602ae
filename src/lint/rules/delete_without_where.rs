//! `delete-without-where`.

use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level, RowOperation};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "delete-without-where",
    summary: "a DELETE removes every row of a table",
    level: Level::Error,
    documentation: include_str!("delete_without_where.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (index, effect) in unit.possible() {
            if let Action::Rows(change) = &effect.action
                && change.operation == RowOperation::Delete
                && change.condition.is_none()
                && unit.may_have_rows(index, &change.table)
            {
                let table = &change.table;
                let help = format!(
                    "say which rows: `DELETE FROM {table} WHERE ...;`, and keep them: `CREATE TABLE {}_kept AS SELECT * FROM {table};`",
                    table.name
                );
                let message = format!("every row of `{table}` is deleted");
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}
