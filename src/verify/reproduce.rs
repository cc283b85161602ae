//! A start state as SQL for psql, with what is then run on it: a failure to look at by hand.

use std::fmt::Write as _;

use super::report::{Failure, Verdict};
use super::walk::Walked;
use super::{StartState, VerifyPlan, VersionTable};
use crate::database::{OnError, Step};

/// A psql script for an empty database: the chain up to the state's point, rows, scripts, the version
/// table; then the rest of the chain as it is patched, and the consolidated migration. `walked` is
/// `None` where the tables got no rows, `filling` what gave rows to what scripts made.
pub(crate) fn reproduction(
    plan: &VerifyPlan,
    walked: Option<&Walked>,
    state: &StartState,
    filling: Option<&str>,
    verdict: &Verdict,
) -> String {
    let mut text = format!(
        "-- {}: {}\n-- psql -d an_empty_database -f this_file\n",
        state.describe(plan),
        verdict.word()
    );
    if let Some(failure) = failure(verdict) {
        let _ = writeln!(text, "-- {}: {}", failure.file, one_line(&failure.error));
    }
    write_part(&mut text, "what is there first", &plan.prelude);
    for revision in plan.chain.iter().take(state.revisions) {
        write_part(
            &mut text,
            &format!("revision {}", revision.id),
            &revision.steps,
        );
    }
    if let Some(rows) = walked.and_then(|walked| walked.filling(state.revisions)) {
        write_part(&mut text, "synthetic rows", &[Step::new(rows)]);
    }
    let scripts = state.scripts.iter();
    for &index in scripts {
        let name = plan.scripts.get(index).map_or("", |script| &script.name);
        write_part(&mut text, name, plan.script_steps(state.revisions, index));
    }
    if let VersionTable::Tampered { name, statements } = &state.version {
        let steps: Vec<Step> = statements.iter().map(Step::new).collect();
        write_part(&mut text, name, &steps);
    }
    if let Some(filling) = filling {
        let steps = [Step::new(filling)];
        write_part(
            &mut text,
            "synthetic rows for what the scripts made",
            &steps,
        );
    }
    text.push_str("\n-- The start state is made. What follows puts it right.\n");
    for index in state.revisions..plan.chain.len() {
        if let Some(revision) = plan.revision_to_run(index) {
            write_part(
                &mut text,
                &format!("revision {}", revision.id),
                &revision.steps,
            );
        }
    }
    for file in &plan.consolidated {
        write_part(&mut text, &file.name, &file.steps);
    }
    text
}

fn failure(verdict: &Verdict) -> Option<&Failure> {
    match verdict {
        Verdict::Stops { failure, .. }
        | Verdict::Stuck(failure)
        | Verdict::Fails(failure)
        | Verdict::FailsAgain(failure) => Some(failure),
        Verdict::Converges
        | Verdict::Differs { .. }
        | Verdict::OtherRights { .. }
        | Verdict::Explained { .. }
        | Verdict::ChangesAgain { .. }
        | Verdict::ChangesRowsAgain { .. }
        | Verdict::TakesAway { .. }
        | Verdict::LosesRows { .. }
        | Verdict::NoWayBack { .. } => None,
    }
}

fn one_line(value: &impl ToString) -> String {
    value.to_string().replace('\n', " ")
}

/// Scripts go on after a failing statement, the chain and the migration do not.
fn write_part(text: &mut String, title: &str, steps: &[Step]) {
    if steps.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n-- {}", one_line(&title));
    let mut stops = None;
    for step in steps {
        let wanted = step.on_error == OnError::Stop;
        if stops != Some(wanted) {
            let word = if wanted { "on" } else { "off" };
            let _ = writeln!(text, "\\set ON_ERROR_STOP {word}");
            stops = Some(wanted);
        }
        // A comment at the end would swallow the semicolon.
        let _ = writeln!(text, "{}\n;", step.sql.trim().trim_end_matches(';'));
    }
}
