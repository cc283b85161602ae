//! `revision-fails`.

use crate::lint::{Context, Rule};
use crate::model::{ChainFault, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "revision-fails",
    summary: "the chain cannot be run from an empty database",
    level: Level::Error,
    documentation: include_str!("revision_fails.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        let ChainFault::Fails {
            revision,
            place,
            reason,
            after_others,
        } = fault
        else {
            continue;
        };
        let id = &revision.id;
        let message = match after_others {
            false => format!("from an empty database the chain stops in revision `{id}`: {reason}"),
            true => format!("revision `{id}` fails too, those before it passed over: {reason}"),
        };
        let mut diagnostic = RULE.at(place, message);
        if revision.place.file != place.file {
            diagnostic = diagnostic.with_label(revision.place.clone(), "called from this revision");
        }
        let help = "change the revision so that it passes on a new database too; where it has run already it does not run again";
        found.push(diagnostic.with_help(help));
    }
}
