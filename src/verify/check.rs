//! One state put right from where it sets out: the rest of the chain, the consolidated migration, the
//! same again, back and forth; and the rows that must have come through.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::look::Look;
use super::migrator::Migrator;
use super::report::{Failure, Verdict};
use super::rows;
use super::station::{Departure, Filling, Ground, Start, Station, Stations};
use super::walk::Walked;
use super::{VerifyOptions, VerifyPlan};
use crate::catalog::{AsWritten, Catalog, Difference, DifferenceKind, diff};
use crate::database::{Client, DatabaseError, Snapshot};
use crate::model::ObjectName;
use crate::sql;

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
    /// The statement that gave rows to what scripts made.
    pub(crate) filling: Filling,
    /// Whether the server refused none of the chain's revisions: then it makes no difference what would
    /// have become of one.
    pub(crate) is_smooth: bool,
    pub(crate) arrival: Result<Arrival, Verdict>,
}

impl Journey {
    pub(crate) fn stuck(stamped: Option<String>, failure: Failure) -> Self {
        Self::ended(stamped, Verdict::Stuck(failure))
    }

    /// On the way through the chain.
    fn ended(stamped: Option<String>, verdict: Verdict) -> Self {
        Self {
            stamped,
            before: String::new(),
            rows: 0,
            filling: None,
            is_smooth: false,
            arrival: Err(verdict),
        }
    }

    /// The same for a state that came to where this one began.
    pub(crate) fn of(&self, stamped: Option<String>, filling: &Filling) -> Self {
        Self {
            stamped,
            filling: filling.clone(),
            ..self.clone()
        }
    }
}

/// How the rest of the chain went.
enum Walk {
    Smooth,
    /// Revisions that failed were passed over.
    WithGaps,
    Stuck(Failure),
}

/// What all states have in common.
pub(crate) struct Checker<'a> {
    pub(crate) plan: &'a VerifyPlan,
    pub(crate) migrator: Migrator<'a>,
    pub(crate) walked: Walked,
    pub(crate) options: &'a VerifyOptions,
    /// When all of it began, as the server prints times.
    pub(crate) started: String,
    /// Catalogs by digest: most states end alike.
    catalogs: Mutex<BTreeMap<String, (Arc<Catalog>, String)>>,
    pub(crate) stations: Stations,
    /// Fingerprints of the catalogs on which a second run changed nothing.
    repeated: Mutex<BTreeSet<String>>,
    /// Journeys by what was there when they began.
    journeys: Mutex<BTreeMap<Departure, Journey>>,
    /// Arrivals by what was there before the consolidated migration.
    known: Mutex<BTreeMap<String, Result<Arrival, Verdict>>>,
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Checker<'a> {
    pub(crate) fn new(
        migrator: Migrator<'a>,
        walked: Walked,
        options: &'a VerifyOptions,
        started: String,
    ) -> Self {
        Self {
            plan: migrator.plan,
            migrator,
            walked,
            options,
            started,
            catalogs: Mutex::default(),
            stations: Stations::default(),
            repeated: Mutex::default(),
            journeys: Mutex::default(),
            known: Mutex::default(),
        }
    }

    /// Forgets where states arrived, so that the next one makes its whole journey.
    pub(crate) fn forget(&self) {
        locked(&self.repeated).clear();
        locked(&self.journeys).clear();
        locked(&self.known).clear();
    }

    /// Brings the connected database to the end and runs the consolidated migration a second time.
    /// `Err` inside is a verdict that needs no comparison. A journey that began alike is not made
    /// again, but for that of the chain alone, which is looked at more closely.
    pub(crate) fn arrive(
        &self,
        client: &mut Client,
        ground: Ground,
        only_chain: bool,
    ) -> Result<(Departure, Journey), DatabaseError> {
        let station = self.station(client, ground)?;
        let Start { stamped, departure } = station.start.clone();
        let filling = station.filling.clone();
        if let Some(known) = self.known_journey(&departure).filter(|_| !only_chain) {
            return Ok((departure, known.of(stamped, &filling)));
        }
        let journey = self.travel(client, station, only_chain)?;
        if !only_chain || journey.arrival.is_ok() {
            locked(&self.journeys).insert(departure.clone(), journey.clone());
        }
        let journey = journey.of(stamped, &filling);
        Ok((departure, journey))
    }

    /// What became of a state that set out from there.
    pub(crate) fn known_journey(&self, departure: &Departure) -> Option<Journey> {
        let journeys = locked(&self.journeys);
        if let Some(known) = journeys.get(departure) {
            return Some(known.clone());
        }
        let mut other = departure.clone();
        other.is_distrusted ^= true;
        let known = journeys.get(&other)?;
        self.is_same_way(departure, &other, known)
            .then(|| known.clone())
    }

    /// Whether a journey from one of them goes the same way as from the other. Alembic runs all that is
    /// left of the chain at once where the version table was right, else revision by revision.
    pub(crate) fn is_same_way(
        &self,
        one: &Departure,
        other: &Departure,
        journey: &Journey,
    ) -> bool {
        let is_alike = one.is_distrusted == other.is_distrusted
            || (journey.is_smooth && self.migrator.alembic.is_none());
        one.is_from_the_same_place(other) && is_alike
    }

    fn travel(
        &self,
        client: &mut Client,
        station: Station,
        only_chain: bool,
    ) -> Result<Journey, DatabaseError> {
        let Station { look, start, .. } = station;
        let Start { stamped, departure } = start;
        let is_smooth = match self.walk(client, &departure)? {
            Walk::Stuck(failure) => return Ok(Journey::stuck(stamped, failure)),
            walk => matches!(walk, Walk::Smooth),
        };
        let at_head = match departure.revisions < self.plan.chain.len() {
            true => Some(Look::at(client, self.plan)?),
            false => None,
        };
        let losses = at_head
            .as_ref()
            .map(|at_head| rows::losses_of_chain(&look, at_head, self.plan, departure.revisions));
        let losses = losses.unwrap_or_default();
        if !losses.is_empty() {
            let ended = Journey::ended(stamped, Verdict::LosesRows { losses });
            return Ok(Journey { is_smooth, ..ended });
        }
        let before = at_head.unwrap_or(look);
        let key = before.key(&self.started);
        let known = locked(&self.known).get(&key).cloned();
        let mut arrival = match known {
            Some(arrival) => arrival,
            None => {
                let arrival = self.fold(client, &before)?;
                locked(&self.known).insert(key.clone(), arrival.clone());
                arrival
            }
        };
        if only_chain && let Ok(arrived) = &arrival {
            let differences = self.taken_away(&before, arrived)?;
            if !differences.is_empty() {
                arrival = Err(Verdict::TakesAway { differences });
            }
        }
        Ok(Journey {
            stamped,
            before: key,
            rows: before.rows.values().map(|table| table.rows.len()).sum(),
            filling: None,
            is_smooth,
            arrival,
        })
    }

    /// The version table is put right, and the rest of the chain run: what stopped the chain.
    pub(crate) fn reach_head(
        &self,
        client: &mut Client,
        revisions: usize,
    ) -> Result<Option<Failure>, DatabaseError> {
        let ground = self.ground(client, revisions, None)?;
        let station = self.station(client, ground)?;
        Ok(match self.walk(client, &station.start.departure)? {
            Walk::Stuck(failure) => Some(failure),
            Walk::Smooth | Walk::WithGaps => None,
        })
    }

    /// The rest of the chain. Where the version table was distrusted a revision may have run before, or
    /// scripts may have taken away what it needs: it is taken back as a whole, the table is put one
    /// further, and the consolidated migration completes what it made.
    fn walk(&self, client: &mut Client, departure: &Departure) -> Result<Walk, DatabaseError> {
        if let (false, Some(whole)) = (
            departure.is_distrusted,
            self.migrator.rest(client, departure.revisions),
        ) {
            return Ok(whole?.map_or(Walk::Smooth, Walk::Stuck));
        }
        let mut walk = Walk::Smooth;
        for index in departure.revisions..self.plan.chain.len() {
            let Some(failure) = self.migrator.revision(client, index)? else {
                continue;
            };
            match (
                &self.plan.version_table,
                self.walked.versions.get(index + 1),
            ) {
                (Some(table), Some(wanted)) if departure.is_distrusted => {
                    walk = Walk::WithGaps;
                    for step in table.stamp(wanted) {
                        client.execute(&step)?;
                    }
                }
                _ => return Ok(Walk::Stuck(failure)),
            }
        }
        Ok(walk)
    }

    fn fold(
        &self,
        client: &mut Client,
        before: &Look,
    ) -> Result<Result<Arrival, Verdict>, DatabaseError> {
        if let Some(failure) = self.migrator.consolidated(client)? {
            return Ok(Err(Verdict::Fails(failure)));
        }
        let first = Look::at(client, self.plan)?;
        let losses = rows::losses(before, &first, self.plan);
        if !losses.is_empty() {
            return Ok(Err(Verdict::LosesRows { losses }));
        }
        let arrival = self.arrival(&first)?;
        if let Some(verdict) = self.run_again(client, &first, &arrival)? {
            return Ok(Err(verdict));
        }
        if self.options.back_and_forth
            && let Some(troubles) = self.go_back_and_forth(client, before, &first)?
        {
            return Ok(Err(Verdict::NoWayBack { troubles }));
        }
        Ok(Ok(arrival))
    }

    /// What the chain made and the migration took away.
    fn taken_away(
        &self,
        before: &Look,
        arrival: &Arrival,
    ) -> Result<Vec<Difference>, DatabaseError> {
        let (catalog, _) = self.catalog(&before.snapshot, &before.digest)?;
        let mut differences = diff(&catalog, &arrival.catalog, &AsWritten);
        differences.retain(|one| one.kind == DifferenceKind::OnlyLeft);
        Ok(differences)
    }

    /// The migration must find nothing to do. On a catalog on which that is known only its data fixes
    /// are run again: they alone depend on the rows.
    fn run_again(
        &self,
        client: &mut Client,
        first: &Look,
        arrival: &Arrival,
    ) -> Result<Option<Verdict>, DatabaseError> {
        let is_known = locked(&self.repeated).contains(&arrival.fingerprint);
        if let Some(failure) = self.migrator.consolidated_again(client, is_known)? {
            return Ok(Some(Verdict::FailsAgain(failure)));
        }
        let changed = rows::changed(&first.rows, &client.rows(&first.snapshot.tables())?);
        if !changed.is_empty() {
            return Ok(Some(Verdict::ChangesRowsAgain { tables: changed }));
        }
        if is_known {
            return Ok(None);
        }
        let second = Look::at(client, self.plan)?;
        if let Some(differences) = self.differences(first, &second)? {
            return Ok(Some(Verdict::ChangesAgain { differences }));
        }
        locked(&self.repeated).insert(arrival.fingerprint.clone());
        Ok(None)
    }

    /// Down, which must give back what was there, and up again.
    fn go_back_and_forth(
        &self,
        client: &mut Client,
        before: &Look,
        after: &Look,
    ) -> Result<Option<Vec<String>>, DatabaseError> {
        let grades = grades(client)?;
        let Some(downgrade) = self.migrator.downgrade(client) else {
            return Ok(None);
        };
        if let Some(failure) = downgrade? {
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
        if let Some(failure) = self.migrator.consolidated(client)? {
            return Ok(Some(vec![told("up again fails", &failure)]));
        }
        let again = Look::at(client, self.plan)?;
        Ok(self.differences(after, &again)?.map(|differences| {
            let lines = differences.iter().map(|one| format!("up again: {one}"));
            lines.collect()
        }))
    }

    pub(crate) fn arrival(&self, look: &Look) -> Result<Arrival, DatabaseError> {
        let (catalog, fingerprint) = self.catalog(&look.snapshot, &look.digest)?;
        Ok(Arrival {
            catalog,
            fingerprint,
            versions: look.versions.clone(),
        })
    }

    pub(crate) fn catalog(
        &self,
        snapshot: &Snapshot,
        digest: &str,
    ) -> Result<(Arc<Catalog>, String), DatabaseError> {
        if let Some(known) = locked(&self.catalogs).get(digest) {
            return Ok(known.clone());
        }
        let catalog = snapshot.catalog()?;
        let fingerprint = catalog.fingerprint(&AsWritten);
        let made = (Arc::new(catalog), fingerprint);
        locked(&self.catalogs).insert(digest.to_owned(), made.clone());
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
        let left = self.catalog(&one.snapshot, &one.digest)?;
        let right = self.catalog(&other.snapshot, &other.digest)?;
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
fn is_of_version_table(object: &str, ours: Option<&str>) -> bool {
    // A tool that a script calls, or is, keeps its own.
    let is_one =
        |name: &str| ours == Some(name) || sql::is_version_table(&ObjectName::from_sql(name));
    let name = object.split('.').next().unwrap_or(object);
    let own = ["_pkey", "_pkc", "_id_seq", "_key"].iter();
    let mut tables = own.filter_map(|end| name.strip_suffix(end));
    is_one(name)
        || tables.any(|table| {
            is_one(table)
                || table
                    .rsplit_once('_')
                    .is_some_and(|(table, _)| is_one(table))
        })
}

pub(crate) fn compare(
    arrival: &Arrival,
    reference: &Arrival,
    version_table: Option<&str>,
) -> Verdict {
    let same_versions = arrival.versions == reference.versions;
    if arrival.fingerprint == reference.fingerprint && same_versions {
        return Verdict::Converges;
    }
    let versions = match same_versions {
        true => Vec::new(),
        false => vec![reference.versions.join(", "), arrival.versions.join(", ")],
    };
    let mut differences = diff(&reference.catalog, &arrival.catalog, &AsWritten);
    // How the tool's own table is made is the tool's affair; what it says has been compared.
    differences.retain(|difference| !is_of_version_table(&difference.key.object, version_table));
    if differences.is_empty() && same_versions {
        return Verdict::Converges;
    }
    Verdict::Differs {
        differences,
        versions,
    }
}
