//! `rows-do-not-fit`.

use crate::graph::{Conflict, ConflictKind, Difference};
use crate::lint::wording::names;
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Effect, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "rows-do-not-fit",
    summary: "a script writes rows that the table at head does not take",
    level: Level::Error,
    documentation: include_str!("rows_do_not_fit.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (conflict, effect) in context.conflicts_of(ConflictKind::RowsDoNotFit) {
        for difference in &conflict.differences {
            found.push(report(conflict, effect, difference));
        }
    }
}

fn report(conflict: &Conflict, effect: &Effect, difference: &Difference) -> Diagnostic {
    let (message, help) = words(&conflict.object.name, effect, difference);
    let diagnostic = RULE.at(&conflict.place, message).with_help(help);
    match &conflict.counterpart {
        Some(other) => diagnostic.with_label(other.place.clone(), "the table is made here"),
        None => diagnostic,
    }
}

fn words(table: &str, effect: &Effect, difference: &Difference) -> (String, String) {
    let operation = effect.operation();
    let (ours, theirs) = (&difference.ours, &difference.theirs);
    let listed = |text: &str| names(text.split(", "));
    match difference.aspect.split_once(" of ") {
        Some(("labels", column)) => (
            format!(
                "`{table}.{column}` takes no {}: it is an enum",
                listed(ours)
            ),
            format!(
                "use one of its labels ({}), or add the label in a revision",
                listed(theirs)
            ),
        ),
        _ if ours.is_empty() => (
            format!(
                "{operation} gives `{table}` no {}, which must not be null",
                listed(theirs)
            ),
            format!(
                "name {} in the statement, or give it a default in a revision",
                listed(theirs)
            ),
        ),
        _ => (
            format!(
                "{operation} names {} of `{table}`, which the head does not have",
                listed(ours)
            ),
            format!(
                "use the columns that `{table}` has, or add {} in a revision",
                listed(ours)
            ),
        ),
    }
}
