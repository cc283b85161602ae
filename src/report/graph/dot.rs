//! The DOT language of Graphviz.

use std::fmt::Write;

use super::{GraphView, object_label};
use crate::graph::ActorKind;

pub fn graph_dot(view: &GraphView<'_>) -> String {
    let mut text =
        String::from("digraph estate {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    for actor in view.graph.actors() {
        let shape = match actor.kind {
            ActorKind::Revision => "box, style=filled, fillcolor=\"#dce9f7\"",
            ActorKind::Script => "note, style=filled, fillcolor=\"#f9e6d2\"",
        };
        let _ = writeln!(text, "  {} [shape={shape}];", quoted(&actor.name));
    }
    for object in view.graph.objects() {
        let _ = writeln!(text, "  {} [shape=ellipse];", quoted(&object_label(object)));
    }
    for edge in view.edges() {
        let (from, to) = (
            quoted(&edge.actor.name),
            quoted(&object_label(&edge.object)),
        );
        let (relation, tooltip) = (edge.relation.as_str(), quoted(&edge.place.to_string()));
        let _ = writeln!(
            text,
            "  {from} -> {to} [label={relation}, tooltip={tooltip}];"
        );
    }
    for clash in view.clashes() {
        let (from, to) = (quoted(&clash.script), quoted(&clash.other));
        let label = quoted(&format!("{}: {}", clash.kind, clash.object.name));
        let _ = writeln!(
            text,
            "  {from} -> {to} [label={label}, color=red, style=dashed, constraint=false];"
        );
    }
    text.push_str("}\n");
    text
}

fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', " ")
    )
}
