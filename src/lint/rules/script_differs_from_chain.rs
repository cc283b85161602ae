//! `script-differs-from-chain`.

use super::enum_labels_differ;
use crate::graph::{Conflict, ConflictKind};
use crate::lint::hint;
use crate::lint::wording::{first_difference, maker, object, shape, telling};
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "script-differs-from-chain",
    summary: "a script makes an object that the chain makes in another shape",
    level: Level::Error,
    documentation: include_str!("script_differs_from_chain.md"),
    check,
};

/// Both sides mean the same: `script-duplicates-chain` speaks of it.
pub(super) fn is_only_spelling(conflict: &Conflict) -> bool {
    !conflict.differences.is_empty() && telling(conflict).is_empty()
}

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (conflict, _) in context.conflicts_of(ConflictKind::DifferentShape) {
        if enum_labels_differ::is_about_labels(conflict) || is_only_spelling(conflict) {
            continue;
        }
        let differences = telling(conflict);
        let message = format!(
            "{} is not as {} makes it: {}",
            object(&conflict.object),
            maker(conflict),
            first_difference(&differences),
        );
        let mut diagnostic = RULE.at(&conflict.place, message).with_label(
            conflict.place.clone(),
            shape(&differences, |difference| &difference.ours),
        );
        if let Some(other) = &conflict.counterpart {
            let theirs = shape(&differences, |difference| &difference.theirs);
            diagnostic = diagnostic.with_label(other.place.clone(), theirs);
        }
        let statements = hint::to_chain_shape(conflict);
        found.push(diagnostic.with_help(hint::bring_back(&statements)));
    }
}
