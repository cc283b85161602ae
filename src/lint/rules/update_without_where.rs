//! `update-without-where`.

use std::collections::BTreeSet;

use crate::graph::{ObjectKey, ObjectKind};
use crate::lint::unit::Unit;
use crate::lint::wording::{names, one_line};
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, Level, RowChange, RowOperation};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "update-without-where",
    summary: "an UPDATE changes every row of a table",
    level: Level::Warning,
    documentation: include_str!("update_without_where.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (index, effect) in unit.possible() {
            if let Action::Rows(change) = &effect.action
                && change.operation == RowOperation::Update
                && change.condition.is_none()
                && !fills_new_columns(&unit, index, change)
                && unit.may_have_rows(index, &change.table)
            {
                found.push(report(effect, change));
            }
        }
    }
}

/// Filling a column that the same unit has just added means every row.
fn fills_new_columns(unit: &Unit<'_>, index: usize, change: &RowChange) -> bool {
    let added = |column: &str| {
        let key = ObjectKey::new(ObjectKind::Column, change.table.part(column));
        unit.makes_before(index, &key)
    };
    !change.columns.is_empty() && change.columns.iter().all(|column| added(column.as_str()))
}

fn report(effect: &Effect, change: &RowChange) -> Diagnostic {
    let columns = names(change.columns.iter().map(|column| column.as_str()));
    let table = &change.table;
    let what = if columns.is_empty() {
        String::new()
    } else {
        format!(", setting {columns}")
    };
    let message = format!("every row of `{table}` is updated{what}");
    RULE.at(&effect.provenance.call, message)
        .with_help(help(effect, change))
}

/// The user's own statement with a condition that spares rows which are right already.
fn help(effect: &Effect, change: &RowChange) -> String {
    let values: BTreeSet<&Vec<String>> = change.values.iter().collect();
    let statement = one_line(&effect.statement);
    match (change.columns.as_slice(), values.first()) {
        ([column], Some(values)) if values.len() == 1 && !statement.ends_with("...") => format!(
            "say which rows: `{} WHERE {column} IS DISTINCT FROM {};`",
            statement, values[0],
        ),
        _ => format!(
            "say which rows of `{}` are meant, if only by what they must change from",
            change.table
        ),
    }
}
