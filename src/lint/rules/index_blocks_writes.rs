//! `index-blocks-writes`.

use crate::lint::wording::one_line;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, IndexDefinition, Level};

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
            let help = format!("outside a transaction: {}", concurrent(effect, definition));
            found.push(RULE.at(&effect.provenance.call, message).with_help(help));
        }
    }
}

/// The user's own statement with CONCURRENTLY, where it is one that a message can hold.
fn concurrent(effect: &Effect, definition: &IndexDefinition) -> String {
    let statement = one_line(&effect.statement);
    let mut words = statement.splitn(2, " INDEX ");
    match (words.next(), words.next()) {
        (Some(create), Some(rest)) if !statement.ends_with("...") => {
            format!("`{create} INDEX CONCURRENTLY {rest};`")
        }
        _ => format!(
            "`CREATE INDEX CONCURRENTLY ... ON {} ...;`",
            definition.table
        ),
    }
}
