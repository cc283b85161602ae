//! The condition under which an effect happens.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Place;

/// What kind of question a guard asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardKind {
    /// `IF NOT EXISTS` in the statement.
    IfNotExists,
    /// `IF EXISTS` in the statement.
    IfExists,
    /// `OR REPLACE` in the statement.
    OrReplace,
    /// `ON CONFLICT` in an INSERT.
    OnConflict,
    /// `WHERE NOT EXISTS (...)` in a statement.
    WhereNotExists,
    /// A question to the catalog, in SQL or in Python.
    CatalogProbe,
    /// A question to the rows of a table.
    RowProbe,
    /// The statement runs once for each row of a query: never, if there is none.
    ForEachRow,
    /// `EXCEPTION WHEN` in PL/pgSQL, `except` in Python: a failure is caught.
    ExceptionHandler,
    /// The effect stands in the handler itself: it happens after a failure.
    InHandler,
    CommandLineFlag,
    EnvironmentVariable,
    ConfirmationPrompt,
    /// Any other condition, as written.
    Condition,
}

impl GuardKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IfNotExists => "if_not_exists",
            Self::IfExists => "if_exists",
            Self::OrReplace => "or_replace",
            Self::OnConflict => "on_conflict",
            Self::WhereNotExists => "where_not_exists",
            Self::CatalogProbe => "catalog_probe",
            Self::RowProbe => "row_probe",
            Self::ForEachRow => "for_each_row",
            Self::ExceptionHandler => "exception_handler",
            Self::InHandler => "in_handler",
            Self::CommandLineFlag => "command_line_flag",
            Self::EnvironmentVariable => "environment_variable",
            Self::ConfirmationPrompt => "confirmation_prompt",
            Self::Condition => "condition",
        }
    }

    /// Whether a plain run may pass the statement by. What the statement itself asks and a failure
    /// that is caught do not keep it from being sent; a loop over rows is no question either.
    pub fn is_condition(self) -> bool {
        match self {
            Self::IfNotExists
            | Self::IfExists
            | Self::OrReplace
            | Self::OnConflict
            | Self::WhereNotExists
            | Self::ForEachRow
            | Self::ExceptionHandler => false,
            Self::CatalogProbe
            | Self::RowProbe
            | Self::InHandler
            | Self::CommandLineFlag
            | Self::EnvironmentVariable
            | Self::ConfirmationPrompt
            | Self::Condition => true,
        }
    }
}

/// One guard. `text` is the condition as a person reads it: `column users.department is missing`,
/// `not args.dry_run`, `except DuplicateColumn`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Guard {
    pub kind: GuardKind,
    pub text: String,
    pub place: Option<Place>,
}

impl Guard {
    pub fn new(kind: GuardKind, text: impl Into<String>, place: Option<Place>) -> Self {
        Self {
            kind,
            text: text.into(),
            place,
        }
    }
}

/// `kind: text`, or the kind alone where the text adds nothing.
impl fmt::Display for Guard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.as_str();
        if self.text.is_empty() || self.text.to_lowercase().replace(' ', "_") == kind {
            formatter.write_str(kind)
        } else {
            write!(formatter, "{kind}: {}", self.text)
        }
    }
}
