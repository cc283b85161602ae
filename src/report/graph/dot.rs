//! The DOT language of Graphviz.

use std::fmt::Write;

use super::picture::{Picture, counted};
use super::{GraphView, object_label};
use crate::graph::ActorKind;

pub fn graph_dot(view: &GraphView<'_>) -> String {
    let mut text =
        String::from("digraph estate {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    let picture = Picture::of(view);
    for actor in &picture.actors {
        let shape = match actor.kind {
            ActorKind::Revision => "box, style=filled, fillcolor=\"#dce9f7\"",
            ActorKind::Script => "note, style=filled, fillcolor=\"#f9e6d2\"",
        };
        let _ = writeln!(text, "  {} [shape={shape}];", quoted(&actor.name));
    }
    for object in &picture.objects {
        let _ = writeln!(text, "  {} [shape=ellipse];", quoted(&object_label(object)));
    }
    for ((actor, object), relation) in &picture.edges {
        let (from, to) = (quoted(actor), quoted(&object_label(object)));
        let _ = writeln!(text, "  {from} -> {to} [label={}];", relation.as_str());
    }
    for ((script, other), kinds) in &picture.clashes {
        let (from, to) = (quoted(script), quoted(other));
        let label = quoted(&counted(kinds));
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
