//! What became of an action.

use serde::Serialize;

/// The answer of `Catalog::apply` to an action that did not fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Applied {
    Changed(Changes),
    /// `IF [NOT] EXISTS` found nothing to do: the notice as the server words it.
    Skipped {
        notice: String,
    },
    /// The catalog holds nothing that this action changes: rows, files, requests, text that was not
    /// read.
    Outside,
}

/// Everything beside the object itself that an action brought about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Changes {
    /// Implied objects, in the server's words: `sequence users_id_seq`, `index users_pkey`.
    pub created: Vec<String>,
    /// What went with it: CASCADE, and parts that always go along.
    pub removed: Vec<String>,
    /// What must hold of the rows for it to succeed: `no row of users has a NULL in email`.
    pub conditions: Vec<String>,
    /// What the model could not decide, and took as going well.
    pub undecided: Vec<String>,
}

impl Applied {
    pub fn changed() -> Self {
        Self::Changed(Changes::default())
    }

    pub(crate) fn skipped(notice: impl Into<String>) -> Self {
        Self::Skipped {
            notice: notice.into(),
        }
    }

    pub fn is_skipped(&self) -> bool {
        matches!(self, Self::Skipped { .. })
    }
}
