//! Trials for programs.

use serde::Serialize;

use super::{TrialView, name};
use crate::replay::{SentRun, StepFailure, Trial, Verdict};

const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    trials: Vec<TrialDocument<'a>>,
}

#[derive(Serialize)]
struct TrialDocument<'a> {
    script: String,
    state: &'a str,
    verdict: &'static str,
    /// `None` where it is not known.
    exit: Option<i32>,
    /// Statements that the server refused.
    errors: usize,
    versions_before: Vec<String>,
    versions_after: Vec<String>,
    versions_at_end: Vec<String>,
    breaks: Option<BreakDocument>,
    differences: Vec<String>,
    statements: Vec<StatementDocument<'a>>,
    undecided: Vec<String>,
}

#[derive(Serialize)]
struct BreakDocument {
    revision: Option<String>,
    sqlstate: Option<&'static str>,
    message: String,
    place: Option<String>,
}

#[derive(Serialize)]
struct StatementDocument<'a> {
    sql: &'a str,
    place: String,
    outcome: &'static str,
    sqlstate: Option<&'static str>,
}

/// # Errors
/// None that a trial can cause.
pub fn trials_json(trials: &[TrialView<'_>]) -> serde_json::Result<String> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        trials: trials.iter().map(document).collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn document<'a>(view: &TrialView<'a>) -> TrialDocument<'a> {
    let trial = view.trial;
    let ids = |ids: &[crate::model::RevisionId]| ids.iter().map(ToString::to_string).collect();
    let undecided = trial.script.undecided.iter();
    TrialDocument {
        script: name(view.command),
        state: view.state,
        verdict: trial.verdict.as_str(),
        exit: trial.script.exit.code(),
        errors: trial.script.errors().count(),
        versions_before: ids(&trial.before),
        versions_after: ids(&trial.script.versions),
        versions_at_end: ids(&trial.rest.versions),
        breaks: breaks(trial),
        differences: super::text::differences(trial),
        statements: trial.script.runs.iter().map(statement).collect(),
        undecided: undecided
            .map(|(place, what)| match place {
                Some(place) => format!("{place}: {what}"),
                None => what.clone(),
            })
            .collect(),
    }
}

fn breaks(trial: &Trial) -> Option<BreakDocument> {
    let Verdict::Breaks { revision, failure } = &trial.verdict else {
        return None;
    };
    Some(BreakDocument {
        revision: revision.as_ref().map(ToString::to_string),
        sqlstate: failure.sqlstate(),
        message: StepFailure::describe(failure),
        place: failure.place().map(ToString::to_string),
    })
}

fn statement(sent: &SentRun) -> StatementDocument<'_> {
    StatementDocument {
        sql: &sent.run.statement,
        place: sent.call.to_string(),
        outcome: super::text::outcome(sent),
        sqlstate: sent.run.error().map(|error| error.state.0),
    }
}
