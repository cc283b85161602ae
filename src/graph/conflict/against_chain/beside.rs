//! What a script makes under a name of its own, where the chain has the like of it under another.

use crate::catalog::{Catalog, Constraint, ConstraintKind, Index};
use crate::graph::touch::{ObjectKey, ObjectKind};
use crate::model::{Identifier, ObjectName};

use super::super::compare::{self, Difference};
use super::super::{Conflict, ConflictKind};
use super::Reader;

impl Reader<'_> {
    /// An index that serves what one of the chain serves already.
    pub(super) fn index_beside(&self, index: usize, key: ObjectKey, ours: &Index) -> Vec<Conflict> {
        let others = self.head().indexes_of(&ours.definition.table);
        // A unique index serves what a plain one does.
        let serves = |theirs: &Index| {
            let is_unique = theirs.definition.unique;
            let mut differences = compare::indexes(ours, theirs, self.canonical);
            differences.retain(|difference| !(is_unique && difference.aspect == "uniqueness"));
            differences.is_empty()
        };
        let mut twins = others.into_iter().filter(|(_, theirs)| serves(theirs));
        let Some((name, theirs)) = twins.next() else {
            return Vec::new();
        };
        let other = match &theirs.constraint {
            Some(constraint) => {
                let name = ours.definition.table.part(constraint.as_str());
                ObjectKey::new(ObjectKind::Constraint, name)
            }
            None => ObjectKey::new(ObjectKind::Index, name.name.to_string()),
        };
        vec![self.beside(index, key, &other, Vec::new())]
    }

    /// A constraint that demands what one of the chain demands, or that leads from the same columns
    /// to the same table in another way.
    pub(super) fn constraint_beside(
        &self,
        index: usize,
        table: &ObjectName,
        name: &Identifier,
        ours: &Constraint,
    ) -> Vec<Conflict> {
        let part =
            |name: &Identifier| ObjectKey::new(ObjectKind::Constraint, table.part(name.as_str()));
        let constraints = self.head().table(table).map(|table| &table.constraints);
        let mut constraints = constraints.into_iter().flatten();
        if let Some((other, theirs)) = constraints.find(|(_, theirs)| self.is_alike(ours, theirs)) {
            let differences = compare::constraints(ours, theirs, self.canonical);
            return vec![self.beside(index, part(name), &part(other), differences)];
        }
        match unique_index(self.head(), table, ours) {
            Some(other) => {
                let other = ObjectKey::new(ObjectKind::Index, other.name.to_string());
                vec![self.beside(index, part(name), &other, Vec::new())]
            }
            None => Vec::new(),
        }
    }

    fn is_alike(&self, ours: &Constraint, theirs: &Constraint) -> bool {
        match (&ours.kind, &theirs.kind) {
            (ConstraintKind::ForeignKey(ours), ConstraintKind::ForeignKey(theirs)) => {
                ours.columns == theirs.columns && ours.referenced_table == theirs.referenced_table
            }
            (ConstraintKind::Unique { .. }, ConstraintKind::PrimaryKey { .. }) => {
                ours.columns() == theirs.columns()
            }
            _ => compare::constraints(ours, theirs, self.canonical).is_empty(),
        }
    }

    fn beside(
        &self,
        index: usize,
        ours: ObjectKey,
        theirs: &ObjectKey,
        mut differences: Vec<Difference>,
    ) -> Conflict {
        let last = |key: &ObjectKey| {
            let name = key.name.rsplit('.').next();
            name.unwrap_or_default().to_owned()
        };
        differences.insert(0, Difference::new("name", last(&ours), last(theirs)));
        let event = self.chain.creation(theirs);
        let event = event.or_else(|| {
            let (table, _) = theirs.name.rsplit_once('.')?;
            self.chain
                .creation(&ObjectKey::new(ObjectKind::Relation, table))
        });
        self.conflict(ConflictKind::StandsBeside, ours, index, event, differences)
    }
}

/// A unique index of the table over the columns of a UNIQUE constraint.
fn unique_index<'a>(
    head: &'a Catalog,
    table: &ObjectName,
    ours: &Constraint,
) -> Option<&'a ObjectName> {
    let ConstraintKind::Unique { columns, .. } = &ours.kind else {
        return None;
    };
    let mut indexes = head.indexes_of(table).into_iter();
    let found = indexes.find(|(_, index)| {
        let definition = &index.definition;
        let keys = definition.keys.iter().map(|key| key.expression.as_str());
        definition.unique
            && definition.predicate.is_none()
            && definition.keys.iter().all(|key| key.is_column)
            && keys.eq(columns.iter().map(Identifier::as_str))
    });
    found.map(|(name, _)| name)
}
