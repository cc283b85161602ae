//! Constants that a table's keys are known to hold: 23505 for those that come a second time.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::values::{constant, has_before_trigger, value_of};
use crate::catalog::expression::{Token, tokenize};
use crate::catalog::table::KnownKey;
use crate::catalog::{Catalog, ConstraintKind, Relation, Table};
use crate::model::{Identifier, ObjectName, RowChange, RowOperation, SqlError, SqlState};

/// More of a table's keys are not kept.
const MOST: usize = 500;

/// A unique key with the name that its errors bear.
struct Key {
    label: Identifier,
    columns: Vec<Identifier>,
}

impl Catalog {
    /// Notes the keys of what is inserted.
    pub(super) fn check_doubled(
        &mut self,
        name: &ObjectName,
        change: &RowChange,
    ) -> Result<(), SqlError> {
        let Ok(table) = self.table_at(name) else {
            return Ok(());
        };
        if change.values.is_empty() || has_before_trigger(table) {
            return Ok(());
        }
        let settled = change.statement.to_lowercase().contains("on conflict");
        let keys = self.unique_keys(name, table);
        let mut known = (*table.known_keys).clone();
        for row in &change.values {
            for key in &keys {
                let Some(found) = known_key(table, change, row, key) else {
                    continue;
                };
                if !known.insert(found) && !settled {
                    return Err(doubled(name, &key.label));
                }
            }
        }
        if known.len() <= MOST && known.len() > table.known_keys.len() {
            self.table_at_mut(name)?.known_keys = Arc::new(known);
        }
        Ok(())
    }

    /// `ON CONFLICT (a, b)` needs a key of just these columns (`infer_arbiter_indexes`).
    pub(super) fn check_arbiter(
        &self,
        name: &ObjectName,
        change: &RowChange,
    ) -> Result<(), SqlError> {
        let Ok(table) = self.table_at(name) else {
            return Ok(());
        };
        if let Some(label) = named_arbiter(&change.statement)
            && !table.constraints.contains_key(&label)
        {
            let message = format!(
                "constraint \"{label}\" for table \"{}\" does not exist",
                name.name
            );
            let object = name.part(label.as_str());
            return Err(SqlError::new(SqlState::UNDEFINED_OBJECT, message, object));
        }
        let Some(columns) = arbiter(&change.statement) else {
            return Ok(());
        };
        let wanted: BTreeSet<_> = columns.iter().collect();
        let mut keys = self.unique_keys(name, table).into_iter();
        let known = keys.any(|key| key.columns.iter().collect::<BTreeSet<_>>() == wanted);
        let there = columns
            .iter()
            .all(|column| table.column(column.as_str()).is_some());
        if known || !there || !table.inherits.is_empty() || table.partition_of.is_some() {
            return Ok(());
        }
        let message =
            "there is no unique or exclusion constraint matching the ON CONFLICT specification";
        Err(SqlError::new(
            SqlState::INVALID_COLUMN_REFERENCE,
            message,
            name.to_string(),
        ))
    }

    fn unique_keys(&self, name: &ObjectName, table: &Table) -> Vec<Key> {
        let constraints = table.constraints.iter().filter_map(|(label, constraint)| {
            let columns = match &constraint.kind {
                ConstraintKind::PrimaryKey { columns, .. }
                | ConstraintKind::Unique { columns, .. } => columns.clone(),
                _ => return None,
            };
            let label = label.clone();
            (!constraint.deferrable).then_some(Key { label, columns })
        });
        let indexes = self.relations.iter().filter_map(|(label, relation)| {
            let Relation::Index(index) = relation else {
                return None;
            };
            let definition = &index.definition;
            let plain = definition.unique
                && definition.predicate.is_none()
                && definition.keys.iter().all(|key| key.is_column);
            if index.definition.table != *name || index.constraint.is_some() || !plain {
                return None;
            }
            let columns = definition.keys.iter();
            Some(Key {
                label: label.name.clone(),
                columns: columns
                    .map(|key| Identifier::from_sql(&key.expression))
                    .collect(),
            })
        });
        constraints.chain(indexes).collect()
    }
}

/// What a change other than an insertion leaves known.
pub(super) fn forget_keys(table: &mut Table, change: &RowChange) {
    let lost = match change.operation {
        RowOperation::Insert | RowOperation::Copy => false,
        RowOperation::Delete | RowOperation::Truncate => true,
        RowOperation::Update => table
            .known_keys
            .iter()
            .any(|(columns, _)| columns.iter().any(|column| change.columns.contains(column))),
    };
    if lost {
        table.known_keys = Arc::default();
    }
}

fn known_key(table: &Table, change: &RowChange, row: &[String], key: &Key) -> Option<KnownKey> {
    let constants = key.columns.iter().map(|column| {
        let data_type = &table.column(column.as_str())?.data_type;
        // Blanks and case count elsewhere only.
        let plain = !["character", "citext"].contains(&data_type.name.name.as_str());
        constant(value_of(table, change, row, column)).filter(|_| plain)
    });
    Some((key.columns.clone(), constants.collect::<Option<_>>()?))
}

/// `ON CONFLICT ON CONSTRAINT name`.
fn named_arbiter(statement: &str) -> Option<Identifier> {
    let tokens = tokenize(statement);
    let words = ["on", "conflict", "on", "constraint"];
    let start = tokens
        .windows(words.len())
        .position(|found| found.iter().zip(words).all(|(one, word)| one.is(word)))?;
    tokens.get(start + words.len())?.identifier()
}

/// The columns behind ON CONFLICT, if they are columns and no predicate follows.
fn arbiter(statement: &str) -> Option<Vec<Identifier>> {
    let tokens = tokenize(statement);
    let start = tokens
        .windows(3)
        .position(|words| words[0].is("on") && words[1].is("conflict") && words[2].is("("))?;
    let inside = &tokens[start + 3..];
    let close = inside.iter().position(|token| token.is(")"))?;
    let plain = inside[..close]
        .iter()
        .all(|token| token.identifier().is_some() || token.is(","));
    let follows = inside.get(close + 1)?.is("do");
    (plain && follows).then(|| {
        inside[..close]
            .iter()
            .filter_map(Token::identifier)
            .collect()
    })
}

fn doubled(table: &ObjectName, label: &Identifier) -> SqlError {
    let message = format!("duplicate key value violates unique constraint \"{label}\"");
    SqlError::new(
        SqlState::UNIQUE_VIOLATION,
        message,
        table.part(label.as_str()),
    )
}
