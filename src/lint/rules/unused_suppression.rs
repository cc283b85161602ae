//! `unused-suppression`: found by the room itself, when it takes out what comments allow.

use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "unused-suppression",
    summary: "a comment allows a rule that does not fire there",
    level: Level::Warning,
    documentation: include_str!("unused_suppression.md"),
    check,
};

/// Only after all other rules is it known what a comment has suppressed.
fn check(_: &Context<'_>, _: &mut Vec<Diagnostic>) {}
