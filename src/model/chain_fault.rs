//! What can be wrong with a chain's own structure, whatever its revisions do.

use super::{Place, RevisionId};

/// A revision as a fault points at it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RevisionSpot {
    pub id: RevisionId,
    /// The line that declares the id; the file's first line in chains of files.
    pub place: Place,
}

/// One fault of a chain's graph. How it is worded and how grave it is, is the lint room's matter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChainFault {
    /// More than one revision that no other one follows.
    SeveralHeads { heads: Vec<RevisionSpot> },
    /// More than one revision without a parent, first in order of their files.
    SeveralRoots { roots: Vec<RevisionSpot> },
    /// A parent that no file declares; `nearest` is the declared id that looks most like it.
    MissingParent {
        revision: RevisionSpot,
        parent: RevisionId,
        nearest: Option<RevisionSpot>,
    },
    /// The same id declared by several files.
    DuplicateId { id: RevisionId, places: Vec<Place> },
    /// Revisions that follow each other in a circle, each the parent of the next one.
    Cycle { revisions: Vec<RevisionSpot> },
    /// A merge names `parent`, which `through`, another parent of it, already follows.
    RedundantParent {
        revision: RevisionSpot,
        parent: RevisionId,
        through: RevisionId,
    },
    /// A file in the chain's folder that does not parse or declares no readable id.
    Unreadable { place: Place, reason: String },
    /// Run from an empty database, the chain stops in this revision; `reason` is what the server or
    /// Python answers.
    Fails {
        revision: RevisionSpot,
        /// The statement or call that fails.
        place: Place,
        reason: String,
        /// Revisions before it failed as well and were passed over, which may be why.
        after_others: bool,
    },
    /// The id is longer than the version table's column.
    IdTooLong {
        revision: RevisionSpot,
        length: usize,
        limit: usize,
    },
}
