//! Statements that take something away where it is there.

use crate::model::{Action, ObjectName};

use super::quote::{quote_identifier, quote_name};

/// The removal with IF EXISTS; `None` for what has no such form.
pub fn tolerant(action: &Action) -> Option<String> {
    let whole = |words: &str, name: &ObjectName, cascade: bool| {
        Some(format!(
            "DROP {words} IF EXISTS {}{}",
            quote_name(name),
            tail(cascade)
        ))
    };
    let of_table = |table: &ObjectName| format!("ALTER TABLE IF EXISTS {}", quote_name(table));
    match action {
        Action::DropTable { table, cascade, .. } => whole("TABLE", table, *cascade),
        Action::DropIndex { index, cascade, .. } => whole("INDEX", index, *cascade),
        Action::DropSequence { name, cascade, .. } => whole("SEQUENCE", name, *cascade),
        Action::DropView {
            name,
            materialized,
            cascade,
            ..
        } => whole(
            if *materialized {
                "MATERIALIZED VIEW"
            } else {
                "VIEW"
            },
            name,
            *cascade,
        ),
        Action::DropType {
            name,
            cascade,
            is_domain,
            ..
        } => whole(if *is_domain { "DOMAIN" } else { "TYPE" }, name, *cascade),
        Action::DropColumn {
            table,
            column,
            cascade,
            ..
        } => Some(format!(
            "{} DROP COLUMN IF EXISTS {}{}",
            of_table(table),
            quote_identifier(column),
            tail(*cascade)
        )),
        Action::DropConstraint {
            table,
            constraint,
            cascade,
            ..
        } => Some(format!(
            "{} DROP CONSTRAINT IF EXISTS {}{}",
            of_table(table),
            quote_identifier(constraint),
            tail(*cascade)
        )),
        Action::DropTrigger { table, trigger, .. } => Some(format!(
            "DROP TRIGGER IF EXISTS {} ON {}",
            quote_identifier(trigger),
            quote_name(table)
        )),
        Action::DropPolicy { table, policy, .. } => Some(format!(
            "DROP POLICY IF EXISTS {} ON {}",
            quote_identifier(policy),
            quote_name(table)
        )),
        _ => None,
    }
}

fn tail(cascade: bool) -> &'static str {
    if cascade { " CASCADE" } else { "" }
}
