//! Where the journey of a state begins: rows in what scripts made, and a version table that says how far
//! the schema has come. What follows, the walk through the chain, is not here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::VerifyPlan;
use super::check::{Checker, locked};
use super::look::{Look, versions};
use crate::catalog::AsWritten;
use crate::database::{AllRows, Client, DatabaseError, Snapshot, TableRows};
use crate::model::ObjectName;

/// What is there once all tables hold rows; what its version table says has not been looked into.
pub(crate) struct Ground {
    /// So many of the chain's revisions were run.
    pub(crate) revisions: usize,
    pub(crate) look: Look,
    pub(crate) filling: Filling,
}

/// The statement that gave rows to what scripts made, where they made something.
pub(crate) type Filling = Option<Arc<str>>;

/// What is there when a state is to be put right.
pub(crate) struct Station {
    pub(crate) look: Look,
    pub(crate) filling: Filling,
    pub(crate) start: Start,
}

/// How a state sets out.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    /// What the version table was given, in words.
    pub(crate) stamped: Option<String>,
    pub(crate) departure: Departure,
}

/// Where a journey begins: what follows depends on nothing else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Departure {
    pub(crate) key: String,
    /// How many revisions the version table promises.
    pub(crate) revisions: usize,
    /// Whether a revision that fails is passed over.
    pub(crate) is_distrusted: bool,
}

impl Departure {
    /// The same database, whatever becomes of a revision that fails.
    pub(crate) fn is_from_the_same_place(&self, other: &Self) -> bool {
        self.key == other.key && self.revisions == other.revisions
    }
}

/// What the schema says of the version table.
struct Repair {
    revisions: usize,
    is_distrusted: bool,
    /// What the table must hold instead.
    wanted: Option<Vec<String>>,
}

impl Repair {
    fn in_words(&self) -> Option<String> {
        let wanted = self.wanted.as_ref()?;
        Some(match wanted.is_empty() {
            true => "base".to_owned(),
            false => wanted.join(", "),
        })
    }
}

/// What becomes of a database whose version table is tampered with and put right.
#[derive(Debug, Clone)]
struct Tampered {
    revisions: usize,
    is_distrusted: bool,
    stamped: Option<String>,
    digest: String,
    versions: Vec<String>,
    /// The version table's rows, by its name; `None` where it is gone.
    rows: BTreeMap<String, Option<TableRows>>,
}

/// By the number of revisions and the catalog's digest.
type Fillings = BTreeMap<(usize, String), Filling>;
/// By the number of revisions, the catalog's digest, what the version table says, and what is done to it:
/// what comes of it depends on nothing else. `None` where it cannot be tried in one transaction.
type Tamperings = BTreeMap<(usize, String, Vec<String>, Vec<String>), Option<Tampered>>;

/// What is known of fillings and tampered tables.
#[derive(Default)]
pub(crate) struct Stations {
    fillings: Mutex<Fillings>,
    tamperings: Mutex<Tamperings>,
}

impl Checker<'_> {
    /// What is there, with rows in what scripts made; `filled` where it has them already.
    pub(crate) fn ground(
        &self,
        client: &mut Client,
        revisions: usize,
        filled: Option<Filling>,
    ) -> Result<Ground, DatabaseError> {
        let snapshot = client.snapshot()?;
        let digest = snapshot.digest();
        let filling = match filled {
            Some(filling) => filling,
            None => self.fill(client, revisions, &snapshot, &digest)?,
        };
        let look = Look::with(snapshot, digest, client, self.plan)?;
        Ok(Ground {
            revisions,
            look,
            filling,
        })
    }

    fn fill(
        &self,
        client: &mut Client,
        revisions: usize,
        snapshot: &Snapshot,
        digest: &str,
    ) -> Result<Filling, DatabaseError> {
        if !self.options.with_rows {
            return Ok(None);
        }
        let filling = self.filling(revisions, snapshot, digest)?;
        if let Some(filling) = &filling {
            client.attempt(filling)?.ok();
        }
        Ok(filling)
    }

    fn filling(
        &self,
        revisions: usize,
        snapshot: &Snapshot,
        digest: &str,
    ) -> Result<Filling, DatabaseError> {
        let place = (revisions, digest.to_owned());
        if let Some(known) = locked(&self.stations.fillings).get(&place) {
            return Ok(known.clone());
        }
        let (catalog, _) = self.catalog(snapshot, digest)?;
        let filling = self.walked.filling_beside(revisions, &catalog);
        let filling: Filling = filling.map(Into::into);
        locked(&self.stations.fillings).insert(place, filling.clone());
        Ok(filling)
    }

    /// Puts the version table right where it does not say what the chain wrote.
    pub(crate) fn station(
        &self,
        client: &mut Client,
        ground: Ground,
    ) -> Result<Station, DatabaseError> {
        let repair = self.repair(ground.revisions, &ground.look, &ground.look.versions)?;
        let look = match self.stamp(client, &repair)? {
            true => Look::at(client, self.plan)?,
            false => ground.look,
        };
        let departure = Departure {
            key: look.key(&self.started),
            revisions: repair.revisions,
            is_distrusted: repair.is_distrusted,
        };
        Ok(Station {
            start: Start {
                stamped: repair.in_words(),
                departure,
            },
            look,
            filling: ground.filling,
        })
    }

    /// Whether there was something to write.
    fn stamp(&self, client: &mut Client, repair: &Repair) -> Result<bool, DatabaseError> {
        let (Some(table), Some(wanted)) = (&self.plan.version_table, &repair.wanted) else {
            return Ok(false);
        };
        for step in table.stamp(wanted) {
            client.execute(&step)?;
        }
        Ok(true)
    }

    /// Where the version table does not say what the chain wrote, the schema is asked how many revisions
    /// there are.
    fn repair(
        &self,
        revisions: usize,
        look: &Look,
        versions_here: &[String],
    ) -> Result<Repair, DatabaseError> {
        let expected = self.walked.versions.get(revisions);
        let is_distrusted = expected.is_some_and(|expected| versions_here != *expected);
        if !is_distrusted || self.plan.version_table.is_none() {
            return Ok(Repair {
                revisions,
                is_distrusted,
                wanted: None,
            });
        }
        let mut versions = self.walked.versions.iter();
        let exact = versions.position(|one| *one == versions_here);
        // Several rows: the furthest of them.
        let is_told = |one: &Vec<String>| {
            !one.is_empty() && one.iter().all(|version| versions_here.contains(version))
        };
        let claimed = exact.or_else(|| self.walked.versions.iter().rposition(is_told));
        let (catalog, _) = self.catalog(&look.snapshot, &look.digest)?;
        let point = self.walked.points.of(&catalog.facts(&AsWritten), claimed);
        let wrong = point.filter(|point| exact != Some(*point));
        let wanted = |point| self.walked.versions.get(point).cloned().unwrap_or_default();
        Ok(Repair {
            revisions: point.unwrap_or(revisions),
            is_distrusted,
            wanted: wrong.map(wanted),
        })
    }

    /// How this database sets out; nothing is changed.
    pub(crate) fn outset(
        &self,
        client: &mut Client,
        ground: &Ground,
    ) -> Result<Option<Start>, DatabaseError> {
        let repair = self.repair(ground.revisions, &ground.look, &ground.look.versions)?;
        if repair.wanted.is_some() {
            return self.glance(client, ground, &[]);
        }
        Ok(Some(Start {
            stamped: None,
            departure: Departure {
                key: ground.look.key(&self.started),
                revisions: repair.revisions,
                is_distrusted: repair.is_distrusted,
            },
        }))
    }

    /// How this database would set out, were its version table tampered with like that. It is tried in a
    /// transaction that is taken back, and in one database of each catalog only. `None`: that does not
    /// tell, it must be done in a database of its own.
    pub(crate) fn glance(
        &self,
        client: &mut Client,
        ground: &Ground,
        tampering: &[String],
    ) -> Result<Option<Start>, DatabaseError> {
        let place = (
            ground.revisions,
            ground.look.digest.clone(),
            ground.look.versions.clone(),
            tampering.to_vec(),
        );
        let known = locked(&self.stations.tamperings).get(&place).cloned();
        let tampered = match known {
            Some(known) => known,
            None => {
                let tampered = self.tampered(client, ground, tampering)?;
                locked(&self.stations.tamperings).insert(place, tampered.clone());
                tampered
            }
        };
        Ok(tampered.map(|tampered| self.start(ground, tampered)))
    }

    fn start(&self, ground: &Ground, tampered: Tampered) -> Start {
        let mut rows = ground.look.rows.clone();
        for (table, now) in tampered.rows {
            match now {
                Some(now) => drop(rows.insert(table, now)),
                None => drop(rows.remove(&table)),
            }
        }
        let digest = &tampered.digest;
        Start {
            stamped: tampered.stamped,
            departure: Departure {
                key: super::look::key(digest, &rows, &tampered.versions, &self.started),
                revisions: tampered.revisions,
                is_distrusted: tampered.is_distrusted,
            },
        }
    }

    fn tampered(
        &self,
        client: &mut Client,
        ground: &Ground,
        tampering: &[String],
    ) -> Result<Option<Tampered>, DatabaseError> {
        client.execute("BEGIN")?;
        let tampered = self.tamper(client, ground, tampering);
        client.execute("ROLLBACK")?;
        match tampered {
            Err(error) if error.sql.is_some() => Ok(None),
            tampered => tampered,
        }
    }

    fn tamper(
        &self,
        client: &mut Client,
        ground: &Ground,
        tampering: &[String],
    ) -> Result<Option<Tampered>, DatabaseError> {
        for statement in tampering {
            client.execute(statement)?;
        }
        // The schema beside the version table is what is asked, and that is as it was: what has become of
        // the whole is looked at in the end.
        client.execute("SAVEPOINT fixfold_versions")?;
        let versions = versions(client, self.plan)?;
        client.execute("ROLLBACK TO SAVEPOINT fixfold_versions")?;
        let repair = self.repair(ground.revisions, &ground.look, &versions)?;
        self.stamp(client, &repair)?;
        let look = Look::at(client, self.plan)?;
        let rows = changed(&ground.look.rows, &look.rows);
        let is_version_table = |name: &String| is_version_table(self.plan, name);
        Ok(rows.keys().all(is_version_table).then(|| Tampered {
            revisions: repair.revisions,
            is_distrusted: repair.is_distrusted,
            stamped: repair.in_words(),
            digest: look.digest,
            versions: look.versions,
            rows,
        }))
    }
}

/// The tables that hold other rows now.
fn changed(before: &AllRows, after: &AllRows) -> BTreeMap<String, Option<TableRows>> {
    let names = before.keys().chain(after.keys());
    let changed = names.filter(|name| before.get(*name) != after.get(*name));
    changed
        .map(|name| (name.clone(), after.get(name).cloned()))
        .collect()
}

fn is_version_table(plan: &VerifyPlan, name: &str) -> bool {
    let writer = plan.version_table.as_ref();
    let table = writer.map(|writer| ObjectName::from_sql(&writer.table).name);
    let name = name.rsplit('.').next().unwrap_or(name);
    table.is_some_and(|table| table.as_str() == name)
}
