//! NOT NULL and defaults (`ATExecSetNotNull`, `ATExecDropNotNull`, `ATExecColumnDefault`).

use super::columns::{columns_of, undecided};
use crate::catalog::{Applied, Catalog, Changes, Column, ConstraintKind, Relation, Rows, errors};
use crate::model::{ColumnDefinition, Identifier, ObjectName, SqlError, SqlState};

impl Catalog {
    pub(super) fn set_not_null(
        &mut self,
        table: &ObjectName,
        column: &Identifier,
    ) -> Result<Applied, SqlError> {
        let name = self.require_table(table, "ALTER COLUMN ... SET NOT NULL")?;
        let Some(found) = self.existing_column(&name, column)? else {
            return Ok(undecided(format!(
                "whether {} exists",
                name.part(column.as_str())
            )));
        };
        if found.holds_null && !found.not_null {
            return Err(super::columns::contains_nulls(&name, column));
        }
        let mut changes = Changes::default();
        if !found.not_null && self.table_at(&name)?.rows != Rows::Empty {
            changes
                .conditions
                .push(format!("no row of {name} has NULL in {column}"));
        }
        self.set_not_null_at(&name, column, true)?;
        Ok(Applied::Changed(changes))
    }

    pub(super) fn set_not_null_at(
        &mut self,
        table: &ObjectName,
        column: &Identifier,
        not_null: bool,
    ) -> Result<(), SqlError> {
        for child in self.children(table) {
            self.set_not_null_at(&child, column, not_null)?;
        }
        if let Some(column) = self.table_at_mut(table)?.column_mut(column.as_str()) {
            column.not_null = not_null;
        }
        Ok(())
    }

    pub(super) fn drop_not_null(
        &mut self,
        table: &ObjectName,
        column: &Identifier,
    ) -> Result<Applied, SqlError> {
        let name = self.require_table(table, "ALTER COLUMN ... DROP NOT NULL")?;
        let Some(found) = self.existing_column(&name, column)? else {
            return Ok(undecided(format!(
                "whether {} exists",
                name.part(column.as_str())
            )));
        };
        if found.identity.is_some() {
            return Err(special_column(&name, column, "an identity column"));
        }
        let object = name.part(column.as_str());
        let in_key = self.table_at(&name)?.constraints.values().any(|constraint| {
            matches!(&constraint.kind, ConstraintKind::PrimaryKey { columns, .. } if columns.contains(column))
        });
        if in_key {
            let message = format!("column \"{column}\" is in a primary key");
            return Err(SqlError::new(
                SqlState::INVALID_TABLE_DEFINITION,
                message,
                object,
            ));
        }
        let parent = self
            .table_at(&name)?
            .partition_of
            .as_ref()
            .map(|(parent, _)| parent);
        let held = parent.and_then(|parent| self.column(parent, column.as_str()));
        if held.is_some_and(|held| held.not_null) {
            let message = format!("column \"{column}\" is marked NOT NULL in parent table");
            return Err(SqlError::new(
                SqlState::INVALID_TABLE_DEFINITION,
                message,
                object,
            ));
        }
        self.set_not_null_at(&name, column, false)?;
        Ok(Applied::changed())
    }

    /// `expression` is `None` for DROP DEFAULT.
    pub(super) fn set_default(
        &mut self,
        table: &ObjectName,
        column: &Identifier,
        expression: Option<&String>,
    ) -> Result<Applied, SqlError> {
        let name = self.require_relation(table)?;
        match self.relations.get(&name) {
            Some(Relation::Table(_) | Relation::View(_)) => {}
            _ => {
                return Err(super::super::resolve::cannot_alter(
                    &name,
                    "ALTER COLUMN ... SET DEFAULT",
                ));
            }
        }
        let Some(found) = self.existing_column(&name, column)?.cloned() else {
            return Ok(undecided(format!(
                "whether {} exists",
                name.part(column.as_str())
            )));
        };
        if found.identity.is_some() {
            return Err(special_column(&name, column, "an identity column"));
        }
        if found.generated.is_some() {
            return Err(special_column(&name, column, "a generated column"));
        }
        let mut changes = Changes::default();
        if let Some(text) = expression {
            self.check_default(&name, column, &found.data_type, text, &mut changes)?;
        }
        let kept = expression
            .filter(|text| !is_null(text))
            .map(|text| self.stored_default(&found.data_type, text));
        self.put_default(&name, column, kept.as_ref());
        Ok(Applied::Changed(changes))
    }

    fn put_default(&mut self, name: &ObjectName, column: &Identifier, text: Option<&String>) {
        for child in self.children(name) {
            self.put_default(&child, column, text);
        }
        let columns = match self.relations.get_mut(name) {
            Some(Relation::Table(table)) => &mut table.columns,
            Some(Relation::View(view)) => &mut view.columns,
            _ => return,
        };
        for found in columns.iter_mut().filter(|found| found.name == *column) {
            found.default = text.cloned();
        }
    }

    /// `None` if the relation's columns are not all known; an error if they are.
    pub(super) fn existing_column(
        &self,
        name: &ObjectName,
        column: &Identifier,
    ) -> Result<Option<&Column>, SqlError> {
        let columns = self.relations.get(name).and_then(columns_of);
        match columns.and_then(|columns| columns.iter().find(|found| found.name == *column)) {
            Some(found) => Ok(Some(found)),
            None if self.columns_incomplete(name) => Ok(None),
            None => Err(errors::no_column_of(name, column)),
        }
    }

    /// Defaults and generation expressions of columns that have just been made.
    pub(super) fn check_new_defaults(
        &mut self,
        table: &ObjectName,
        definitions: &[ColumnDefinition],
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        for definition in definitions {
            let Some(column) = self
                .table_at(table)?
                .column(definition.name.as_str())
                .cloned()
            else {
                continue;
            };
            if let Some(text) = &definition.generated {
                self.check_own_expression(table, text)?;
                self.check_immutable(table, text, "generation expression is not immutable")?;
            }
            if let Some(text) = &definition.default {
                self.check_default(table, &column.name, &column.data_type, text, changes)?;
                let kept = (!is_null(text)).then(|| self.stored_default(&column.data_type, text));
                self.put_default(table, &column.name, kept.as_ref());
            }
        }
        Ok(())
    }
}

/// `DEFAULT NULL` is no default (`AddRelationNewConstraints`).
fn is_null(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("null")
}

pub(super) fn special_column(table: &ObjectName, column: &Identifier, what: &str) -> SqlError {
    let message = format!(
        "column \"{column}\" of relation \"{}\" is {what}",
        table.name
    );
    SqlError::new(SqlState::SYNTAX_ERROR, message, table.part(column.as_str()))
}
