//! `redundant-index`.

use crate::catalog::Catalog;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Identifier, IndexDefinition, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "redundant-index",
    summary: "an index repeats one that the table has under another name",
    level: Level::Warning,
    documentation: include_str!("redundant_index.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (_, effect) in unit.possible() {
            if let Action::CreateIndex {
                index, definition, ..
            } = &effect.action
                && let Some(twin) = twin(unit.before, index.as_ref(), definition)
            {
                let table = &definition.table;
                let named = index
                    .as_ref()
                    .map_or_else(String::new, |index| format!(" `{index}`"));
                let message = format!("index{named} repeats `{twin}` of `{table}`");
                let help = format!(
                    "leave it out: `{twin}` serves the same queries, and each index slows every write"
                );
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}

/// An index of another name with the same keys, or a unique one where a plain one is asked for.
pub(super) fn twin(
    catalog: &Catalog,
    index: Option<&Identifier>,
    definition: &IndexDefinition,
) -> Option<String> {
    let others = catalog.indexes_of(&definition.table).into_iter();
    let mut twins = others.filter(|(name, other)| {
        let other = &other.definition;
        index != Some(&name.name)
            && other.keys == definition.keys
            && other.include == definition.include
            && other.predicate == definition.predicate
            && other.method == definition.method
            && (other.unique || !definition.unique)
    });
    twins.next().map(|(name, _)| name.to_string())
}
