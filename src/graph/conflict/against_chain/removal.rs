//! What a script drops or renames, against what the chain has at head.

use crate::catalog::{Applied, Catalog};
use crate::graph::chain::ChainEvent;
use crate::graph::touch::{ObjectKey, ObjectKind, Relation, touches};
use crate::model::{Action, Effect, ObjectName};

use super::super::{Conflict, ConflictKind};
use super::Reader;

impl Reader<'_> {
    pub(super) fn drop_of(
        &self,
        index: usize,
        kind: ObjectKind,
        name: &ObjectName,
        there: bool,
    ) -> Vec<Conflict> {
        self.drop_part(index, kind, name.to_string(), there)
    }

    pub(super) fn drop_part(
        &self,
        index: usize,
        kind: ObjectKind,
        name: String,
        there: bool,
    ) -> Vec<Conflict> {
        // Dropping and making anew what one script wants in its own shape is told by the shape.
        let key = ObjectKey::new(kind, name);
        if !there || self.makes_again(index, &key) {
            return Vec::new();
        }
        let event = self.made_by(&key);
        vec![self.conflict(
            ConflictKind::DropsChainObject,
            key.clone(),
            index,
            event,
            Vec::new(),
        )]
    }

    /// What a CASCADE takes along of the tables and views that head has, and the script does not put
    /// back.
    pub(super) fn taken_along(&self, index: usize, effect: &Effect) -> Vec<Conflict> {
        if !cascades(&effect.action) {
            return Vec::new();
        }
        let own = effect.action.object();
        let applied = self.with_before(index, |catalog| {
            catalog.begin();
            let applied = catalog.apply(&effect.action);
            catalog.rollback();
            applied
        });
        let Ok(Applied::Changed(changes)) = applied else {
            return Vec::new();
        };
        let keys = changes.removed.iter().filter_map(|words| key_of(words));
        let lost = keys.filter(|key| {
            let is_own = key.name == own || key.name.starts_with(&format!("{own}."));
            !is_own && has(self.head(), key) && !has(self.outcome(), key)
        });
        let conflict = |key: ObjectKey| {
            let event = self.made_by(&key);
            let kind = ConflictKind::DropsChainObject;
            self.conflict(kind, key.clone(), index, event, Vec::new())
        };
        lost.map(conflict).collect()
    }

    fn made_by(&self, key: &ObjectKey) -> Option<&ChainEvent> {
        match key.kind {
            ObjectKind::Column | ObjectKind::Type => self.chain.shaping(key),
            _ => self.chain.creation(key),
        }
    }

    pub(super) fn makes_again(&self, index: usize, key: &ObjectKey) -> bool {
        self.script.effects[index..]
            .iter()
            .filter(|effect| !effect.reach.is_inert())
            .any(|effect| {
                touches(&effect.action)
                    .iter()
                    .any(|touch| touch.relation == Relation::Creates && touch.object == *key)
            })
    }
}

fn cascades(action: &Action) -> bool {
    matches!(
        action,
        Action::DropTable { cascade: true, .. }
            | Action::DropType { cascade: true, .. }
            | Action::DropColumn { cascade: true, .. }
            | Action::DropView { cascade: true, .. }
            | Action::DropFunction { cascade: true, .. }
    )
}

/// `column note of table orders`, `view open_orders`, as the server names what goes along.
fn key_of(words: &str) -> Option<ObjectKey> {
    let words: Vec<&str> = words.split(' ').collect();
    match words[..] {
        ["column", column, "of", "table", table] => {
            let name = format!("{table}.{column}");
            Some(ObjectKey::new(ObjectKind::Column, name))
        }
        ["view" | "table", name] | ["materialized", "view", name] => {
            Some(ObjectKey::new(ObjectKind::Relation, name))
        }
        _ => None,
    }
}

fn has(catalog: &Catalog, key: &ObjectKey) -> bool {
    match (key.kind, key.name.rsplit_once('.')) {
        (ObjectKind::Column, Some((table, column))) => {
            let table = ObjectName::from_sql(table);
            catalog.column(&table, column).is_some()
        }
        _ => {
            let name = ObjectName::from_sql(&key.name);
            catalog.relation(&name).is_some()
        }
    }
}
