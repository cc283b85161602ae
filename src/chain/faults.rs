//! What is wrong with a chain's graph.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ChainFault, ChainFormat, Place, Revision, RevisionId, RevisionSpot};

use super::RevisionMap;

/// `version_num VARCHAR(32)` of Alembic's version table.
const LONGEST_ID: usize = 32;

pub(super) fn find(
    revisions: &[Revision],
    map: &RevisionMap,
    format: ChainFormat,
) -> Vec<ChainFault> {
    let mut faults = duplicates(revisions);
    if format == ChainFormat::Alembic {
        let effective = super::effective(revisions);
        faults.extend(missing_parents(&effective, map));
        faults.extend(cycles(&effective));
        faults.extend(redundant_parents(&effective, map));
        faults.extend(long_ids(&effective));
        faults.extend(several(&effective, map));
    }
    faults
}

fn place(revision: &Revision) -> Place {
    Place::new(revision.file.clone(), revision.line, 1)
}

fn spot(revision: &Revision) -> RevisionSpot {
    RevisionSpot {
        id: revision.id.clone(),
        place: place(revision),
    }
}

fn spots(revisions: &[Revision], ids: &[RevisionId]) -> Vec<RevisionSpot> {
    let of_id = |id: &RevisionId| revisions.iter().find(|revision| revision.id == *id);
    ids.iter().filter_map(of_id).map(spot).collect()
}

fn duplicates(revisions: &[Revision]) -> Vec<ChainFault> {
    let mut places: BTreeMap<&RevisionId, Vec<Place>> = BTreeMap::new();
    for revision in revisions {
        places
            .entry(&revision.id)
            .or_default()
            .push(place(revision));
    }
    let doubled = places.into_iter().filter(|(_, places)| places.len() > 1);
    doubled
        .map(|(id, places)| ChainFault::DuplicateId {
            id: id.clone(),
            places,
        })
        .collect()
}

fn several(revisions: &[Revision], map: &RevisionMap) -> Vec<ChainFault> {
    let heads = spots(revisions, &map.heads());
    let roots = spots(revisions, &map.bases());
    let heads = (heads.len() > 1).then_some(ChainFault::SeveralHeads { heads });
    let roots = (roots.len() > 1).then_some(ChainFault::SeveralRoots { roots });
    heads.into_iter().chain(roots).collect()
}

fn missing_parents(revisions: &[Revision], map: &RevisionMap) -> Vec<ChainFault> {
    let missing = |revision: &Revision| {
        let unknown: Vec<_> = revision
            .parents
            .iter()
            .filter(|parent| !map.contains(parent))
            .cloned()
            .collect();
        let revision = spot(revision);
        unknown
            .into_iter()
            .map(move |parent| (revision.clone(), parent))
            .collect::<Vec<_>>()
    };
    revisions
        .iter()
        .flat_map(missing)
        .map(|(revision, parent)| {
            let nearest = nearest(revisions, &parent);
            ChainFault::MissingParent {
                revision,
                parent,
                nearest,
            }
        })
        .collect()
}

/// The declared id that looks most like the missing one, if any does.
fn nearest(revisions: &[Revision], missing: &RevisionId) -> Option<RevisionSpot> {
    let distance = |revision: &Revision| edits(revision.id.as_str(), missing.as_str());
    let best = revisions
        .iter()
        .min_by_key(|revision| (distance(revision), revision.id.clone()))?;
    let close = distance(best) <= missing.as_str().len() / 3;
    (close || shares_words(best.id.as_str(), missing.as_str())).then(|| spot(best))
}

fn shares_words(left: &str, right: &str) -> bool {
    !left.is_empty() && !right.is_empty() && (left.starts_with(right) || right.starts_with(left))
}

/// Levenshtein's distance.
fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, from) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, to) in right.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// Each circle once, starting from its smallest id.
fn cycles(revisions: &[Revision]) -> Vec<ChainFault> {
    let parents: BTreeMap<&RevisionId, &[RevisionId]> = revisions
        .iter()
        .map(|revision| (&revision.id, revision.parents.as_slice()))
        .collect();
    let mut seen: BTreeSet<RevisionId> = BTreeSet::new();
    let mut found = Vec::new();
    for start in parents.keys() {
        if seen.contains(*start) {
            continue;
        }
        if let Some(circle) = circle(start, &parents) {
            seen.extend(circle.iter().cloned());
            found.push(ChainFault::Cycle {
                revisions: spots(revisions, &circle),
            });
        }
    }
    found
}

/// The shortest way from `start` over parents back to itself, each the parent of the next.
fn circle(
    start: &RevisionId,
    parents: &BTreeMap<&RevisionId, &[RevisionId]>,
) -> Option<Vec<RevisionId>> {
    let mut came_from: BTreeMap<RevisionId, RevisionId> = BTreeMap::new();
    let mut waiting = std::collections::VecDeque::from([start.clone()]);
    while let Some(id) = waiting.pop_front() {
        for parent in parents.get(&id).copied().unwrap_or_default() {
            if parent == start {
                let mut circle = vec![id.clone()];
                while let Some(before) = circle.last().and_then(|last| came_from.get(last)) {
                    circle.push(before.clone());
                }
                return Some(circle);
            }
            if !came_from.contains_key(parent) && parent != &id {
                came_from.insert(parent.clone(), id.clone());
                waiting.push_back(parent.clone());
            }
        }
    }
    None
}

/// A merge that lists what another parent follows: Alembic's bookkeeping fails with a `KeyError`.
fn redundant_parents(revisions: &[Revision], map: &RevisionMap) -> Vec<ChainFault> {
    let mut found = Vec::new();
    for revision in revisions
        .iter()
        .filter(|revision| revision.parents.len() > 1)
    {
        for parent in &revision.parents {
            let through = revision
                .parents
                .iter()
                .find(|other| map.follows(other, parent));
            if let Some(through) = through {
                found.push(ChainFault::RedundantParent {
                    revision: spot(revision),
                    parent: parent.clone(),
                    through: through.clone(),
                });
            }
        }
    }
    found
}

fn long_ids(revisions: &[Revision]) -> Vec<ChainFault> {
    let length = |revision: &Revision| revision.id.as_str().chars().count();
    let long = revisions
        .iter()
        .filter(|revision| length(revision) > LONGEST_ID);
    long.map(|revision| ChainFault::IdTooLong {
        revision: spot(revision),
        length: length(revision),
        limit: LONGEST_ID,
    })
    .collect()
}
