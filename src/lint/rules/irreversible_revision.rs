//! `irreversible-revision`.

use crate::lint::walk;
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level, Place};
use crate::python::tree::{ExpressionKind, FunctionDefinition, Module, Statement, StatementKind};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "irreversible-revision",
    summary: "a revision changes something and its downgrade changes nothing",
    level: Level::Warning,
    documentation: include_str!("irreversible_revision.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (unit, module) in context.python_revisions() {
        let Some(upgrade) = walk::function(&module, "upgrade") else {
            continue;
        };
        if is_idle(&upgrade.body) {
            continue;
        }
        let id = unit.revision.map_or("", |revision| revision.id.as_str());
        if let Some((place, how)) = fault(&module, upgrade) {
            let message = format!("revision `{id}` cannot be taken back: {how}");
            let mut diagnostic = RULE.at(place, message);
            if how == REFUSES {
                diagnostic.level = Level::Note;
            }
            found.push(diagnostic.with_help(
                "undo in `downgrade` what `upgrade` does; if that loses rows, say so there with `raise`",
            ));
        }
    }
}

const REFUSES: &str = "its downgrade refuses";

/// Where and in which way the downgrade falls short.
fn fault<'a>(
    module: &'a Module,
    upgrade: &'a FunctionDefinition,
) -> Option<(&'a Place, &'static str)> {
    let Some(downgrade) = walk::function(module, "downgrade") else {
        return Some((&upgrade.place, "it has no downgrade"));
    };
    if is_idle(&downgrade.body) {
        return Some((&downgrade.place, "its downgrade does nothing"));
    }
    let last = downgrade.body.last()?;
    let (_, before) = downgrade.body.split_last()?;
    let refuses = matches!(last.kind, StatementKind::Raise { .. }) && is_idle(before);
    refuses.then_some((&last.place, REFUSES))
}

/// Nothing but `pass`, docstrings, `return` and `print`.
fn is_idle(body: &[Statement]) -> bool {
    body.iter().all(|statement| match &statement.kind {
        StatementKind::Pass | StatementKind::Return(None) => true,
        StatementKind::Expression(value) => match &value.kind {
            ExpressionKind::String(_) | ExpressionKind::Ellipsis | ExpressionKind::None => true,
            ExpressionKind::Call { .. } => walk::called_name(value) == Some("print"),
            _ => false,
        },
        _ => false,
    })
}
