//! Functions, triggers and policies as they are declared.

use serde::{Deserialize, Serialize};

use super::{DataType, Identifier, ObjectName};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FunctionDefinition {
    /// Input argument types in order: with the name they are the function's identity.
    pub argument_types: Vec<DataType>,
    pub argument_names: Vec<Option<Identifier>>,
    /// How many trailing arguments have a default.
    pub default_count: u32,
    /// `trigger`, `SETOF users`, `TABLE(id integer)`, as written; empty for a procedure.
    pub returns: String,
    pub language: String,
    pub body: String,
    pub is_procedure: bool,
    /// The whole statement as written.
    pub statement: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TriggerDefinition {
    pub table: ObjectName,
    pub function: ObjectName,
    /// `BEFORE INSERT OR UPDATE OF email`, as written.
    pub timing: String,
    pub for_each_row: bool,
    pub condition: Option<String>,
    pub constraint: bool,
    /// The whole statement as written.
    pub statement: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum PolicyCommand {
    #[default]
    All,
    Select,
    Insert,
    Update,
    Delete,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyDefinition {
    pub table: ObjectName,
    pub permissive: bool,
    pub command: PolicyCommand,
    /// Empty: PUBLIC.
    pub roles: Vec<Identifier>,
    pub using: Option<String>,
    pub with_check: Option<String>,
}
