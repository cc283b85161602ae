//! What hangs on a column, and on a constraint.

use super::{Dependent, Link};
use crate::catalog::{Catalog, ConstraintKind, Index, ObjectAddress, Relation};
use crate::model::{ForeignKey, Identifier, ObjectName};

impl Catalog {
    pub(super) fn on_column(&self, relation: &ObjectName, column: &Identifier) -> Vec<Dependent> {
        let mut found = self.constraints_of_column(relation, column);
        let default = ObjectAddress::Default(relation.clone(), column.clone());
        found.push((default, Link::Auto));
        for (name, other) in &self.relations {
            let address = || ObjectAddress::Relation(name.clone());
            match other {
                Relation::Index(index)
                    if index.definition.table == *relation && has_key(index, column) =>
                {
                    found.push(index_or_constraint(name, index));
                }
                Relation::Sequence(sequence)
                    if sequence.owned_by.as_ref() == Some(&(relation.clone(), column.clone())) =>
                {
                    found.push((address(), Link::Auto));
                }
                Relation::View(view) | Relation::MaterializedView(view)
                    if view
                        .reads_columns
                        .contains(&(relation.clone(), column.clone())) =>
                {
                    found.push((address(), Link::Normal));
                }
                _ => {}
            }
        }
        found.extend(
            self.foreign_keys_to(relation)
                .into_iter()
                .filter_map(|(address, key)| {
                    key.referenced_columns
                        .contains(column)
                        .then_some((address, Link::Normal))
                }),
        );
        for one in self.uses() {
            let own = ObjectAddress::Default(relation.clone(), column.clone());
            let itself = ObjectAddress::Column(relation.clone(), column.clone());
            let view = one.relation.is_none();
            if !view
                && one.address != own
                && one.address != itself
                && one.names_column(relation, column)
            {
                found.push(self.with_link(one.address, relation));
            }
        }
        found
    }

    /// Checks and indexes of the table go along; policies and triggers must be asked for.
    fn with_link(&self, address: ObjectAddress, relation: &ObjectName) -> Dependent {
        let link = match &address {
            ObjectAddress::Constraint(table, _) if table == relation => Link::Auto,
            ObjectAddress::Relation(name) => match self.relations.get(name) {
                Some(Relation::Index(index)) => return index_or_constraint(name, index),
                _ => Link::Normal,
            },
            _ => Link::Normal,
        };
        (address, link)
    }

    fn constraints_of_column(&self, relation: &ObjectName, column: &Identifier) -> Vec<Dependent> {
        let Some(table) = self.relations.get(relation).and_then(Relation::as_table) else {
            return Vec::new();
        };
        let on_it = table.constraints.iter().filter(|(_, constraint)| {
            let included = match &constraint.kind {
                ConstraintKind::PrimaryKey { include, .. }
                | ConstraintKind::Unique { include, .. } => include.contains(column),
                _ => false,
            };
            included || constraint.columns().contains(column)
        });
        on_it
            .map(|(name, _)| {
                (
                    ObjectAddress::Constraint(relation.clone(), name.clone()),
                    Link::Auto,
                )
            })
            .collect()
    }

    /// Foreign keys of any table (itself too) that reference this one.
    pub(crate) fn foreign_keys_to(&self, table: &ObjectName) -> Vec<(ObjectAddress, &ForeignKey)> {
        let mut found = Vec::new();
        for (name, relation) in &self.relations {
            for (part, constraint) in relation.as_table().iter().flat_map(|one| &one.constraints) {
                if let ConstraintKind::ForeignKey(key) = &constraint.kind
                    && key.referenced_table == *table
                {
                    found.push((ObjectAddress::Constraint(name.clone(), part.clone()), key));
                }
            }
        }
        found
    }

    /// The index behind a key, and the foreign keys that rely on it.
    pub(super) fn on_constraint(&self, table: &ObjectName, name: &Identifier) -> Vec<Dependent> {
        let index = ObjectName {
            schema: table.schema.clone(),
            name: name.clone(),
        };
        let behind = self.relations.get(&index).and_then(Relation::as_index);
        match behind {
            Some(found) if found.definition.table == *table => {
                vec![(ObjectAddress::Relation(index), Link::Auto)]
            }
            _ => Vec::new(),
        }
    }

    /// Foreign keys that rely on a unique index.
    pub(super) fn on_index(&self, index: &ObjectName) -> Vec<Dependent> {
        let mut found = Vec::new();
        for (name, relation) in &self.relations {
            let of_partition = relation
                .as_index()
                .and_then(|one| one.partition_of.as_ref());
            if of_partition == Some(index) {
                found.push((ObjectAddress::Relation(name.clone()), Link::Auto));
            }
            for (part, constraint) in relation.as_table().iter().flat_map(|one| &one.constraints) {
                if constraint.supporting_index.as_ref() == Some(index) {
                    let address = ObjectAddress::Constraint(name.clone(), part.clone());
                    found.push((address, Link::Normal));
                }
            }
        }
        found
    }
}

fn has_key(index: &Index, column: &Identifier) -> bool {
    let definition = &index.definition;
    let keys = definition.keys.iter().filter(|key| key.is_column);
    definition.include.contains(column)
        || keys
            .into_iter()
            .any(|key| Identifier::exact(&*key.expression) == *column)
}

fn index_or_constraint(name: &ObjectName, index: &Index) -> Dependent {
    let address = match &index.constraint {
        Some(constraint) => {
            ObjectAddress::Constraint(index.definition.table.clone(), constraint.clone())
        }
        None => ObjectAddress::Relation(name.clone()),
    };
    (address, Link::Auto)
}
