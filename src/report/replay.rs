//! What a chain does on an empty database: each step, and where one fails.

use std::fmt::Write;

use serde::Serialize;

use super::excerpt::{Excerpt, Sources};
use super::style::{bold, count, dim};
use crate::chain::Chain;
use crate::model::{Level, Place};
use crate::replay::{Replay, StepFailure, StepReplay};
use crate::source::Files;

const SCHEMA_VERSION: u32 = 1;

/// For people: one line a step, the failing statement below it.
pub fn replay_text(chain: &Chain, replay: &Replay, files: &dyn Files) -> String {
    let mut sources = Sources::new(files);
    let mut text = format!(
        "{} ({})\n",
        bold(&chain.location.anchor),
        chain.location.format
    );
    for step in &replay.steps {
        text.push_str(&line(step));
        if let Some(failure) = &step.failure {
            text.push_str(&excerpt(failure, &mut sources));
        }
    }
    if let Some(failure) = &replay.failure {
        text.push_str(&excerpt(failure, &mut sources));
    }
    text.push_str(&summary(replay));
    text
}

fn line(step: &StepReplay) -> String {
    let outcome = if step.failure.is_some() {
        "fails"
    } else {
        "runs"
    };
    let effects = step.runs.iter().map(|sent| sent.run.effects.len()).sum();
    let (id, message) = (&step.revision.id, &step.revision.message);
    let undecided = match step.undecided.len() {
        0 => String::new(),
        number => format!(", {} undecided", count(number, "question")),
    };
    let done = dim(&format!("{}{undecided}", count(effects, "effect")));
    format!("  {outcome:<5} {id}  {message}  {done}\n")
}

fn excerpt(failure: &StepFailure, sources: &mut Sources<'_>) -> String {
    let title = failure.describe();
    let excerpt = Excerpt {
        level: Level::Error,
        title: &title,
        id: failure.sqlstate(),
        places: failure
            .place()
            .into_iter()
            .map(|place| (place, ""))
            .collect(),
        notes: Vec::new(),
        help: None,
    };
    excerpt.render(sources) + "\n"
}

fn summary(replay: &Replay) -> String {
    let failed = replay
        .steps
        .iter()
        .filter(|step| step.failure.is_some())
        .count();
    let steps = count(replay.steps.len(), "step");
    let end: Vec<String> = replay.versions.iter().map(ToString::to_string).collect();
    let end = if end.is_empty() {
        "nothing".to_owned()
    } else {
        end.join(", ")
    };
    let mut text = String::new();
    let _ = match failed {
        0 => writeln!(text, "{steps}, none fails; the version table holds {end}"),
        1 => writeln!(text, "{steps}, 1 fails; the version table holds {end}"),
        _ => writeln!(
            text,
            "{steps}, {failed} fail; the version table holds {end}"
        ),
    };
    text
}

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
    file: &'replay str,
    effects: usize,
    failure: Option<FailureDocument<'replay>>,
    undecided: Vec<UndecidedDocument<'replay>>,
}

#[derive(Serialize)]
struct FailureDocument<'replay> {
    sqlstate: Option<&'static str>,
    message: String,
    place: Option<&'replay Place>,
}

#[derive(Serialize)]
struct UndecidedDocument<'replay> {
    question: &'replay str,
    place: Option<&'replay Place>,
}

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
    let undecided = step
        .undecided
        .iter()
        .map(|(place, question)| UndecidedDocument {
            question,
            place: place.as_ref(),
        });
    StepDocument {
        revision: step.revision.id.as_str(),
        file: &step.revision.file,
        effects: step.runs.iter().map(|sent| sent.run.effects.len()).sum(),
        failure: step.failure.as_ref().map(failure_document),
        undecided: undecided.collect(),
    }
}

fn failure_document(failure: &StepFailure) -> FailureDocument<'_> {
    FailureDocument {
        sqlstate: failure.sqlstate(),
        message: failure.describe(),
        place: failure.place(),
    }
}
