//! One entry of the list of sinks.

use serde::Deserialize;

use crate::model::Dialect;

/// What a sink does with what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SinkKind {
    /// Sends SQL text, or a library's statement object.
    Sql,
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
    Http,
    FileWrite,
    Begin,
    Savepoint,
    Commit,
    Rollback,
    Close,
    /// Sends pending ORM changes without ending the transaction.
    Flush,
    SetAutocommit,
    /// Enters and leaves a `with` block of a connection, transaction or session.
    Enter,
    Exit,
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
    #[serde(default)]
    pub dialect: Dialect,
    /// What it sends is committed at once.
    #[serde(default)]
    pub autocommits: bool,
    /// A plain string is refused (SQLAlchemy 2: `ObjectNotExecutableError`).
    #[serde(default)]
    pub rejects_plain_text: bool,
}
