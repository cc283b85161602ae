//! Rules: what is wrong with scripts, revisions and the chain, in words for people.
//!
//! A rule is one file in `rules/`, its prose beside it, and one line in `RULES`. Rules look at
//! values that other rooms have made; they read no database and decide nothing. How a finding is
//! printed is the report room's matter.

mod context;
mod hint;
mod levels;
mod reading;
mod rule;
mod rules;
mod suppression;
mod transaction;
mod unit;
mod walk;
mod wording;

pub use context::{Context, ModuleOf, TextOf};
pub use rule::{Rule, find, rules};

use rayon::prelude::*;

use crate::model::Diagnostic;

/// Everything that the rules find and that reading the scripts brought up, by place: suppressed
/// findings are left out, unused suppressions added, and every rule is as loud as is configured.
pub fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    // What other rooms found while they read the scripts.
    let scripts = context.scripts.iter();
    let mut found: Vec<Diagnostic> = scripts
        .flat_map(|script| script.diagnostics.iter().cloned())
        .collect();
    let of_rules = rules().par_iter().flat_map_iter(|rule| {
        let mut found = Vec::new();
        (rule.check)(context, &mut found);
        found
    });
    found.extend(of_rules.collect::<Vec<_>>());
    let mut found = suppression::apply(context, found);
    levels::apply(context.levels, &mut found);
    found.sort();
    found.dedup();
    found
}
