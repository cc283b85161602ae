//! Data fixes: which of them can be kept as statements that may run any number of times in any
//! database, which a person must ask for, and why the others are left out.
//!
//! Nothing here removes a row or touches one environment's rows unless somebody says so.

mod by_hand;
mod fit;
mod repeatable;
mod words;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::model::{Certainty, Effect, Identifier, ObjectName, Place, RowChange, RowOperation};

use super::{Citation, Disposition};

pub use by_hand::{HandStep, Nature, Parameter};
pub(super) use words::{mentions, relations_read};

/// A statement that changes nothing when it has run before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataStep {
    pub table: String,
    #[serde(skip)]
    pub operation: RowOperation,
    /// The columns that it writes.
    #[serde(skip)]
    pub columns: Vec<Identifier>,
    pub statement: String,
    pub citations: Vec<Citation>,
    /// It puts rows right on which constraints lean.
    pub before_constraints: bool,
}

impl DataStep {
    /// Whether it puts rows right that are there, so that constraints can hold afterwards.
    pub fn mends(&self) -> bool {
        self.operation != RowOperation::Insert
    }
}

/// An effect that the consolidated migration does not carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    pub disposition: Disposition,
    pub place: Place,
    pub operation: &'static str,
    pub object: String,
    pub reason: String,
    /// Under which key a person can ask for it, where that is possible.
    pub key: Option<String>,
}

impl LeftOut {
    pub fn new(disposition: Disposition, effect: &Effect, reason: &str) -> Self {
        Self {
            disposition,
            place: effect.provenance.call.clone(),
            operation: effect.operation().as_str(),
            object: effect.object(),
            reason: reason.to_owned(),
            key: None,
        }
    }
}

/// What becomes of a change of rows.
pub(super) enum Fate {
    Fold(Vec<DataStep>),
    ByHand(HandStep),
    LeaveOut(Disposition, String),
}

/// What the judgement looks at.
pub(super) struct Surroundings<'a> {
    pub target: &'a Catalog,
    /// Values that the chain or a script inserts, each with its table: rows that the estate brings.
    pub known_values: &'a BTreeSet<(ObjectName, String)>,
    /// Columns that scripts write to in rows that are there: what they held does not tell rows apart.
    pub updated: &'a BTreeSet<(ObjectName, Identifier)>,
    /// A person has decided for a statement that removes rows.
    pub may_remove: bool,
}

/// The statement made safe to repeat, or why it stays out.
pub(super) fn fate(surroundings: &Surroundings<'_>, effect: &Effect, change: &RowChange) -> Fate {
    if let Some(reason) = unusable(surroundings.target, effect, change) {
        return Fate::LeaveOut(Disposition::Data, reason);
    }
    if let Some(step) = by_hand::asks_for_a_person(surroundings, effect, change) {
        return Fate::ByHand(step);
    }
    let statements = match change.operation {
        RowOperation::Insert => repeatable::insert(surroundings, change),
        RowOperation::Update => Ok(vec![repeatable::update(surroundings.target, change)]),
        RowOperation::Delete => Ok(vec![change.statement.clone()]),
        RowOperation::Truncate | RowOperation::Copy => Err("its rows come from outside"),
    };
    match statements {
        Ok(statements) => Fate::Fold(
            statements
                .into_iter()
                .map(|text| step(effect, change, text))
                .collect(),
        ),
        Err(reason) => Fate::LeaveOut(Disposition::Data, reason.to_owned()),
    }
}

fn step(effect: &Effect, change: &RowChange, statement: String) -> DataStep {
    DataStep {
        table: change.table.to_string(),
        operation: change.operation,
        columns: change.columns.clone(),
        statement,
        citations: vec![Citation::of(effect)],
        before_constraints: false,
    }
}

fn lacks_label(target: &Catalog, name: &ObjectName, label: &str) -> bool {
    let labels = target.user_type(name).and_then(|known| known.labels());
    labels.is_some_and(|labels| labels.iter().all(|known| known.name != label))
}

/// Whether the text begins as a statement does that changes rows.
fn is_sql(statement: &str) -> bool {
    const WORDS: &[&str] = &[
        "insert", "update", "delete", "truncate", "copy", "with", "merge", "select", "do",
    ];
    let mut words = statement.split_whitespace();
    let first = words.next().unwrap_or_default().to_lowercase();
    WORDS.contains(&first.as_str()) || statement.trim_start().starts_with(['-', '/', '('])
}

/// Why nobody can run it against the target, not even by hand.
fn unusable(target: &Catalog, effect: &Effect, change: &RowChange) -> Option<String> {
    let is_absent = |name: &ObjectName| {
        let temporary = target.table(name).is_some_and(|table| table.is_temporary());
        target.relation(name).is_none() || temporary
    };
    if is_absent(&change.table) {
        return Some(format!(
            "table `{}` is not in the target schema",
            change.table
        ));
    }
    let one_column = change.operation == RowOperation::Insert && change.columns.len() == 1;
    if words::has_one_placeholder_for_rows(&change.statement) && !one_column {
        return Some("its rows come from whoever runs the script".to_owned());
    }
    if !is_sql(&change.statement) {
        return Some("the ORM sends it: the script has no statement that could be run".to_owned());
    }
    if effect.certainty > Certainty::Exact {
        return Some("its text is only known when the script runs".to_owned());
    }
    if let Some(absent) = words::relations_read(&change.statement)
        .into_iter()
        .find(|name| is_absent(name))
    {
        return Some(format!(
            "it reads `{absent}`, which is not in the target schema"
        ));
    }
    if let Some(reason) = fit::misfit(target, change) {
        return Some(reason);
    }
    if let Some((label, name)) = words::cast_literals(&change.statement)
        .into_iter()
        .find(|(label, name)| lacks_label(target, name, label))
    {
        return Some(format!(
            "it needs the label `{label}`, which type `{name}` does not have"
        ));
    }
    match change.operation {
        RowOperation::Truncate => Some("it empties the table".to_owned()),
        RowOperation::Copy => Some("its rows come from outside".to_owned()),
        RowOperation::Delete if change.condition.is_none() => {
            Some("it deletes every row".to_owned())
        }
        _ => None,
    }
}
