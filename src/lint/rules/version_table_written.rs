//! `version-table-written`.

use crate::graph::ConflictKind;
use crate::lint::wording::names;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, Level, ObjectName, Place};
use crate::sql::is_version_table;

pub(in crate::lint) static RULE: Rule = Rule {
    id: "version-table-written",
    summary: "a script changes what the database says its revision is",
    level: Level::Error,
    documentation: include_str!("version_table_written.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (conflict, effect) in context.conflicts_of(ConflictKind::WritesVersion) {
        let known = context.chain.steps.iter().map(|step| &step.revision);
        let claimed: Vec<_> = known
            .filter(|revision| names_revision(effect, revision.id.as_str()))
            .collect();
        let ids = names(claimed.iter().map(|revision| revision.id.as_str()));
        let message = message(&conflict.object.name, &ids);
        let mut diagnostic = RULE.at(&conflict.place, message);
        for revision in claimed {
            let place = Place::new(&*revision.file, revision.line, 1);
            let text = format!("revision `{}` is claimed to have run", revision.id);
            diagnostic = diagnostic.with_label(place, text);
        }
        found.push(diagnostic.with_help(
            "upgrade with the chain's tool; where the schema is there already, compare it first (`fixfold drift`) and stamp then",
        ));
    }
}

/// `name` is the table, or, where a tool stamps, what the tool is told.
fn message(name: &str, revisions: &str) -> String {
    let by_tool = !is_version_table(&ObjectName::from_sql(name));
    match (by_tool, revisions) {
        (true, _) => format!("`{name}` is stamped, whatever the schema is"),
        (false, "") => format!("version table `{name}` is written, whatever the schema is"),
        (false, ids) => {
            format!("version table `{name}` is set to {ids}, whatever the schema is")
        }
    }
}

/// Whether the statement or command names the revision as a word of its own.
fn names_revision(effect: &Effect, id: &str) -> bool {
    let Action::Stamp(outside) = &effect.action else {
        return false;
    };
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let texts = [&*effect.statement, &outside.detail];
    texts
        .iter()
        .any(|text| text.split(|letter| !is_part(letter)).any(|word| word == id))
}
