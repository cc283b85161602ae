//! A replay for programs.

use serde::Serialize;

use crate::chain::Chain;
use crate::model::Place;
use crate::replay::{Replay, SQL_FILE, SentRun, StepFailure, StepReplay};

const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'replay> {
    schema_version: u32,
    chain: &'replay str,
    format: &'static str,
    steps: Vec<StepDocument<'replay>>,
    versions: Vec<String>,
    failure: Option<FailureDocument<'replay>>,
}

#[derive(Serialize)]
struct StepDocument<'replay> {
    revision: &'replay str,
    message: &'replay str,
    file: &'replay str,
    effects: Vec<EffectDocument>,
    statements: Vec<StatementDocument<'replay>>,
    failure: Option<FailureDocument<'replay>>,
    undecided: Vec<UndecidedDocument<'replay>>,
}

#[derive(Serialize)]
struct EffectDocument {
    op: &'static str,
    object: String,
    /// Of the call that sends it.
    line: u32,
    /// The database already is as the effect wants it.
    skipped: bool,
}

#[derive(Serialize)]
struct StatementDocument<'replay> {
    sql: &'replay str,
    file: Option<&'replay str>,
    line: Option<u32>,
    sink: &'replay str,
    sqlstate: Option<&'static str>,
    message: Option<String>,
    /// The line that psql would name for the error: where the statement ends.
    reported_line: Option<u32>,
}

#[derive(Serialize)]
struct FailureDocument<'replay> {
    sqlstate: Option<&'static str>,
    exception: Option<&'replay str>,
    message: String,
    place: Option<&'replay Place>,
    /// The line that psql would name, in a file of SQL.
    reported_line: Option<u32>,
}

#[derive(Serialize)]
struct UndecidedDocument<'replay> {
    question: &'replay str,
    place: Option<&'replay Place>,
}

/// # Errors
/// None that a replay can cause.
pub fn replay_json(chain: &Chain, replay: &Replay) -> serde_json::Result<String> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        chain: &chain.location.anchor,
        format: chain.location.format.as_str(),
        steps: replay.steps.iter().map(step_document).collect(),
        versions: replay.versions.iter().map(ToString::to_string).collect(),
        failure: replay.failure.as_ref().map(failure_document),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn step_document(step: &StepReplay) -> StepDocument<'_> {
    let undecided = step.undecided.iter();
    StepDocument {
        revision: step.revision.id.as_str(),
        message: &step.revision.message,
        file: &step.revision.file,
        effects: effects(step),
        statements: step.runs.iter().map(statement_document).collect(),
        failure: step.failure.as_ref().map(|failure| FailureDocument {
            reported_line: step.runs.iter().find_map(reported_line),
            ..failure_document(failure)
        }),
        undecided: undecided
            .map(|(place, question)| UndecidedDocument {
                question,
                place: place.as_ref(),
            })
            .collect(),
    }
}

fn effects(step: &StepReplay) -> Vec<EffectDocument> {
    let effects = step.effects().into_iter();
    effects
        .map(|effect| EffectDocument {
            op: effect.operation().as_str(),
            object: effect.object(),
            line: effect.provenance.call.line,
            skipped: effect.reach != crate::model::Reach::Live,
        })
        .collect()
}

fn statement_document(sent: &SentRun) -> StatementDocument<'_> {
    let place = (!sent.is_transaction()).then_some(&sent.call);
    StatementDocument {
        sql: &sent.run.statement,
        file: place.map(|place| &*place.file),
        line: place.map(|place| place.line),
        sink: &sent.sink,
        sqlstate: sent.run.error().map(|error| error.state.0),
        message: sent.run.error().map(|error| error.message.clone()),
        reported_line: reported_line(sent),
    }
}

fn reported_line(sent: &SentRun) -> Option<u32> {
    sent.run.error()?;
    (*sent.sink == *SQL_FILE)
        .then(|| sent.run.reported_line())
        .flatten()
}

fn failure_document(failure: &StepFailure) -> FailureDocument<'_> {
    let exception = match failure {
        StepFailure::Python { exception, .. } => Some(exception.as_str()),
        StepFailure::Sql { .. } | StepFailure::Chain { .. } => None,
    };
    FailureDocument {
        sqlstate: failure.sqlstate(),
        exception,
        message: failure.describe(),
        place: failure.place(),
        reported_line: None,
    }
}
