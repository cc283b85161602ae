//! One state put right: the rest of the chain, the consolidated migration, the same again.

use super::report::{Failure, Verdict};
use super::{Revision, RunFile, VerifyPlan};
use crate::catalog::{AsWritten, Catalog, diff};
use crate::database::{Client, DatabaseError, Step};

/// Where a state arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) catalog: Catalog,
    pub(crate) fingerprint: String,
    pub(crate) versions: Vec<String>,
}

/// Brings the connected database to the end and runs the consolidated migration a second time.
/// `Err` inside is a verdict that needs no comparison.
pub(crate) fn arrive(
    client: &mut Client,
    plan: &VerifyPlan,
    revisions: usize,
) -> Result<Result<Arrival, Verdict>, DatabaseError> {
    for index in revisions..plan.chain.len() {
        if let Some(Revision { id, steps }) = plan.revision_to_run(index)
            && let Some(failure) = run_steps(client, id, steps)?
        {
            return Ok(Err(Verdict::Stuck(failure)));
        }
    }
    if let Some(failure) = run_files(client, &plan.consolidated)? {
        return Ok(Err(Verdict::Fails(failure)));
    }
    let first = read(client, plan)?;
    if let Some(failure) = run_files(client, &plan.consolidated)? {
        return Ok(Err(Verdict::FailsAgain(failure)));
    }
    let second = read(client, plan)?;
    if second.fingerprint != first.fingerprint || second.versions != first.versions {
        let differences = diff(&first.catalog, &second.catalog, &AsWritten);
        return Ok(Err(Verdict::ChangesAgain { differences }));
    }
    Ok(Ok(first))
}

/// What sets an arrival apart from the one that all must equal.
pub(crate) fn compare(arrival: &Arrival, reference: &Arrival) -> Verdict {
    let same_versions = arrival.versions == reference.versions;
    if arrival.fingerprint == reference.fingerprint && same_versions {
        return Verdict::Converges;
    }
    let versions = match same_versions {
        true => Vec::new(),
        false => vec![reference.versions.join(", "), arrival.versions.join(", ")],
    };
    let differences = diff(&reference.catalog, &arrival.catalog, &AsWritten);
    Verdict::Differs {
        differences,
        versions,
    }
}

fn read(client: &mut Client, plan: &VerifyPlan) -> Result<Arrival, DatabaseError> {
    let catalog = client.introspect()?;
    let versions = match &plan.version_query {
        Some(query) => versions(client, query)?,
        None => Vec::new(),
    };
    let fingerprint = catalog.fingerprint(&AsWritten);
    Ok(Arrival {
        catalog,
        fingerprint,
        versions,
    })
}

/// A version table that is not there has no versions.
fn versions(client: &mut Client, query: &str) -> Result<Vec<String>, DatabaseError> {
    let answer = match client.query_text(query) {
        Ok(answer) => answer,
        Err(error) if error.sql.is_some() => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut versions: Vec<_> = answer
        .into_iter()
        .flatten()
        .filter_map(|row| row.into_iter().next().flatten())
        .collect();
    versions.sort();
    Ok(versions)
}

fn run_files(client: &mut Client, files: &[RunFile]) -> Result<Option<Failure>, DatabaseError> {
    for file in files {
        if let Some(failure) = run_steps(client, &file.name, &file.steps)? {
            return Ok(Some(failure));
        }
    }
    Ok(None)
}

/// The failure that ended the run, if one did.
pub(crate) fn run_steps(
    client: &mut Client,
    name: &str,
    steps: &[Step],
) -> Result<Option<Failure>, DatabaseError> {
    let run = client.run_script(steps)?;
    let last = run.outcomes.last().map_or(0, |outcome| outcome.step);
    Ok(run
        .stopped_by
        .map(|error| failure_at(name, steps, last, error)))
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
