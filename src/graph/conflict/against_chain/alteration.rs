//! What a script alters or renames, against what the chain has at head. Judged by where the whole
//! script leaves the object: what it takes away for a moment and puts back is no conflict.

use crate::catalog::Catalog;
use crate::graph::touch::{ObjectKey, ObjectKind};
use crate::model::{Action, Dialect, Effect, Identifier, ObjectName};

use super::super::compare::{self, Difference};
use super::super::{Conflict, ConflictKind};
use super::Reader;
use super::creation::fails;

/// A catalog that walks along with the script's effects.
pub(super) struct Cursor {
    /// The first effect that it has not seen.
    next: usize,
    catalog: Catalog,
}

impl Reader<'_> {
    /// Works on head after the effects in front of `index`, those that fail left out.
    pub(super) fn with_before<T>(&self, index: usize, work: impl FnOnce(&mut Catalog) -> T) -> T {
        let mut cursor = self.cursor.borrow_mut();
        let cursor = match &mut *cursor {
            Some(cursor) if cursor.next <= index => cursor,
            other => other.insert(Cursor {
                next: 0,
                catalog: self.head().clone(),
            }),
        };
        for effect in &self.script.effects[cursor.next.min(index)..index] {
            if !effect.reach.is_inert() && effect.dialect == Dialect::Postgres {
                // A statement that fails leaves the catalog as it was.
                let _ = cursor.catalog.apply(&effect.action);
            }
        }
        cursor.next = index;
        work(&mut cursor.catalog)
    }

    /// Head after the whole script.
    pub(super) fn outcome(&self) -> &Catalog {
        self.outcome.get_or_init(|| {
            let mut catalog = self.head().clone();
            for effect in &self.script.effects {
                if !effect.reach.is_inert() && effect.dialect == Dialect::Postgres {
                    let _ = catalog.apply(&effect.action);
                }
            }
            catalog
        })
    }

    pub(super) fn alter_column(
        &self,
        index: usize,
        table: &ObjectName,
        column: &Identifier,
        effect: &Effect,
    ) -> Vec<Conflict> {
        let Some(theirs) = self.head().column(table, column.as_str()) else {
            return Vec::new();
        };
        let key = ObjectKey::new(ObjectKind::Column, table.part(column.as_str()));
        let at_once = self.with_before(index, |catalog| {
            catalog.begin();
            let applied = catalog.apply(&effect.action);
            let here = catalog.column(table, column.as_str());
            let differences = here.map(|ours| compare::columns(ours, theirs, self.canonical));
            catalog.rollback();
            applied.map(|_| differences)
        });
        match at_once {
            Err(error) => return self.altered(index, key, fails(error)),
            Ok(Some(differences)) if differences.is_empty() => {
                return vec![self.same_object(index, key, Vec::new())];
            }
            Ok(_) => {}
        }
        let aspect = aspect(&effect.action);
        let left = self.outcome().column(table, column.as_str());
        let differences = left.map(|ours| compare::columns(ours, theirs, self.canonical));
        let mut differences = differences.unwrap_or_default();
        differences.retain(|difference| difference.aspect.starts_with(aspect));
        self.altered(index, key, differences)
    }

    pub(super) fn switch_row_security(
        &self,
        index: usize,
        table: &ObjectName,
        effect: &Effect,
    ) -> Vec<Conflict> {
        let (Some(theirs), Some(ours)) = (self.head().table(table), self.outcome().table(table))
        else {
            return Vec::new();
        };
        let key = ObjectKey::new(ObjectKind::Relation, table.to_string());
        let forced = matches!(effect.action, Action::ForceRls { .. });
        let state = |table: &crate::catalog::Table| {
            let (on, word) = match forced {
                true => (table.force_row_security, "forced"),
                false => (table.row_security, "on"),
            };
            if on { word } else { "off" }.to_owned()
        };
        let before = self.with_before(index, |catalog| catalog.table(table).map(state));
        let at_head = state(theirs);
        let wanted = if matches!(effect.action, Action::ForceRls { force: true, .. }) {
            "forced"
        } else if matches!(effect.action, Action::EnableRls { .. }) {
            "on"
        } else {
            "off"
        };
        if wanted != "off" {
            // Where the chain has it off, it comes as a column more does: in nobody's way.
            let repeats = before.as_deref() == Some(&*at_head) && wanted == at_head;
            let event = self.chain.shaping(&key);
            let kind = ConflictKind::Duplicate;
            let conflict = || self.conflict(kind, key.clone(), index, event, Vec::new());
            return repeats.then(conflict).into_iter().collect();
        }
        let difference = Difference::new("row security", state(ours), at_head);
        let differs = difference.ours != difference.theirs;
        let differences = differs.then_some(difference).into_iter();
        self.altered(index, key, differences.collect())
    }

    /// A type that comes under the name of one that the chain has: `CREATE TYPE mood_new`,
    /// `DROP TYPE mood`, `ALTER TYPE mood_new RENAME TO mood`.
    pub(super) fn type_renamed_into(
        &self,
        index: usize,
        name: &ObjectName,
        new_name: &Identifier,
    ) -> Vec<Conflict> {
        let name = ObjectName::qualified(name.schema.clone(), new_name.clone());
        let (Some(ours), Some(theirs)) = (
            self.outcome().user_type(&name),
            self.head().user_type(&name),
        ) else {
            return Vec::new();
        };
        let differences = compare::types(ours, theirs);
        if differences.is_empty() {
            return Vec::new();
        }
        let key = ObjectKey::new(ObjectKind::Type, name.to_string());
        vec![self.same_object(index, key, differences)]
    }

    /// A column that comes under the name of one that the chain has.
    pub(super) fn column_renamed_into(
        &self,
        index: usize,
        table: &ObjectName,
        new_name: &Identifier,
    ) -> Vec<Conflict> {
        let column = |catalog: &Catalog| catalog.column(table, new_name.as_str()).cloned();
        let (Some(ours), Some(theirs)) = (column(self.outcome()), column(self.head())) else {
            return Vec::new();
        };
        let key = ObjectKey::new(ObjectKind::Column, table.part(new_name.as_str()));
        self.altered(index, key, compare::columns(&ours, &theirs, self.canonical))
    }

    fn altered(&self, index: usize, key: ObjectKey, differences: Vec<Difference>) -> Vec<Conflict> {
        if differences.is_empty() {
            return Vec::new();
        }
        let event = self.chain.shaping(&key);
        let kind = ConflictKind::AltersChainObject;
        vec![self.conflict(kind, key.clone(), index, event, differences)]
    }
}

/// The aspect of a column that the action is about, as differences name it.
fn aspect(action: &Action) -> &'static str {
    if let Action::AlterColumnType { .. } = action {
        "type of"
    } else if let Action::SetNotNull { .. } | Action::DropNotNull { .. } = action {
        "nullability of"
    } else if let Action::SetDefault { .. } | Action::DropDefault { .. } = action {
        "default of"
    } else {
        "identity of"
    }
}
