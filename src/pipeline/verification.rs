//! What verification runs, gathered from the estate: the chain as its tool sends it, the patched
//! revisions, the scripts' statements and the consolidated migration.

use std::sync::Arc;

use anyhow::{Result, bail};

use super::{Audit, Estate, Patched, patches, replay};
use crate::database::{OnError, Step};
use crate::model::{Dialect, Effect, Operation, Place, Script};
use crate::plan::Lines;
use crate::render::{self, Migration};
use crate::replay::{AfterFailure, RunOutcome, SentRun, StepReplay};
use crate::verify::{Revision, RunFile, VerifyPlan};

/// Everything to run for the estate.
///
/// # Errors
/// Where the estate has no chain, or a patch cannot be rendered.
pub fn verify_plan(estate: &Estate, audit: &Audit) -> Result<VerifyPlan> {
    let Some(chain) = audit.chains.first() else {
        bail!(
            "no migration chain in `{}`: there is no schema to arrive at",
            estate.root().display()
        );
    };
    let Some(replay) = replay(estate, chain, AfterFailure::PassOver) else {
        bail!(
            "the chain `{}` is empty: there is no schema to arrive at",
            chain.location.anchor
        );
    };
    let patched = patches(estate, audit)?;
    let of_patches = replay.steps.iter().enumerate().filter_map(|(index, step)| {
        let patched = patched
            .iter()
            .find(|patched| patched.patch.revision == step.revision.id)?;
        Some((index, patched_revision(step, patched)))
    });
    let scripts = audit.order.iter().filter_map(|file| audit.script(file));
    Ok(VerifyPlan {
        prelude: Vec::new(),
        patched: of_patches.collect(),
        chain: replay.steps.iter().map(revision).collect(),
        scripts: scripts
            .map(script)
            .filter(|script| !script.steps.is_empty())
            .collect(),
        consolidated: consolidated(&Migration::of(&audit.plan)),
        version_query: Some("SELECT version_num FROM alembic_version".to_owned()),
    })
}

fn revision(step: &StepReplay) -> Revision {
    let steps = step.runs.iter().filter(|run| changes(run));
    Revision {
        id: step.revision.id.to_string(),
        steps: steps.map(|run| Step::new(&*run.run.statement)).collect(),
    }
}

/// Queries only steer the revision; what failed was taken back.
fn changes(run: &SentRun) -> bool {
    match run.run.outcome {
        RunOutcome::Done => !run.is_transaction(),
        RunOutcome::Rows(_) | RunOutcome::UnknownRows(_) => !run.run.effects.is_empty(),
        RunOutcome::Failed { .. } => false,
    }
}

/// The revision's statements with those of the replaced lines exchanged.
pub(super) fn patched_revision(step: &StepReplay, patched: &Patched) -> Revision {
    let patch = &patched.patch;
    let mut steps: Vec<Step> = render::patch_preparation(patch)
        .into_iter()
        .map(Step::new)
        .collect();
    let prelude = patch.edits.iter().filter(|edit| edit.lines.is_none());
    steps.extend(prelude.flat_map(render::patch_statements).map(Step::new));
    let mut written: Vec<Lines> = Vec::new();
    for run in step.runs.iter().filter(|run| changes(run)) {
        let replaced = patch.edits.iter().find(|edit| {
            edit.lines
                .is_some_and(|lines| stands_in(run, &patch.file, lines))
        });
        match replaced {
            None => steps.push(Step::new(&*run.run.statement)),
            Some(edit) => {
                let lines = edit.lines.unwrap_or(Lines { first: 0, last: 0 });
                if !written.contains(&lines) {
                    written.push(lines);
                    steps.extend(render::patch_statements(edit).into_iter().map(Step::new));
                }
            }
        }
    }
    Revision {
        id: step.revision.id.to_string(),
        steps,
    }
}

fn stands_in(run: &SentRun, file: &str, lines: Lines) -> bool {
    let inside =
        |place: &Place| *place.file == *file && (lines.first..=lines.last).contains(&place.line);
    run.via.iter().chain([&run.call]).any(inside)
}

/// The statements that a run of the script sends, each on its own: a failure is a part of the state
/// that the script leaves. Text that is only partly known cannot be sent.
fn script(script: &Script) -> RunFile {
    let mut steps: Vec<Step> = Vec::new();
    let mut last: Option<(&Place, &Arc<str>)> = None;
    for effect in script.effects.iter().filter(|effect| can_be_sent(effect)) {
        // Several effects of one statement are sent once.
        let this = (&effect.provenance.call, &effect.statement);
        if last == Some(this) {
            continue;
        }
        last = Some(this);
        steps.push(Step {
            sql: effect.statement.to_string(),
            on_error: OnError::Continue,
        });
    }
    RunFile {
        name: script.file.to_string(),
        steps,
    }
}

fn can_be_sent(effect: &Effect) -> bool {
    let in_database = !matches!(
        effect.action,
        crate::model::Action::RunMigrations(_)
            | crate::model::Action::RunScript(_)
            | crate::model::Action::RunSqlFile(_)
            | crate::model::Action::CallEndpoint(_)
            | crate::model::Action::WriteMigration(_)
            | crate::model::Action::WriteSqlFile(_)
            | crate::model::Action::WriteSource(_)
            | crate::model::Action::Opaque(_)
    );
    // The rows of a COPY come with the connection, and nobody would send them here.
    let waits_for_rows = effect.operation() == Operation::Copy;
    in_database
        && !waits_for_rows
        && effect.dialect == Dialect::Postgres
        && !effect.reach.is_inert()
        && effect.certainty < crate::model::Certainty::Partial
}

fn consolidated(migration: &Migration) -> Vec<RunFile> {
    let file = |name: &str, statements: Vec<String>| {
        let statements = statements.into_iter().map(Step::new);
        let begin = std::iter::once(Step::new("BEGIN"));
        let steps = begin.chain(statements).chain([Step::new("COMMIT")]);
        RunFile {
            name: name.to_owned(),
            steps: steps.collect(),
        }
    };
    let labels = migration.label_statements();
    let labels = (!labels.is_empty()).then(|| file("enum labels", labels));
    labels
        .into_iter()
        .chain([file("consolidated migration", migration.statements())])
        .collect()
}
