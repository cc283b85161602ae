//! `script-without-idempotence`.

use crate::graph::{Relation, touches};
use crate::lint::unit::{Unit, is_guarded};
use crate::lint::wording::count;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "script-without-idempotence",
    summary: "a second run of the script fails",
    level: Level::Warning,
    documentation: include_str!("script_without_idempotence.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.scripts() {
        let bare: Vec<&Effect> = unit
            .possible()
            .filter(|(index, effect)| fails_again(&unit, *index, effect))
            .map(|(_, effect)| effect)
            .collect();
        found.extend(report(&unit, &bare));
    }
}

/// Whether the effect fails on a database that an earlier run has left behind.
fn fails_again(unit: &Unit<'_>, index: usize, effect: &Effect) -> bool {
    if is_guarded(effect) || replaces(&effect.action) {
        return false;
    }
    let touched = touches(&effect.action);
    let mut made = touched
        .iter()
        .filter(|touch| touch.relation == Relation::Creates);
    let dropped = |touch: &crate::graph::Touch| unit.drops_before(index, &touch.object);
    // A temporary name that the script itself takes away again is free for the next run.
    let taken_away = |touch: &crate::graph::Touch| unit.drops_after(index, &touch.object);
    made.next()
        .is_some_and(|touch| !dropped(touch) && !taken_away(touch))
}

/// Statements that bring the same about however often they run, and tables of one session.
fn replaces(action: &Action) -> bool {
    if let Action::CreateFunction { or_replace, .. }
    | Action::CreateView { or_replace, .. }
    | Action::CreateTrigger { or_replace, .. } = action
    {
        *or_replace
    } else if let Action::CreateTable { definition, .. } = action {
        definition.temporary
    } else if let Action::CreateTableAs { temporary, .. } = action {
        *temporary
    } else {
        false
    }
}

fn report(unit: &Unit<'_>, bare: &[&Effect]) -> Option<Diagnostic> {
    let (first, rest) = bare.split_first()?;
    let operation = first.operation().as_str().replace('_', " ");
    let object = first.object();
    let more = match rest.len() {
        0 => String::new(),
        1 => ", nor is 1 other statement".to_owned(),
        more => format!(", nor are {}", count(more, "other statement")),
    };
    let message = format!(
        "a second run of `{}` fails: {operation} of `{object}` is not guarded{more}",
        unit.file
    );
    let help = "ask the catalog before each statement, or use IF NOT EXISTS where PostgreSQL has it; \
                `fixfold consolidate` writes guarded statements";
    Some(RULE.at(&first.provenance.call, message).with_help(help))
}
