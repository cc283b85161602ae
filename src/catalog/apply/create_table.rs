//! CREATE TABLE: columns first, then the table, then what hangs on it (`transformCreateStmt`,
//! `DefineRelation`).

use super::keys;
use crate::catalog::{
    Applied, Catalog, Changes, Column, Persistence, Relation, Rows, Table, errors,
};
use crate::model::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, Identifier, ObjectName, SqlError,
    SqlState, TableDefinition,
};

impl Catalog {
    pub(super) fn create_table(
        &mut self,
        name: &ObjectName,
        definition: &TableDefinition,
        if_not_exists: bool,
    ) -> Result<Applied, SqlError> {
        let name = self.new_table_name(name, definition.temporary)?;
        if if_not_exists && self.relation_name_taken(&name) {
            let notice = format!("relation \"{}\" already exists, skipping", name.name);
            return Ok(Applied::skipped(notice));
        }
        let mut changes = Changes::default();
        let mut table = Table {
            partition_by: definition.partition_by.clone(),
            options: definition.options.clone(),
            persistence: persistence(definition),
            rows: Rows::Empty,
            ..Table::default()
        };
        self.inherited_columns(&name, definition, &mut table)?;
        let mut constraints = self.like_constraints(&name, definition, &mut table)?;
        for column in &definition.columns {
            let column = self.new_column(&name, column, &mut changes)?;
            add_or_merge(&mut table, column)?;
        }
        constraints.extend(definition.constraints.iter().cloned());
        check_declared_keys(&name, &table, &constraints)?;
        not_null_of_keys(&mut table, &constraints)?;
        if self.relation_name_taken(&name) {
            return Err(errors::relation_exists(&name));
        }
        if self.types.contains(&name) {
            return Err(errors::type_exists(&name));
        }
        self.check_partition_of(&name, &table)?;
        if matches!(
            table.persistence,
            Persistence::Temporary {
                drop_on_commit: true
            }
        ) {
            self.expect_commit();
        }
        self.relations.insert(name.clone(), Relation::Table(table));
        self.check_new_defaults(&name, &definition.columns, &mut changes)?;
        self.add_table_constraints(&name, &constraints, &mut changes)?;
        self.copy_partitioned_indexes(&name, &mut changes)?;
        Ok(Applied::Changed(changes))
    }

    pub(super) fn new_table_name(
        &mut self,
        name: &ObjectName,
        temporary: bool,
    ) -> Result<ObjectName, SqlError> {
        if temporary {
            let schema = Some(Identifier::exact("pg_temp"));
            return Ok(ObjectName {
                schema,
                name: name.name.clone(),
            });
        }
        self.creation_name(name)
    }

    /// Turns a declared column into one that is kept; a serial gets its sequence.
    pub(super) fn new_column(
        &mut self,
        table: &ObjectName,
        definition: &ColumnDefinition,
        changes: &mut Changes,
    ) -> Result<Column, SqlError> {
        let mut column = Column::new(definition.name.as_str(), definition.data_type.clone());
        column.default = definition.default.clone();
        column.generated = definition.generated.clone();
        column.collation = definition.collation.clone();
        column.not_null = definition.not_null || definition.identity.is_some();
        if let Some(base) = definition.data_type.serial_base() {
            self.serial_column(table, &mut column, base, definition, changes)?;
        } else {
            column.data_type = self.resolve_data_type(&definition.data_type)?;
        }
        if let Some(identity) = &definition.identity {
            self.identity_column(table, &mut column, identity, changes)?;
        }
        check_column_kind(table, &column)?;
        Ok(column)
    }

    /// The constraints in the order in which the server makes them: checks, the primary key, other
    /// keys, foreign keys.
    pub(super) fn add_table_constraints(
        &mut self,
        table: &ObjectName,
        constraints: &[ConstraintDefinition],
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let rank = |constraint: &ConstraintDefinition| match constraint.kind {
            ConstraintKind::Check { .. } => 0,
            ConstraintKind::PrimaryKey { .. } => 1,
            ConstraintKind::Unique { .. }
            | ConstraintKind::Exclude { .. }
            | ConstraintKind::UsingIndex { .. } => 2,
            ConstraintKind::ForeignKey(_) => 3,
        };
        let mut ordered: Vec<_> = without_redundant_keys(constraints);
        ordered.sort_by_key(rank);
        for constraint in &ordered {
            self.add_one_constraint(table, constraint, changes)?;
        }
        Ok(())
    }
}

fn persistence(definition: &TableDefinition) -> Persistence {
    match (definition.temporary, definition.unlogged) {
        (true, _) => Persistence::Temporary {
            drop_on_commit: definition.drop_on_commit,
        },
        (false, true) => Persistence::Unlogged,
        (false, false) => Persistence::Permanent,
    }
}

/// A column that a parent has, too, is merged with it; any other doubling is an error.
fn add_or_merge(table: &mut Table, column: Column) -> Result<(), SqlError> {
    match table
        .columns
        .iter_mut()
        .find(|known| known.name == column.name)
    {
        Some(known) if known.inherited => {
            known.inherited = false;
            known.not_null |= column.not_null;
            known.default = column.default.or(known.default.take());
            Ok(())
        }
        Some(_) => {
            let message = format!("column \"{}\" specified more than once", column.name);
            Err(SqlError::new(
                SqlState::DUPLICATE_COLUMN,
                message,
                column.name.as_str(),
            ))
        }
        None => {
            table.columns.push(column);
            Ok(())
        }
    }
}

fn check_column_kind(table: &ObjectName, column: &Column) -> Result<(), SqlError> {
    let conflict = match (&column.default, &column.generated, column.identity) {
        (Some(_), Some(_), _) => "both default and generation expression",
        (Some(_), _, Some(_)) => "both default and identity",
        (_, Some(_), Some(_)) => "both identity and generation expression",
        _ => return Ok(()),
    };
    let message = format!(
        "{conflict} specified for column \"{}\" of table \"{}\"",
        column.name, table.name
    );
    Err(SqlError::new(
        SqlState::SYNTAX_ERROR,
        message,
        table.part(column.name.as_str()),
    ))
}

/// Keys are read before the table is made, one after the other (`transformIndexConstraints`).
fn check_declared_keys(
    name: &ObjectName,
    table: &Table,
    constraints: &[ConstraintDefinition],
) -> Result<(), SqlError> {
    let mut primary_keys = 0;
    for constraint in constraints {
        let (columns, primary) = match &constraint.kind {
            ConstraintKind::PrimaryKey { columns } => (columns, true),
            ConstraintKind::Unique { columns, .. } => (columns, false),
            _ => continue,
        };
        primary_keys += usize::from(primary);
        if primary_keys > 1 {
            return Err(keys::second_primary_key(name));
        }
        for (position, column) in columns.iter().enumerate() {
            if table.column(column.as_str()).is_none() && !table.columns_incomplete {
                let message = format!("column \"{column}\" named in key does not exist");
                return Err(SqlError::new(
                    SqlState::UNDEFINED_COLUMN,
                    message,
                    column.as_str(),
                ));
            }
            if columns[..position].contains(column) {
                return Err(keys::appears_twice(name, column, primary));
            }
        }
    }
    Ok(())
}

fn not_null_of_keys(
    table: &mut Table,
    constraints: &[ConstraintDefinition],
) -> Result<(), SqlError> {
    for constraint in constraints {
        if let ConstraintKind::PrimaryKey { columns } = &constraint.kind {
            for name in columns {
                if let Some(column) = table.column_mut(name.as_str()) {
                    column.not_null = true;
                }
            }
        }
    }
    Ok(())
}

/// `UNIQUE PRIMARY KEY` makes one index (`transformIndexConstraints`).
fn without_redundant_keys(constraints: &[ConstraintDefinition]) -> Vec<ConstraintDefinition> {
    let key_columns = |constraint: &ConstraintDefinition| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns, .. } => {
            Some(columns.clone())
        }
        _ => None,
    };
    let mut kept: Vec<ConstraintDefinition> = Vec::new();
    let (primary, others): (Vec<_>, Vec<_>) = constraints
        .iter()
        .partition(|one| matches!(one.kind, ConstraintKind::PrimaryKey { .. }));
    for constraint in primary.into_iter().chain(others) {
        let columns = key_columns(constraint);
        let twin = kept.iter_mut().find(|known| {
            columns.is_some()
                && key_columns(known) == columns
                && known.deferrable == constraint.deferrable
                && known.initially_deferred == constraint.initially_deferred
                && !matches!(constraint.kind, ConstraintKind::PrimaryKey { .. })
        });
        match twin {
            Some(twin) => twin.name = twin.name.take().or_else(|| constraint.name.clone()),
            None => kept.push(constraint.clone()),
        }
    }
    kept
}
