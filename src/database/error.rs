//! What can go wrong with a database, with the way out.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::model::{SqlError, SqlState};

/// One lower-case clause, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseError {
    pub message: String,
    pub help: Option<String>,
    /// The server's own answer, if it was one.
    pub sql: Option<SqlError>,
}

impl DatabaseError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            sql: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A file operation that failed: `cannot create `/dev/shm/x``.
    pub(crate) fn io(what: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(format!("cannot {what} `{}`: {error}", path.display()))
    }

    pub(crate) fn server(error: &postgres::Error) -> Self {
        let sql = sql_error(error);
        let message = match &sql {
            Some(sql) => sql.to_string(),
            None => chain(error),
        };
        Self {
            message,
            help: None,
            sql,
        }
    }
}

/// The server's error with its SQLSTATE; `None` if the connection itself failed.
pub(crate) fn sql_error(error: &postgres::Error) -> Option<SqlError> {
    let server = error.as_db_error()?;
    let object = [
        server.table(),
        server.column(),
        server.constraint(),
        server.datatype(),
    ];
    let object: Vec<_> = object.into_iter().flatten().collect();
    let state = known_state(server.code().code());
    Some(SqlError::new(state, server.message(), object.join(".")))
}

/// States that the model does not list are kept, each once, for the life of the program.
pub(super) fn known_state(code: &str) -> SqlState {
    static OTHERS: LazyLock<Mutex<BTreeSet<&'static str>>> = LazyLock::new(Mutex::default);
    if let Some(state) = SqlState::from_code(code) {
        return state;
    }
    let mut others = OTHERS.lock().unwrap_or_else(PoisonError::into_inner);
    match others.get(code) {
        Some(known) => SqlState(known),
        None => {
            let kept: &'static str = Box::leak(code.to_owned().into_boxed_str());
            others.insert(kept);
            SqlState(kept)
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", chain(source)),
        None => error.to_string(),
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for DatabaseError {}

impl From<postgres::Error> for DatabaseError {
    fn from(error: postgres::Error) -> Self {
        Self::server(&error)
    }
}
