//! What goes: things that scripts left behind, and names that they gave.

use crate::model::{Identifier, ObjectName};
use crate::plan::{Leftover, Renamed};

use super::super::quote::{quote_identifier, quote_literal, quote_name};
use super::call;

pub(super) fn retire(leftover: &Leftover) -> String {
    let kind = quote_literal(leftover.kind());
    let arguments = match leftover {
        Leftover::Index(name)
        | Leftover::View(name)
        | Leftover::Sequence(name)
        | Leftover::Type(name) => vec![kind, quote_literal(&quote_name(name))],
        Leftover::Trigger { table, name }
        | Leftover::Policy { table, name }
        | Leftover::Constraint { table, name } => vec![
            kind,
            quote_literal(name.as_str()),
            quote_literal(&quote_name(table)),
        ],
        Leftover::IndexesLike { pattern, known } => return retire_others(pattern, known),
    };
    call("ensure_gone", &arguments)
}

/// Each part in braces stands for any text.
pub(super) fn retire_others(pattern: &str, known: &[Identifier]) -> String {
    let parts = pattern.split('{').enumerate();
    let form = parts.map(|(index, part)| {
        let text = match index {
            0 => part,
            _ => part.split_once('}').map_or("", |(_, rest)| rest),
        };
        let text = text
            .replace('\\', "\\\\")
            .replace('_', "\\_")
            .replace('%', "\\%");
        if index == 0 { text } else { format!("%{text}") }
    });
    let known = known.iter().map(|name| quote_literal(name.as_str()));
    let known = format!("ARRAY[{}]::name[]", known.collect::<Vec<_>>().join(", "));
    let form = quote_literal(&form.collect::<String>());
    call("ensure_no_others_like", &[form, known])
}

/// Gives an object its name back, where only the new name is there.
pub(super) fn rename_back(renamed: &Renamed, now: &Identifier, before: &Identifier) -> String {
    let (now_word, before_word) = (quote_identifier(now), quote_identifier(before));
    let qualified = |schema: &Option<Identifier>, name: &Identifier| {
        quote_name(&ObjectName::qualified(schema.clone(), name.clone()))
    };
    let there = |function: &str, schema: &Option<Identifier>| {
        let (now, before) = (qualified(schema, now), qualified(schema, before));
        let (now, before) = (quote_literal(&now), quote_literal(&before));
        format!("{function}({now}) IS NOT NULL AND {function}({before}) IS NULL")
    };
    let part = |table: &ObjectName, catalog: &str, relation: &str, column: &str| {
        let table = quote_literal(&quote_name(table));
        let row = |name: &Identifier| {
            let name = quote_literal(name.as_str());
            format!(
                "EXISTS (SELECT FROM {catalog} WHERE {relation} = to_regclass({table}) AND {column} = {name})"
            )
        };
        format!("{} AND NOT {}", row(now), row(before))
    };
    let rename = |words: String| {
        (
            format!("{words} {now_word} TO {before_word}"),
            format!("{words} {before_word} TO {now_word}"),
        )
    };
    let whole = |words: &str, schema: &Option<Identifier>| {
        let (new, old) = (qualified(schema, now), qualified(schema, before));
        (
            format!("{words} {new} RENAME TO {before_word}"),
            format!("{words} {old} RENAME TO {now_word}"),
        )
    };
    let (condition, (done, undo)) = match renamed {
        Renamed::Table { schema } => (there("to_regclass", schema), whole("ALTER TABLE", schema)),
        Renamed::Index { schema } => (there("to_regclass", schema), whole("ALTER INDEX", schema)),
        Renamed::Type { schema } => (there("to_regtype", schema), whole("ALTER TYPE", schema)),
        Renamed::Label { of } => {
            let (name, of) = (quote_name(of), quote_literal(&quote_name(of)));
            let (new, old) = (quote_literal(now.as_str()), quote_literal(before.as_str()));
            let has = |label: &str| {
                format!(
                    "EXISTS (SELECT FROM pg_enum WHERE enumtypid = to_regtype({of}) AND enumlabel = {label})"
                )
            };
            (
                format!("{} AND NOT {}", has(&new), has(&old)),
                (
                    format!("ALTER TYPE {name} RENAME VALUE {new} TO {old}"),
                    format!("ALTER TYPE {name} RENAME VALUE {old} TO {new}"),
                ),
            )
        }
        Renamed::Column { table } => (
            part(table, "pg_attribute", "attrelid", "attname"),
            rename(format!("ALTER TABLE {} RENAME COLUMN", quote_name(table))),
        ),
        Renamed::Constraint { table } => (
            part(table, "pg_constraint", "conrelid", "conname"),
            rename(format!(
                "ALTER TABLE {} RENAME CONSTRAINT",
                quote_name(table)
            )),
        ),
    };
    let (done, undo) = (quote_literal(&done), quote_literal(&undo));
    format!(
        "DO $rename$\nBEGIN\n    IF {condition} THEN\n        PERFORM pg_temp.fixfold_do({done}, {undo});\n    END IF;\nEND\n$rename$"
    )
}
