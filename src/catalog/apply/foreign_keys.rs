//! Foreign keys (`ATAddForeignKeyConstraint`, `transformFkeyCheckAttrs`).

use super::constraints::declared;
use crate::catalog::coercion::same_type;
use crate::catalog::{
    Catalog, Changes, ConstraintKind, ObjectAddress, Persistence, Relation, Rows, errors,
};
use crate::model::{
    ConstraintDefinition, DataType, ForeignKey, Identifier, ObjectName, SqlError, SqlState,
};

impl Catalog {
    pub(super) fn add_foreign_key(
        &mut self,
        table: &ObjectName,
        definition: &ConstraintDefinition,
        written: &ForeignKey,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let mut key = written.clone();
        key.referenced_table = self.referenced_table(table, &written.referenced_table)?;
        if let Some(name) = &definition.name
            && self.table_at(table)?.constraints.contains_key(name)
        {
            return Err(errors::constraint_exists(table, name));
        }
        self.check_key_has_columns(table, &key.columns)?;
        let supporting = self.supporting_index(&mut key)?;
        let name = match &definition.name {
            Some(name) => name.clone(),
            None => self.choose_foreign_key_name(table, &key.columns),
        };
        self.check_foreign_key_types(table, &name, &key)?;
        if !definition.not_valid && self.table_at(table)?.rows != Rows::Empty {
            let target = &key.referenced_table;
            changes.conditions.push(format!(
                "every row of {table} has its row in {target} by {name}"
            ));
        }
        let mut constraint = declared(definition, ConstraintKind::ForeignKey(key));
        constraint.supporting_index = supporting;
        for child in self.children(table) {
            if self.table_at(&child)?.partition_of.is_some() {
                let mut inherited = constraint.clone();
                inherited.inherited = true;
                self.table_at_mut(&child)?
                    .constraints
                    .insert(name.clone(), inherited);
            }
        }
        self.table_at_mut(table)?
            .constraints
            .insert(name, constraint);
        Ok(())
    }

    fn referenced_table(
        &self,
        table: &ObjectName,
        written: &ObjectName,
    ) -> Result<ObjectName, SqlError> {
        let found = self.require_relation(written)?;
        let Some(referenced) = self.relations.get(&found).and_then(Relation::as_table) else {
            let message = format!("referenced relation \"{}\" is not a table", found.name);
            return Err(SqlError::new(
                SqlState::WRONG_OBJECT_TYPE,
                message,
                found.to_string(),
            ));
        };
        let own = self.table_at(table)?;
        let kept = |persistence| matches!(persistence, Persistence::Permanent);
        let message = match (own.persistence, referenced.persistence) {
            (Persistence::Permanent, other) if !kept(other) => {
                "constraints on permanent tables may reference only permanent tables"
            }
            (Persistence::Unlogged, Persistence::Temporary { .. }) => {
                "constraints on unlogged tables may reference only permanent or unlogged tables"
            }
            (Persistence::Temporary { .. }, Persistence::Permanent | Persistence::Unlogged) => {
                "constraints on temporary tables may reference only temporary tables"
            }
            _ => return Ok(found),
        };
        Err(SqlError::new(
            SqlState::INVALID_TABLE_DEFINITION,
            message,
            table.to_string(),
        ))
    }

    fn check_key_has_columns(
        &self,
        table: &ObjectName,
        columns: &[Identifier],
    ) -> Result<(), SqlError> {
        let found = self.table_at(table)?;
        let missing = columns
            .iter()
            .find(|column| found.column(column.as_str()).is_none());
        match missing {
            Some(column) if !found.columns_incomplete => {
                let message = format!(
                    "column \"{column}\" referenced in foreign key constraint does not exist"
                );
                let object = table.part(column.as_str());
                Err(SqlError::new(SqlState::UNDEFINED_COLUMN, message, object))
            }
            _ => Ok(()),
        }
    }

    /// Fills in the primary key where no columns are given; gives the unique index relied upon.
    fn supporting_index(&self, key: &mut ForeignKey) -> Result<Option<ObjectName>, SqlError> {
        let target = key.referenced_table.clone();
        let full = |name: &Identifier| ObjectName {
            schema: target.schema.clone(),
            name: name.clone(),
        };
        let found = self.table_at(&target)?;
        if key.referenced_columns.is_empty() {
            let primary = found
                .constraints
                .iter()
                .find_map(|(name, one)| match &one.kind {
                    ConstraintKind::PrimaryKey { columns, .. } => Some((name, one, columns)),
                    _ => None,
                });
            let Some((name, constraint, columns)) = primary else {
                let message = format!(
                    "there is no primary key for referenced table \"{}\"",
                    target.name
                );
                return Err(SqlError::new(
                    SqlState::UNDEFINED_OBJECT,
                    message,
                    target.to_string(),
                ));
            };
            if constraint.deferrable {
                return Err(deferrable_key(&target, "primary key"));
            }
            key.referenced_columns = columns.clone();
            same_count(key)?;
            return Ok(Some(full(name)));
        }
        self.check_key_has_columns(&target, &key.referenced_columns)?;
        same_count(key)?;
        if found.columns_incomplete {
            return Ok(None);
        }
        self.matching_unique_index(key).map(Some)
    }

    fn matching_unique_index(&self, key: &ForeignKey) -> Result<ObjectName, SqlError> {
        let target = &key.referenced_table;
        let mut wanted: Vec<_> = key
            .referenced_columns
            .iter()
            .map(Identifier::as_str)
            .collect();
        wanted.sort_unstable();
        let mut deferrable = false;
        let mut candidates: Vec<_> = self.indexes_at(target).collect();
        // The oldest comes first on the server: the primary key, as a rule.
        candidates.sort_by_key(|(_, index)| !self.is_primary(index));
        for (name, index) in candidates {
            let definition = &index.definition;
            let plain = definition.unique
                && definition.predicate.is_none()
                && definition.keys.iter().all(|one| one.is_column);
            let mut columns: Vec<_> = definition
                .keys
                .iter()
                .map(|one| one.expression.as_str())
                .collect();
            columns.sort_unstable();
            if !plain || columns != wanted {
                continue;
            }
            if self.is_deferrable(index) {
                deferrable = true;
                continue;
            }
            return Ok(name.clone());
        }
        if deferrable {
            return Err(deferrable_key(target, "unique constraint"));
        }
        let message = format!(
            "there is no unique constraint matching given keys for referenced table \"{}\"",
            target.name
        );
        Err(SqlError::new(
            SqlState::INVALID_FOREIGN_KEY,
            message,
            target.to_string(),
        ))
    }

    fn is_primary(&self, index: &crate::catalog::Index) -> bool {
        self.constraint_of(index)
            .is_some_and(|found| matches!(found.kind, ConstraintKind::PrimaryKey { .. }))
    }

    fn is_deferrable(&self, index: &crate::catalog::Index) -> bool {
        self.constraint_of(index)
            .is_some_and(|found| found.deferrable)
    }

    fn constraint_of(&self, index: &crate::catalog::Index) -> Option<&crate::catalog::Constraint> {
        let table = self.relations.get(&index.definition.table)?.as_table()?;
        table.constraints.get(index.constraint.as_ref()?)
    }

    /// 42804 if a column cannot be compared with the one that it references.
    pub(super) fn check_foreign_key_types(
        &self,
        table: &ObjectName,
        name: &Identifier,
        key: &ForeignKey,
    ) -> Result<(), SqlError> {
        for (own, referenced) in key.columns.iter().zip(&key.referenced_columns) {
            let own_type = self
                .column(table, own.as_str())
                .map(|found| &found.data_type);
            let other_type = self
                .column(&key.referenced_table, referenced.as_str())
                .map(|found| &found.data_type);
            let (Some(own_type), Some(other_type)) = (own_type, other_type) else {
                continue;
            };
            if !self.comparable_for_key(own_type, other_type) {
                let message = format!("foreign key constraint \"{name}\" cannot be implemented");
                let object = ObjectAddress::Constraint(table.clone(), name.clone()).to_string();
                return Err(SqlError::new(SqlState::DATATYPE_MISMATCH, message, object));
            }
        }
        Ok(())
    }

    /// Members of one operator family, or an implicit cast to the referenced column's type.
    fn comparable_for_key(&self, own: &DataType, referenced: &DataType) -> bool {
        const FAMILIES: &[&[&str]] = &[
            &["smallint", "integer", "bigint"],
            &[
                "date",
                "timestamp without time zone",
                "timestamp with time zone",
            ],
            &["real", "double precision"],
            &["text", "character varying", "name"],
        ];
        let (own, referenced) = (self.base_type(own), self.base_type(referenced));
        let scalar = own.array_dimensions == 0 && referenced.array_dimensions == 0;
        let in_family = |family: &&[&str]| {
            family.contains(&own.name.name.as_str())
                && family.contains(&referenced.name.name.as_str())
        };
        if same_type(&own, &referenced) || (scalar && FAMILIES.iter().any(in_family)) {
            return true;
        }
        if self.is_unknown_type(&own) || self.is_unknown_type(&referenced) {
            return true;
        }
        // An index on varchar is one on text, into which anything that casts implicitly may go.
        let target = match referenced.name.name.as_str() {
            "character varying" if scalar => DataType::named("text"),
            _ => referenced,
        };
        self.coerces_implicitly(&own, &target)
    }
}

fn same_count(key: &ForeignKey) -> Result<(), SqlError> {
    if key.columns.len() == key.referenced_columns.len() {
        return Ok(());
    }
    let message = "number of referencing and referenced columns for foreign key disagree";
    Err(SqlError::new(
        SqlState::INVALID_FOREIGN_KEY,
        message,
        key.referenced_table.to_string(),
    ))
}

fn deferrable_key(table: &ObjectName, what: &str) -> SqlError {
    let message = format!(
        "cannot use a deferrable {what} for referenced table \"{}\"",
        table.name
    );
    SqlError::new(
        SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE,
        message,
        table.to_string(),
    )
}
