//! How sure a reading is, and whether what was read can happen.

use serde::{Deserialize, Serialize};

/// How much of an effect's text is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The whole text is known.
    Exact,
    /// One of a known set of texts (a loop over a known collection, both branches of a condition).
    Enumerated,
    /// The object is known, the text has holes; or the object's name has a hole.
    Partial,
    /// A sink whose SQL could not be read.
    Opaque,
}

impl Certainty {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Enumerated => "enumerated",
            Self::Partial => "partial",
            Self::Opaque => "opaque",
        }
    }
}

/// Why an effect can never take place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "detail", rename_all = "snake_case")]
pub enum InertReason {
    /// PostgreSQL rejects the text (SQLSTATE 42601 and the like); what it says.
    InvalidSql(String),
    /// An earlier statement of the same transaction fails (25P02).
    AbortedTransaction(String),
    /// The transaction is never committed.
    Uncommitted,
    /// The script rolls the transaction back.
    RolledBack,
    /// Nothing calls the function that holds the sink.
    NeverCalled(String),
    /// The client library refuses the value (a plain string given to SQLAlchemy 2's `execute`).
    RejectedByLibrary(String),
    /// The script's own splitting or filtering drops the statement.
    FilteredOut(String),
    /// The text is only printed, logged or returned.
    NotExecuted(String),
    /// Only a dry run unless somebody changes the source.
    DryRun,
    /// The file does not parse, so it cannot run.
    DoesNotParse(String),
    /// Anything else, in words.
    Other(String),
}

impl InertReason {
    /// One clause for people.
    pub fn describe(&self) -> String {
        match self {
            Self::InvalidSql(what) => format!("PostgreSQL rejects the statement: {what}"),
            Self::AbortedTransaction(what) => format!("the transaction is aborted before: {what}"),
            Self::Uncommitted => "the transaction is never committed".to_owned(),
            Self::RolledBack => "the transaction is rolled back".to_owned(),
            Self::NeverCalled(function) => format!("nothing calls `{function}`"),
            Self::RejectedByLibrary(what) => format!("the library rejects the value: {what}"),
            Self::FilteredOut(what) => format!("the script filters the statement out: {what}"),
            Self::NotExecuted(what) => format!("the text is never executed: {what}"),
            Self::DryRun => "a dry run by default".to_owned(),
            Self::DoesNotParse(what) => format!("the file does not parse: {what}"),
            Self::Other(what) => what.clone(),
        }
    }
}

/// Whether an effect can take place in any run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// A plain run has it.
    Live,
    /// A run has it only under its guards.
    Conditional,
    /// No run has it.
    Inert(InertReason),
}

impl Reach {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Conditional => "conditional",
            Self::Inert(_) => "inert",
        }
    }

    pub fn is_inert(&self) -> bool {
        matches!(self, Self::Inert(_))
    }
}
