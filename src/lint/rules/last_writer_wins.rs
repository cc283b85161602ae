//! `last-writer-wins`.

use crate::graph::ConflictKind;
use crate::lint::wording::{first_difference, maker, object, shape, telling};
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "last-writer-wins",
    summary: "two scripts make the same object in different shapes",
    level: Level::Error,
    documentation: include_str!("last_writer_wins.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (conflict, _) in context.conflicts_of(ConflictKind::LastWriterWins) {
        let differences = telling(conflict);
        if differences.is_empty() {
            continue;
        }
        let what = object(&conflict.object);
        let other = maker(conflict);
        let message = format!(
            "{what} is made by {other} in another shape: here {}",
            first_difference(&differences),
        );
        let mut diagnostic = RULE.at(&conflict.place, message);
        if let Some(other) = &conflict.counterpart {
            let theirs = shape(&differences, |difference| &difference.theirs);
            diagnostic = diagnostic.with_label(other.place.clone(), theirs);
        }
        let help =
            format!("choose one shape of {what}, write it as a revision, and archive both scripts");
        found.push(diagnostic.with_help(help));
    }
}
