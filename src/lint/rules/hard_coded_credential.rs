//! `hard-coded-credential`: found by the source room, which masks the secret as it reads.

use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "hard-coded-credential",
    summary: "a secret stands in a file",
    level: Level::Error,
    documentation: include_str!("hard_coded_credential.md"),
    check,
};

/// The findings come with the scripts.
fn check(_: &Context<'_>, _: &mut Vec<Diagnostic>) {}
