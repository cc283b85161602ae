//! Revisions of a chain as verification sends them: what their replay has sent, in the transactions of
//! their tool, and the same with patched lines exchanged.

use super::Patched;
use super::plausible::plausible;
use crate::database::Step;
use crate::model::{Action, ObjectName, Place};
use crate::plan::Lines;
use crate::render;
use crate::replay::{RunEffect, RunOutcome, SentRun, StepReplay};
use crate::verify::Revision;

pub(super) fn revision(step: &StepReplay, in_transaction: bool) -> Revision {
    let runs = sent(step, in_transaction);
    let steps = runs.map(|run| Step::new(statement(run)));
    Revision {
        id: step.revision.id.to_string(),
        steps: closed(steps.collect(), in_transaction),
    }
}

/// A revision is a transaction, or several around what can be in none. Where the tool runs all of them
/// in one, its BEGIN stands in the first revision only and its COMMIT in the last.
fn closed(mut steps: Vec<Step>, in_transaction: bool) -> Vec<Step> {
    if !in_transaction {
        return steps;
    }
    let is = |step: &Step, word: &str| step.sql.trim().eq_ignore_ascii_case(word);
    // A failed revision's; what passed in it is tried all the same.
    steps.retain(|step| !is(step, "ROLLBACK"));
    let mut marks = steps
        .iter()
        .filter(|step| is(step, "BEGIN") || is(step, "COMMIT"));
    let begins = marks.clone().next().is_some_and(|step| is(step, "BEGIN"));
    let ends = marks.next_back().is_some_and(|step| is(step, "COMMIT"));
    if !begins {
        steps.insert(0, Step::new("BEGIN"));
    }
    if !ends {
        steps.push(Step::new("COMMIT"));
    }
    steps
}

/// Values that are made up here may be refused, which says nothing of the estate.
fn unless_refused(statement: &str) -> String {
    let statement = statement.trim().trim_end_matches(';');
    format!(
        "DO $fixfold_do$ BEGIN EXECUTE $fixfold_sql${statement}$fixfold_sql$; \
         EXCEPTION WHEN OTHERS THEN NULL; END $fixfold_do$"
    )
}

/// The tool makes its version table only where it is not there.
fn statement(run: &SentRun) -> String {
    if run.run.has_holes {
        return unless_refused(&plausible(&run.run.statement));
    }
    let statement = &*run.run.statement;
    let rest = statement.trim_start().strip_prefix("CREATE TABLE ");
    match rest.filter(|rest| run.is_bookkeeping() && !rest.starts_with("IF ")) {
        Some(rest) => format!("CREATE TABLE IF NOT EXISTS {rest}"),
        None => statement.to_owned(),
    }
}

fn sent(step: &StepReplay, in_transaction: bool) -> impl Iterator<Item = &SentRun> {
    let runs = step.runs.iter();
    let runs = runs.filter(|run| changes(run) && !is_of_unknown_tool(step, run));
    runs.filter(move |run| in_transaction || !run.is_transaction())
}

/// A file that writes to the version table of a tool that makes the table itself: without the tool it is
/// not there.
fn is_of_unknown_tool(step: &StepReplay, run: &SentRun) -> bool {
    let stamps = |effect: &RunEffect| {
        let Action::Stamp(outside) = &effect.effect.action else {
            return false;
        };
        let table = ObjectName::from_sql(&outside.target);
        step.after.relation(&table).is_none()
    };
    let effects = &run.run.effects;
    !run.is_bookkeeping() && !effects.is_empty() && effects.iter().all(stamps)
}

/// Queries only steer the revision; what failed was taken back. Of what is only partly known rows alone
/// can be sent: with values in place of those that a run would compute.
fn changes(run: &SentRun) -> bool {
    let of_rows = |effect: &RunEffect| matches!(effect.effect.action, Action::Rows(_));
    if run.run.has_holes && !run.run.effects.iter().all(of_rows) {
        return false;
    }
    match run.run.outcome {
        RunOutcome::Done => true,
        RunOutcome::Rows(_) | RunOutcome::UnknownRows(_) => !run.run.effects.is_empty(),
        RunOutcome::Failed { .. } => false,
    }
}

/// The revision's statements with those of the replaced lines exchanged.
pub(super) fn patched_revision(
    step: &StepReplay,
    patched: &Patched,
    in_transaction: bool,
) -> Revision {
    let patch = &patched.patch;
    let prelude = patch.edits.iter().filter(|edit| edit.lines.is_none());
    let first = render::patch_preparation(patch)
        .into_iter()
        .chain(prelude.flat_map(|edit| render::patch_statements(edit).0));
    let mut first: Vec<Step> = first.map(Step::new).collect();
    let mut steps: Vec<Step> = Vec::new();
    let mut written: Vec<Lines> = Vec::new();
    // What is to follow the lines that are sent now.
    let mut behind: Option<(Lines, Vec<String>)> = None;
    for run in sent(step, in_transaction) {
        if let Some((_, statements)) =
            behind.take_if(|(lines, _)| !stands_in(run, &patch.file, *lines))
        {
            steps.extend(statements.into_iter().map(Step::new));
        }
        if !run.is_transaction() {
            steps.append(&mut first);
        }
        let replaced = patch.edits.iter().find(|edit| {
            edit.lines
                .is_some_and(|lines| stands_in(run, &patch.file, lines))
        });
        match replaced {
            None => steps.push(Step::new(statement(run))),
            Some(edit) => {
                let lines = edit.lines.unwrap_or(Lines { first: 0, last: 0 });
                let (before, after) = render::patch_statements(edit);
                let is_kept = after.is_some();
                if !written.contains(&lines) {
                    written.push(lines);
                    steps.extend(before.into_iter().map(Step::new));
                    behind = after.map(|after| (lines, after));
                }
                if is_kept {
                    steps.push(Step::new(statement(run)));
                }
            }
        }
    }
    let last = behind.into_iter().flat_map(|(_, statements)| statements);
    steps.extend(last.map(Step::new));
    Revision {
        id: step.revision.id.to_string(),
        steps: closed(steps, in_transaction),
    }
}

fn stands_in(run: &SentRun, file: &str, lines: Lines) -> bool {
    let inside =
        |place: &Place| *place.file == *file && (lines.first..=lines.last).contains(&place.line);
    run.via.iter().chain([&run.call]).any(inside)
}
