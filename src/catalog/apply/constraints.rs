//! Constraints: added, dropped, renamed, validated (`ATExecAddConstraint`, `AddRelationNewConstraints`,
//! `ATExecDropConstraint`).

use super::columns::undecided;
use crate::catalog::expression::{references, without_qualifier};
use crate::catalog::{
    Applied, Catalog, Changes, Constraint, ConstraintKind, ObjectAddress, Relation, Rows, errors,
};
use crate::model::{self, ConstraintDefinition, Identifier, ObjectName, SqlError, SqlState};

impl Catalog {
    pub(super) fn add_constraint(
        &mut self,
        table: &ObjectName,
        definition: &ConstraintDefinition,
    ) -> Result<Applied, SqlError> {
        let name = self.require_table(table, "ADD CONSTRAINT")?;
        let mut changes = Changes::default();
        self.add_one_constraint(&name, definition, &mut changes)?;
        Ok(Applied::Changed(changes))
    }

    pub(super) fn add_one_constraint(
        &mut self,
        table: &ObjectName,
        definition: &ConstraintDefinition,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        match &definition.kind {
            model::ConstraintKind::PrimaryKey { columns } => {
                self.add_key(table, definition, columns, None, changes)
            }
            model::ConstraintKind::Unique {
                columns,
                nulls_not_distinct,
            } => self.add_key(
                table,
                definition,
                columns,
                Some(*nulls_not_distinct),
                changes,
            ),
            model::ConstraintKind::ForeignKey(key) => {
                self.add_foreign_key(table, definition, key, changes)
            }
            model::ConstraintKind::Check {
                expression,
                no_inherit,
            } => self.add_check(table, definition, expression, *no_inherit, changes),
            model::ConstraintKind::Exclude { definition: text } => {
                self.add_exclusion(table, definition, text, changes)
            }
            model::ConstraintKind::UsingIndex { index, primary } => {
                self.add_key_using_index(table, definition, index, *primary)
            }
        }
    }

    fn add_check(
        &mut self,
        table: &ObjectName,
        definition: &ConstraintDefinition,
        expression: &str,
        no_inherit: bool,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        self.check_own_expression(table, expression)?;
        self.check_boolean(table, expression, "CHECK")?;
        let expression = without_qualifier(expression, &table.name);
        let name = match &definition.name {
            Some(name) if self.table_at(table)?.constraints.contains_key(name) => {
                return Err(errors::constraint_exists(table, name));
            }
            Some(name) => name.clone(),
            None => self.check_name(table, &expression),
        };
        if !definition.not_valid && self.table_at(table)?.rows != Rows::Empty {
            changes
                .conditions
                .push(format!("every row of {table} satisfies {expression}"));
        }
        let kind = ConstraintKind::Check {
            expression,
            no_inherit,
        };
        let constraint = declared(definition, kind);
        if !no_inherit {
            for child in self.children(table) {
                let mut inherited = constraint.clone();
                inherited.inherited = true;
                let constraints = &mut self.table_at_mut(&child)?.constraints;
                constraints.entry(name.clone()).or_insert(inherited);
            }
        }
        self.table_at_mut(table)?
            .constraints
            .insert(name, constraint);
        Ok(())
    }

    /// `table_column_check` if the expression names one column, else `table_check`.
    fn check_name(&self, table: &ObjectName, expression: &str) -> Identifier {
        let columns = references(expression).own_columns();
        let only = match columns.len() {
            1 => columns.first().map(Identifier::as_str),
            _ => None,
        };
        self.choose_constraint_name(table, only, "check", &[])
    }

    pub(super) fn drop_constraint(
        &mut self,
        table: &ObjectName,
        constraint: &Identifier,
        if_exists: bool,
        cascade: bool,
    ) -> Result<Applied, SqlError> {
        let name = self.require_table(table, "DROP CONSTRAINT")?;
        let found = self.table_at(&name)?;
        let Some(existing) = found.constraints.get(constraint) else {
            let error = errors::no_constraint(&name, constraint);
            if if_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            if found.columns_incomplete {
                return Ok(undecided(format!("whether {} exists", error.object)));
            }
            return Err(error);
        };
        if existing.inherited {
            let message = format!(
                "cannot drop inherited constraint \"{constraint}\" of relation \"{}\"",
                name.name
            );
            let object = name.part(constraint.as_str());
            return Err(SqlError::new(
                SqlState::INVALID_TABLE_DEFINITION,
                message,
                object,
            ));
        }
        let mut targets = vec![ObjectAddress::Constraint(name.clone(), constraint.clone())];
        for child in self.children(&name) {
            let inherited = self.table_at(&child)?.constraints.get(constraint);
            if inherited.is_some_and(|found| found.inherited) {
                targets.push(ObjectAddress::Constraint(child, constraint.clone()));
            }
        }
        let removed = self.drop_objects(&targets[..1], cascade)?;
        self.drop_objects(&targets[1..], cascade)?;
        Ok(Applied::Changed(Changes {
            removed,
            ..Changes::default()
        }))
    }

    pub(super) fn validate_constraint(
        &mut self,
        table: &ObjectName,
        constraint: &Identifier,
    ) -> Result<Applied, SqlError> {
        let name = self.require_table(table, "VALIDATE CONSTRAINT")?;
        let rows = self.table_at(&name)?.rows;
        let Some(found) = self.table_at_mut(&name)?.constraints.get_mut(constraint) else {
            return Err(errors::no_constraint(&name, constraint));
        };
        let checkable = matches!(
            found.kind,
            ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. }
        );
        if !checkable {
            let message = format!(
                "constraint \"{constraint}\" of relation \"{}\" is not a foreign key or check constraint",
                name.name
            );
            let object = name.part(constraint.as_str());
            return Err(SqlError::new(SqlState::WRONG_OBJECT_TYPE, message, object));
        }
        let mut changes = Changes::default();
        if !found.validated && rows != Rows::Empty {
            changes
                .conditions
                .push(format!("every row of {name} satisfies {constraint}"));
        }
        found.validated = true;
        Ok(Applied::Changed(changes))
    }

    pub(super) fn rename_constraint(
        &mut self,
        table: &ObjectName,
        constraint: &Identifier,
        new_name: &Identifier,
    ) -> Result<Applied, SqlError> {
        let name = self.require_relation(table)?;
        let found = self.relations.get(&name).and_then(Relation::as_table);
        let existing = found.and_then(|found| Some((found, found.constraints.get(constraint)?)));
        let Some((found, existing)) = existing else {
            return Err(errors::no_part("constraint", &name, constraint));
        };
        if found.constraints.contains_key(new_name) {
            return Err(errors::constraint_exists(&name, new_name));
        }
        if existing.has_index() {
            let new = ObjectName {
                schema: name.schema.clone(),
                name: new_name.clone(),
            };
            if self.relation_name_taken(&new) {
                return Err(errors::relation_exists(&new));
            }
            self.rename_constraint_and_index(&name, constraint, new_name)?;
            return Ok(Applied::changed());
        }
        self.move_constraint(&name, constraint, new_name)?;
        Ok(Applied::changed())
    }

    /// Renaming one of them renames the other.
    pub(super) fn rename_constraint_and_index(
        &mut self,
        table: &ObjectName,
        old: &Identifier,
        new: &Identifier,
    ) -> Result<(), SqlError> {
        let full = |name: &Identifier| ObjectName {
            schema: table.schema.clone(),
            name: name.clone(),
        };
        self.move_relation(&full(old), &full(new));
        if let Some(index) = self
            .relations
            .get_mut(&full(new))
            .and_then(Relation::as_index_mut)
        {
            index.constraint = Some(new.clone());
        }
        self.move_constraint(table, old, new)
    }

    fn move_constraint(
        &mut self,
        table: &ObjectName,
        old: &Identifier,
        new: &Identifier,
    ) -> Result<(), SqlError> {
        for child in self.children(table) {
            let inherited = self.table_at(&child)?.constraints.get(old);
            if inherited.is_some_and(|found| found.inherited) {
                self.move_constraint(&child, old, new)?;
            }
        }
        let constraints = &mut self.table_at_mut(table)?.constraints;
        if let Some(constraint) = constraints.remove(old) {
            constraints.insert(new.clone(), constraint);
        }
        Ok(())
    }
}

/// The kept form of a declared constraint.
pub(super) fn declared(definition: &ConstraintDefinition, kind: ConstraintKind) -> Constraint {
    Constraint {
        deferrable: definition.deferrable || definition.initially_deferred,
        initially_deferred: definition.initially_deferred,
        validated: !definition.not_valid,
        ..Constraint::new(kind)
    }
}
