//! Conflicts: where a script and the chain, or two scripts, cannot both hold, or hold in one order
//! only.

mod against_chain;
mod between_scripts;
mod compare;
mod compare_code;
mod rows;
mod scratch;

use rayon::prelude::*;
use serde::Serialize;

use crate::model::{Place, Script};

use super::chain::ChainHistory;
use super::estate::Actor;
use super::touch::ObjectKey;

pub use compare::Difference;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// The chain makes the same thing in the same shape; the differences, if any, are of spelling.
    Duplicate,
    /// The chain, or another script, makes the same thing in another shape.
    DifferentShape,
    /// The chain has the like of it under another name; the differences say how it differs beside
    /// the name.
    StandsBeside,
    /// What the script needs is there neither at head nor from any script.
    NeedsMissing,
    /// The chain drops it later.
    UndoneLater,
    /// The script drops what the chain has at head.
    DropsChainObject,
    /// The script alters what the chain has at head, away from the chain's shape.
    AltersChainObject,
    /// Rows that do not fit the table at head: a column, label or value that it does not have.
    RowsDoNotFit,
    /// The script writes the chain's version table.
    WritesVersion,
    /// Two scripts leave the same object in different shapes: the last one wins.
    LastWriterWins,
    /// Another script makes the same thing in the same shape.
    RepeatsScript,
}

impl ConflictKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::DifferentShape => "different_shape",
            Self::StandsBeside => "stands_beside",
            Self::NeedsMissing => "needs_missing",
            Self::UndoneLater => "undone_later",
            Self::DropsChainObject => "drops_chain_object",
            Self::AltersChainObject => "alters_chain_object",
            Self::RowsDoNotFit => "rows_do_not_fit",
            Self::WritesVersion => "writes_version",
            Self::LastWriterWins => "last_writer_wins",
            Self::RepeatsScript => "repeats_script",
        }
    }
}

/// The other side of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Counterpart {
    pub actor: Actor,
    pub place: Place,
}

/// One conflict of one effect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Conflict {
    pub kind: ConflictKind,
    pub object: ObjectKey,
    /// The script, and the call in it.
    pub script: std::sync::Arc<str>,
    pub place: Place,
    /// Index of the effect in the script's list.
    pub effect: usize,
    /// `None` where nobody is on the other side (`NeedsMissing`).
    pub counterpart: Option<Counterpart>,
    /// Both sides, aspect by aspect.
    pub differences: Vec<Difference>,
}

/// How expressions are brought to one spelling before they are compared: the SQL room's
/// `canonical`, handed in because this room does not read SQL.
pub type Canonical = fn(&str) -> String;

/// All conflicts, in the order of scripts and effects. Inert effects conflict with nothing.
pub fn conflicts(chain: &ChainHistory, scripts: &[Script], canonical: Canonical) -> Vec<Conflict> {
    let created = between_scripts::created_by_scripts(chain.head(), scripts);
    let against_chain = scripts.par_iter().flat_map_iter(|script| {
        against_chain::Reader::new(chain, script, &created, canonical).conflicts()
    });
    let mut found: Vec<Conflict> = against_chain.collect();
    found.extend(between_scripts::fights(chain, scripts, canonical));
    found.sort();
    found.dedup();
    found
}
