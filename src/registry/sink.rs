//! One entry of the list of sinks.

use std::sync::Arc;

use serde::Deserialize;

use crate::model::Dialect;

/// What a sink does with what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SinkKind {
    /// Sends SQL text, or a library's statement object.
    Sql,
    /// Writes rows into a table that an argument names.
    TableCopy,
    /// An operation of Alembic's `Operations`.
    AlembicOperation,
    /// `alembic.command.*` and `alembic.config.main`.
    AlembicCommand,
    /// `MetaData.create_all`, `Table.drop` and the like.
    Metadata,
    /// A write through an object-relational mapper.
    Orm,
    /// Django's schema editor.
    SchemaEditor,
    /// Runs a program.
    Subprocess,
    /// Runs a framework's own command (`call_command("migrate")`).
    ManagementCommand,
    /// A request that may change something.
    Http,
    /// A request that asks only.
    HttpRead,
    FileWrite,
    Begin,
    Savepoint,
    Commit,
    Rollback,
    Close,
    /// Sends pending ORM changes without ending the transaction.
    Flush,
    SetAutocommit,
}

impl SinkKind {
    /// What is sent can change a database, each time with another text.
    pub fn changes_database(self) -> bool {
        matches!(
            self,
            Self::Sql
                | Self::TableCopy
                | Self::AlembicOperation
                | Self::AlembicCommand
                | Self::Metadata
                | Self::Orm
                | Self::SchemaEditor
        )
    }

    /// Ends, begins or closes a transaction rather than sending something.
    pub fn is_transaction_mark(self) -> bool {
        matches!(
            self,
            Self::Begin
                | Self::Savepoint
                | Self::Commit
                | Self::Rollback
                | Self::Close
                | Self::Flush
                | Self::SetAutocommit
        )
    }
}

/// Where the SQL, command or URL stands among the arguments.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SinkArgument {
    #[serde(default)]
    pub position: usize,
    #[serde(default)]
    pub name: String,
}

/// A call that reaches a database, or something that does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Sink {
    /// What reports call it: `psycopg2.cursor.execute`.
    pub name: String,
    pub kind: SinkKind,
    #[serde(default)]
    pub argument: Option<SinkArgument>,
    /// The position of the connection or cursor, where it is handed in as an argument.
    #[serde(default)]
    pub receiver_argument: Option<usize>,
    #[serde(default)]
    pub dialect: Dialect,
    /// What it sends is committed at once.
    #[serde(default)]
    pub autocommits: bool,
    /// A plain string is refused (SQLAlchemy 2: `ObjectNotExecutableError`).
    #[serde(default)]
    pub rejects_plain_text: bool,
}

/// Several sinks as `sinks.yaml` writes them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SinkGroup {
    label: String,
    of: Vec<String>,
    methods: Vec<String>,
    kind: SinkKind,
    #[serde(default)]
    argument: Option<SinkArgument>,
    #[serde(default)]
    receiver_argument: Option<usize>,
    #[serde(default)]
    dialect: Dialect,
    #[serde(default)]
    autocommits: bool,
    #[serde(default)]
    rejects_plain_text: bool,
}

impl SinkGroup {
    /// Each path with its sink.
    pub(super) fn sinks(&self) -> Vec<(String, Arc<Sink>)> {
        let mut found = Vec::new();
        for method in &self.methods {
            let sink = Arc::new(Sink {
                name: format!("{}.{method}", self.label),
                kind: self.kind,
                argument: self.argument.clone(),
                receiver_argument: self.receiver_argument,
                dialect: self.dialect,
                autocommits: self.autocommits,
                rejects_plain_text: self.rejects_plain_text,
            });
            found.extend(
                self.of
                    .iter()
                    .map(|of| (format!("{of}.{method}"), sink.clone())),
            );
        }
        found
    }
}
