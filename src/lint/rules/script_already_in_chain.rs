//! `script-already-in-chain`.

use crate::graph::ConflictKind;
use crate::lint::wording::count;
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Dialect, Level, Script};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "script-already-in-chain",
    summary: "the chain has everything that a script does",
    level: Level::Note,
    documentation: include_str!("script_already_in_chain.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for script in context.scripts {
        if let Some(effects) = all_in_chain(context, script)
            && let Some(first) = script.effects.first()
        {
            let message = format!(
                "the chain has all that `{}` does ({})",
                script.file,
                count(effects, "effect")
            );
            let help = format!(
                "archive `{}`: nothing of it is to be folded in",
                script.file
            );
            found.push(RULE.at(&first.provenance.call, message).with_help(help));
        }
    }
}

/// How many effects the script can have, if each of them duplicates the chain.
fn all_in_chain(context: &Context<'_>, script: &Script) -> Option<usize> {
    let is_duplicate = |index: usize| {
        let mut own = context
            .conflicts
            .iter()
            .filter(|conflict| conflict.script == script.file && conflict.effect == index);
        own.clone().next().is_some() && own.all(|conflict| conflict.kind == ConflictKind::Duplicate)
    };
    let mut possible = 0;
    for (index, effect) in script.effects.iter().enumerate() {
        if effect.reach.is_inert() || effect.dialect != Dialect::Postgres {
            continue;
        }
        if !is_duplicate(index) {
            return None;
        }
        possible += 1;
    }
    (possible > 0).then_some(possible)
}
