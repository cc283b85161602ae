//! What a script creates, against what the chain has of that name.

use crate::graph::touch::{ObjectKey, ObjectKind};
use crate::model::{Action, Identifier, ObjectName, SqlError};

use super::super::compare::{self, Difference};
use super::super::{Conflict, ConflictKind, scratch};
use super::Reader;

impl Reader<'_> {
    pub(super) fn create_table(
        &self,
        index: usize,
        table: &ObjectName,
        action: &Action,
    ) -> Vec<Conflict> {
        let key = ObjectKey::new(ObjectKind::Relation, table.to_string());
        let Some(theirs) = self.head().table(table) else {
            return self.undone(index, key);
        };
        let differences = match scratch::table(self.head(), table, action) {
            Ok(ours) => compare::tables(&ours, theirs, self.canonical),
            Err(error) => vec![fails(&error)],
        };
        vec![self.same_object(index, key, differences)]
    }

    pub(super) fn add_column(
        &self,
        index: usize,
        table: &ObjectName,
        column: &Identifier,
        action: &Action,
    ) -> Vec<Conflict> {
        let key = ObjectKey::new(ObjectKind::Column, table.part(column.as_str()));
        let Some(theirs) = self.head().column(table, column.as_str()) else {
            return self.undone(index, key);
        };
        let differences = match scratch::column(self.head(), table, column, action) {
            Ok(ours) => compare::columns(&ours, theirs, self.canonical),
            Err(error) => vec![fails(&error)],
        };
        vec![self.same_object(index, key, differences)]
    }

    pub(super) fn create_index(
        &self,
        index: usize,
        name: &ObjectName,
        action: &Action,
    ) -> Vec<Conflict> {
        let key = ObjectKey::new(ObjectKind::Index, name.name.to_string());
        let Some(theirs) = self.head().find_index(name) else {
            return self.undone(index, key);
        };
        let differences = match scratch::index(self.head(), name, action) {
            Ok(ours) => compare::indexes(&ours, theirs, self.canonical),
            Err(error) => vec![fails(&error)],
        };
        vec![self.same_object(index, key, differences)]
    }

    pub(super) fn create_type(
        &self,
        index: usize,
        name: &ObjectName,
        action: &Action,
    ) -> Vec<Conflict> {
        let key = ObjectKey::new(ObjectKind::Type, name.to_string());
        let Some(theirs) = self.head().user_type(name) else {
            return self.undone(index, key);
        };
        let differences = match scratch::user_type(self.head(), name, action) {
            Ok(ours) => compare::types(&ours, theirs),
            Err(error) => vec![fails(&error)],
        };
        vec![self.same_object(index, key, differences)]
    }

    pub(super) fn add_label(&self, index: usize, name: &ObjectName, label: &str) -> Vec<Conflict> {
        let Some(labels) = self.head().enum_labels(name) else {
            return Vec::new();
        };
        let key = ObjectKey::new(ObjectKind::EnumLabel, name.part(label));
        if labels.contains(&label) {
            return vec![self.same_object(index, key, Vec::new())];
        }
        let event = self
            .chain
            .creation(&ObjectKey::new(ObjectKind::Type, name.to_string()));
        let difference = Difference {
            aspect: "labels".into(),
            ours: label.to_owned(),
            theirs: labels.join(", "),
        };
        vec![self.conflict(
            ConflictKind::DifferentShape,
            key,
            index,
            event,
            vec![difference],
        )]
    }

    pub(super) fn create_named(
        &self,
        index: usize,
        kind: ObjectKind,
        name: &ObjectName,
        there: bool,
    ) -> Vec<Conflict> {
        self.create_part(index, kind, name.to_string(), there)
    }

    pub(super) fn create_part(
        &self,
        index: usize,
        kind: ObjectKind,
        name: String,
        there: bool,
    ) -> Vec<Conflict> {
        let key = ObjectKey::new(kind, name);
        if there {
            vec![self.same_object(index, key, Vec::new())]
        } else {
            self.undone(index, key)
        }
    }

    /// The chain has it at head: the same, or another shape.
    pub(super) fn same_object(
        &self,
        index: usize,
        key: ObjectKey,
        differences: Vec<Difference>,
    ) -> Conflict {
        let kind = if differences.is_empty() {
            ConflictKind::Duplicate
        } else {
            ConflictKind::DifferentShape
        };
        let event = self.chain.creation(&key);
        self.conflict(kind, key.clone(), index, event, differences)
    }

    /// The chain does not have it at head: it may have dropped it.
    pub(super) fn undone(&self, index: usize, key: ObjectKey) -> Vec<Conflict> {
        let removal = self.chain.removal(&key);
        let made = self.chain.creation(&key).is_some();
        match removal.filter(|_| made) {
            Some(event) => {
                vec![self.conflict(
                    ConflictKind::UndoneLater,
                    key.clone(),
                    index,
                    Some(event),
                    Vec::new(),
                )]
            }
            None => Vec::new(),
        }
    }
}

/// The statement cannot even run at head.
pub(super) fn fails(error: &SqlError) -> Difference {
    Difference {
        aspect: "statement".into(),
        ours: format!("fails at head: {error}"),
        theirs: String::new(),
    }
}
