//! The graph as it is drawn: whole objects with their parts folded in, one line a pair, and nothing
//! that no script has to do with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::GraphView;
use crate::graph::{Actor, ActorKind, ConflictKind, Edge, ObjectKey, ObjectKind, Relation};

/// By the two actors: how often they clash, by kind.
type Clashes = BTreeMap<(Arc<str>, Arc<str>), BTreeMap<&'static str, usize>>;

/// What is drawn; actors in their order, objects by kind and name.
pub(super) struct Picture {
    pub actors: Vec<Actor>,
    pub objects: BTreeSet<ObjectKey>,
    /// What an actor does most to an object.
    pub edges: BTreeMap<(Arc<str>, ObjectKey), Relation>,
    /// What a script clashes over with another actor, kinds counted.
    pub clashes: Clashes,
}

impl Picture {
    pub(super) fn of(view: &GraphView<'_>) -> Self {
        let (edges, of_scripts) = edges(&view.edges());
        let clashes = clashes(view);
        let named: BTreeSet<&Arc<str>> = edges
            .keys()
            .map(|(actor, _)| actor)
            .chain(clashes.keys().flat_map(|(script, other)| [script, other]))
            .collect();
        let actors = view.graph.actors();
        let actors = actors.filter(|actor| named.contains(&actor.name));
        Self {
            actors: actors.cloned().collect(),
            objects: of_scripts,
            edges,
            clashes,
        }
    }
}

type Edges = BTreeMap<(Arc<str>, ObjectKey), Relation>;

/// The lines, and the objects that scripts have to do with.
fn edges(all: &[Edge]) -> (Edges, BTreeSet<ObjectKey>) {
    let mut edges = Edges::new();
    let mut of_scripts = BTreeSet::new();
    for edge in all {
        let Some((object, relation)) = whole(&edge.object, edge.relation) else {
            continue;
        };
        if edge.actor.kind == ActorKind::Script {
            of_scripts.insert(object.clone());
        }
        let line = edges
            .entry((Arc::clone(&edge.actor.name), object))
            .or_insert(relation);
        if weight(relation) > weight(*line) {
            *line = relation;
        }
    }
    edges.retain(|(_, object), _| of_scripts.contains(object));
    (edges, of_scripts)
}

/// A part's table or type: whatever is done to the part alters the whole. An index has no name that
/// leads to its table, which its statement needs besides.
fn whole(object: &ObjectKey, relation: Relation) -> Option<(ObjectKey, Relation)> {
    let kind = match object.kind {
        ObjectKind::Column | ObjectKind::Constraint | ObjectKind::Trigger | ObjectKind::Policy => {
            ObjectKind::Relation
        }
        ObjectKind::EnumLabel => ObjectKind::Type,
        ObjectKind::Index => return None,
        ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::Type
        | ObjectKind::Sequence
        | ObjectKind::Relation
        | ObjectKind::Function
        | ObjectKind::VersionTable => return Some((object.clone(), relation)),
    };
    let (name, _) = object.name.rsplit_once('.')?;
    let relation = match relation {
        Relation::Needs => Relation::Needs,
        _ => Relation::Alters,
    };
    Some((ObjectKey::new(kind, name), relation))
}

fn weight(relation: Relation) -> u8 {
    match relation {
        Relation::Needs => 0,
        Relation::Writes => 1,
        Relation::Alters => 2,
        Relation::Creates => 3,
        Relation::Drops => 4,
    }
}

/// Duplicates are seen by both lines leading to one object.
fn clashes(view: &GraphView<'_>) -> Clashes {
    let mut clashes = Clashes::new();
    for clash in view.clashes() {
        let harmless = [ConflictKind::Duplicate, ConflictKind::RepeatsScript];
        if harmless.iter().any(|kind| kind.as_str() == clash.kind) {
            continue;
        }
        let kinds = clashes.entry((clash.script, clash.other)).or_default();
        *kinds.entry(clash.kind).or_default() += 1;
    }
    clashes
}

/// `3 different_shape, 1 undone_later`.
pub(super) fn counted(kinds: &BTreeMap<&'static str, usize>) -> String {
    let parts: Vec<String> = kinds
        .iter()
        .map(|(kind, number)| format!("{number} {kind}"))
        .collect();
    parts.join(", ")
}
