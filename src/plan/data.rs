//! Data fixes: which of them can be kept as statements that may run any number of times in any
//! database, and why the others are left out.

use serde::Serialize;

use crate::catalog::Catalog;
use crate::model::{Certainty, Effect, Identifier, Place, RowChange, RowOperation};

use super::{Citation, Disposition};

/// A statement that changes nothing when it has run before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataStep {
    pub table: String,
    pub operation: RowOperation,
    /// Those that it names as its targets; empty where it names none.
    pub columns: Vec<Identifier>,
    pub statement: String,
    pub citations: Vec<Citation>,
}

/// An effect that the consolidated migration does not carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    pub disposition: Disposition,
    pub place: Place,
    pub operation: &'static str,
    pub object: String,
    pub reason: String,
}

impl LeftOut {
    pub fn new(disposition: Disposition, effect: &Effect, reason: &str) -> Self {
        Self {
            disposition,
            place: effect.provenance.call.clone(),
            operation: effect.operation().as_str(),
            object: effect.object(),
            reason: reason.to_owned(),
        }
    }
}

type Refusal = (Disposition, String);

/// The statement made safe to repeat, or why it stays out.
pub(super) fn guarded(
    target: &Catalog,
    effect: &Effect,
    change: &RowChange,
) -> Result<DataStep, Refusal> {
    let keep = |statement: String| DataStep {
        table: change.table.to_string(),
        operation: change.operation,
        columns: change.columns.clone(),
        statement,
        citations: vec![Citation::of(effect)],
    };
    if target.relation(&change.table).is_none() {
        return refuse(
            Disposition::Data,
            format!("table `{}` is not in the target schema", change.table),
        );
    }
    if effect.certainty > Certainty::Exact || has_placeholder(&change.statement) {
        return refuse(
            Disposition::Data,
            "its values are only known when the script runs",
        );
    }
    if let Some(what) = environment(&change.statement) {
        return refuse(
            Disposition::Environment,
            format!("it is about one environment: {what}"),
        );
    }
    match change.operation {
        RowOperation::Insert => insert(change).map(keep),
        RowOperation::Update => update(change).map(keep),
        RowOperation::Delete if change.condition.is_some() => Ok(keep(change.statement.clone())),
        RowOperation::Delete => refuse(Disposition::Data, "it deletes every row"),
        RowOperation::Truncate => refuse(Disposition::Data, "it empties the table"),
        RowOperation::Copy => refuse(Disposition::Data, "its rows come from outside"),
    }
}

fn refuse<T>(disposition: Disposition, reason: impl Into<String>) -> Result<T, Refusal> {
    Err((disposition, reason.into()))
}

fn insert(change: &RowChange) -> Result<String, Refusal> {
    let lower = change.statement.to_lowercase();
    if lower.contains("on conflict") || lower.contains("not exists") {
        return Ok(change.statement.clone());
    }
    if change.columns.is_empty() || change.values.is_empty() {
        return refuse(
            Disposition::Data,
            "it inserts again at every run: name the columns that tell rows apart",
        );
    }
    let rows = change
        .values
        .iter()
        .map(|row| insert_if_absent(change, row));
    rows.collect::<Option<Vec<_>>>()
        .map(|rows| rows.join(";\n"))
        .ok_or_else(|| {
            (
                Disposition::Data,
                "it inserts again at every run: no literal value tells its rows apart".to_owned(),
            )
        })
}

/// `INSERT ... SELECT ... WHERE NOT EXISTS`: a row is there already when all its literal values are.
fn insert_if_absent(change: &RowChange, row: &[String]) -> Option<String> {
    let pairs = change.columns.iter().zip(row);
    let conditions: Vec<String> = pairs
        .filter(|(_, value)| is_literal(value))
        .map(|(column, value)| format!("\"{column}\" IS NOT DISTINCT FROM {value}"))
        .collect();
    if conditions.is_empty() || row.len() != change.columns.len() {
        return None;
    }
    let columns = change
        .columns
        .iter()
        .map(|column| format!("\"{column}\""))
        .collect::<Vec<_>>()
        .join(", ");
    Some(format!(
        "INSERT INTO {table} ({columns})\nSELECT {values}\nWHERE NOT EXISTS (SELECT FROM {table} WHERE {conditions})",
        table = change.table,
        values = row.join(", "),
        conditions = conditions.join(" AND "),
    ))
}

/// An UPDATE that sets literals gives the same however often it runs.
fn update(change: &RowChange) -> Result<String, Refusal> {
    if change.condition.is_none() {
        return refuse(Disposition::Data, "it changes every row");
    }
    let values = change.values.first().map(Vec::as_slice).unwrap_or_default();
    let stable = !values.is_empty()
        && change
            .columns
            .iter()
            .zip(values)
            .all(|(column, value)| !mentions(value, column.as_str()));
    if stable {
        Ok(change.statement.clone())
    } else {
        refuse(Disposition::Data, "it builds on the value that it changes")
    }
}

fn mentions(expression: &str, column: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    outside_quotes(expression)
        .split(|character| !is_word(character))
        .any(|word| word.eq_ignore_ascii_case(column))
}

fn outside_quotes(text: &str) -> String {
    text.split('\'').step_by(2).collect::<Vec<_>>().join(" ")
}

fn is_literal(value: &str) -> bool {
    let value = value.trim();
    let value = value.split("::").next().unwrap_or(value).trim();
    let quoted = value.len() >= 2 && value.starts_with('\'') && value.ends_with('\'');
    // JSON has no equality operator, and long texts seldom tell rows apart.
    let quoted =
        quoted && !value.starts_with("'{") && !value.starts_with("'[") && value.len() < 200;
    quoted
        || value.parse::<f64>().is_ok()
        || value.eq_ignore_ascii_case("true")
        || value.eq_ignore_ascii_case("false")
}

/// Parameters that the client fills in.
fn has_placeholder(statement: &str) -> bool {
    let code = outside_quotes(statement);
    let bytes = code.as_bytes();
    code.contains("%s")
        || code.contains("%(")
        || code.contains('?')
        || bytes
            .windows(2)
            .any(|pair| pair[0] == b'$' && pair[1].is_ascii_digit())
        || bytes.windows(3).any(|three| {
            three[1] == b':'
                && three[0] != b':'
                && (three[2].is_ascii_alphabetic() || three[2] == b'_')
        })
}

/// What ties a statement to one environment: a person's address, a row's own id.
fn environment(statement: &str) -> Option<String> {
    let literals = statement.split('\'').skip(1).step_by(2);
    let found = literals.filter_map(|literal| {
        let address = literal.contains('@') && literal.contains('.') && !literal.contains(' ');
        let identifier =
            literal.len() == 36 && literal.bytes().filter(|byte| *byte == b'-').count() == 4;
        match (address, identifier) {
            (true, _) => Some(format!("the address `{literal}`")),
            (_, true) => Some(format!("the id `{literal}`")),
            _ => None,
        }
    });
    found.into_iter().next()
}
