//! What became of a statement.

use std::sync::Arc;

use crate::catalog::Applied;
use crate::model::{Place, SqlError};
use crate::replay::query::Table;
use crate::sql::{ReadEffect, ReadStatement};

/// One statement as it went.
#[derive(Debug, Clone)]
pub struct Run {
    pub statement: Arc<str>,
    /// Parts of the statement are values that only a run knows.
    pub has_holes: bool,
    pub place: Option<Place>,
    pub outcome: RunOutcome,
    /// What it did, in order; effects that failed or were not reached are not here.
    pub effects: Vec<RunEffect>,
    /// What the model could not decide on the way, each with its place.
    pub undecided: Vec<(Option<Place>, String)>,
    /// How many rows it changed, where that is known.
    pub row_count: Option<usize>,
}

#[derive(Debug, Clone)]
pub struct RunEffect {
    pub effect: ReadEffect,
    pub applied: Applied,
}

#[derive(Debug, Clone)]
pub enum RunOutcome {
    Done,
    /// A query with its rows.
    Rows(AnsweredRows),
    /// A query whose rows the model does not know: why.
    UnknownRows(String),
    Failed {
        error: SqlError,
        /// Where in the text it failed, if deeper than the statement's own start.
        place: Option<Place>,
    },
}

/// Rows of a query.
#[derive(Debug, Clone)]
pub struct AnsweredRows(pub(crate) Table);

impl Run {
    pub(crate) fn of(statement: &ReadStatement, outcome: RunOutcome) -> Self {
        Self {
            statement: statement.text.as_str().into(),
            has_holes: false,
            place: statement.place.clone(),
            outcome,
            effects: Vec::new(),
            undecided: Vec::new(),
            row_count: None,
        }
    }

    /// A statement about the transaction that a client library sends by itself.
    pub(crate) fn control(statement: &str) -> Self {
        Self {
            statement: statement.into(),
            has_holes: false,
            place: None,
            outcome: RunOutcome::Done,
            effects: Vec::new(),
            undecided: Vec::new(),
            row_count: None,
        }
    }

    pub(crate) fn failed(statement: &ReadStatement, error: SqlError) -> Self {
        Self::of(statement, RunOutcome::Failed { error, place: None })
    }

    pub fn error(&self) -> Option<&SqlError> {
        match &self.outcome {
            RunOutcome::Failed { error, .. } => Some(error),
            _ => None,
        }
    }

    /// Where the error is: within the statement, else at its start.
    pub fn error_place(&self) -> Option<&Place> {
        match &self.outcome {
            RunOutcome::Failed {
                place: Some(place), ..
            } => Some(place),
            RunOutcome::Failed { place: None, .. } => self.place.as_ref(),
            _ => None,
        }
    }

    /// The line that psql names for an error: where the statement ends.
    pub fn reported_line(&self) -> Option<u32> {
        self.place
            .as_ref()
            .map(|place| place.after(self.statement.trim_end()).line)
    }

    pub(crate) fn note(&mut self, place: Option<Place>, what: impl Into<String>) {
        self.undecided.push((place, what.into()));
    }
}
