//! `revision-cycle`.

use crate::lint::{Context, Rule};
use crate::model::{ChainFault, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "revision-cycle",
    summary: "revisions follow each other in a circle",
    level: Level::Error,
    documentation: include_str!("revision_cycle.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        let ChainFault::Cycle { revisions } = fault else {
            continue;
        };
        let Some(first) = revisions.first() else {
            continue;
        };
        let mut way: Vec<&str> = revisions
            .iter()
            .map(|revision| revision.id.as_str())
            .collect();
        way.push(first.id.as_str());
        let message = format!("revisions run in a circle: `{}`", way.join("` -> `"));
        let mut diagnostic = RULE.at(&first.place, message);
        for other in &revisions[1..] {
            let text = format!("`{}` is part of the circle", other.id);
            diagnostic = diagnostic.with_label(other.place.clone(), text);
        }
        let help =
            "find the revision that was written first, and give it its old `down_revision` back";
        found.push(diagnostic.with_help(help));
    }
}
