//! Columns: added, dropped, renamed (`ATExecAddColumn`, `ATExecDropColumn`, `renameatt`).

use crate::catalog::{Applied, Catalog, Changes, Column, ObjectAddress, Relation, Rows, errors};
use crate::model::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, Identifier, ObjectName, SqlError,
    SqlState,
};

const SYSTEM_COLUMNS: &[&str] = &["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

impl Catalog {
    pub(super) fn add_column(
        &mut self,
        table: &ObjectName,
        definition: &ColumnDefinition,
        constraints: &[ConstraintDefinition],
        if_not_exists: bool,
        if_table_exists: bool,
    ) -> Result<Applied, SqlError> {
        let name = match self.table_or_skip(table, "ADD COLUMN", if_table_exists)? {
            Ok(name) => name,
            Err(skipped) => return Ok(skipped),
        };
        if SYSTEM_COLUMNS.contains(&definition.name.as_str()) {
            return Err(system_column(&name, &definition.name));
        }
        if self
            .table_at(&name)?
            .column(definition.name.as_str())
            .is_some()
        {
            let error = errors::column_exists(&name, &definition.name);
            if if_not_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        }
        if self.table_at(&name)?.partition_of.is_some() {
            let message = "cannot add column to a partition";
            return Err(SqlError::new(
                SqlState::WRONG_OBJECT_TYPE,
                message,
                name.to_string(),
            ));
        }
        let mut changes = Changes::default();
        let mut column = self.new_column(&name, definition, &mut changes)?;
        column.not_null |= constraints
            .iter()
            .any(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }));
        self.put_column(&name, column.clone())?;
        self.check_new_defaults(&name, std::slice::from_ref(definition), &mut changes)?;
        self.check_rows_of_new_column(&name, &column, &mut changes)?;
        self.add_table_constraints(&name, constraints, &mut changes)?;
        Ok(Applied::Changed(changes))
    }

    /// Adds it to the table and, as inherited, to all its children that do not have it.
    fn put_column(&mut self, table: &ObjectName, column: Column) -> Result<(), SqlError> {
        for child in self.children(table) {
            if self
                .table_at(&child)?
                .column(column.name.as_str())
                .is_none()
            {
                let mut inherited = column.clone();
                inherited.inherited = true;
                inherited.identity = None;
                self.put_column(&child, inherited)?;
            }
        }
        let found = self.table_at_mut(table)?;
        let mut column = column;
        column.holds_null = found.rows == Rows::Some && !has_value(&column);
        found.columns.push(column);
        Ok(())
    }

    /// A new NOT NULL column without a value fails as soon as there is a row.
    fn check_rows_of_new_column(
        &self,
        table: &ObjectName,
        column: &Column,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        if !column.not_null || has_value(column) {
            return Ok(());
        }
        match self.table_at(table)?.rows {
            Rows::Empty => Ok(()),
            Rows::Some => Err(contains_nulls(table, &column.name)),
            Rows::Unknown => {
                changes.conditions.push(format!("{table} has no rows"));
                Ok(())
            }
        }
    }

    pub(super) fn drop_column(
        &mut self,
        table: &ObjectName,
        column: &Identifier,
        if_exists: bool,
        cascade: bool,
        if_table_exists: bool,
    ) -> Result<Applied, SqlError> {
        let name = match self.table_or_skip(table, "DROP COLUMN", if_table_exists)? {
            Ok(name) => name,
            Err(skipped) => return Ok(skipped),
        };
        let found = self.table_at(&name)?;
        let Some(existing) = found.column(column.as_str()) else {
            let error = errors::no_column_of(&name, column);
            if if_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            if found.columns_incomplete {
                return Ok(undecided(format!(
                    "whether {} exists",
                    name.part(column.as_str())
                )));
            }
            return Err(error);
        };
        if existing.inherited {
            return Err(inherited("drop", column, &name));
        }
        self.refuse_partition_key(&name, column, "drop")?;
        let mut targets = vec![ObjectAddress::Column(name.clone(), column.clone())];
        self.inherited_targets(&name, column, &mut targets)?;
        let removed = self.drop_objects(&targets[..1], cascade)?;
        self.drop_objects(&targets[1..], cascade)?;
        Ok(Applied::Changed(Changes {
            removed,
            ..Changes::default()
        }))
    }

    /// The column in all children that have it from here only.
    fn inherited_targets(
        &self,
        table: &ObjectName,
        column: &Identifier,
        targets: &mut Vec<ObjectAddress>,
    ) -> Result<(), SqlError> {
        for child in self.children(table) {
            let found = self.table_at(&child)?.column(column.as_str());
            if found.is_some_and(|found| found.inherited) {
                targets.push(ObjectAddress::Column(child.clone(), column.clone()));
                self.inherited_targets(&child, column, targets)?;
            }
        }
        Ok(())
    }

    pub(super) fn rename_column(
        &mut self,
        relation: &ObjectName,
        column: &Identifier,
        new_name: &Identifier,
    ) -> Result<Applied, SqlError> {
        let name = self.require_relation(relation)?;
        let Some(columns) = self.relations.get(&name).and_then(columns_of) else {
            return Err(self.no_columns_to_rename(&name, column));
        };
        let Some(found) = columns.iter().find(|found| found.name == *column) else {
            if self.columns_incomplete(&name) {
                return Ok(undecided(format!(
                    "whether {} exists",
                    name.part(column.as_str())
                )));
            }
            return Err(errors::no_column(column.as_str(), Some(&name)));
        };
        if found.inherited {
            return Err(inherited("rename", column, &name));
        }
        if columns.iter().any(|other| other.name == *new_name) {
            return Err(errors::column_exists(&name, new_name));
        }
        self.rename_column_at(&name, column, new_name);
        Ok(Applied::changed())
    }

    /// An index has columns, but none that the catalog keeps apart from its keys.
    fn no_columns_to_rename(&self, name: &ObjectName, column: &Identifier) -> SqlError {
        if self
            .relations
            .get(name)
            .is_some_and(|found| found.as_index().is_some())
        {
            return errors::no_column(column.as_str(), Some(name));
        }
        let message = format!("cannot rename columns of relation \"{}\"", name.name);
        SqlError::new(SqlState::WRONG_OBJECT_TYPE, message, name.to_string())
    }

    fn rename_column_at(&mut self, name: &ObjectName, old: &Identifier, new: &Identifier) {
        for child in self.children(name) {
            self.rename_column_at(&child, old, new);
        }
        let columns = self.relations.get_mut(name).and_then(columns_of_mut);
        for column in columns
            .into_iter()
            .flatten()
            .filter(|column| column.name == *old)
        {
            column.name = new.clone();
        }
        self.follow_column(name, old, new);
    }

    pub(super) fn columns_incomplete(&self, name: &ObjectName) -> bool {
        match self.relations.get(name) {
            Some(Relation::Table(table)) => table.columns_incomplete,
            Some(Relation::View(view) | Relation::MaterializedView(view)) => {
                view.columns_incomplete
            }
            Some(Relation::Index(_) | Relation::Sequence(_)) | None => false,
        }
    }

    /// The full name of a table to alter; `Err` inside is the skip of `ALTER TABLE IF EXISTS`.
    pub(super) fn table_or_skip(
        &self,
        table: &ObjectName,
        action: &str,
        if_exists: bool,
    ) -> Result<Result<ObjectName, Applied>, SqlError> {
        if if_exists && self.resolve_relation(table).is_none() {
            let notice = format!("relation \"{}\" does not exist, skipping", table.name);
            return Ok(Err(Applied::skipped(notice)));
        }
        self.require_table(table, action).map(Ok)
    }

    /// Partitions and inheriting tables, one level down.
    pub(super) fn children(&self, parent: &ObjectName) -> Vec<ObjectName> {
        self.relations
            .iter()
            .filter(|(_, relation)| {
                relation.as_table().is_some_and(|table| {
                    table.inherits.contains(parent)
                        || table
                            .partition_of
                            .as_ref()
                            .is_some_and(|(name, _)| name == parent)
                })
            })
            .map(|(name, _)| name.clone())
            .collect()
    }

    pub(super) fn refuse_partition_key(
        &self,
        table: &ObjectName,
        column: &Identifier,
        verb: &str,
    ) -> Result<(), SqlError> {
        let key = self
            .table_at(table)?
            .partition_by
            .clone()
            .unwrap_or_default();
        let inside = key.split_once('(').map_or("", |(_, inside)| inside);
        let named = crate::catalog::expression::references(inside).own_columns();
        if !named.contains(column) {
            return Ok(());
        }
        let message = format!(
            "cannot {verb} column \"{column}\" because it is part of the partition key of relation \"{}\"",
            table.name
        );
        let state = SqlState::INVALID_TABLE_DEFINITION;
        Err(SqlError::new(state, message, table.part(column.as_str())))
    }
}

pub(in crate::catalog) fn columns_of(relation: &Relation) -> Option<&Vec<Column>> {
    match relation {
        Relation::Table(table) => Some(&table.columns),
        Relation::View(view) | Relation::MaterializedView(view) => Some(&view.columns),
        Relation::Index(_) | Relation::Sequence(_) => None,
    }
}

fn columns_of_mut(relation: &mut Relation) -> Option<&mut Vec<Column>> {
    match relation {
        Relation::Table(table) => Some(&mut table.columns),
        Relation::View(view) | Relation::MaterializedView(view) => Some(&mut view.columns),
        Relation::Index(_) | Relation::Sequence(_) => None,
    }
}

/// Whether a row that does not name the column may get something else than NULL in it.
fn has_value(column: &Column) -> bool {
    let null_default = |text: &String| text.trim().eq_ignore_ascii_case("null");
    let default = column.default.as_ref();
    default.is_some_and(|text| !null_default(text))
        || column.identity.is_some()
        || column.generated.is_some()
}

pub(super) fn undecided(what: String) -> Applied {
    Applied::Changed(Changes {
        undecided: vec![what],
        ..Changes::default()
    })
}

pub(super) fn contains_nulls(table: &ObjectName, column: &Identifier) -> SqlError {
    let message = format!(
        "column \"{column}\" of relation \"{}\" contains null values",
        table.name
    );
    SqlError::new(
        SqlState::NOT_NULL_VIOLATION,
        message,
        table.part(column.as_str()),
    )
}

pub(super) fn inherited(verb: &str, column: &Identifier, table: &ObjectName) -> SqlError {
    let message = format!("cannot {verb} inherited column \"{column}\"");
    SqlError::new(
        SqlState::INVALID_TABLE_DEFINITION,
        message,
        table.part(column.as_str()),
    )
}

fn system_column(table: &ObjectName, column: &Identifier) -> SqlError {
    let message = format!("column name \"{column}\" conflicts with a system column name");
    SqlError::new(
        SqlState::DUPLICATE_COLUMN,
        message,
        table.part(column.as_str()),
    )
}
