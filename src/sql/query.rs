//! Queries, as far as replay needs them to answer a probe from a modelled catalog.

use crate::model::{Identifier, ObjectName};

use super::expression::{Call, Expression};

#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub with: Vec<CommonTable>,
    pub recursive: bool,
    pub body: QueryBody,
    pub order_by: Vec<OrderBy>,
    pub limit: Option<Expression>,
    pub offset: Option<Expression>,
    /// The query as written.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum QueryBody {
    Select(Box<Select>),
    Set {
        operator: SetOperator,
        all: bool,
        left: Box<Query>,
        right: Box<Query>,
    },
    Values(Vec<Vec<Expression>>),
    /// `TABLE name`.
    Table(ObjectName),
    /// A query in parentheses.
    Nested(Box<Query>),
    /// `INSERT`, `UPDATE`, `DELETE` or `MERGE` in a `WITH`: as written.
    Change(String),
    /// What is not lowered, as written.
    Unread(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetOperator {
    Union,
    Intersect,
    Except,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CommonTable {
    pub name: Identifier,
    pub columns: Vec<Identifier>,
    pub query: Query,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Select {
    pub distinct: bool,
    pub targets: Vec<Target>,
    /// The comma list of `FROM`.
    pub from: Vec<FromItem>,
    pub filter: Option<Expression>,
    pub group_by: Vec<Expression>,
    pub having: Option<Expression>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub expression: Expression,
    pub alias: Option<Identifier>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct OrderBy {
    pub expression: Expression,
    pub descending: bool,
    pub nulls_first: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    Inner,
    Left,
    Right,
    Full,
    Cross,
}

#[derive(Debug, Clone, PartialEq)]
pub enum JoinCondition {
    On(Expression),
    Using(Vec<Identifier>),
    Natural,
    None,
}

/// An alias with its column names, where they are given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alias {
    pub name: Option<Identifier>,
    pub columns: Vec<Identifier>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FromItem {
    Relation {
        name: ObjectName,
        alias: Alias,
    },
    Subquery {
        query: Box<Query>,
        alias: Alias,
    },
    Function {
        call: Call,
        alias: Alias,
        with_ordinality: bool,
    },
    Join {
        left: Box<FromItem>,
        right: Box<FromItem>,
        kind: JoinKind,
        condition: JoinCondition,
    },
    Unread(String),
}
