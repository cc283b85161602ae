//! Two shapes of what holds code side by side: views, functions, policies and triggers.

use crate::catalog::{Relation, Trigger};
use crate::model::{
    FunctionDefinition, Identifier, PolicyCommand, PolicyDefinition, TriggerDefinition,
    ViewDefinition,
};

use super::Canonical;
use super::compare::Difference;

/// The query; or the kind, where the chain has something else of that name.
pub fn views(ours: &ViewDefinition, theirs: &Relation, canonical: Canonical) -> Vec<Difference> {
    let mut found = Vec::new();
    match theirs.as_view() {
        Some(theirs) => Difference::push(
            &mut found,
            "query",
            canonical(&ours.query),
            canonical(&theirs.query),
        ),
        None => Difference::push(
            &mut found,
            "kind",
            "view".to_owned(),
            theirs.kind().to_owned(),
        ),
    }
    found
}

/// Bodies are compared as PostgreSQL keeps them, but for blanks.
pub fn functions(ours: &FunctionDefinition, theirs: &FunctionDefinition) -> Vec<Difference> {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for (aspect, ours, theirs) in [
        ("result", &ours.returns, &theirs.returns),
        ("language", &ours.language, &theirs.language),
    ] {
        Difference::push(
            &mut found,
            aspect,
            words(ours).to_lowercase(),
            words(theirs).to_lowercase(),
        );
    }
    Difference::push(&mut found, "body", words(&ours.body), words(&theirs.body));
    found
}

pub fn policies(
    ours: &PolicyDefinition,
    theirs: &PolicyDefinition,
    canonical: Canonical,
) -> Vec<Difference> {
    let condition = |text: &Option<String>| text.as_deref().map(canonical).unwrap_or_default();
    let mut found = Vec::new();
    Difference::push(&mut found, "command", command(ours), command(theirs));
    Difference::push(&mut found, "roles", roles(ours), roles(theirs));
    Difference::push(
        &mut found,
        "USING",
        condition(&ours.using),
        condition(&theirs.using),
    );
    Difference::push(
        &mut found,
        "WITH CHECK",
        condition(&ours.with_check),
        condition(&theirs.with_check),
    );
    found
}

fn command(policy: &PolicyDefinition) -> String {
    let command = match policy.command {
        PolicyCommand::All => "ALL",
        PolicyCommand::Select => "SELECT",
        PolicyCommand::Insert => "INSERT",
        PolicyCommand::Update => "UPDATE",
        PolicyCommand::Delete => "DELETE",
    };
    let kind = if policy.permissive {
        "permissive"
    } else {
        "restrictive"
    };
    format!("{command} {kind}")
}

/// No roles are PUBLIC.
fn roles(policy: &PolicyDefinition) -> String {
    let mut roles: Vec<&str> = policy.roles.iter().map(Identifier::as_str).collect();
    roles.sort_unstable();
    if roles.is_empty() {
        "public".to_owned()
    } else {
        roles.join(", ")
    }
}

pub fn triggers(
    ours: &TriggerDefinition,
    theirs: &Trigger,
    canonical: Canonical,
) -> Vec<Difference> {
    let each = |row: bool| if row { "row" } else { "statement" }.to_owned();
    let condition = |text: &Option<String>| text.as_deref().map(canonical).unwrap_or_default();
    let words = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").to_lowercase()
    };
    let mut found = Vec::new();
    Difference::push(
        &mut found,
        "timing",
        words(&ours.timing),
        words(&theirs.timing),
    );
    Difference::push(
        &mut found,
        "function",
        ours.function.to_string(),
        theirs.function.to_string(),
    );
    Difference::push(
        &mut found,
        "for each",
        each(ours.for_each_row),
        each(theirs.for_each_row),
    );
    Difference::push(
        &mut found,
        "condition",
        condition(&ours.condition),
        condition(&theirs.condition),
    );
    found
}
