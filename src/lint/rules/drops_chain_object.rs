//! `drops-chain-object`.

use crate::graph::ConflictKind;
use crate::lint::wording::{maker, object};
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level, Operation};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "drops-chain-object",
    summary: "a script drops or renames what the chain has at head",
    level: Level::Error,
    documentation: include_str!("drops_chain_object.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (conflict, effect) in context.conflicts_of(ConflictKind::DropsChainObject) {
        let what = object(&conflict.object);
        let verb = if is_rename(effect.operation()) {
            "renamed"
        } else {
            "dropped"
        };
        let maker = maker(conflict);
        let message = format!("{what} is {verb}, which {maker} makes and the head has");
        let mut diagnostic = RULE.at(&conflict.place, message);
        if let Some(other) = &conflict.counterpart {
            diagnostic = diagnostic.with_label(other.place.clone(), "made here");
        }
        let help =
            format!("if {what} is to go, let a revision do it, so that every database follows");
        found.push(diagnostic.with_help(help));
    }
}

fn is_rename(operation: Operation) -> bool {
    operation.as_str().starts_with("rename_")
}
