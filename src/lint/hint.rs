//! Corrected statements with the user's own names, for the help of a finding.

use crate::graph::{Conflict, Difference, ObjectKind};

/// The statements that bring an object of a script's shape to the chain's, where ALTER can.
pub(super) fn to_chain_shape(conflict: &Conflict) -> Vec<String> {
    let name = &conflict.object.name;
    let table = match conflict.object.kind {
        ObjectKind::Relation => name.as_str(),
        ObjectKind::Column => name.rsplit_once('.').map_or("", |(table, _)| table),
        _ => return Vec::new(),
    };
    let differences = conflict.differences.iter();
    differences
        .filter_map(|difference| column_statement(table, difference))
        .collect()
}

fn column_statement(table: &str, difference: &Difference) -> Option<String> {
    let (aspect, column) = difference.aspect.split_once(" of ")?;
    let theirs = &difference.theirs;
    let alter = format!("ALTER TABLE {table} ALTER COLUMN {column}");
    match (aspect, theirs.as_str()) {
        ("type", wanted) => Some(format!("{alter} TYPE {wanted} USING {column}::{wanted};")),
        ("nullability", "NOT NULL") => Some(format!("{alter} SET NOT NULL;")),
        ("nullability", _) => Some(format!("{alter} DROP NOT NULL;")),
        ("default", "") => Some(format!("{alter} DROP DEFAULT;")),
        ("default", wanted) => Some(format!("{alter} SET DEFAULT {wanted};")),
        _ => None,
    }
}

/// `help` text for statements: all of them where they are few, else how many there are.
pub(super) fn bring_back(statements: &[String]) -> String {
    const SHOWN: usize = 3;
    let intro = "where the script has run, bring it to the chain's shape";
    match statements.len() {
        0 => format!("{intro} with `fixfold consolidate`"),
        1..=SHOWN => format!("{intro}: `{}`", statements.join(" ")),
        more => format!("{intro}: `fixfold consolidate` writes the {more} statements"),
    }
}
