//! One step of a migration chain.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RevisionId(pub Arc<str>);

impl RevisionId {
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RevisionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A revision's head data, before anything in it is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    pub id: RevisionId,
    /// Alembic's `down_revision`; for file chains the file before.
    pub parents: Vec<RevisionId>,
    pub depends_on: Vec<RevisionId>,
    pub labels: Vec<String>,
    /// The first line of the docstring, or the words of the file's name.
    pub message: String,
    pub file: Arc<str>,
    /// The line that declares the id; 1 for file chains.
    pub line: u32,
}
