//! `second-root`.

use crate::lint::{Context, Rule};
use crate::model::{ChainFault, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "second-root",
    summary: "the chain begins at more than one revision",
    level: Level::Warning,
    documentation: include_str!("second_root.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        let ChainFault::SeveralRoots { roots } = fault else {
            continue;
        };
        let Some((first, others)) = roots.split_first() else {
            continue;
        };
        for root in others {
            let message = format!(
                "revision `{}` has no parent, and neither has `{}`",
                root.id, first.id
            );
            let help = format!(
                "name the revision that `{0}` follows in its `down_revision`; if it starts a branch on purpose, give it `branch_labels`",
                root.id
            );
            let diagnostic = RULE.at(&root.place, message).with_help(help);
            found.push(diagnostic.with_label(first.place.clone(), "the first root"));
        }
    }
}
