//! `near-duplicate-scripts`.

use std::collections::BTreeSet;

use crate::lint::wording::count;
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level, Operation, Place, Script};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "near-duplicate-scripts",
    summary: "two scripts do nearly the same",
    level: Level::Note,
    documentation: include_str!("near_duplicate_scripts.md"),
    check,
};

/// Fewer effects in common say nothing.
const FEWEST_SHARED: usize = 3;

/// What a script does, whatever its lines.
type Doings = BTreeSet<(Operation, String)>;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let scripts: Vec<(&Script, Doings)> = context
        .scripts
        .iter()
        .map(|script| (script, doings(script)))
        .filter(|(_, doings)| doings.len() >= FEWEST_SHARED)
        .collect();
    for (index, (script, doings)) in scripts.iter().enumerate() {
        let earlier = scripts[..index].iter();
        // The nearest of the earlier ones stands for the whole family.
        let nearest = earlier
            .filter(|(_, other)| are_alike(doings, other))
            .max_by_key(|(_, other)| doings.intersection(other).count());
        if let Some((other, other_doings)) = nearest {
            let shared = doings.intersection(other_doings).count();
            found.push(report(
                script,
                other,
                shared,
                doings.len().max(other_doings.len()),
            ));
        }
    }
}

fn doings(script: &Script) -> Doings {
    let effects = script.effects.iter();
    effects
        .map(|effect| (effect.operation(), effect.object()))
        .collect()
}

/// At least four fifths of what either does, both do.
fn are_alike(ours: &Doings, theirs: &Doings) -> bool {
    let shared = ours.intersection(theirs).count();
    let all = ours.union(theirs).count();
    shared >= FEWEST_SHARED && shared * 5 >= all * 4
}

fn report(script: &Script, other: &Script, shared: usize, all: usize) -> Diagnostic {
    let place = |script: &Script| {
        let first = script.effects.first();
        first.map_or_else(
            || Place::new(script.file.clone(), 1, 1),
            |effect| effect.provenance.call.clone(),
        )
    };
    let message = format!(
        "`{}` shares {shared} of {} with `{}`",
        script.file,
        count(all, "effect"),
        other.file
    );
    let help = format!(
        "keep the newer of the two and archive the other: `git log -1 -- {} {}`",
        script.file, other.file
    );
    RULE.at(&place(script), message)
        .with_label(place(other), "the like of it")
        .with_help(help)
}
