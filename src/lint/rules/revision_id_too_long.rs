//! `revision-id-too-long`.

use crate::lint::{Context, Rule};
use crate::model::{ChainFault, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "revision-id-too-long",
    summary: "a revision's id does not fit the version table",
    level: Level::Error,
    documentation: include_str!("revision_id_too_long.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        let ChainFault::IdTooLong {
            revision,
            length,
            limit,
        } = fault
        else {
            continue;
        };
        let id = &revision.id;
        let message =
            format!("revision id `{id}` has {length} characters, the version table takes {limit}");
        let short: String = id.as_str().chars().take(*limit).collect();
        let help = format!(
            "shorten it (`revision = \"{}\"`) here and in the `down_revision` of what follows",
            short.trim_end_matches('_')
        );
        found.push(RULE.at(&revision.place, message).with_help(help));
    }
}
