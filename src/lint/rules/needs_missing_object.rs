//! `needs-missing-object`.

use crate::graph::ConflictKind;
use crate::lint::wording::object;
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "needs-missing-object",
    summary: "a script needs what neither the chain nor a script makes",
    level: Level::Error,
    documentation: include_str!("needs_missing_object.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // Without a chain nobody knows what is there.
    if context.chain.steps.is_empty() {
        return;
    }
    for (conflict, effect) in context.conflicts_of(ConflictKind::NeedsMissing) {
        let needed = object(&conflict.object);
        let operation = effect.operation().as_str().replace('_', " ");
        let message = format!(
            "{operation} of `{}` needs {needed}, which neither the chain nor a script makes",
            effect.object()
        );
        let help = format!(
            "write a revision that makes {needed}, or take the statement out of `{}`",
            conflict.script
        );
        found.push(RULE.at(&conflict.place, message).with_help(help));
    }
}
