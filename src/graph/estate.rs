//! Scripts, revisions and objects as one graph.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use petgraph::graph::{DiGraph, NodeIndex};
use serde::Serialize;

use crate::model::{Dialect, Effect, Place};

use super::touch::{ObjectKey, Relation, touches};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    Revision,
    Script,
}

/// Whoever changes objects: a revision of the chain or a script beside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Actor {
    pub kind: ActorKind,
    /// A revision's id or a script's path.
    pub name: Arc<str>,
}

/// An actor's meeting with an object, once for each relation, at the first place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edge {
    pub actor: Actor,
    pub relation: Relation,
    pub object: ObjectKey,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    Actor(Actor),
    Object(ObjectKey),
}

/// The whole estate. Nodes and edges are in a stable order: actors as they were given, objects by
/// kind and name.
pub struct EstateGraph {
    pub(super) graph: DiGraph<Node, (Relation, Place)>,
    pub(super) actors: Vec<(Actor, NodeIndex)>,
    objects: BTreeMap<ObjectKey, NodeIndex>,
}

impl EstateGraph {
    /// Builds the graph from actors in chain order, then script order. Inert effects are left out:
    /// what cannot happen connects nothing, and what goes to another server connects nothing here.
    pub fn build<'a>(actors: impl IntoIterator<Item = (Actor, &'a [Effect])>) -> Self {
        let mut estate = Self {
            graph: DiGraph::new(),
            actors: Vec::new(),
            objects: BTreeMap::new(),
        };
        for (actor, effects) in actors {
            estate.add_actor(actor, effects);
        }
        estate
    }

    fn add_actor(&mut self, actor: Actor, effects: &[Effect]) {
        let from = self.graph.add_node(Node::Actor(actor.clone()));
        self.actors.push((actor, from));
        let mut created = BTreeSet::new();
        let mut known = BTreeSet::new();
        let here =
            |effect: &&Effect| !effect.reach.is_inert() && effect.dialect == Dialect::Postgres;
        for effect in effects.iter().filter(here) {
            for touch in touches(&effect.action) {
                // What an actor has made itself it does not need from others.
                if touch.relation == Relation::Needs && created.contains(&touch.object) {
                    continue;
                }
                if touch.relation == Relation::Creates {
                    created.insert(touch.object.clone());
                }
                if known.insert((touch.relation, touch.object.clone())) {
                    let to = self.object(touch.object);
                    let place = effect.provenance.call.clone();
                    self.graph.add_edge(from, to, (touch.relation, place));
                }
            }
        }
    }

    fn object(&mut self, key: ObjectKey) -> NodeIndex {
        let graph = &mut self.graph;
        *self
            .objects
            .entry(key)
            .or_insert_with_key(|key| graph.add_node(Node::Object(key.clone())))
    }

    pub fn actors(&self) -> impl Iterator<Item = &Actor> {
        self.actors.iter().map(|(actor, _)| actor)
    }

    pub fn objects(&self) -> impl Iterator<Item = &ObjectKey> {
        self.objects.keys()
    }

    /// All edges, by actor in their order, then as they were met.
    pub fn edges(&self) -> Vec<Edge> {
        self.actors
            .iter()
            .flat_map(|(actor, node)| self.edges_of(actor, *node))
            .collect()
    }

    fn edges_of(&self, actor: &Actor, node: NodeIndex) -> Vec<Edge> {
        let mut edges: Vec<_> = self.graph.edges(node).collect();
        edges.sort_by_key(petgraph::visit::EdgeRef::id);
        edges
            .into_iter()
            .filter_map(|edge| {
                let (relation, place) = edge.weight();
                match &self.graph[petgraph::visit::EdgeRef::target(&edge)] {
                    Node::Object(object) => Some(Edge {
                        actor: actor.clone(),
                        relation: *relation,
                        object: object.clone(),
                        place: place.clone(),
                    }),
                    Node::Actor(_) => None,
                }
            })
            .collect()
    }
}
