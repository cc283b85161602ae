//! `redundant-merge-parent`.

use crate::lint::{Context, Rule};
use crate::model::{ChainFault, Diagnostic, Level, Place};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "redundant-merge-parent",
    summary: "a merge names a parent that another parent follows already",
    level: Level::Warning,
    documentation: include_str!("redundant_merge_parent.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        let ChainFault::RedundantParent {
            revision,
            parent,
            through,
        } = fault
        else {
            continue;
        };
        let message = format!(
            "merge `{}` names parent `{parent}`, which its parent `{through}` follows already",
            revision.id
        );
        let mut diagnostic = RULE.at(&revision.place, message);
        if let Some(other) = context.revision(through.as_str()) {
            let place = Place::new(&*other.file, other.line, 1);
            diagnostic =
                diagnostic.with_label(place, format!("`{through}` comes after `{parent}`"));
        }
        found.push(diagnostic.with_help(format!("leave `{parent}` out of `down_revision`")));
    }
}
