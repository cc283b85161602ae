//! `dangling-endpoint`.

use crate::lint::wording::one_line;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "dangling-endpoint",
    summary: "a script calls a repair endpoint that the estate does not have",
    level: Level::Warning,
    documentation: include_str!("dangling_endpoint.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (_, effect) in unit.possible() {
            let Action::Opaque(opaque) = &effect.action else {
                continue;
            };
            if !opaque.is_dangling_request() {
                continue;
            }
            let message = one_line(&opaque.reason);
            let help = format!(
                "find out which version of the application answered `{}`, and what it changed",
                one_line(&opaque.text)
            );
            found.push(RULE.at(&effect.provenance.call, message).with_help(help));
        }
    }
}
