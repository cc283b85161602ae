//! Collects touches while an action is walked.

use crate::model::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, DataType, ObjectName, RowChange,
    TableDefinition,
};

use super::{ObjectKey, ObjectKind, Relation, Touch, is_builtin};

/// Collects touches in the order in which the action makes them.
#[derive(Default)]
pub(super) struct Touches(pub Vec<Touch>);

impl Touches {
    pub fn add(&mut self, relation: Relation, object: ObjectKey) {
        self.0.push(Touch { relation, object });
    }

    pub fn named(&mut self, relation: Relation, kind: ObjectKind, name: impl ToString) {
        self.add(relation, ObjectKey::new(kind, name.to_string()));
    }

    pub fn needs_relation(&mut self, name: &ObjectName) {
        self.add(Relation::Needs, ObjectKey::relation(name));
    }

    pub fn needs_type(&mut self, data_type: &DataType) {
        // PostgreSQL's own types are there in every database.
        if !is_builtin(data_type) {
            self.named(Relation::Needs, ObjectKind::Type, &data_type.name);
        }
    }

    /// A part of a table: the table must be there, the part is created, altered or dropped.
    pub fn part(&mut self, relation: Relation, kind: ObjectKind, table: &ObjectName, part: &str) {
        self.needs_relation(table);
        self.named(relation, kind, table.part(part));
    }

    pub fn column(&mut self, table: &ObjectName, column: &ColumnDefinition) {
        self.named(
            Relation::Creates,
            ObjectKind::Column,
            table.part(column.name.as_str()),
        );
        self.needs_type(&column.data_type);
    }

    pub fn constraint(&mut self, table: &ObjectName, constraint: &ConstraintDefinition) {
        if let Some(name) = &constraint.name {
            self.named(
                Relation::Creates,
                ObjectKind::Constraint,
                table.part(name.as_str()),
            );
        }
        if let ConstraintKind::ForeignKey(key) = &constraint.kind
            && key.referenced_table != *table
        {
            self.needs_relation(&key.referenced_table);
        }
    }

    pub fn table(&mut self, table: &ObjectName, definition: &TableDefinition) {
        self.add(Relation::Creates, ObjectKey::relation(table));
        for column in &definition.columns {
            self.column(table, column);
        }
        for constraint in &definition.constraints {
            self.constraint(table, constraint);
        }
        definition
            .like
            .iter()
            .for_each(|(other, _)| self.needs_relation(other));
        definition
            .inherits
            .iter()
            .for_each(|parent| self.needs_relation(parent));
        if let Some((parent, _)) = &definition.partition_of {
            self.needs_relation(parent);
        }
    }

    pub fn rows(&mut self, change: &RowChange) {
        self.add(Relation::Writes, ObjectKey::relation(&change.table));
        for column in &change.columns {
            self.named(
                Relation::Needs,
                ObjectKind::Column,
                change.table.part(column.as_str()),
            );
        }
    }
}
