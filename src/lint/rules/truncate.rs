//! `truncate`.

use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level, RowOperation};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "truncate",
    summary: "a TRUNCATE empties a table",
    level: Level::Error,
    documentation: include_str!("truncate.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (index, effect) in unit.possible() {
            if let Action::Rows(change) = &effect.action
                && change.operation == RowOperation::Truncate
                && unit.may_have_rows(index, &change.table)
            {
                let table = &change.table;
                let also = if change.cascade {
                    ", and every table that references it"
                } else {
                    ""
                };
                let message = format!("`{table}` is emptied{also}");
                let help = format!("say which rows are to go: `DELETE FROM {table} WHERE ...;`");
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}
