//! `drop-cascade`.

use crate::catalog::Applied;
use crate::lint::unit::Unit;
use crate::lint::wording::names;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "drop-cascade",
    summary: "a DROP with CASCADE takes along whatever depends on the object",
    level: Level::Warning,
    documentation: include_str!("drop_cascade.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (_, effect) in unit.possible() {
            if is_cascade(&effect.action) {
                found.push(report(&unit, effect));
            }
        }
    }
}

fn report(unit: &Unit<'_>, effect: &Effect) -> Diagnostic {
    let object = effect.object();
    let operation = effect.operation().as_str().replace('_', " ");
    let goes = taken_along(unit, &effect.action);
    let message = match goes.as_slice() {
        [] => format!("{operation} of `{object}` takes along whatever depends on it"),
        goes => format!(
            "{operation} of `{object}` takes along {}",
            names(goes.iter().map(String::as_str))
        ),
    };
    RULE.at(&effect.provenance.call, message).with_help(format!(
        "drop what depends on `{object}` by name, then `{object}` without CASCADE: it fails if anything was forgotten"
    ))
}

/// What the modelled schema loses beside the object and its own parts, if the object is there.
fn taken_along(unit: &Unit<'_>, action: &Action) -> Vec<String> {
    let removed = match unit.before.clone().apply(action) {
        Ok(Applied::Changed(changes)) => changes.removed,
        Ok(Applied::Skipped { .. } | Applied::Outside) | Err(_) => Vec::new(),
    };
    let own = format!(" on table {}", action.object());
    let kinds = ["index ", "sequence ", "type "];
    let is_own =
        |part: &String| part.ends_with(&own) || kinds.iter().any(|kind| part.starts_with(kind));
    removed.into_iter().filter(|part| !is_own(part)).collect()
}

fn is_cascade(action: &Action) -> bool {
    let (Action::DropTable { cascade, .. }
    | Action::DropColumn { cascade, .. }
    | Action::DropConstraint { cascade, .. }
    | Action::DropIndex { cascade, .. }
    | Action::DropType { cascade, .. }
    | Action::DropSequence { cascade, .. }
    | Action::DropView { cascade, .. }
    | Action::DropFunction { cascade, .. }
    | Action::DropSchema { cascade, .. }
    | Action::DropExtension { cascade, .. }) = action
    else {
        return false;
    };
    *cascade
}
