//! What a statement does to rows.

use serde::{Deserialize, Serialize};

use super::{Identifier, ObjectName};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOperation {
    Insert,
    Update,
    Delete,
    Truncate,
    Copy,
}

/// One INSERT, UPDATE, DELETE, TRUNCATE or COPY on one table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RowChange {
    pub operation: RowOperation,
    pub table: ObjectName,
    /// The columns that the statement names as its targets; empty where it names none.
    pub columns: Vec<Identifier>,
    /// For `INSERT ... VALUES` and `UPDATE ... SET`: the values' texts, row by row, in the order of
    /// `columns`. Empty where they come from a query.
    pub values: Vec<Vec<String>>,
    /// The condition as written; `None` for an UPDATE or DELETE means every row.
    pub condition: Option<String>,
    /// `TRUNCATE ... CASCADE`.
    pub cascade: bool,
    /// The whole statement as written.
    pub statement: String,
}
