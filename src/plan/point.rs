//! How to tell from a database alone how far its schema has come along the chain: the objects that
//! each revision leaves behind for good.

use std::sync::Arc;

use crate::catalog::{Catalog, Relation};
use crate::graph::{ChainHistory, ObjectKey, ObjectKind};
use crate::model::{ObjectName, RevisionId};

/// A revision with the objects whose presence shows that it has run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    pub revision: RevisionId,
    pub file: Arc<str>,
    /// Made by this revision and still there at head. Empty: it leaves no trace of its own.
    pub traces: Vec<ObjectKey>,
}

pub(super) fn points(chain: &ChainHistory) -> Vec<Point> {
    let points = chain.steps.iter().enumerate().map(|(index, step)| Point {
        revision: step.revision.id.clone(),
        file: step.revision.file.clone(),
        traces: traces(chain.before(index), &step.after, chain.head()),
    });
    points.collect()
}

fn traces(before: &Catalog, after: &Catalog, head: &Catalog) -> Vec<ObjectKey> {
    let mut traces = Vec::new();
    let relations = after.relations.iter();
    for (name, relation) in relations.filter(|(name, _)| !crate::sql::is_version_table(name)) {
        let is_new = !before.relations.contains(name);
        let stays = head.relations.contains(name);
        match relation {
            Relation::Table(table) if stays && !is_new => {
                let columns = table.columns.iter().map(|column| column.name.as_str());
                let new = columns.filter(|column| {
                    before.column(name, column).is_none() && head.column(name, column).is_some()
                });
                traces.extend(
                    new.map(|column| ObjectKey::new(ObjectKind::Column, name.part(column))),
                );
            }
            Relation::Table(_) | Relation::View(_) | Relation::MaterializedView(_)
                if stays && is_new =>
            {
                traces.push(key(ObjectKind::Relation, name));
            }
            Relation::Index(index) if stays && is_new && index.constraint.is_none() => {
                traces.push(key(ObjectKind::Index, name));
            }
            Relation::Table(_)
            | Relation::View(_)
            | Relation::MaterializedView(_)
            | Relation::Index(_)
            | Relation::Sequence(_) => {}
        }
    }
    let types = after.types.keys();
    let new = types.filter(|name| !before.types.contains(name) && head.types.contains(name));
    traces.extend(new.map(|name| key(ObjectKind::Type, name)));
    traces
}

fn key(kind: ObjectKind, name: &ObjectName) -> ObjectKey {
    ObjectKey::new(kind, name.to_string())
}
