//! Runs statements the way a script would send them, and says what became of each.

use super::{Client, DatabaseError};
use crate::model::{SqlError, SqlState};

/// How often five seconds are given to a connection that is going away.
const MOST_WAITS: u32 = 12;

/// How often, a thousandth of a second apart, it is looked whether it is gone.
const MOST_LOOKS: u32 = 1_000;

/// What a failing statement does to the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnError {
    /// The script ends: a Python exception nobody catches, psql with ON_ERROR_STOP. An open
    /// transaction is lost.
    Stop,
    /// The next statement is sent: psql without ON_ERROR_STOP, an `except` that swallows. Inside a
    /// transaction it fails with 25P02.
    Continue,
    /// The transaction is rolled back first, then the next statement is sent.
    RollBack,
}

/// One statement to send. `BEGIN`, `COMMIT`, `SAVEPOINT` are statements like others; without them
/// each statement commits by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    pub sql: String,
    pub on_error: OnError,
}

impl Step {
    /// A statement after whose failure nothing more is sent.
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            on_error: OnError::Stop,
        }
    }
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepOutcome {
    /// Its place in the script, from 0.
    pub step: usize,
    pub error: Option<SqlError>,
    /// Where in the statement the server saw the error, in characters from 1.
    pub position: Option<u32>,
}

/// What became of a script; steps that were never sent are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScriptRun {
    pub outcomes: Vec<StepOutcome>,
    /// The failure that ended it.
    pub stopped_by: Option<SqlError>,
}

impl ScriptRun {
    pub fn errors(&self) -> impl Iterator<Item = (usize, &SqlError)> {
        self.outcomes
            .iter()
            .filter_map(|outcome| Some((outcome.step, outcome.error.as_ref()?)))
    }
}

impl Client {
    /// Sends the steps in order. At the end an open transaction is rolled back, as a connection
    /// that closes does.
    ///
    /// # Errors
    /// If the connection is lost; refusals of the server are in the answer.
    pub fn run_script(&mut self, steps: &[Step]) -> Result<ScriptRun, DatabaseError> {
        let mut run = ScriptRun::default();
        for (index, step) in steps.iter().enumerate() {
            let outcome = self.attempt_with_position(&step.sql)?;
            let (error, position) = match outcome {
                Ok(()) => (None, None),
                Err((error, position)) => (Some(error), position),
            };
            run.outcomes.push(StepOutcome {
                step: index,
                error: error.clone(),
                position,
            });
            match (error, step.on_error) {
                (None, _) | (Some(_), OnError::Continue) => {}
                (Some(_), OnError::RollBack) => self.execute("ROLLBACK")?,
                (Some(error), OnError::Stop) => {
                    run.stopped_by = Some(error);
                    break;
                }
            }
        }
        // Harmless outside a transaction: a warning.
        self.execute("ROLLBACK")?;
        Ok(run)
    }

    /// Sends all the steps in one message. After a failure what was open is rolled back. Temporary
    /// functions that an earlier message gave this session are not sent again: they live as long as
    /// it does.
    ///
    /// # Errors
    /// If the connection is lost; a refusal of the server is in the answer.
    pub fn run_at_once(&mut self, steps: &[Step]) -> Result<Result<(), SqlError>, DatabaseError> {
        let texts = steps.iter().map(|step| step.sql.as_str());
        let texts: Vec<_> = texts.filter(|sql| !self.has_function(sql)).collect();
        let outcome = self.attempt(&texts.join("\n;\n"))?;
        if outcome.is_err() {
            self.execute("ROLLBACK")?;
            return Ok(outcome);
        }
        for sql in texts {
            if let Some(name) = temporary_function(sql) {
                self.temporary_functions
                    .insert(name.to_owned(), sql.to_owned());
            }
        }
        Ok(outcome)
    }

    fn has_function(&self, sql: &str) -> bool {
        temporary_function(sql)
            .and_then(|name| self.temporary_functions.get(name))
            .is_some_and(|known| known == sql)
    }

    /// Clones a database: nobody may be connected to the template.
    ///
    /// # Errors
    /// If the server refuses.
    pub fn clone_database(&mut self, template: &str, name: &str) -> Result<(), DatabaseError> {
        self.until_nobody_is_in(template)?;
        let (name, template) = (super::client::quoted(name), super::client::quoted(template));
        let version = self.server_version()?;
        // Before 15 there was no choice, and it was this.
        let strategy = if version >= 150_000 {
            " STRATEGY file_copy"
        } else {
            ""
        };
        self.patiently(&format!(
            "CREATE DATABASE {name} TEMPLATE {template}{strategy}"
        ))
    }

    /// # Errors
    /// If the server refuses.
    pub fn drop_database(&mut self, name: &str) -> Result<(), DatabaseError> {
        self.until_nobody_is_in(name)?;
        let name = super::client::quoted(name);
        self.patiently(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    }

    /// The server itself looks again after a tenth of a second only, and a connection that was closed
    /// takes a few thousandths to go.
    fn until_nobody_is_in(&mut self, database: &str) -> Result<(), DatabaseError> {
        let database = database.replace('\'', "''");
        let look = format!(
            "SELECT pg_sleep(0.001) FROM pg_stat_database WHERE datname = '{database}' AND numbackends > 0"
        );
        for _ in 0..MOST_LOOKS {
            if self.query_text(&look)?.iter().all(Vec::is_empty) {
                break;
            }
        }
        Ok(())
    }

    /// A connection that was closed may live on for a while: the server waits five seconds for it,
    /// which is not enough on a busy machine.
    fn patiently(&mut self, sql: &str) -> Result<(), DatabaseError> {
        let mut patience = MOST_WAITS;
        loop {
            match self.execute(sql) {
                Err(error) if patience > 0 && is_in_use(&error) => patience -= 1,
                outcome => return outcome,
            }
        }
    }
}

/// The name of the session's own function that the statement defines, under comments or none.
fn temporary_function(sql: &str) -> Option<&str> {
    let mut lines = sql.split('\n').map(str::trim_start);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with("--"))?;
    let rest = first.strip_prefix("CREATE OR REPLACE FUNCTION pg_temp.")?;
    rest.split('(').next()
}

fn is_in_use(error: &DatabaseError) -> bool {
    error
        .sql
        .as_ref()
        .is_some_and(|sql| sql.state == SqlState::OBJECT_IN_USE)
}
