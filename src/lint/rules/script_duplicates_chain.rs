//! `script-duplicates-chain`.

use super::script_differs_from_chain::is_only_spelling;
use crate::graph::ConflictKind;
use crate::lint::unit::is_guarded;
use crate::lint::wording::{maker, object};
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "script-duplicates-chain",
    summary: "a script makes what the chain makes as well",
    level: Level::Warning,
    documentation: include_str!("script_duplicates_chain.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let respelled = context
        .conflicts_of(ConflictKind::DifferentShape)
        .filter(|(conflict, _)| is_only_spelling(conflict));
    for (conflict, effect) in context
        .conflicts_of(ConflictKind::Duplicate)
        .chain(respelled)
    {
        let message = format!(
            "{} is made by {} as well",
            object(&conflict.object),
            maker(conflict)
        );
        let mut diagnostic = RULE.at(&conflict.place, message);
        if is_guarded(effect) {
            diagnostic.level = Level::Note;
        }
        if let Some(other) = &conflict.counterpart {
            diagnostic = diagnostic.with_label(other.place.clone(), "made here, in the same shape");
        }
        found.push(diagnostic.with_help(help(&conflict.script)));
    }
}

fn help(script: &str) -> String {
    format!(
        "drop the statement from `{script}`; on a database where it ran first, the revision must not fail on it"
    )
}
