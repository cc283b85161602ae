//! `unread-sink`.

use crate::lint::wording::one_line;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "unread-sink",
    summary: "a call sends SQL that could not be read",
    level: Level::Warning,
    documentation: include_str!("unread_sink.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (_, effect) in unit.possible() {
            let Action::Opaque(opaque) = &effect.action else {
                continue;
            };
            if opaque.is_dangling_request() {
                continue;
            }
            let message = format!(
                "`{}` sends what cannot be read: {}",
                effect.sink,
                one_line(&opaque.reason)
            );
            let help = format!(
                "look at `{}` by hand: nothing is known of what it changes",
                one_line(&opaque.text)
            );
            found.push(RULE.at(&effect.provenance.call, message).with_help(help));
        }
    }
}
