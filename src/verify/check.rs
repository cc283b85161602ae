//! One state put right: the version table, the rest of the chain, the consolidated migration, the
//! same again, back and forth; and the rows that must have come through.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::look::{Look, versions};
use super::report::{Failure, Verdict};
use super::rows;
use super::walk::Walked;
use super::{Revision, RunFile, VerifyPlan};
use crate::catalog::{AsWritten, Catalog, Difference, DifferenceKind, diff};
use crate::database::{Client, DatabaseError, Step};

/// Where a state arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) fingerprint: String,
    pub(crate) versions: Vec<String>,
}

/// How it got there.
#[derive(Debug, Clone)]
pub(crate) struct Journey {
    pub(crate) stamped: Option<String>,
    pub(crate) before: String,
    /// Rows that were compared before and after.
    pub(crate) rows: usize,
    pub(crate) arrival: Result<Arrival, Verdict>,
}

impl Journey {
    pub(crate) fn stuck(stamped: Option<String>, failure: Failure) -> Self {
        Self {
            stamped,
            before: String::new(),
            rows: 0,
            arrival: Err(Verdict::Stuck(failure)),
        }
    }
}

/// What all states have in common.
pub(crate) struct Checker<'a> {
    pub(crate) plan: &'a VerifyPlan,
    pub(crate) walked: Walked,
    /// Whether to go back and forth as well.
    pub(crate) back_and_forth: bool,
    /// Catalogs by digest: most states end alike.
    catalogs: Mutex<BTreeMap<String, (Arc<Catalog>, String)>>,
    /// Catalogs on which a second run changed nothing.
    repeated: Mutex<BTreeSet<String>>,
    /// Arrivals by what was there before the consolidated migration.
    known: Mutex<BTreeMap<String, Result<Arrival, Verdict>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Checker<'a> {
    pub(crate) fn new(plan: &'a VerifyPlan, walked: Walked, back_and_forth: bool) -> Self {
        Self {
            plan,
            walked,
            back_and_forth,
            catalogs: Mutex::default(),
            repeated: Mutex::default(),
            known: Mutex::default(),
        }
    }

    /// Brings the connected database to the end and runs the consolidated migration a second time.
    /// `Err` inside is a verdict that needs no comparison.
    pub(crate) fn arrive(
        &self,
        client: &mut Client,
        revisions: usize,
        only_chain: bool,
    ) -> Result<Journey, DatabaseError> {
        let (stamped, failure) = self.reach_head(client, revisions)?;
        if let Some(failure) = failure {
            return Ok(Journey::stuck(stamped, failure));
        }
        let before = Look::at(client, self.plan)?;
        let key = before.key();
        // The chain alone is looked at more closely.
        let known = locked(&self.known)
            .get(&key)
            .cloned()
            .filter(|_| !only_chain);
        let arrival = match known {
            Some(arrival) => arrival,
            None => {
                let arrival = self.fold(client, &before, only_chain)?;
                locked(&self.known).insert(key.clone(), arrival.clone());
                arrival
            }
        };
        Ok(Journey {
            stamped,
            before: key,
            rows: before.rows.values().map(|table| table.rows.len()).sum(),
            arrival,
        })
    }

    /// The version table is put right, and the rest of the chain run: what the table was given, and
    /// what stopped the chain.
    pub(crate) fn reach_head(
        &self,
        client: &mut Client,
        revisions: usize,
    ) -> Result<(Option<String>, Option<Failure>), DatabaseError> {
        let found = versions(client, self.plan)?;
        let tampered = self
            .walked
            .versions
            .get(revisions)
            .is_some_and(|expected| found != *expected);
        let (start, stamped) = match tampered {
            true => self.repair_version(client, revisions, &found)?,
            false => (revisions, None),
        };
        let failure = self.walk(client, start, tampered)?;
        Ok((stamped, failure))
    }

    /// Where the version table does not say what the chain wrote, the schema is asked, and the
    /// table is put right: how many revisions there are, and what it was given.
    fn repair_version(
        &self,
        client: &mut Client,
        revisions: usize,
        found: &[String],
    ) -> Result<(usize, Option<String>), DatabaseError> {
        let Some(table) = &self.plan.version_table else {
            return Ok((revisions, None));
        };
        let claimed = self.walked.versions.iter().position(|one| one == found);
        let live = client.introspect()?.facts(&AsWritten);
        match self.walked.points.of(&live, claimed) {
            Some(point) if claimed != Some(point) => {
                let wanted = self.walked.versions.get(point).cloned().unwrap_or_default();
                for step in table.stamp(&wanted) {
                    client.execute(&step)?;
                }
                let shown = match wanted.is_empty() {
                    true => "base".to_owned(),
                    false => wanted.join(", "),
                };
                Ok((point, Some(shown)))
            }
            point => Ok((point.unwrap_or(revisions), None)),
        }
    }

    /// The rest of the chain. Where the version table was tampered with a revision may have run before, or
    /// scripts may have taken away what it needs: it is taken back as a whole, the table is put one
    /// further, and the consolidated migration completes what it made.
    fn walk(
        &self,
        client: &mut Client,
        start: usize,
        tampered: bool,
    ) -> Result<Option<Failure>, DatabaseError> {
        for index in start..self.plan.chain.len() {
            let Some(Revision { id, steps }) = self.plan.revision_to_run(index) else {
                continue;
            };
            let Some(failure) = run_steps(client, id, steps)? else {
                continue;
            };
            match (
                &self.plan.version_table,
                self.walked.versions.get(index + 1),
            ) {
                (Some(table), Some(wanted)) if tampered => {
                    for step in table.stamp(wanted) {
                        client.execute(&step)?;
                    }
                }
                _ => return Ok(Some(failure)),
            }
        }
        Ok(None)
    }

    fn fold(
        &self,
        client: &mut Client,
        before: &Look,
        only_chain: bool,
    ) -> Result<Result<Arrival, Verdict>, DatabaseError> {
        let files = &self.plan.consolidated;
        if let Some(failure) = run_files(client, files)? {
            return Ok(Err(Verdict::Fails(failure)));
        }
        let first = Look::at(client, self.plan)?;
        let losses = rows::losses(before, &first, self.plan);
        if !losses.is_empty() {
            return Ok(Err(Verdict::LosesRows { losses }));
        }
        if only_chain {
            let mut differences = self.differences(before, &first)?.unwrap_or_default();
            differences.retain(|one| one.kind == DifferenceKind::OnlyLeft);
            if !differences.is_empty() {
                return Ok(Err(Verdict::TakesAway { differences }));
            }
        }
        // Once for each catalog that states arrive at.
        if !locked(&self.repeated).contains(&first.digest) {
            if let Some(failure) = run_files(client, files)? {
                return Ok(Err(Verdict::FailsAgain(failure)));
            }
            let second = Look::at(client, self.plan)?;
            if let Some(differences) = self.differences(&first, &second)? {
                return Ok(Err(Verdict::ChangesAgain { differences }));
            }
            locked(&self.repeated).insert(first.digest.clone());
        }
        if self.back_and_forth
            && let Some(troubles) = self.go_back_and_forth(client, before, &first)?
        {
            return Ok(Err(Verdict::NoWayBack { troubles }));
        }
        self.arrival(&first).map(Ok)
    }

    /// Down, which must give back what was there, and up again.
    fn go_back_and_forth(
        &self,
        client: &mut Client,
        before: &Look,
        after: &Look,
    ) -> Result<Option<Vec<String>>, DatabaseError> {
        let Some(undo) = &self.plan.undo else {
            return Ok(None);
        };
        let grades = grades(client)?;
        if let Some(failure) = run_steps(client, &undo.name, &undo.steps)? {
            return Ok(Some(vec![told("the downgrade fails", &failure)]));
        }
        let restores = grades.iter().all(|grade| grade != "cannot");
        let back = Look::at(client, self.plan)?;
        if restores && let Some(differences) = self.differences(before, &back)? {
            let lines = differences
                .iter()
                .map(|one| format!("after the downgrade: {one}"));
            return Ok(Some(lines.collect()));
        }
        if let Some(failure) = run_files(client, &self.plan.consolidated)? {
            return Ok(Some(vec![told("up again fails", &failure)]));
        }
        let again = Look::at(client, self.plan)?;
        Ok(self.differences(after, &again)?.map(|differences| {
            let lines = differences.iter().map(|one| format!("up again: {one}"));
            lines.collect()
        }))
    }

    pub(crate) fn arrival(&self, look: &Look) -> Result<Arrival, DatabaseError> {
        let (catalog, fingerprint) = self.catalog(look)?;
        Ok(Arrival {
            catalog,
            fingerprint,
            versions: look.versions.clone(),
        })
    }

    fn catalog(&self, look: &Look) -> Result<(Arc<Catalog>, String), DatabaseError> {
        if let Some(known) = locked(&self.catalogs).get(&look.digest) {
            return Ok(known.clone());
        }
        let catalog = look.snapshot.catalog()?;
        let fingerprint = catalog.fingerprint(&AsWritten);
        let made = (Arc::new(catalog), fingerprint);
        locked(&self.catalogs).insert(look.digest.clone(), made.clone());
        Ok(made)
    }

    /// `None` where both are the same.
    pub(crate) fn differences(
        &self,
        one: &Look,
        other: &Look,
    ) -> Result<Option<Vec<Difference>>, DatabaseError> {
        if one.digest == other.digest && one.versions == other.versions {
            return Ok(None);
        }
        let (left, right) = (self.catalog(one)?, self.catalog(other)?);
        if left.1 == right.1 && one.versions == other.versions {
            return Ok(None);
        }
        Ok(Some(diff(&left.0, &right.0, &AsWritten)))
    }
}

/// What the journal says its undo gives back, data fixes aside: these change no schema.
fn grades(client: &mut Client) -> Result<Vec<String>, DatabaseError> {
    let query = "SELECT DISTINCT grade FROM public.fixfold_journal \
                 WHERE done NOT LIKE 'data fix of %'";
    let answer = match client.query_text(query) {
        Ok(answer) => answer,
        // Nothing was done that was written down.
        Err(error) if error.sql.is_some() => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let grades = answer.into_iter().flatten();
    Ok(grades.filter_map(|row| row.into_iter().next()?).collect())
}

pub(crate) fn told(what: &str, failure: &Failure) -> String {
    format!("{what}: {}: {}", failure.file, failure.error)
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

/// The failure that ended the run, if one did. What is one transaction is sent in one go; only where
/// that fails, which takes all of it back, it is sent again to learn where.
pub(crate) fn run_steps(
    client: &mut Client,
    name: &str,
    steps: &[Step],
) -> Result<Option<Failure>, DatabaseError> {
    if is_one_transaction(steps) && client.run_at_once(steps)?.is_ok() {
        return Ok(None);
    }
    let run = client.run_script(steps)?;
    let last = run.outcomes.last().map_or(0, |outcome| outcome.step);
    Ok(run
        .stopped_by
        .map(|error| failure_at(name, steps, last, error)))
}

fn is_one_transaction(steps: &[Step]) -> bool {
    let is = |step: &Step, word: &str| step.sql.trim().eq_ignore_ascii_case(word);
    let ends = |word: &str| steps.iter().filter(|step| is(step, word)).count() == 1;
    steps.first().is_some_and(|step| is(step, "BEGIN"))
        && steps.last().is_some_and(|step| is(step, "COMMIT"))
        && ends("BEGIN")
        && ends("COMMIT")
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
