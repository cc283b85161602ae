//! What the chain has dropped and a script makes again. A database on which the script ran holds rows in
//! it, which nobody may take away; so every database gets it, unless people decide against it. What the
//! chain has given another name is no such thing: its rows are there under that name.

use crate::catalog::Catalog;
use crate::graph::{
    ChainHistory, Conflict, ConflictKind, ObjectKey, ObjectKind, Relation, touches,
};
use crate::model::{Action, Effect, ObjectName, Script};

/// A place to judge from: the chain, and the target as far as it is folded.
pub(super) struct Returns<'a> {
    pub chain: &'a ChainHistory,
    pub target: &'a Catalog,
}

impl Returns<'_> {
    /// Whether what the conflict is about comes back by default with this effect of the script: it holds
    /// rows, or belongs to something that does and has come back already.
    pub fn comes_back(&self, script: &Script, index: usize, conflict: &Conflict) -> bool {
        let Some(effect) = script.effects.get(index) else {
            return false;
        };
        conflict.kind == ConflictKind::UndoneLater
            && !self.is_renamed(&conflict.object)
            && (holds_rows(&effect.action, &conflict.object)
                || is_type_of_what_follows(script, index, &conflict.object)
                || self.is_of_what_came_back(&effect.action, &conflict.object))
            && self.is_possible(effect)
    }

    /// It is there already, by another script, or the statement makes it.
    fn is_possible(&self, effect: &Effect) -> bool {
        let applied = self.target.clone().apply(&effect.action);
        match applied {
            Ok(_) => true,
            Err(error) => super::reason::is_duplicate(&error),
        }
    }

    fn is_renamed(&self, object: &ObjectKey) -> bool {
        let table = object.name.rsplit_once('.').map(|(table, _)| table);
        let table = table.map(|table| ObjectKey::new(ObjectKind::Relation, table));
        let effects = self.chain.steps.iter().flat_map(|step| &step.effects);
        let renames = effects.filter(|effect| is_rename(&effect.action));
        let mut dropped = renames
            .flat_map(|effect| touches(&effect.action))
            .filter(|touch| touch.relation == Relation::Drops);
        dropped.any(|touch| touch.object == *object || Some(&touch.object) == table.as_ref())
    }

    /// The table or column is in the target and not at head; so it is with the table of the action.
    fn is_of_what_came_back(&self, action: &Action, object: &ObjectKey) -> bool {
        let has = |catalog: &Catalog, key: &ObjectKey| {
            let name = ObjectName::from_sql(&key.name);
            match (key.kind, key.name.rsplit_once('.')) {
                (ObjectKind::Relation, _) => catalog.relation(&name).is_some(),
                (ObjectKind::Column, Some((table, column))) => catalog
                    .column(&ObjectName::from_sql(table), column)
                    .is_some(),
                _ => false,
            }
        };
        let needed = touches(action)
            .into_iter()
            .filter(|touch| matches!(touch.relation, Relation::Needs | Relation::Writes));
        let mut objects = needed
            .map(|touch| touch.object)
            .chain(std::iter::once(object.clone()));
        objects.any(|key| has(self.target, &key) && !has(self.chain.head(), &key))
    }
}

fn is_rename(action: &Action) -> bool {
    matches!(
        action,
        Action::RenameTable { .. } | Action::RenameColumn { .. }
    )
}

/// The table or the column that the action makes.
fn holds_rows(action: &Action, object: &ObjectKey) -> bool {
    let is_whole =
        object.kind == ObjectKind::Relation && matches!(action, Action::CreateTable { .. });
    let is_part = object.kind == ObjectKind::Column && matches!(action, Action::AddColumn { .. });
    let mut touched = touches(action).into_iter();
    (is_whole || is_part)
        && touched.any(|touch| touch.relation == Relation::Creates && touch.object == *object)
}

/// The type of a table or a column that the script makes next.
fn is_type_of_what_follows(script: &Script, index: usize, object: &ObjectKey) -> bool {
    let following = script.effects.iter().skip(index + 1);
    let mut needed = following
        .filter(|effect| !effect.reach.is_inert())
        .filter(|effect| {
            matches!(
                effect.action,
                Action::CreateTable { .. } | Action::AddColumn { .. }
            )
        })
        .flat_map(|effect| touches(&effect.action));
    object.kind == ObjectKind::Type && needed.any(|touch| touch.object == *object)
}
