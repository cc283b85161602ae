//! INSERT, UPDATE, DELETE, TRUNCATE and COPY: what they need to be there, and what they tell of a
//! table's rows.

use super::columns::columns_of;
use crate::catalog::Output;
use crate::catalog::expression::tokenize;
use crate::catalog::{Applied, Catalog, Changes, Column, Relation, errors};
use crate::model::{Identifier, ObjectName, RowChange, RowOperation, SqlError, SqlState};

impl Catalog {
    pub(super) fn change_rows(&mut self, change: &RowChange) -> Result<Applied, SqlError> {
        let Some(name) = self.resolve_relation(&change.table) else {
            return self.missing_target(change);
        };
        self.refuse_wrong_target(&name, change)?;
        // `SELECT 'a' WHERE NOT EXISTS (...)` has values, too, but may give no row.
        let certain = !change.values.is_empty() && self.inserts_values(&change.statement);
        let mut changes = Changes::default();
        self.check_target_columns(&name, change)?;
        self.check_generated(&name, change)?;
        self.check_values(&name, change)?;
        let has_query = !matches!(
            change.operation,
            RowOperation::Copy | RowOperation::Truncate
        );
        if !change.statement.is_empty() && has_query {
            let bound = self.check_query(&change.statement)?;
            if let Some(output) = bound.inserted.filter(|_| change.values.is_empty()) {
                self.check_inserted(&name, change, &output)?;
            }
            let columns = self
                .relations
                .get(&name)
                .and_then(columns_of)
                .cloned()
                .unwrap_or_default();
            self.check_comparisons(&tokenize(&change.statement), &columns)?;
        }
        if change.operation == RowOperation::Insert {
            self.check_conflict_target(&name, change)?;
            self.check_omitted(&name, change, certain, &mut changes)?;
            if certain {
                self.check_references(&name, change)?;
            }
        }
        self.note_rows(&name, change, certain);
        Ok(Applied::Changed(changes))
    }

    fn missing_target(&self, change: &RowChange) -> Result<Applied, SqlError> {
        let name = &change.table;
        let system = name
            .schema
            .as_ref()
            .is_some_and(crate::catalog::resolve::is_system_schema)
            || name.name.as_str().starts_with("pg_")
            || name.name.as_str().contains('{');
        if system {
            return Ok(Applied::Outside);
        }
        if change.operation == RowOperation::Truncate {
            self.require_schema(name)?;
        }
        Err(errors::no_relation(name))
    }

    fn refuse_wrong_target(&self, name: &ObjectName, change: &RowChange) -> Result<(), SqlError> {
        let (verb, what) = match (self.relations.get(name), change.operation) {
            (Some(Relation::Sequence(_)), RowOperation::Truncate)
            | (Some(Relation::View(_) | Relation::MaterializedView(_)), RowOperation::Truncate)
            | (Some(Relation::Index(_)), RowOperation::Truncate) => {
                return Err(errors::not_a(name, "a table"));
            }
            (Some(Relation::Sequence(_)), _) => ("change", "sequence"),
            (Some(Relation::MaterializedView(_)), _) => ("change", "materialized view"),
            (Some(Relation::Index(_)), _) => {
                let message = format!("cannot open relation \"{}\"", name.name);
                return Err(SqlError::new(
                    SqlState::WRONG_OBJECT_TYPE,
                    message,
                    name.to_string(),
                ));
            }
            _ => return Ok(()),
        };
        let message = format!("cannot {verb} {what} \"{}\"", name.name);
        Err(SqlError::new(
            SqlState::WRONG_OBJECT_TYPE,
            message,
            name.to_string(),
        ))
    }

    fn check_target_columns(&self, name: &ObjectName, change: &RowChange) -> Result<(), SqlError> {
        for (position, column) in change.columns.iter().enumerate() {
            if column.as_str().contains('{') {
                continue;
            }
            self.existing_column(name, column)?;
            if change.columns[..position].contains(column)
                && change.operation == RowOperation::Insert
            {
                let message = format!("column \"{column}\" specified more than once");
                return Err(SqlError::new(
                    SqlState::DUPLICATE_COLUMN,
                    message,
                    name.part(column.as_str()),
                ));
            }
        }
        Ok(())
    }

    /// Literals must be readable as their column's type; other expressions must be assignable.
    fn check_values(&self, name: &ObjectName, change: &RowChange) -> Result<(), SqlError> {
        let Some(columns) = self.relations.get(name).and_then(columns_of) else {
            return Ok(());
        };
        let targets: Vec<Option<&Column>> = match change.columns.is_empty() {
            true if change.operation == RowOperation::Insert && !self.columns_incomplete(name) => {
                columns.iter().map(Some).collect()
            }
            _ => change
                .columns
                .iter()
                .map(|target| columns.iter().find(|column| column.name == *target))
                .collect(),
        };
        for row in &change.values {
            if change.operation == RowOperation::Insert {
                check_count(name, row.len(), targets.len(), !change.columns.is_empty())?;
            }
            for (text, column) in row.iter().zip(&targets) {
                if let Some(column) = column {
                    self.check_value(name, column, text, columns)?;
                }
            }
        }
        Ok(())
    }

    /// The columns of the query of an INSERT against those that it fills.
    fn check_inserted(
        &self,
        name: &ObjectName,
        change: &RowChange,
        output: &Output,
    ) -> Result<(), SqlError> {
        let Some(columns) = self.relations.get(name).and_then(columns_of) else {
            return Ok(());
        };
        if output.incomplete || self.columns_incomplete(name) {
            return Ok(());
        }
        let named = !change.columns.is_empty();
        let count = if named {
            change.columns.len()
        } else {
            columns.len()
        };
        check_count(name, output.columns.len(), count, named)?;
        for (position, source) in output.columns.iter().enumerate() {
            let target = match change.columns.get(position) {
                Some(target) => columns.iter().find(|column| column.name == *target),
                None => columns.get(position),
            };
            // A literal takes the column's type.
            let told = source.data_type.name.name.as_str() != "?";
            if let Some(target) = target.filter(|_| told) {
                self.check_assignable(name, target, &source.data_type)?;
            }
        }
        Ok(())
    }

    /// A NOT NULL column without a default that the statement does not name.
    fn check_omitted(
        &self,
        name: &ObjectName,
        change: &RowChange,
        certain: bool,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let named =
            |column: &Column| change.columns.is_empty() || change.columns.contains(&column.name);
        let unknown = change
            .columns
            .iter()
            .any(|column| column.as_str().contains('{'));
        let Some(Relation::Table(table)) = self.relations.get(name) else {
            return Ok(());
        };
        let filled = |column: &Column| {
            column.default.is_some()
                || column.generated.is_some()
                || column.identity.is_some()
                || self.has_domain_default(column)
                || super::values::has_before_trigger(table)
        };
        let omitted = table
            .columns
            .iter()
            .find(|column| column.not_null && !named(column) && !filled(column));
        let Some(column) = omitted.filter(|_| !unknown) else {
            return Ok(());
        };
        // A query may give no row, and ON CONFLICT does not help: NOT NULL is checked first.
        if !certain && self.inserts_nothing(&change.statement) {
            return Ok(());
        }
        if !certain {
            changes
                .conditions
                .push(format!("the query inserted into {name} gives no row"));
            return Ok(());
        }
        Err(null_value(name, &column.name))
    }

    fn has_domain_default(&self, column: &Column) -> bool {
        let found = self
            .types
            .get(&column.data_type.name)
            .map(|found| &found.kind);
        matches!(
            found,
            Some(crate::catalog::TypeKind::Domain {
                default: Some(_),
                ..
            })
        )
    }
}

fn check_count(
    name: &ObjectName,
    values: usize,
    targets: usize,
    named: bool,
) -> Result<(), SqlError> {
    let message = match values.cmp(&targets) {
        std::cmp::Ordering::Greater => "INSERT has more expressions than target columns",
        std::cmp::Ordering::Less if named => "INSERT has more target columns than expressions",
        _ => return Ok(()),
    };
    Err(SqlError::new(
        SqlState::SYNTAX_ERROR,
        message,
        name.to_string(),
    ))
}

pub(super) fn null_value(table: &ObjectName, column: &Identifier) -> SqlError {
    let message = format!(
        "null value in column \"{column}\" of relation \"{}\" violates not-null constraint",
        table.name
    );
    SqlError::new(
        SqlState::NOT_NULL_VIOLATION,
        message,
        table.part(column.as_str()),
    )
}
