//! Functions, procedures, schemas, extensions and roles.

use std::fmt;

use serde::Serialize;

use super::Attributes;
use crate::model::{DataType, FunctionDefinition, Identifier, ObjectName};

/// What tells one function from another: its name and its input arguments' types, without their
/// modifiers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FunctionSignature {
    pub name: ObjectName,
    pub argument_types: Vec<DataType>,
}

impl fmt::Display for FunctionSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}(", self.name)?;
        for (index, data_type) in self.argument_types.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(formatter, "{comma}{data_type}")?;
        }
        formatter.write_str(")")
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Function {
    pub definition: FunctionDefinition,
    pub attributes: Attributes,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Schema {
    pub attributes: Attributes,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Extension {
    /// Where its objects live.
    pub schema: Option<Identifier>,
    /// As installed; unknown in a modelled catalog.
    pub version: Option<String>,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Role {
    pub can_login: bool,
    pub superuser: bool,
    pub bypass_row_security: bool,
    pub inherit: bool,
    pub member_of: std::collections::BTreeSet<Identifier>,
}
