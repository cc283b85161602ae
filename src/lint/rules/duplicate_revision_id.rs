//! `duplicate-revision-id`.

use crate::lint::{Context, Rule};
use crate::model::{ChainFault, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "duplicate-revision-id",
    summary: "several files declare the same revision",
    level: Level::Error,
    documentation: include_str!("duplicate_revision_id.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        let ChainFault::DuplicateId { id, places } = fault else {
            continue;
        };
        let Some((first, others)) = places.split_first() else {
            continue;
        };
        for place in others {
            let message = format!("revision `{id}` is declared by `{}` already", first.file);
            let help = format!(
                "give `{}` an id of its own, and name it in what follows it",
                place.file
            );
            let diagnostic = RULE.at(place, message).with_help(help);
            found.push(diagnostic.with_label(first.clone(), "declared here first"));
        }
    }
}
