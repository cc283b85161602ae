//! Trials for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{TrialView, name};
use crate::catalog::DifferenceKind;
use crate::model::RevisionId;
use crate::replay::{Exit, RunOutcome, SentRun, Trial, Verdict};
use crate::report::style::{bold, count, dim};

/// One script on one state: what it does there, and what becomes of the chain.
pub fn trial_text(view: &TrialView<'_>) -> String {
    let trial = view.trial;
    let mut text = format!(
        "{} on a database at {}: {}\n",
        bold(&name(view.command)),
        ids(&trial.before),
        bold(trial.verdict.as_str())
    );
    for sent in &trial.script.runs {
        text.push_str(&statement(sent));
    }
    let _ = writeln!(text, "  the script {}", exit(&trial.script.exit));
    if trial.before != trial.script.versions {
        let after = ids(&trial.script.versions);
        let _ = writeln!(text, "  the version table now holds {after}");
    }
    text.push_str(&chain(trial));
    for (place, what) in &trial.script.undecided {
        let place = place.as_ref().map(|place| format!("{place}: "));
        let _ = writeln!(text, "  undecided: {}{what}", place.unwrap_or_default());
    }
    text
}

fn statement(sent: &SentRun) -> String {
    let first = sent
        .run
        .statement
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let short: String = first.chars().take(72).collect();
    let error = sent.run.error().map(|error| format!(": {error}"));
    let place = dim(&sent.call.to_string());
    let error = error.unwrap_or_default();
    format!("  {:<7} {short}  {place}{error}\n", outcome(sent))
}

/// What became of a statement: `done`, `skipped`, `undone`, `refused`, `asked`.
pub(super) fn outcome(sent: &SentRun) -> &'static str {
    let effects = &sent.run.effects;
    match &sent.run.outcome {
        RunOutcome::Failed { .. } => "refused",
        _ if sent.undone => "undone",
        RunOutcome::Rows(_) | RunOutcome::UnknownRows(_) if effects.is_empty() => "asked",
        _ if !effects.is_empty() && effects.iter().all(|done| done.applied.is_skipped()) => {
            "skipped"
        }
        RunOutcome::Done | RunOutcome::Rows(_) | RunOutcome::UnknownRows(_) => "done",
    }
}

fn exit(exit: &Exit) -> String {
    match exit {
        Exit::Code(code) => format!("ends with {code}"),
        Exit::Raised {
            exception,
            message,
            place,
        } => {
            let message = message.lines().next().unwrap_or_default();
            format!("ends with 1: {exception}: {message} ({place})")
        }
        Exit::Unknown(reason) => format!("ends with a code that is not known: {reason}"),
    }
}

fn chain(trial: &Trial) -> String {
    match &trial.verdict {
        Verdict::Breaks { revision, failure } => {
            let at = revision.as_ref().map(|id| format!(" in `{id}`"));
            let place = failure.place().map(|place| format!(" ({place})"));
            let (at, place) = (at.unwrap_or_default(), place.unwrap_or_default());
            format!(
                "  the rest of the chain fails{at}: {}{place}\n",
                failure.describe()
            )
        }
        Verdict::Drift => {
            let found = differences(trial);
            let mut text = format!(
                "  the rest of the chain runs, but {} from the head:\n",
                match found.len() {
                    1 => "1 object differs".to_owned(),
                    number => format!("{number} objects differ"),
                }
            );
            for difference in found {
                let _ = writeln!(text, "    {difference}");
            }
            text
        }
        Verdict::Fails | Verdict::NoOp => "  it leaves nothing behind\n".to_owned(),
        Verdict::Safe => "  the rest of the chain runs, and the head is the head\n".to_owned(),
    }
}

/// One line an object.
pub(super) fn differences(trial: &Trial) -> Vec<String> {
    let line = |difference: &crate::catalog::Difference| {
        let what = match &difference.kind {
            DifferenceKind::OnlyLeft => "missing".to_owned(),
            DifferenceKind::OnlyRight => "additional".to_owned(),
            DifferenceKind::Changed(attributes) => {
                let value = |side: &Option<String>| side.clone().unwrap_or("none".to_owned());
                let changes = attributes.iter().map(|one| {
                    let (left, right) = (value(&one.left), value(&one.right));
                    format!("{} is {right} instead of {left}", one.attribute)
                });
                changes.collect::<Vec<_>>().join("; ")
            }
        };
        let key = &difference.key;
        format!("{} {}: {what}", key.kind.as_str(), key.object)
    };
    trial.differences.iter().map(line).collect()
}

/// Scripts × states, one row a script, one column a state.
pub fn matrix_text(trials: &[TrialView<'_>]) -> String {
    let mut states: Vec<&str> = Vec::new();
    let mut rows: Vec<String> = Vec::new();
    let mut cells: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for view in trials {
        let row = name(view.command);
        let row = place_of(&mut rows, row);
        let column = place_of(&mut states, view.state);
        cells.insert((row, column), cell(view.trial));
    }
    let mut lines = vec![vec!["script".to_owned()]];
    lines[0].extend(states.iter().map(|state| (*state).to_owned()));
    for (row, script) in rows.iter().enumerate() {
        let of_row = (0..states.len()).map(|column| cells.remove(&(row, column)));
        let mut line = vec![script.clone()];
        line.extend(of_row.map(Option::unwrap_or_default));
        lines.push(line);
    }
    let undecided = trials.iter().filter(|view| is_open(view.trial)).count();
    let mut text = aligned(&lines);
    if undecided > 0 {
        let cells = count(undecided, "cell");
        let _ = writeln!(
            text,
            "? {cells}: something was not decided; `--script` tells what"
        );
    }
    text
}

fn aligned(lines: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let columns = lines.first().map_or(0, Vec::len);
    let widths: Vec<_> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths);
        let padded = cells.map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn place_of<T: PartialEq>(known: &mut Vec<T>, one: T) -> usize {
    match known.iter().position(|other| *other == one) {
        Some(index) => index,
        None => {
            known.push(one);
            known.len() - 1
        }
    }
}

fn is_open(trial: &Trial) -> bool {
    !trial.script.undecided.is_empty()
}

fn cell(trial: &Trial) -> String {
    let open = if is_open(trial) { "?" } else { "" };
    let word = trial.verdict.as_str();
    match &trial.verdict {
        Verdict::Breaks { revision, failure } => {
            let id = revision.as_ref().map_or("start", RevisionId::as_str);
            let state = failure.sqlstate().map(|state| format!(" {state}"));
            format!("{word} at {id}{}{open}", state.unwrap_or_default())
        }
        Verdict::Drift | Verdict::Fails | Verdict::NoOp | Verdict::Safe => format!("{word}{open}"),
    }
}

fn ids(ids: &[RevisionId]) -> String {
    match ids {
        [] => "no revision".to_owned(),
        ids => ids
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    }
}
