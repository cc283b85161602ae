//! In which order scripts can run, and which of them need each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::estate::{ActorKind, EstateGraph, Node};
use super::touch::{ObjectKey, Relation};

type Scripts = DiGraph<Arc<str>, ()>;

impl EstateGraph {
    /// The scripts so that each comes after those that create what it needs or alters, else in the
    /// order in which they were given. Scripts of a circle stay in that order too.
    pub fn safe_order(&self) -> Vec<Arc<str>> {
        let graph = self.scripts_by_need();
        let component = component_of(&graph);
        let mut done = BTreeSet::new();
        let mut order = Vec::new();
        while order.len() < graph.node_count() {
            let next = graph
                .node_indices()
                .filter(|node| !done.contains(node))
                .find(|node| {
                    graph
                        .edges_directed(*node, petgraph::Direction::Incoming)
                        .all(|edge| {
                            done.contains(&edge.source())
                                || component[&edge.source()] == component[node]
                        })
                });
            let Some(next) = next else { break };
            done.insert(next);
            order.push(graph[next].clone());
        }
        order
    }

    /// Groups of scripts that need each other's objects, each group in the given order.
    pub fn cycles(&self) -> Vec<Vec<Arc<str>>> {
        let graph = self.scripts_by_need();
        let mut cycles: Vec<Vec<NodeIndex>> = tarjan_scc(&graph)
            .into_iter()
            .filter(|component| component.len() > 1)
            .collect();
        cycles.iter_mut().for_each(|component| component.sort());
        cycles.sort();
        cycles
            .into_iter()
            .map(|component| {
                component
                    .into_iter()
                    .map(|node| graph[node].clone())
                    .collect()
            })
            .collect()
    }

    /// An edge from the script that creates an object to every script that needs, alters, drops or
    /// writes it, unless the chain creates the object: then no script waits for another.
    fn scripts_by_need(&self) -> Scripts {
        let mut graph = Scripts::new();
        let mut creators: BTreeMap<&ObjectKey, Vec<NodeIndex>> = BTreeMap::new();
        let mut users: Vec<(&ObjectKey, NodeIndex)> = Vec::new();
        let mut of_chain = BTreeSet::new();
        for (actor, node) in &self.actors {
            let script =
                (actor.kind == ActorKind::Script).then(|| graph.add_node(actor.name.clone()));
            for edge in self.graph.edges(*node) {
                let Node::Object(object) = &self.graph[edge.target()] else {
                    continue;
                };
                match (script, edge.weight().0) {
                    (None, Relation::Creates) => drop(of_chain.insert(object)),
                    (None, _) => {}
                    (Some(script), Relation::Creates) => {
                        creators.entry(object).or_default().push(script)
                    }
                    (Some(script), _) => users.push((object, script)),
                }
            }
        }
        for (object, user) in users
            .into_iter()
            .filter(|(object, _)| !of_chain.contains(object))
        {
            let makers = creators.get(object).map_or(&[][..], Vec::as_slice);
            if makers.contains(&user) {
                continue;
            }
            for maker in makers {
                graph.update_edge(*maker, user, ());
            }
        }
        graph
    }
}

fn component_of(graph: &Scripts) -> BTreeMap<NodeIndex, usize> {
    let components = tarjan_scc(graph).into_iter().enumerate();
    components
        .flat_map(|(index, nodes)| nodes.into_iter().map(move |node| (node, index)))
        .collect()
}
