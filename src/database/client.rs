//! A connection, over a private socket to a cluster of ours or to a database that the user names.

use std::collections::BTreeMap;
use std::path::Path;

use postgres::{Config, NoTls, SimpleQueryMessage};

use super::error::{DatabaseError, sql_error};
use crate::model::SqlError;

/// How often, a thousandth of a second apart, it is looked whether a killed process is gone.
const MOST_LOOKS: u32 = 10_000;

/// One connection.
pub struct Client {
    inner: postgres::Client,
    /// The database's name; empty where the user named its address.
    database: String,
    /// `server_version_num`, once it was asked for.
    version: Option<u32>,
    /// Definitions of temporary functions that this session has, by name.
    pub(super) temporary_functions: BTreeMap<String, String>,
}

/// The rows of one statement, every value as text.
pub type TextRows = Vec<Vec<Option<String>>>;

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Client")
    }
}

impl Client {
    /// Connects to a cluster of ours as its superuser.
    ///
    /// # Errors
    /// If the server does not take the connection.
    pub fn open_socket(folder: &Path, database: &str) -> Result<Self, DatabaseError> {
        let mut config = Config::new();
        config.host_path(folder).user("postgres").dbname(database);
        // Nobody reads the notices.
        config.options("-c client_min_messages=error");
        let inner = config.connect(NoTls)?;
        Ok(Self {
            inner,
            database: database.to_owned(),
            version: None,
            temporary_functions: BTreeMap::new(),
        })
    }

    /// Connects to a database that the user names, and makes every transaction on it read only.
    ///
    /// # Errors
    /// If the address is not one, or the server does not take the connection. The message never
    /// holds the password.
    pub fn open_read_only(url: &str) -> Result<Self, DatabaseError> {
        let mut config: Config = url
            .parse()
            .map_err(|_| DatabaseError::new("the database's address is not one"))?;
        let options = "-c default_transaction_read_only=on";
        let options = match config.get_options() {
            Some(given) => format!("{given} {options}"),
            None => options.to_owned(),
        };
        config.options(&options).application_name("fixfold");
        let mut client = Self {
            inner: config.connect(NoTls)?,
            database: String::new(),
            version: None,
            temporary_functions: BTreeMap::new(),
        };
        client.execute("SET default_transaction_read_only = on")?;
        Ok(client)
    }

    /// The database of a cluster of ours that this is connected to.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Runs text, statement by statement, in one go: without BEGIN in it, all of it is one
    /// transaction.
    ///
    /// # Errors
    /// The first failure.
    pub fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.inner.batch_execute(sql).map_err(Into::into)
    }

    /// Runs one statement for its effect; `Ok(Err(_))` is the server's refusal.
    ///
    /// # Errors
    /// If the connection is lost.
    pub fn attempt(&mut self, sql: &str) -> Result<Result<(), SqlError>, DatabaseError> {
        match self.inner.simple_query(sql) {
            Ok(_) => Ok(Ok(())),
            Err(error) => match sql_error(&error) {
                Some(refusal) if !self.inner.is_closed() => Ok(Err(refusal)),
                _ => Err(error.into()),
            },
        }
    }

    /// Where in the statement the server saw the error of the last `attempt`, in characters from 1.
    ///
    /// # Errors
    /// If the connection is lost.
    pub fn attempt_with_position(
        &mut self,
        sql: &str,
    ) -> Result<Result<(), (SqlError, Option<u32>)>, DatabaseError> {
        match self.inner.simple_query(sql) {
            Ok(_) => Ok(Ok(())),
            Err(error) => match sql_error(&error) {
                Some(refusal) if !self.inner.is_closed() => {
                    let position = error
                        .as_db_error()
                        .and_then(|found| found.position().cloned());
                    let position = match position {
                        Some(postgres::error::ErrorPosition::Original(position)) => Some(position),
                        _ => None,
                    };
                    Ok(Err((refusal, position)))
                }
                _ => Err(error.into()),
            },
        }
    }

    /// Runs several queries in one round trip; one list of rows for each.
    ///
    /// # Errors
    /// The first failure.
    pub fn query_text(&mut self, sql: &str) -> Result<Vec<TextRows>, DatabaseError> {
        let mut results = Vec::new();
        let mut rows = TextRows::new();
        for message in self.inner.simple_query(sql)? {
            match message {
                SimpleQueryMessage::Row(row) => {
                    let values = (0..row.len()).map(|index| row.get(index).map(str::to_owned));
                    rows.push(values.collect());
                }
                SimpleQueryMessage::CommandComplete(_) => results.push(std::mem::take(&mut rows)),
                _ => {}
            }
        }
        Ok(results)
    }

    /// 150004 for 15.4.
    pub(crate) fn server_version(&mut self) -> Result<u32, DatabaseError> {
        if let Some(version) = self.version {
            return Ok(version);
        }
        let rows = self.query_text("SHOW server_version_num")?;
        let value = rows.first().and_then(|rows| rows.first()?.first()?.clone());
        let version = value.and_then(|text| text.parse().ok()).unwrap_or(0);
        self.version = Some(version);
        Ok(version)
    }

    /// Ends another connection's server process and waits until it is gone. `pg_terminate_backend` could
    /// wait by itself, but looks ten times a second only.
    ///
    /// # Errors
    /// If this connection is lost, or the process does not end.
    pub fn kill(&mut self, process: i32) -> Result<(), DatabaseError> {
        self.query_text(&format!("SELECT pg_terminate_backend({process})"))?;
        let look = format!("SELECT pg_sleep(0.001) FROM pg_stat_activity WHERE pid = {process}");
        for _ in 0..MOST_LOOKS {
            if self.query_text(&look)?.iter().all(Vec::is_empty) {
                return Ok(());
            }
        }
        Err(DatabaseError::new(format!(
            "the server process {process} does not end"
        )))
    }

    /// The number of this connection's server process.
    ///
    /// # Errors
    /// If the connection is lost.
    pub fn process_id(&mut self) -> Result<i32, DatabaseError> {
        let rows = self.query_text("SELECT pg_backend_pid()")?;
        let value = rows.first().and_then(|rows| rows.first()?.first()?.clone());
        value
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| DatabaseError::new("the server did not say its process number"))
    }
}

/// A name as it must be written in SQL, always quoted.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
