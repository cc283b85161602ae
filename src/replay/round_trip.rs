//! Every revision up, once more, down and up again: which ways back raise, and which do not restore
//! what was there.

use std::sync::Arc;

use crate::catalog::{Catalog, DifferenceKind, diff};
use crate::chain::Chain;
use crate::model::{ChainFormat, ObjectName, Place, RevisionId};
use crate::sql::StoredSpelling;

use super::outcome::{AfterFailure, Replay, StepFailure};
use super::python::{self, Direction};
use super::{Ground, Start, sql_chain, walk};

/// One revision's way up and back.
#[derive(Debug, Clone)]
pub struct RoundTrip {
    pub revision: RevisionId,
    pub file: Arc<str>,
    /// What ends the way up; nothing else is tried then.
    pub up: Option<StepFailure>,
    /// What ends a second run on the same database.
    pub again: Option<StepFailure>,
    pub down: Option<StepFailure>,
    /// What is not as it was, one line an object.
    pub left: Vec<String>,
    /// What ends the way up after the way down.
    pub up_after_down: Option<StepFailure>,
    /// What is then not as it was after the first way up.
    pub unlike: Vec<String>,
    /// What the model could not decide on these ways.
    pub undecided: Vec<(Option<Place>, String)>,
}

/// The way back in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayBack {
    /// The revision does not even go up.
    NoWayUp,
    Raises,
    DoesNotRestore,
    Restores,
}

impl WayBack {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoWayUp => "no way up",
            Self::Raises => "raises",
            Self::DoesNotRestore => "does not restore",
            Self::Restores => "restores",
        }
    }
}

impl RoundTrip {
    pub fn way_back(&self) -> WayBack {
        if self.up.is_some() {
            WayBack::NoWayUp
        } else if self.down.is_some() {
            WayBack::Raises
        } else if self.left.is_empty() {
            WayBack::Restores
        } else {
            WayBack::DoesNotRestore
        }
    }
}

/// Takes every revision of a chain up to the targets in the order in which they run; ends at
/// one that does not go up. The caller's stack must bear `eval::limits::STACK_BYTES`.
pub fn round_trips(
    chain: &Chain,
    ground: Ground<'_>,
    start: Start,
    targets: &[RevisionId],
) -> Vec<RoundTrip> {
    let ground = Ground {
        after_failure: AfterFailure::Stop,
        ..ground
    };
    let current: Vec<_> = start.versions.iter().cloned().collect();
    let order = chain.map.upgrade_order(&current, targets);
    let mut before = start;
    let mut trips = Vec::new();
    for step in order.iter().filter_map(|id| chain.step(id)) {
        let id = &step.revision.id;
        let up = one(chain, ground, &before, id, Direction::Up);
        let mut trip = RoundTrip {
            revision: id.clone(),
            file: step.revision.file.clone(),
            up: failure(&up),
            again: None,
            down: None,
            left: Vec::new(),
            up_after_down: None,
            unlike: Vec::new(),
            undecided: undecided(&up),
        };
        if trip.up.is_none() {
            go_back(chain, ground, &before, &up, &mut trip);
        }
        let stops = trip.up.is_some();
        trips.push(trip);
        if stops {
            break;
        }
        before = up.left();
    }
    trips
}

fn go_back(chain: &Chain, ground: Ground<'_>, before: &Start, up: &Replay, trip: &mut RoundTrip) {
    let id = &trip.revision.clone();
    let there = up.left();
    let again = Start {
        versions: before.versions.clone(),
        ..there.clone()
    };
    trip.again = failure(&one(chain, ground, &again, id, Direction::Up));
    let down = one(chain, ground, &there, id, Direction::Down);
    trip.undecided.extend(undecided(&down));
    trip.down = failure(&down);
    if trip.down.is_some() {
        return;
    }
    trip.left = differences(&before.catalog, &down.end, chain);
    let up_again = one(chain, ground, &down.left(), id, Direction::Up);
    trip.up_after_down = failure(&up_again);
    if trip.up_after_down.is_none() {
        trip.unlike = differences(&there.catalog, &up_again.end, chain);
    }
}

fn one(
    chain: &Chain,
    ground: Ground<'_>,
    start: &Start,
    id: &RevisionId,
    way: Direction,
) -> Replay {
    let start = start.clone();
    match chain.location.format {
        ChainFormat::Alembic => python::one(walk(chain, ground, start), id, way),
        _ => {
            let only = std::slice::from_ref(id);
            sql_chain::run(chain, start, only, way, ground.after_failure)
        }
    }
}

fn failure(replay: &Replay) -> Option<StepFailure> {
    let of_step = replay.first_failure().map(|(_, failure)| failure.clone());
    of_step.or_else(|| replay.failure.clone())
}

fn undecided(replay: &Replay) -> Vec<(Option<Place>, String)> {
    let steps = replay.steps.iter();
    steps.flat_map(|step| step.undecided.clone()).collect()
}

/// Objects, and the order of columns; the version table is Alembic's own.
fn differences(before: &Catalog, after: &Catalog, chain: &Chain) -> Vec<String> {
    let table = &*chain.environment.version_table;
    let found = diff(before, after, &StoredSpelling).into_iter();
    let counted = found.filter(|one| !one.key.object.contains(table));
    let mut lines: Vec<String> = counted
        .map(|one| {
            let what = match &one.kind {
                DifferenceKind::OnlyLeft => "is gone".to_owned(),
                DifferenceKind::OnlyRight => "is left behind".to_owned(),
                DifferenceKind::Changed(attributes) => {
                    let names = attributes.iter().map(|one| one.attribute);
                    format!("has another {}", names.collect::<Vec<_>>().join(", "))
                }
            };
            format!("{} {} {what}", one.key.kind.as_str(), one.key.object)
        })
        .collect();
    lines.extend(reordered(before, after));
    lines
}

fn reordered(before: &Catalog, after: &Catalog) -> Vec<String> {
    let names = |catalog: &Catalog, table: &ObjectName| {
        let columns = catalog.table(table)?.columns.iter();
        Some(
            columns
                .map(|column| column.name.clone())
                .collect::<Vec<_>>(),
        )
    };
    let tables = before.relations.keys();
    let moved = tables.filter(|table| match (names(before, table), names(after, table)) {
        (Some(before), Some(after)) => {
            let mut sorted = [before.clone(), after.clone()];
            sorted.iter_mut().for_each(|names| names.sort());
            before != after && sorted[0] == sorted[1]
        }
        _ => false,
    });
    moved
        .map(|table| format!("table {table} has its columns in another order"))
        .collect()
}
