//! `volatile-default-rewrites-table`.

use crate::lint::{Context, Rule};
use crate::model::{Action, ColumnDefinition, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "volatile-default-rewrites-table",
    summary: "a column with a volatile default is added to a table that may have rows",
    level: Level::Note,
    documentation: include_str!("volatile_default_rewrites_table.md"),
    check,
};

/// Functions of PostgreSQL and its common extensions that give another value for each row.
const VOLATILE: &[&str] = &[
    "gen_random_uuid(",
    "uuid_generate_v1(",
    "uuid_generate_v4(",
    "random(",
    "clock_timestamp(",
    "timeofday(",
    "nextval(",
    "gen_random_bytes(",
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (index, effect) in unit.possible() {
            if let Action::AddColumn { table, column, .. } = &effect.action
                && let Some(why) = rewrites(column)
                && unit.may_have_rows(index, table)
            {
                let (name, data_type) = (&column.name, &column.data_type);
                let message = format!(
                    "adding `{table}.{name}` writes `{table}` anew under an exclusive lock: {why}"
                );
                let help = format!(
                    "on a large table: `ALTER TABLE {table} ADD COLUMN {name} {data_type};`, then set the default, then fill the old rows in batches"
                );
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}

fn rewrites(column: &ColumnDefinition) -> Option<String> {
    if column.generated.is_some() {
        return Some("it is computed for every row".to_owned());
    }
    if column.identity.is_some() || column.data_type.serial_base().is_some() {
        return Some("it numbers every row".to_owned());
    }
    let default = column.default.as_ref()?;
    let folded = default.to_lowercase();
    let volatile = VOLATILE.iter().any(|function| folded.contains(function));
    volatile.then(|| format!("its default `{default}` differs from row to row"))
}
