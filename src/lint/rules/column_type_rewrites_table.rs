//! `column-type-rewrites-table`.

use crate::catalog::Column;
use crate::lint::{Context, Rule};
use crate::model::{Action, DataType, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "column-type-rewrites-table",
    summary: "a change of type writes the whole table anew",
    level: Level::Note,
    documentation: include_str!("column_type_rewrites_table.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (index, effect) in unit.possible() {
            if let Action::AlterColumnType {
                table,
                column,
                change,
            } = &effect.action
                && let Some(old) = unit.before.column(table, column.as_str())
                && rewrites(old, &change.data_type)
                && unit.may_have_rows(index, table)
            {
                let (from, to) = (&old.data_type, &change.data_type);
                let message = format!(
                    "changing `{table}.{column}` from `{from}` to `{to}` writes `{table}` anew under an exclusive lock"
                );
                let help = format!(
                    "on a large table: add `{column}_new {to}`, fill it in batches, then swap the names in one transaction"
                );
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}

/// False where the stored bytes stay as they are (manual, ALTER TABLE, Notes).
fn rewrites(old: &Column, new: &DataType) -> bool {
    let old = &old.data_type;
    if old == new {
        return false;
    }
    let (from, to) = (old.name.to_string(), new.name.to_string());
    let text_like = |name: &str| matches!(name, "text" | "character varying");
    let scalar = old.array_dimensions == 0 && new.array_dimensions == 0;
    let stays = match (from.as_str(), to.as_str()) {
        (from, "text") if text_like(from) => true,
        (from, "character varying") if text_like(from) => widens(&old.modifiers, &new.modifiers),
        ("numeric", "numeric") => numeric_widens(&old.modifiers, &new.modifiers),
        ("inet", "cidr") => false,
        ("cidr", "inet") => true,
        _ => false,
    };
    !(scalar && stays)
}

/// No modifier is no limit.
fn widens(old: &[String], new: &[String]) -> bool {
    let limit = |modifiers: &[String]| {
        modifiers
            .first()
            .and_then(|limit| limit.parse::<u32>().ok())
    };
    match (limit(old), limit(new)) {
        (_, None) => new.is_empty(),
        (None, Some(_)) => false,
        (Some(old), Some(new)) => new >= old,
    }
}

/// The scale must stay; the precision may grow.
fn numeric_widens(old: &[String], new: &[String]) -> bool {
    new.is_empty() || old.get(1) == new.get(1) && widens(old, new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(old: &str, new: &str) -> bool {
        let old = Column::new("c", DataType::from_sql(old));
        rewrites(&old, &DataType::from_sql(new))
    }

    #[test]
    fn wider_text_and_numbers_stay_where_they_are() {
        for (old, new) in [
            ("varchar(20)", "varchar(50)"),
            ("varchar(20)", "text"),
            ("text", "varchar"),
            ("numeric(8,2)", "numeric(12,2)"),
            ("numeric(8,2)", "numeric"),
            ("integer", "int4"),
        ] {
            assert!(!changes(old, new), "{old} to {new}");
        }
    }

    #[test]
    fn everything_else_is_written_anew() {
        for (old, new) in [
            ("varchar(50)", "varchar(20)"),
            ("text", "varchar(20)"),
            ("integer", "bigint"),
            ("numeric(8,2)", "numeric(8,4)"),
            ("timestamp", "timestamptz"),
            ("text[]", "varchar(20)[]"),
            ("varchar(20)", "mood"),
        ] {
            assert!(changes(old, new), "{old} to {new}");
        }
    }
}
