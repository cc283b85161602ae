//! The graph for people: each object with who touches it, circles, and a safe order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use super::{GraphView, object_label};
use crate::graph::{ActorKind, Edge, ObjectKey};
use crate::report::style::{bold, count, dim};

pub fn graph_text(view: &GraphView<'_>) -> String {
    let mut by_object: BTreeMap<ObjectKey, Vec<Edge>> = BTreeMap::new();
    for edge in view.edges() {
        by_object.entry(edge.object.clone()).or_default().push(edge);
    }
    // What no script touches is the chain's own affair.
    by_object.retain(|_, edges| {
        edges
            .iter()
            .any(|edge| edge.actor.kind == ActorKind::Script)
    });
    let mut text = String::new();
    for (object, edges) in &by_object {
        let _ = writeln!(text, "{}", bold(&object_label(object)));
        for edge in edges {
            let _ = writeln!(text, "{}", line(edge));
        }
    }
    text.push_str(&clashes(view));
    text.push_str(&cycles(view));
    text.push_str(&order(view));
    let edges = by_object.values().flatten();
    let scripts = edges.filter(|edge| edge.actor.kind == ActorKind::Script);
    let scripts: BTreeSet<&Arc<str>> = scripts.map(|edge| &edge.actor.name).collect();
    let (scripts, objects) = (scripts.len(), by_object.len());
    let _ = writeln!(
        text,
        "\n{} touch {}",
        count(scripts, "script"),
        count(objects, "object")
    );
    text
}

fn line(edge: &Edge) -> String {
    let who = match edge.actor.kind {
        ActorKind::Revision => format!(
            "revision {} {}",
            edge.actor.name,
            dim(&edge.place.to_string())
        ),
        ActorKind::Script => edge.place.to_string(),
    };
    format!("  {:<8} {who}", edge.relation.as_str())
}

fn clashes(view: &GraphView<'_>) -> String {
    let clashes = view.clashes();
    if clashes.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", bold("conflicts"));
    for clash in clashes {
        let (script, other) = (&clash.script, &clash.other);
        let _ = writeln!(
            text,
            "  {} {}: {script} against {other}",
            clash.kind, clash.object.name
        );
    }
    text
}

fn cycles(view: &GraphView<'_>) -> String {
    let mut text = String::new();
    for cycle in view.graph.cycles() {
        let _ = writeln!(
            text,
            "\n{}",
            bold("scripts that need each other in a circle")
        );
        for script in cycle {
            let _ = writeln!(text, "  {script}");
        }
    }
    text
}

fn order(view: &GraphView<'_>) -> String {
    let edges = view.edges();
    let touching: BTreeSet<&Arc<str>> = edges.iter().map(|edge| &edge.actor.name).collect();
    let scripts = view.order.iter().filter(|script| touching.contains(script));
    let scripts: Vec<_> = scripts.collect();
    if scripts.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", bold("a safe order of the scripts"));
    for (index, script) in scripts.iter().enumerate() {
        let _ = writeln!(text, "{:>4}  {script}", index + 1);
    }
    text
}
