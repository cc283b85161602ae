//! A replay for people: one line a step, and where one fails.

use std::fmt::Write;

use crate::chain::Chain;
use crate::model::Level;
use crate::replay::{Replay, StepFailure, StepReplay};
use crate::report::excerpt::{Excerpt, Sources};
use crate::report::style::{bold, count, dim};
use crate::source::Files;

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
        text.push_str(&doings(step));
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
    let (id, message) = (&step.revision.id, &step.revision.message);
    let undecided = match step.undecided.len() {
        0 => String::new(),
        number => format!(", {} undecided", count(number, "question")),
    };
    let effects = step.effects().len();
    let done = dim(&format!("{}{undecided}", count(effects, "effect")));
    format!("  {outcome:<5} {id}  {message}  {done}\n")
}

/// What the step does, operation by operation: `create_index ix_a, ix_b`.
fn doings(step: &StepReplay) -> String {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for effect in step.effects() {
        let (operation, object) = (effect.operation().as_str(), effect.object());
        match groups.last_mut() {
            Some((last, objects)) if *last == operation => objects.push(object),
            _ => groups.push((operation, vec![object])),
        }
    }
    let lines = groups
        .iter()
        .map(|(operation, objects)| format!("        {operation} {}\n", objects.join(", ")));
    lines.collect()
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
