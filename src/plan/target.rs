//! A schema that somebody says is right: that of a live database or of a dump.

use crate::catalog::{Catalog, Relation};
use crate::graph::{ObjectKey, ObjectKind};
use crate::model::{ObjectName, Place};

use super::data::LeftOut;
use super::{Citation, Disposition};

/// The schema at which every database shall arrive, whatever chain and scripts say.
#[derive(Debug, Clone)]
pub struct TargetSchema {
    pub catalog: Catalog,
    /// Where it comes from: a file, or `live database`.
    pub source: String,
}

impl TargetSchema {
    /// The catalog without the migration tool's own table and the journal of earlier consolidations.
    pub(super) fn wanted(&self) -> Catalog {
        let mut catalog = self.catalog.clone();
        let own: Vec<ObjectName> = catalog
            .relations
            .keys()
            .filter(|name| is_own(name))
            .cloned()
            .collect();
        for table in own {
            let drop = crate::model::Action::DropTable {
                table,
                if_exists: true,
                cascade: true,
            };
            // What cannot be dropped is no table of its own, and stays.
            let _ = catalog.apply(&drop);
        }
        catalog
    }

    pub(super) fn citation(&self) -> Citation {
        Citation {
            place: Place::new(self.source.as_str(), 1, 1),
            operation: "target_schema",
        }
    }

    /// What the target has otherwise than the chain's head.
    pub(super) fn differing(&self, head: &Catalog) -> Vec<ObjectKey> {
        let mut keys = Vec::new();
        let target = self.wanted();
        for (name, relation) in &target.relations {
            if head.relations.get(name) == Some(relation) {
                continue;
            }
            let kind = match relation {
                Relation::Table(_) | Relation::View(_) | Relation::MaterializedView(_) => {
                    ObjectKind::Relation
                }
                Relation::Index(_) => ObjectKind::Index,
                Relation::Sequence(_) => ObjectKind::Sequence,
            };
            keys.push(ObjectKey::new(kind, name.to_string()));
        }
        let types = target.types.iter();
        let types = types.filter(|(name, known)| head.types.get(name) != Some(known));
        keys.extend(types.map(|(name, _)| ObjectKey::new(ObjectKind::Type, name.to_string())));
        let functions = target.functions.iter();
        let functions = functions.filter(|(name, known)| head.functions.get(name) != Some(known));
        keys.extend(functions.map(|(signature, _)| {
            ObjectKey::new(ObjectKind::Function, signature.name.to_string())
        }));
        let extensions = target.extensions.keys();
        let extensions = extensions.filter(|name| head.extensions.get(name).is_none());
        keys.extend(extensions.map(|name| ObjectKey::new(ObjectKind::Extension, name.to_string())));
        keys
    }

    /// Tables and views of the chain that the target does not have: they stay where they are.
    pub(super) fn not_wanted(&self, head: &Catalog) -> Vec<LeftOut> {
        let relations = head.relations.iter().filter(|(name, relation)| {
            let counts = matches!(
                relation,
                Relation::Table(_) | Relation::View(_) | Relation::MaterializedView(_)
            );
            counts && !is_own(name) && !self.catalog.relations.contains(name)
        });
        let left_out = relations.map(|(name, _)| LeftOut {
            disposition: Disposition::Conflicting,
            place: self.citation().place,
            operation: "target_schema",
            object: name.to_string(),
            reason: "the target schema does not have it, the chain does: nothing is dropped that a database may hold".to_owned(),
            key: None,
        });
        left_out.collect()
    }
}

pub(super) fn is_own(name: &ObjectName) -> bool {
    crate::sql::is_version_table(name) || name.name.as_str() == "fixfold_journal"
}
