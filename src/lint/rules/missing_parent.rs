//! `missing-parent`.

use crate::lint::{Context, Rule};
use crate::model::{ChainFault, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "missing-parent",
    summary: "a revision follows one that no file declares",
    level: Level::Error,
    documentation: include_str!("missing_parent.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        let ChainFault::MissingParent {
            revision,
            parent,
            nearest,
        } = fault
        else {
            continue;
        };
        let message = format!(
            "revision `{}` follows `{parent}`, which no file declares",
            revision.id
        );
        let diagnostic = RULE.at(&revision.place, message);
        found.push(match nearest {
            Some(near) => diagnostic
                .with_label(near.place.clone(), "the id that looks most like it")
                .with_help(format!("if `{0}` is meant: `down_revision = \"{0}\"`", near.id)),
            None => diagnostic.with_help(format!(
                "bring the file of `{parent}` back (`git log --all -S '{parent}'`), or name the parent that is there"
            )),
        });
    }
}
