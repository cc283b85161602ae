//! `index-blocks-writes`.

use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "index-blocks-writes",
    summary: "an index is built on a table that may have rows, while nobody can write",
    level: Level::Note,
    documentation: include_str!("index_blocks_writes.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (index, effect) in unit.possible() {
            let Action::CreateIndex {
                index: name,
                definition,
                concurrently: false,
                ..
            } = &effect.action
            else {
                continue;
            };
            if !unit.may_have_rows(index, &definition.table) {
                continue;
            }
            let named = name
                .as_ref()
                .map_or_else(String::new, |name| format!(" `{name}`"));
            let table = &definition.table;
            let message = format!("index{named} is built while nobody can write to `{table}`");
            let unique = if definition.unique { "UNIQUE " } else { "" };
            let help = format!(
                "outside a transaction: `CREATE {unique}INDEX CONCURRENTLY IF NOT EXISTS{} ON {table} ...;`",
                named.replace('`', "")
            );
            found.push(RULE.at(&effect.provenance.call, message).with_help(help));
        }
    }
}
