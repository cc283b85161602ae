//! `enum-labels-differ`.

use crate::graph::{Conflict, ConflictKind, ObjectKind};
use crate::lint::wording::{maker, names};
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "enum-labels-differ",
    summary: "a script gives an enum other labels than the chain does",
    level: Level::Error,
    documentation: include_str!("enum_labels_differ.md"),
    check,
};

/// Whether the conflict is this rule's: labels are all that differs.
pub(super) fn is_about_labels(conflict: &Conflict) -> bool {
    let aspects = conflict
        .differences
        .iter()
        .map(|difference| &*difference.aspect);
    let about_enum = matches!(
        conflict.object.kind,
        ObjectKind::Type | ObjectKind::EnumLabel
    );
    about_enum
        && !conflict.differences.is_empty()
        && aspects.into_iter().all(|aspect| aspect == "labels")
}

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let conflicts = context.conflicts_of(ConflictKind::DifferentShape);
    for (conflict, _) in conflicts.filter(|(conflict, _)| is_about_labels(conflict)) {
        let Some(difference) = conflict.differences.first() else {
            continue;
        };
        let mut diagnostic = RULE.at(
            &conflict.place,
            message(conflict, &difference.ours, &difference.theirs),
        );
        if let Some(other) = &conflict.counterpart {
            let theirs = format!("labels: {}", difference.theirs);
            diagnostic = diagnostic.with_label(other.place.clone(), theirs);
        }
        found.push(diagnostic.with_help(help(conflict)));
    }
}

fn message(conflict: &Conflict, ours: &str, theirs: &str) -> String {
    let name = &conflict.object.name;
    let maker = maker(conflict);
    if conflict.object.kind == ObjectKind::EnumLabel {
        return format!("enum label `{name}` is added, which no revision has");
    }
    let split = |labels: &str| labels.split(", ").map(str::to_owned).collect::<Vec<_>>();
    let (ours, theirs) = (split(ours), split(theirs));
    let missing = |from: &[String], other: &[String]| {
        names(
            from.iter()
                .filter(|label| !other.contains(label))
                .map(String::as_str),
        )
    };
    let (added, lacking) = (missing(&ours, &theirs), missing(&theirs, &ours));
    match (added.as_str(), lacking.as_str()) {
        ("", "") => format!("enum `{name}` has the labels of {maker} in another order"),
        (added, "") => format!("enum `{name}` has {added}, which {maker} does not have"),
        ("", lacking) => format!("enum `{name}` lacks {lacking} of {maker}"),
        (added, lacking) => format!("enum `{name}` has {added} where {maker} has {lacking}"),
    }
}

fn help(conflict: &Conflict) -> String {
    let name = &conflict.object.name;
    match name.rsplit_once('.') {
        Some((of, label)) if conflict.object.kind == ObjectKind::EnumLabel => format!(
            "write a revision of its own for it: `ALTER TYPE {of} ADD VALUE IF NOT EXISTS '{label}';`"
        ),
        _ => format!(
            "settle the labels of `{name}` in one revision; `fixfold consolidate` writes the safe conversion"
        ),
    }
}
