//! The chain alone, walked once before everything: what its points look like, and which of them bear
//! synthetic rows.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use super::VerifyPlan;
use super::look::versions;
use super::migrator::Migrator;
use super::seed::{Seeder, in_one_go};
use crate::catalog::{AsWritten, Catalog};
use crate::database::{Client, Cluster, DatabaseError};
use crate::plan::ChainPoints;

#[derive(Debug, Default)]
pub(crate) struct Walked {
    pub(crate) points: ChainPoints,
    /// What the version table holds after each number of revisions.
    pub(crate) versions: Vec<Vec<String>>,
    /// The catalogs there; the last one is that after the consolidated migration, if it runs.
    pub(crate) catalogs: Vec<Catalog>,
    /// Points from which the chain itself does not get on with rows: states there stay empty.
    pub(crate) without_rows: BTreeSet<usize>,
}

impl Walked {
    /// What rows of a database with these revisions must satisfy later.
    pub(crate) fn to_come(&self, revisions: usize) -> impl Iterator<Item = &Catalog> {
        self.catalogs.iter().skip(revisions)
    }

    /// The statement that fills everything in a database that looks like a point of the chain.
    pub(crate) fn filling(&self, revisions: usize) -> Option<String> {
        self.statement(revisions, self.catalogs.get(revisions)?, None)
    }

    /// The statement that fills what `here` has and the chain's point has not.
    pub(crate) fn filling_beside(&self, revisions: usize, here: &Catalog) -> Option<String> {
        self.statement(revisions, here, self.catalogs.get(revisions))
    }

    /// What the server refuses is left out one by one: the statement fails only as a whole.
    fn statement(
        &self,
        revisions: usize,
        here: &Catalog,
        known: Option<&Catalog>,
    ) -> Option<String> {
        if self.without_rows.contains(&revisions) {
            return None;
        }
        let catalogs = std::iter::once(here).chain(self.to_come(revisions));
        let seeder = Seeder {
            catalogs: catalogs.collect(),
        };
        let statements = seeder.statements(here, known);
        (!statements.is_empty()).then(|| in_one_go(&statements))
    }
}

pub(crate) fn walk(
    cluster: &Cluster,
    migrator: Migrator<'_>,
    points_with_rows: &BTreeSet<usize>,
) -> Result<Walked, DatabaseError> {
    let plan = migrator.plan;
    let mut walked = Walked::default();
    let mut admin = cluster.connect("postgres")?;
    let name = cluster.fresh_name("chain");
    admin.clone_database("empty", &name)?;
    let mut client = cluster.connect(&name)?;
    note(&mut client, plan, &mut walked)?;
    for index in 0..plan.chain.len() {
        if migrator.revision_as_it_was(&mut client, index)?.is_some() {
            break;
        }
        note(&mut client, plan, &mut walked)?;
    }
    let facts = walked.catalogs.iter();
    let facts = facts.map(|catalog| catalog.facts(&AsWritten)).collect();
    let table = plan.version_table.as_ref();
    let table = table.map_or("", |writer| writer.table.as_str());
    walked.points = ChainPoints::new(facts, table, &plan.touched);
    if migrator.consolidated(&mut client)?.is_none() {
        walked.catalogs.push(client.introspect()?);
    }
    drop(client);
    admin.drop_database(&name)?;
    walked.without_rows = barren(cluster, migrator, &walked, points_with_rows)?;
    Ok(walked)
}

fn note(client: &mut Client, plan: &VerifyPlan, walked: &mut Walked) -> Result<(), DatabaseError> {
    walked.catalogs.push(client.introspect()?);
    walked.versions.push(versions(client, plan)?);
    Ok(())
}

/// The points at which rows stop the chain as it is from now on; looked at side by side.
fn barren(
    cluster: &Cluster,
    migrator: Migrator<'_>,
    walked: &Walked,
    points: &BTreeSet<usize>,
) -> Result<BTreeSet<usize>, DatabaseError> {
    let inside = 1..walked.versions.len().min(migrator.plan.chain.len());
    let points = points.iter().filter(|point| inside.contains(point));
    let waiting = Mutex::new(points.copied().collect::<Vec<usize>>());
    let next = || {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.pop()
    };
    let look = || {
        let mut barren = BTreeSet::new();
        let mut admin = cluster.connect("postgres")?;
        while let Some(point) = next() {
            if is_barren(cluster, &mut admin, migrator, walked, point)? {
                barren.insert(point);
            }
        }
        Ok(barren)
    };
    let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let found = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(look)).collect();
        let found = workers.into_iter().filter_map(|worker| worker.join().ok());
        found.collect::<Vec<Result<BTreeSet<usize>, DatabaseError>>>()
    });
    let mut barren = BTreeSet::new();
    for points in found {
        barren.extend(points?);
    }
    Ok(barren)
}

fn is_barren(
    cluster: &Cluster,
    admin: &mut Client,
    migrator: Migrator<'_>,
    walked: &Walked,
    point: usize,
) -> Result<bool, DatabaseError> {
    let name = cluster.fresh_name("rows");
    admin.clone_database("empty", &name)?;
    let mut client = cluster.connect(&name)?;
    for index in 0..point {
        migrator.revision_as_it_was(&mut client, index)?;
    }
    if let Some(filling) = walked.filling(point) {
        client.attempt(&filling)?.ok();
    }
    let mut is_barren = false;
    for index in point..migrator.plan.chain.len() {
        if migrator.revision(&mut client, index)?.is_some() {
            is_barren = true;
            break;
        }
    }
    drop(client);
    admin.drop_database(&name)?;
    Ok(is_barren)
}
