//! One connection to a modelled server: statements in, what became of them out. Transactions,
//! aborted ones, savepoints and settings are kept as PostgreSQL keeps them.

mod insertion;
mod row_checks;
mod row_conditions;
mod rows;
mod run;
mod settings;
mod statement;
mod version_rows;

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::model::{Identifier, ObjectName, SqlError, SqlState, Template};
use crate::sql::{self, ReadStatement};

use super::query::{Surroundings, Table};

pub use run::{Run, RunEffect, RunOutcome};

/// The state of the connection's transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionState {
    /// Each statement is its own transaction.
    None,
    Open,
    /// After an error: everything but `ROLLBACK` fails with 25P02.
    Failed,
}

/// A connection.
#[derive(Debug, Clone)]
pub struct Session {
    pub catalog: Catalog,
    transaction: TransactionState,
    pub(crate) surroundings: Surroundings,
    /// What `SET LOCAL` and `SET` changed since the transaction began, to be put back.
    saved: Vec<(TransactionEnd, Saved)>,
    /// The path that `RESET search_path` goes back to.
    default_path: Vec<Identifier>,
    /// The table whose rows are followed one by one.
    pub(crate) version_table: Option<ObjectName>,
    /// The followed rows as they were when the transaction began.
    rows_before: BTreeMap<String, Table>,
    /// The same for each savepoint.
    savepoints: Vec<(String, BTreeMap<String, Table>)>,
    /// How many random identifiers were made.
    pub(crate) identifiers: u64,
}

/// The rows of tables that were made and filled in a run, as far as they are known.
#[derive(Debug, Clone, Default)]
pub struct FollowedRows {
    tables: BTreeMap<String, Table>,
    /// How many random identifiers were made for them: no two are alike.
    identifiers: u64,
}

/// When a setting goes back to what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TransactionEnd {
    /// `SET LOCAL`.
    Any,
    /// `SET` in a transaction that is rolled back.
    Rollback,
}

/// A setting as it was.
#[derive(Debug, Clone)]
enum Saved {
    SearchPath(Vec<Identifier>),
    Role(Identifier),
    FunctionBodies(bool),
}

/// The savepoint around a single statement.
const STATEMENT: &str = "fixfold statement";

impl Session {
    /// Connects to a database.
    pub fn new(catalog: Catalog) -> Self {
        let default_path = catalog.search_path.clone();
        let surroundings = Surroundings {
            database: "app".to_owned(),
            ..Surroundings::default()
        };
        Self {
            catalog,
            transaction: TransactionState::None,
            surroundings,
            saved: Vec::new(),
            default_path,
            version_table: None,
            rows_before: BTreeMap::new(),
            savepoints: Vec::new(),
            identifiers: 0,
        }
    }

    /// Connects to a database some of whose rows are known.
    pub(crate) fn with_rows(catalog: Catalog, rows: FollowedRows) -> Self {
        let mut session = Self::new(catalog);
        session.surroundings.tables = rows.tables;
        session.identifiers = rows.identifiers;
        session
    }

    /// The rows that are known by now.
    pub(crate) fn rows_known(&self) -> FollowedRows {
        FollowedRows {
            tables: self.surroundings.tables.clone(),
            identifiers: self.identifiers,
        }
    }

    pub fn transaction(&self) -> TransactionState {
        self.transaction
    }

    /// Reads a text and runs its statements one by one until one fails.
    pub fn execute(&mut self, text: &Template) -> Vec<Run> {
        let reading = sql::read(text, crate::model::Dialect::Postgres);
        let mut runs = Vec::new();
        for statement in &reading.statements {
            let run = self.run(statement);
            let failed = run.error().is_some();
            runs.push(run);
            if failed {
                break;
            }
        }
        runs
    }

    /// Reads a text and runs its statements under one savepoint: a failure undoes them alone.
    pub(crate) fn execute_in_savepoint(&mut self, text: &Template) -> Vec<Run> {
        self.savepoint(STATEMENT);
        let runs = self.execute(text);
        if runs.iter().any(|run| run.error().is_some()) {
            self.rollback_to_savepoint(STATEMENT);
        }
        self.release(STATEMENT);
        runs
    }

    /// Runs one statement.
    pub fn run(&mut self, statement: &ReadStatement) -> Run {
        let run = self.dispatch(statement);
        if run.error().is_some() && self.transaction == TransactionState::Open {
            self.transaction = TransactionState::Failed;
        }
        run
    }

    /// Runs a statement under a savepoint of its own: a failure undoes only itself.
    pub(crate) fn run_in_savepoint(&mut self, statement: &ReadStatement) -> Run {
        self.savepoint(STATEMENT);
        let run = self.run(statement);
        if run.error().is_some() {
            self.rollback_to_savepoint(STATEMENT);
        }
        self.release(STATEMENT);
        run
    }

    /// Runs a statement of a block: its failure is the block's to handle.
    pub(crate) fn run_inside(&mut self, statement: &ReadStatement) -> Run {
        self.dispatch(statement)
    }

    /// `BEGIN`.
    pub fn begin(&mut self) {
        if self.transaction == TransactionState::None {
            self.catalog.begin();
            self.rows_before.clone_from(&self.surroundings.tables);
            self.transaction = TransactionState::Open;
        }
    }

    /// `COMMIT`; of an aborted transaction it is a rollback. Tells whether it committed.
    pub fn commit(&mut self) -> bool {
        if self.transaction == TransactionState::Failed {
            self.rollback();
            return false;
        }
        self.catalog.commit();
        self.savepoints.clear();
        self.put_back(|end| end == TransactionEnd::Any);
        self.transaction = TransactionState::None;
        true
    }

    pub fn rollback(&mut self) {
        self.catalog.rollback();
        self.savepoints.clear();
        if self.transaction != TransactionState::None {
            self.surroundings.tables = std::mem::take(&mut self.rows_before);
        }
        self.put_back(|_| true);
        self.transaction = TransactionState::None;
    }

    pub(crate) fn savepoint(&mut self, name: &str) {
        self.catalog.savepoint(name);
        let rows = self.surroundings.tables.clone();
        self.savepoints.push((name.to_owned(), rows));
    }

    /// False if there is no such savepoint.
    pub(crate) fn release(&mut self, name: &str) -> bool {
        if let Some(position) = self.savepoint_position(name) {
            self.savepoints.truncate(position);
        }
        self.catalog.release(name)
    }

    /// `ROLLBACK TO`: an aborted transaction goes on from there. False if there is no such
    /// savepoint.
    pub(crate) fn rollback_to_savepoint(&mut self, name: &str) -> bool {
        if let Some(position) = self.savepoint_position(name) {
            self.surroundings
                .tables
                .clone_from(&self.savepoints[position].1);
            self.savepoints.truncate(position + 1);
        }
        let found = self.catalog.rollback_to(name);
        if found && self.transaction == TransactionState::Failed {
            self.transaction = TransactionState::Open;
        }
        found
    }

    fn savepoint_position(&self, name: &str) -> Option<usize> {
        self.savepoints.iter().rposition(|(known, _)| known == name)
    }

    fn put_back(&mut self, applies: impl Fn(TransactionEnd) -> bool) {
        for (end, saved) in std::mem::take(&mut self.saved).into_iter().rev() {
            if applies(end) {
                match saved {
                    Saved::SearchPath(path) => self.catalog.search_path = path,
                    Saved::Role(role) => self.catalog.current_role = role,
                    Saved::FunctionBodies(checked) => self.catalog.check_function_bodies = checked,
                }
            }
        }
    }

    fn refused(&self) -> Option<SqlError> {
        (self.transaction == TransactionState::Failed).then(|| {
            SqlError::new(
                SqlState::IN_FAILED_SQL_TRANSACTION,
                "current transaction is aborted, commands ignored until end of transaction block",
                "",
            )
        })
    }
}

#[cfg(test)]
mod tests;
