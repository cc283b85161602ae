//! `undone-by-revision`.

use crate::graph::ConflictKind;
use crate::lint::wording::{maker, object};
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "undone-by-revision",
    summary: "a script makes or needs what a revision drops",
    level: Level::Warning,
    documentation: include_str!("undone_by_revision.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (conflict, effect) in context.conflicts_of(ConflictKind::UndoneLater) {
        let what = object(&conflict.object);
        let maker = maker(conflict);
        let makes = effect.object() == conflict.object.name;
        let verb = if makes { "made" } else { "needed" };
        let message = format!("{what} is {verb} here, but dropped by {maker}");
        let mut diagnostic = RULE.at(&conflict.place, message);
        if let Some(other) = &conflict.counterpart {
            diagnostic = diagnostic.with_label(other.place.clone(), "dropped here");
        }
        let help = format!(
            "take the statement out of `{}`; if {what} is wanted after all, a revision after {maker} must make it",
            conflict.script
        );
        found.push(diagnostic.with_help(help));
    }
}
