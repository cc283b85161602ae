//! Sends files of statements, each transaction in one go, and says which statement ended a run.

use super::RunFile;
use super::report::Failure;
use crate::database::{Client, DatabaseError, Step};

pub(crate) fn run_files(
    client: &mut Client,
    files: &[RunFile],
) -> Result<Option<Failure>, DatabaseError> {
    for file in files {
        if let Some(failure) = run_steps(client, &file.name, &file.steps)? {
            return Ok(Some(failure));
        }
    }
    Ok(None)
}

/// The failure that ended the run, if one did. Each transaction is sent in one go; only where that
/// fails, which takes all of it back, it is sent again to learn where.
pub(crate) fn run_steps(
    client: &mut Client,
    name: &str,
    steps: &[Step],
) -> Result<Option<Failure>, DatabaseError> {
    for part in transactions(steps) {
        let is_whole = part.len() > 1 && is_mark(part.last(), "COMMIT");
        if is_whole && client.run_at_once(part)?.is_ok() {
            continue;
        }
        let run = client.run_script(part)?;
        let last = run.outcomes.last().map_or(0, |outcome| outcome.step);
        if let Some(error) = run.stopped_by {
            return Ok(Some(failure_at(name, part, last, error)));
        }
    }
    Ok(None)
}

fn is_mark(step: Option<&Step>, word: &str) -> bool {
    step.is_some_and(|step| step.sql.trim().eq_ignore_ascii_case(word))
}

/// The steps from each BEGIN to its COMMIT, and those between as one part.
fn transactions(steps: &[Step]) -> Vec<&[Step]> {
    let mut parts = Vec::new();
    let mut rest = steps;
    while !rest.is_empty() {
        let begin = rest.iter().position(|step| is_mark(Some(step), "BEGIN"));
        let end = match begin {
            Some(0) => {
                let commit = rest.iter().position(|step| is_mark(Some(step), "COMMIT"));
                commit.map_or(rest.len(), |commit| commit + 1)
            }
            Some(begin) => begin,
            None => rest.len(),
        };
        let (part, after) = rest.split_at(end);
        parts.push(part);
        rest = after;
    }
    parts
}

pub(crate) fn failure_at(
    name: &str,
    steps: &[Step],
    step: usize,
    error: crate::model::SqlError,
) -> Failure {
    let statement = steps
        .get(step)
        .map(|step| step.sql.clone())
        .unwrap_or_default();
    Failure {
        file: name.to_owned(),
        statement,
        error,
    }
}
