//! PL/pgSQL blocks as a small tree, for survey and replay alike (PostgreSQL manual, chapter 43).

use crate::model::{DataType, Identifier, Place};

use crate::sql::expression::Expression;
use crate::sql::query::Query;
use crate::sql::reading::ReadStatement;

/// `[DECLARE ...] BEGIN ... [EXCEPTION ...] END`.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub label: Option<Identifier>,
    pub declarations: Vec<Declaration>,
    pub body: Vec<Statement>,
    /// With handlers the block is a subtransaction.
    pub handlers: Vec<Handler>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    pub name: Identifier,
    /// `None` for `users.email%TYPE`, `users%ROWTYPE`, cursors and aliases.
    pub data_type: Option<DataType>,
    pub default: Option<Expression>,
    /// The query of a bound cursor.
    pub cursor: Option<Query>,
    pub place: Option<Place>,
}

/// `WHEN duplicate_object OR SQLSTATE '42701' THEN ...`.
#[derive(Debug, Clone, PartialEq)]
pub struct Handler {
    /// Condition names in lower case, or five-letter SQLSTATEs; `others` catches all but
    /// `query_canceled` and `assert_failure`.
    pub conditions: Vec<String>,
    pub body: Vec<Statement>,
    pub place: Option<Place>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub place: Option<Place>,
    pub kind: StatementKind,
}

/// One condition with what follows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    pub condition: Expression,
    /// The condition as written.
    pub text: String,
    pub body: Vec<Statement>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RaiseLevel {
    Debug,
    Log,
    Info,
    Notice,
    Warning,
    Exception,
}

#[derive(Debug, Clone, PartialEq)]
pub enum StatementKind {
    Block(Block),
    If {
        branches: Vec<Branch>,
        otherwise: Vec<Statement>,
    },
    /// `CASE subject WHEN ...`: the branches' conditions are whole (`subject IN (...)`).
    /// `otherwise` is `None` where a miss raises `case_not_found`.
    Case {
        branches: Vec<Branch>,
        otherwise: Option<Vec<Statement>>,
    },
    Loop {
        label: Option<Identifier>,
        body: Vec<Statement>,
    },
    While {
        label: Option<Identifier>,
        condition: Expression,
        text: String,
        body: Vec<Statement>,
    },
    ForRange {
        label: Option<Identifier>,
        variable: Identifier,
        reverse: bool,
        lower: Expression,
        upper: Expression,
        step: Option<Expression>,
        body: Vec<Statement>,
    },
    /// Also for a bound cursor, with the cursor's query.
    ForQuery {
        label: Option<Identifier>,
        variables: Vec<Identifier>,
        query: Query,
        body: Vec<Statement>,
    },
    ForExecute {
        label: Option<Identifier>,
        variables: Vec<Identifier>,
        expression: Expression,
        using: Vec<Expression>,
        body: Vec<Statement>,
    },
    Foreach {
        label: Option<Identifier>,
        variables: Vec<Identifier>,
        array: Expression,
        body: Vec<Statement>,
    },
    /// `EXECUTE expression [INTO targets] [USING ...]`.
    Execute {
        expression: Expression,
        into: Vec<String>,
        strict: bool,
        using: Vec<Expression>,
        /// Where the first string literal of the expression begins, behind its quote.
        text_place: Option<Place>,
    },
    /// An SQL statement; `into` are the variables that take the first row.
    Sql {
        statement: Box<ReadStatement>,
        into: Vec<String>,
        strict: bool,
    },
    /// `PERFORM query`.
    Perform(Query),
    Assign {
        /// `name`, `record.field`, `array[1]`: as written, folded.
        target: String,
        expression: Expression,
    },
    Raise {
        level: RaiseLevel,
        /// A condition name or an SQLSTATE; the default of an exception is `P0001`.
        condition: Option<String>,
        /// The format text; `None` for a bare `RAISE`, which raises again what was caught.
        message: Option<String>,
        parameters: Vec<Expression>,
    },
    Assert {
        condition: Expression,
    },
    Return(Option<Expression>),
    ReturnNext(Option<Expression>),
    ReturnQuery(Query),
    ReturnExecute {
        expression: Expression,
        using: Vec<Expression>,
    },
    Exit {
        label: Option<Identifier>,
        condition: Option<Expression>,
    },
    Continue {
        label: Option<Identifier>,
        condition: Option<Expression>,
    },
    /// `GET DIAGNOSTICS variable = ROW_COUNT`: variables with the items' names in lower case.
    GetDiagnostics(Vec<(String, String)>),
    Commit,
    Rollback,
    Null,
    /// OPEN, FETCH, MOVE, CLOSE: as written.
    Cursor(String),
    /// What PL/pgSQL's grammar does not take, as written.
    Broken(String),
}
