//! `script-differs-from-chain`.

use crate::graph::ConflictKind;
use crate::lint::hint;
use crate::lint::wording::{first_difference, maker, object, shape};
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "script-differs-from-chain",
    summary: "a script makes an object that the chain makes in another shape",
    level: Level::Error,
    documentation: include_str!("script_differs_from_chain.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (conflict, _) in context.conflicts_of(ConflictKind::DifferentShape) {
        if super::enum_labels_differ::is_about_labels(conflict) {
            continue;
        }
        let message = format!(
            "{} is not as {} makes it: {}",
            object(&conflict.object),
            maker(conflict),
            first_difference(&conflict.differences),
        );
        let mut diagnostic = RULE.at(&conflict.place, message).with_label(
            conflict.place.clone(),
            shape(&conflict.differences, |difference| &difference.ours),
        );
        if let Some(other) = &conflict.counterpart {
            let theirs = shape(&conflict.differences, |difference| &difference.theirs);
            diagnostic = diagnostic.with_label(other.place.clone(), theirs);
        }
        let statements = hint::to_chain_shape(conflict);
        found.push(diagnostic.with_help(hint::bring_back(&statements)));
    }
}
