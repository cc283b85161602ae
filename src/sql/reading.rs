//! What reading a text gives: its statements, what each is and would do.

use crate::model::{
    Action, Certainty, Diagnostic, Dialect, Guard, Identifier, InertReason, ObjectName, Place,
    SqlError,
};

use super::plpgsql;
use super::query::Query;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    pub statements: Vec<ReadStatement>,
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ReadStatement {
    /// As written, holes as `{label}`.
    pub text: String,
    /// Where it starts in its file.
    pub place: Option<Place>,
    pub nature: Nature,
    /// What it would do if it ran.
    pub effects: Vec<ReadEffect>,
    /// The dialect it was read in: another than was asked for where only that one takes it.
    pub dialect: Dialect,
}

impl ReadStatement {
    /// A `SELECT` in words of another product (`INDEXED BY`, hints), which no grammar takes here: it asks,
    /// whatever it asks for.
    pub fn asks_in_other_words(&self) -> bool {
        let is_unread = matches!(self.nature, Nature::Unknown | Nature::Invalid(_));
        let mut words = self.text.split_whitespace().map(str::to_ascii_lowercase);
        is_unread && words.next().as_deref() == Some("select") && !words.any(|word| word == "into")
    }

    /// A rejected statement of which nothing can be made is still one that somebody wrote to be run.
    pub fn rejected(&self, error: &SqlError) -> ReadEffect {
        let action = Action::UnknownStatement {
            object: String::new(),
            statement: self.text.clone(),
        };
        let mut read = ReadEffect::new(action, Certainty::Exact, self.place.clone());
        read.inert = Some(InertReason::InvalidSql(error.message.clone()));
        read
    }
}

/// What a statement is.
#[derive(Debug, Clone, PartialEq)]
pub enum Nature {
    /// It changes schema, rows, rights or comments: see its effects.
    Change,
    /// It only reads (functions that it calls may still change something).
    Query(Box<Query>),
    Transaction(TransactionStatement),
    Setting(Setting),
    /// `DO`: the block; the statement's effects are those of all its paths.
    Block(Box<plpgsql::Block>),
    PsqlCommand(PsqlCommand),
    /// PostgreSQL's grammar rejects it (42601); its effects are inert.
    Invalid(SqlError),
    /// `VACUUM`, `ANALYZE`, `EXPLAIN`, `LOCK`, `NOTIFY` ...: nothing that a catalog shows. The relations
    /// must be there.
    Utility(Vec<ObjectName>),
    /// Too much of the text is unknown to say.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransactionStatement {
    Begin,
    /// `chain`: `AND CHAIN` begins the next one at once.
    Commit {
        chain: bool,
    },
    Rollback {
        chain: bool,
    },
    Savepoint(Identifier),
    Release(Identifier),
    RollbackTo(Identifier),
    /// `PREPARE TRANSACTION`, `COMMIT PREPARED`, `ROLLBACK PREPARED`: as written.
    TwoPhase(String),
    /// `SET TRANSACTION ...`: as written.
    Characteristics(String),
}

/// `SET [LOCAL | SESSION] name TO value`, `RESET name`, `SET ROLE`, `SET CONSTRAINTS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// In lower case: `search_path`, `role`, `session authorization`, `constraints`, `time zone`.
    pub name: String,
    /// Values, strings decoded; empty for `RESET` and `DEFAULT`.
    pub values: Vec<String>,
    pub local: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PsqlCommand {
    /// `\i file`, `\ir file`; `relative` to the including file.
    Include {
        path: String,
        relative: bool,
    },
    /// `\copy ...`: the statement that psql makes of it.
    Copy(String),
    If(String),
    Elif(String),
    Else,
    Endif,
    Set {
        name: String,
        value: String,
    },
    /// Sends the query before it; `\gexec` runs each cell of its result as SQL.
    Go {
        command: String,
    },
    Connect(String),
    /// `\! command`.
    Shell(String),
    /// Any other: name and the rest of the line.
    Other {
        name: String,
        arguments: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct ReadEffect {
    pub action: Action,
    pub guards: Vec<Guard>,
    pub certainty: Certainty,
    /// Where the statement that has it starts: itself, or the one within a block.
    pub place: Option<Place>,
    /// Why it can never take place, where the text itself says so.
    pub inert: Option<InertReason>,
}

impl ReadEffect {
    pub fn new(action: Action, certainty: Certainty, place: Option<Place>) -> Self {
        Self {
            action,
            guards: Vec::new(),
            certainty,
            place,
            inert: None,
        }
    }
}
