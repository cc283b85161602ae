//! Scalar and boolean expressions, as far as replay and comparison need them.
//!
//! Names are folded; literals are decoded. What is not lowered stays as text in `Unread`.

use crate::model::{DataType, Identifier, ObjectName};

use super::query::{OrderBy, Query};

/// A constant as it is written, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    Null,
    Boolean(bool),
    /// An integer or a decimal number, as written.
    Number(String),
    Text(String),
    /// `B'101'`, `X'1F'`: as written.
    Bits(String),
}

/// What a call is given.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub function: ObjectName,
    /// Names of named arguments stand beside them.
    pub arguments: Vec<(Option<Identifier>, Expression)>,
    /// `count(*)`.
    pub star: bool,
    pub distinct: bool,
    pub order_by: Vec<OrderBy>,
    pub filter: Option<Box<Expression>>,
    /// An `OVER` clause stands behind it: a window function.
    pub window: bool,
}

/// One `WHEN condition THEN result`.
#[derive(Debug, Clone, PartialEq)]
pub struct When {
    pub condition: Expression,
    pub result: Expression,
}

/// What `ANY`, `SOME` and `ALL` range over, and what `IN` looks into.
#[derive(Debug, Clone, PartialEq)]
pub enum Collection {
    List(Vec<Expression>),
    Array(Box<Expression>),
    Query(Box<Query>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    Literal(Literal),
    /// A column, or in PL/pgSQL a variable: `qualifier` holds what stands before the last dot.
    Name {
        qualifier: Vec<Identifier>,
        name: Identifier,
    },
    /// `*` or `t.*`.
    Star {
        qualifier: Vec<Identifier>,
    },
    /// `$1`, `%s`, `%(name)s`, `:name`, `?`: as written.
    Parameter(String),
    /// A part that reading could not know: its label.
    Hole(String),
    Call(Call),
    /// `NOT`, `-`, `+`, `~` ... in upper case.
    Unary {
        operator: String,
        operand: Box<Expression>,
    },
    /// `AND`, `OR`, `=`, `<>`, `||`, `LIKE`, `NOT ILIKE`, `SIMILAR TO` ... in upper case; `!=` is `<>`.
    Binary {
        operator: String,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    Cast {
        operand: Box<Expression>,
        data_type: DataType,
    },
    Exists(Box<Query>),
    Subquery(Box<Query>),
    In {
        operand: Box<Expression>,
        collection: Collection,
        negated: bool,
    },
    /// `left operator ANY (collection)`.
    Quantified {
        left: Box<Expression>,
        operator: String,
        all: bool,
        collection: Collection,
    },
    IsNull {
        operand: Box<Expression>,
        negated: bool,
    },
    /// `IS [NOT] TRUE | FALSE`; `value` is `None` for `UNKNOWN`.
    IsBoolean {
        operand: Box<Expression>,
        value: Option<bool>,
        negated: bool,
    },
    IsDistinct {
        left: Box<Expression>,
        right: Box<Expression>,
        negated: bool,
    },
    Between {
        operand: Box<Expression>,
        low: Box<Expression>,
        high: Box<Expression>,
        negated: bool,
    },
    Case {
        operand: Option<Box<Expression>>,
        whens: Vec<When>,
        otherwise: Option<Box<Expression>>,
    },
    Array(Vec<Expression>),
    ArrayQuery(Box<Query>),
    Row(Vec<Expression>),
    Subscript {
        base: Box<Expression>,
        index: Box<Expression>,
    },
    /// `(composite).field`.
    Field {
        base: Box<Expression>,
        name: Identifier,
    },
    Collate {
        operand: Box<Expression>,
        collation: ObjectName,
    },
    /// Anything else, as written.
    Unread(String),
}

impl Expression {
    pub fn text(value: impl Into<String>) -> Self {
        Self::Literal(Literal::Text(value.into()))
    }

    /// The text of a string constant, also through a cast to a text-like type.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Literal(Literal::Text(text)) => Some(text),
            Self::Cast { operand, .. } => operand.as_text(),
            _ => None,
        }
    }
}
