//! The estate's graph, one file a format.

mod dot;
mod json;
mod mermaid;
mod picture;
mod text;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::graph::{Conflict, Edge, EstateGraph, ObjectKey};

pub use dot::graph_dot;
pub use json::graph_json;
pub use mermaid::graph_mermaid;
pub use text::graph_text;

/// What the formats show.
pub struct GraphView<'estate> {
    pub graph: &'estate EstateGraph,
    pub conflicts: &'estate [Conflict],
    /// Scripts in an order in which they can run.
    pub order: &'estate [Arc<str>],
}

impl GraphView<'_> {
    /// Edges between actors and objects, each pair and relation once.
    fn edges(&self) -> Vec<Edge> {
        let mut seen = BTreeSet::new();
        let edges = self.graph.edges().into_iter();
        edges
            .filter(|edge| seen.insert((edge.actor.clone(), edge.relation, edge.object.clone())))
            .collect()
    }

    /// Which script clashes with whom, over which object; each once.
    fn clashes(&self) -> BTreeSet<Clash> {
        let conflicts = self.conflicts.iter();
        conflicts
            .filter_map(|conflict| {
                Some(Clash {
                    script: Arc::clone(&conflict.script),
                    other: Arc::clone(&conflict.counterpart.as_ref()?.actor.name),
                    kind: conflict.kind.as_str(),
                    object: conflict.object.clone(),
                })
            })
            .collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
struct Clash {
    script: Arc<str>,
    other: Arc<str>,
    kind: &'static str,
    object: ObjectKey,
}

/// `table users`, as a node is called in every format.
fn object_label(object: &ObjectKey) -> String {
    format!("{} {}", object.kind.as_str(), object.name)
}
