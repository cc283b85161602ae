//! Mermaid flowcharts. Nodes are numbered, because names can hold what its grammar cannot.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::picture::{Picture, counted};
use super::{GraphView, object_label};
use crate::graph::ActorKind;

pub fn graph_mermaid(view: &GraphView<'_>) -> String {
    let mut text = String::from("flowchart LR\n");
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let picture = Picture::of(view);
    for (index, actor) in picture.actors.iter().enumerate() {
        let id = format!("a{index}");
        let label = quoted(&actor.name);
        let _ = match actor.kind {
            ActorKind::Revision => writeln!(text, "  {id}[{label}]:::revision"),
            ActorKind::Script => writeln!(text, "  {id}[/{label}/]:::script"),
        };
        ids.insert(actor.name.to_string(), id);
    }
    for (index, object) in picture.objects.iter().enumerate() {
        let label = object_label(object);
        let _ = writeln!(text, "  o{index}([{}])", quoted(&label));
        ids.insert(label, format!("o{index}"));
    }
    let id = |name: &str| ids.get(name).map_or("unknown", String::as_str);
    for ((actor, object), relation) in &picture.edges {
        let (from, to) = (id(actor), id(&object_label(object)));
        let _ = writeln!(text, "  {from} -->|{}| {to}", relation.as_str());
    }
    for ((script, other), kinds) in &picture.clashes {
        let (from, to) = (id(script), id(other));
        let _ = writeln!(text, "  {from} -. {} .-> {to}", quoted(&counted(kinds)));
    }
    text.push_str("  classDef revision fill:#dce9f7,stroke:#4a77a8\n");
    text.push_str("  classDef script fill:#f9e6d2,stroke:#b5752a\n");
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "#quot;").replace('\n', " "))
}
