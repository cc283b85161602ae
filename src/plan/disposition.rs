//! Where an effect stands against the chain's head.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// The chain brings the same.
    Absorbed,
    /// The chain lacks it: it is folded in.
    Missing,
    /// It cannot hold together with the chain or another script: a decision settles it.
    Conflicting,
    /// Something later voids it.
    Superseded,
    /// Rows: kept as a guarded statement, or left out with the reason.
    Data,
    /// Of one environment or of the moment: rights, one person's role, a run of a tool.
    Environment,
    /// It could not be read.
    Opaque,
    /// It can never take place.
    Inert,
    /// A person has decided that nothing of its script is folded.
    Skipped,
}

impl Disposition {
    pub const ALL: &'static [Disposition] = &[
        Self::Absorbed,
        Self::Missing,
        Self::Conflicting,
        Self::Superseded,
        Self::Data,
        Self::Environment,
        Self::Opaque,
        Self::Inert,
        Self::Skipped,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absorbed => "absorbed",
            Self::Missing => "missing",
            Self::Conflicting => "conflicting",
            Self::Superseded => "superseded",
            Self::Data => "data",
            Self::Environment => "environment",
            Self::Opaque => "opaque",
            Self::Inert => "inert",
            Self::Skipped => "skipped",
        }
    }
}

/// A disposition with its reason, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    pub disposition: Disposition,
    pub reason: String,
}

impl Judged {
    pub fn new(disposition: Disposition, reason: impl Into<String>) -> Self {
        Self {
            disposition,
            reason: reason.into(),
        }
    }
}
