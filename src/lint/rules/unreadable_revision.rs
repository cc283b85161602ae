//! `unreadable-revision`.

use crate::lint::{Context, Rule};
use crate::model::{ChainFault, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "unreadable-revision",
    summary: "a file among the revisions cannot be read as one",
    level: Level::Error,
    documentation: include_str!("unreadable_revision.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        if let ChainFault::Unreadable { place, reason } = fault {
            let message = format!("`{}` is no readable revision: {reason}", place.file);
            let help = "mend the file, or move it out of the folder of versions";
            found.push(RULE.at(place, message).with_help(help));
        }
    }
}
