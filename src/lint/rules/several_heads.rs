//! `several-heads`.

use crate::lint::wording::names;
use crate::lint::{Context, Rule};
use crate::model::{ChainFault, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "several-heads",
    summary: "the chain ends in more than one revision",
    level: Level::Error,
    documentation: include_str!("several_heads.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for fault in context.faults {
        let ChainFault::SeveralHeads { heads } = fault else {
            continue;
        };
        let Some((last, others)) = heads.split_last() else {
            continue;
        };
        let ids: Vec<&str> = heads.iter().map(|head| head.id.as_str()).collect();
        let message = format!(
            "the chain has {} heads: {}",
            heads.len(),
            names(ids.iter().copied())
        );
        let mut diagnostic = RULE.at(&last.place, message);
        for other in others {
            let text = format!("`{}` is a head too", other.id);
            diagnostic = diagnostic.with_label(other.place.clone(), text);
        }
        found.push(diagnostic.with_help(format!(
            "join them: `alembic merge -m \"merge heads\" {}`",
            ids.join(" ")
        )));
    }
}
