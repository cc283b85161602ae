//! `alters-chain-object`.

use crate::graph::ConflictKind;
use crate::lint::hint;
use crate::lint::wording::{first_difference, maker, object, shape, telling};
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "alters-chain-object",
    summary: "a script alters an object away from the chain's shape",
    level: Level::Error,
    documentation: include_str!("alters_chain_object.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (conflict, _) in context.conflicts_of(ConflictKind::AltersChainObject) {
        let differences = telling(conflict);
        if differences.is_empty() {
            continue;
        }
        let message = format!(
            "{} is altered away from the shape of {}: {}",
            object(&conflict.object),
            maker(conflict),
            first_difference(&differences),
        );
        let mut diagnostic = RULE.at(&conflict.place, message);
        if let Some(other) = &conflict.counterpart {
            let theirs = shape(&differences, |difference| &difference.theirs);
            diagnostic = diagnostic.with_label(other.place.clone(), theirs);
        }
        let statements = hint::to_chain_shape(conflict);
        found.push(diagnostic.with_help(hint::bring_back(&statements)));
    }
}
