//! What a patch takes out of a revision so that the chain itself walks from an empty database to its
//! head, whatever scripts have run.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Blocker, RevisionStep};
use crate::model::{RevisionId, SqlError};

use super::patch::{Edit, Lines, Patcher, Reasons, StuckState};
use super::pieces::Piece;

const WHERE: &str = "an empty database";

/// The lines whose statements the server refuses on every database: without them the others go on.
pub(super) fn refused(
    patcher: &Patcher<'_>,
    statements: &[Lines],
    replaced: &mut BTreeMap<Lines, Reasons>,
) {
    for blocker in &patcher.step.blockers {
        let Blocker::Refused {
            call, via, error, ..
        } = blocker
        else {
            continue;
        };
        if let Some(lines) = patcher.lines_at(via, call, statements) {
            let reasons = replaced.entry(lines).or_default();
            reasons.entry(answer(error)).or_default();
        }
    }
}

fn answer(error: &SqlError) -> String {
    let (message, state) = (&error.message, &error.state);
    format!("left out, for the chain itself stops here: {message} ({state})")
}

/// The lines that commit in the middle of the walk, where no other edit replaces them.
pub(super) fn commits(step: &RevisionStep, edits: &[Edit]) -> Vec<Edit> {
    const REASON: &str =
        "no commit here: the rest of the same upgrade, with its versions, would be lost";
    let file = &step.revision.file;
    let commits = step.blockers.iter().filter_map(|blocker| match blocker {
        Blocker::OwnCommit(place) if place.file == *file => Some(place.line),
        _ => None,
    });
    let lines: BTreeSet<u32> = commits.collect();
    let is_free = |line: &u32| {
        let mut replaced = edits.iter().filter_map(|edit| edit.lines);
        !replaced.any(|lines| (lines.first..=lines.last).contains(line))
    };
    let free = lines.into_iter().filter(is_free);
    free.map(|line| Edit {
        lines: Some(Lines {
            first: line,
            last: line,
        }),
        pieces: Vec::new(),
        reasons: Reasons::from([(REASON.to_owned(), BTreeSet::new())]),
    })
    .collect()
}

fn long_id(length: usize) -> String {
    format!("the version table is too narrow for an id of {length} characters (22001)")
}

/// Room in the version table for the revision's id, before the tool writes it.
pub(super) fn long_ids(step: &RevisionStep) -> impl Iterator<Item = Edit> {
    step.blockers.iter().filter_map(|blocker| match blocker {
        Blocker::LongId { length, statement } => Some(Edit {
            lines: None,
            pieces: vec![Piece::Keep(statement.clone())],
            reasons: Reasons::from([(long_id(*length), BTreeSet::new())]),
        }),
        Blocker::Refused { .. } | Blocker::OwnCommit(_) | Blocker::RedundantParent(_) => None,
    })
}

/// What is left of a merge's parents.
pub(super) fn parents(step: &RevisionStep) -> Option<Vec<RevisionId>> {
    let is_redundant = |blocker: &Blocker| matches!(blocker, Blocker::RedundantParent(_));
    let any = step.blockers.iter().any(is_redundant);
    // The history is that of the mended chain.
    any.then(|| step.revision.parents.clone())
}

/// An empty database gets stuck.
pub(super) fn states(step: &RevisionStep) -> Vec<StuckState> {
    let blockers = step.blockers.iter();
    let why = blockers.map(|blocker| match blocker {
        Blocker::Refused { error, .. } => format!("{} ({})", error.message, error.state),
        Blocker::OwnCommit(_) => "the revision commits by itself".to_owned(),
        Blocker::LongId { length, .. } => long_id(*length),
        Blocker::RedundantParent(parent) => {
            format!("`{parent}` is no head: another parent follows it")
        }
    });
    why.map(|why| StuckState {
        scripts: "the chain alone".to_owned(),
        point: WHERE.to_owned(),
        why,
    })
    .collect()
}
