//! The graph for programs.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::{Clash, GraphView};
use crate::graph::{Actor, Edge, ObjectKey};

const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'view> {
    schema_version: u32,
    actors: Vec<&'view Actor>,
    objects: Vec<&'view ObjectKey>,
    edges: Vec<Edge>,
    conflicts: BTreeSet<Clash>,
    cycles: Vec<Vec<Arc<str>>>,
    order: &'view [Arc<str>],
}

pub fn graph_json(view: &GraphView<'_>) -> serde_json::Result<String> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        actors: view.graph.actors().collect(),
        objects: view.graph.objects().collect(),
        edges: view.edges(),
        conflicts: view.clashes(),
        cycles: view.graph.cycles(),
        order: view.order,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
