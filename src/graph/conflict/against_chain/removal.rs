//! What a script drops or renames, against what the chain has at head.

use crate::graph::touch::{ObjectKey, ObjectKind, Relation, touches};
use crate::model::ObjectName;

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
        let event = self
            .chain
            .shaping(&key)
            .or_else(|| self.chain.creation(&key));
        vec![self.conflict(
            ConflictKind::DropsChainObject,
            key.clone(),
            index,
            event,
            Vec::new(),
        )]
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
