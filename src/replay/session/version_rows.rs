//! The rows of the version table: few, and what the next run of the migration tool starts from.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{Action, ObjectName, RowChange, RowOperation, SqlError, SqlState, Template};
use crate::replay::query::{Answer, Datum, Table};
use crate::sql::{self, Nature};

use super::{Run, Session};

impl Session {
    /// The rows of the followed table: its first column.
    pub(crate) fn versions(&self) -> BTreeSet<String> {
        let table = self.version_table.as_ref().map(key);
        let rows = table.and_then(|key| self.surroundings.tables.get(&key));
        let cells = rows.into_iter().flat_map(|table| &table.rows);
        cells
            .filter_map(|row| row.first()?.as_text().map(str::to_owned))
            .collect()
    }

    /// Follows the rows of a table from now on.
    pub(crate) fn follow(&mut self, table: ObjectName, rows: impl Iterator<Item = String>) {
        let rows = rows.map(|row| vec![Datum::text(row)]).collect();
        let columns = vec![Arc::from("version_num")];
        self.surroundings
            .tables
            .insert(key(&table), Table { columns, rows });
        self.version_table = Some(table);
    }

    /// A write to the followed table, or to another tool's that is there, as rows.
    pub(super) fn version_change(&self, action: &Action) -> Option<Action> {
        let change = match action {
            Action::Stamp(outside) => sql::version_rows(&outside.detail)?,
            Action::Rows(change) if self.is_followed(&change.table) => (**change).clone(),
            _ => return None,
        };
        let applies =
            self.is_followed(&change.table) || self.catalog.table(&change.table).is_some();
        applies.then(|| Action::Rows(Box::new(change)))
    }

    fn is_followed(&self, table: &ObjectName) -> bool {
        self.version_table
            .as_ref()
            .is_some_and(|followed| key(followed) == key(table))
    }

    fn followed<'c>(&self, action: Option<&'c Action>) -> Option<&'c RowChange> {
        match action {
            Some(Action::Rows(change)) if self.is_followed(&change.table) => Some(change),
            _ => None,
        }
    }

    /// The primary key of the version table.
    pub(super) fn refused_version_rows(&self, changes: &[Option<Action>]) -> Option<SqlError> {
        let held = self.versions();
        for change in changes {
            let Some(change) = self.followed(change.as_ref()) else {
                continue;
            };
            let lenient = change.statement.to_uppercase().contains("ON CONFLICT");
            if change.operation != RowOperation::Insert || lenient {
                continue;
            }
            let mut new = change.values.iter().filter_map(|row| literal(row.first()?));
            if let Some(id) = new.find(|id| held.contains(id)) {
                let message = format!(
                    "duplicate key value violates unique constraint \"{}_pkc\"",
                    change.table.name
                );
                return Some(SqlError::new(SqlState::UNIQUE_VIOLATION, message, id));
            }
        }
        None
    }

    pub(super) fn follow_version_rows(&mut self, changes: &[Option<Action>], run: &mut Run) {
        for change in changes {
            let Some(change) = self.followed(change.as_ref()).cloned() else {
                continue;
            };
            match self.changed_versions(&change) {
                Some(versions) => self.follow(change.table.clone(), versions.into_iter()),
                None => run.note(None, "the rows of the version table are not known any more"),
            }
        }
        let gone = |table: &ObjectName| self.catalog.relation(table).is_none();
        if let Some(table) = self.version_table.clone()
            && !self.versions().is_empty()
            && gone(&table)
        {
            self.follow(table, std::iter::empty());
        }
    }

    fn changed_versions(&self, change: &RowChange) -> Option<BTreeSet<String>> {
        let mut versions = self.versions();
        match change.operation {
            RowOperation::Insert if change.values.is_empty() => {
                versions.extend(self.selected(change)?);
            }
            RowOperation::Insert => {
                for row in &change.values {
                    versions.insert(literal(row.first()?)?);
                }
            }
            RowOperation::Update => {
                let new = literal(change.values.first()?.first()?)?;
                let matched = self.matched(change)?;
                if !matched.is_empty() {
                    versions.retain(|version| !matched.contains(version));
                    versions.insert(new);
                }
            }
            RowOperation::Delete => {
                let matched = self.matched(change)?;
                versions.retain(|version| !matched.contains(version));
            }
            RowOperation::Truncate => versions.clear(),
            RowOperation::Copy => return None,
        }
        Some(versions)
    }

    /// The rows that the condition takes.
    fn matched(&self, change: &RowChange) -> Option<BTreeSet<String>> {
        let Some(condition) = &change.condition else {
            return Some(self.versions());
        };
        let table = super::super::words::quoted_name(&change.table);
        self.asked(&format!(
            "SELECT version_num FROM {table} WHERE {condition}"
        ))
    }

    /// `INSERT INTO ... SELECT`.
    fn selected(&self, change: &RowChange) -> Option<BTreeSet<String>> {
        let upper = change.statement.to_uppercase();
        let start = upper.find("SELECT")?;
        let end = upper.find("ON CONFLICT").unwrap_or(upper.len());
        self.asked(change.statement.get(start..end)?)
    }

    fn asked(&self, question: &str) -> Option<BTreeSet<String>> {
        let reading = sql::read(
            &Template::from_text(question),
            crate::model::Dialect::Postgres,
        );
        let Nature::Query(query) = &reading.statements.first()?.nature else {
            return None;
        };
        let Ok(Answer::Rows(table)) = self.rows(query) else {
            return None;
        };
        let cells = table
            .rows
            .iter()
            .map(|row| row.first()?.as_text().map(str::to_owned));
        cells.collect()
    }
}

/// How the table stands among the surroundings: `public` goes without saying.
fn key(table: &ObjectName) -> String {
    let name = table.to_string();
    name.strip_prefix("public.").unwrap_or(&name).to_owned()
}

/// The text of a string literal.
fn literal(expression: &str) -> Option<String> {
    let text = expression.trim();
    let text = text.split_once("::").map_or(text, |(literal, _)| literal);
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.replace("''", "'"))
}
