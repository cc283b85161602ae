//! What can be depended on and dropped, and how the server describes it.

use std::fmt;

use serde::Serialize;

use super::{Catalog, FunctionSignature, Relation};
use crate::model::{Identifier, ObjectName};

/// One object of the catalog, as `pg_depend` would point at it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectAddress {
    Schema(Identifier),
    Extension(Identifier),
    Role(Identifier),
    Type(ObjectName),
    Function(FunctionSignature),
    Relation(ObjectName),
    Column(ObjectName, Identifier),
    /// A column's default or generation expression.
    Default(ObjectName, Identifier),
    Constraint(ObjectName, Identifier),
    Trigger(ObjectName, Identifier),
    Policy(ObjectName, Identifier),
}

impl ObjectAddress {
    /// The relation that it is a part of.
    pub fn relation(&self) -> Option<&ObjectName> {
        match self {
            Self::Column(relation, _)
            | Self::Default(relation, _)
            | Self::Constraint(relation, _)
            | Self::Trigger(relation, _)
            | Self::Policy(relation, _) => Some(relation),
            Self::Schema(_)
            | Self::Extension(_)
            | Self::Role(_)
            | Self::Type(_)
            | Self::Function(_)
            | Self::Relation(_) => None,
        }
    }

    /// As `getObjectDescription` words it: `column email of table users`.
    pub(crate) fn describe(&self, catalog: &Catalog) -> String {
        let kind = |name: &ObjectName| catalog.relation(name).map_or("table", Relation::kind);
        let shown = |name: &ObjectName| catalog.shown_name(name);
        match self {
            Self::Schema(name) => format!("schema {name}"),
            Self::Extension(name) => format!("extension {name}"),
            Self::Role(name) => format!("role {name}"),
            Self::Type(name) => format!("type {}", shown(name)),
            Self::Function(signature) => format!("function {signature}"),
            Self::Relation(name) => format!("{} {}", kind(name), shown(name)),
            Self::Column(table, column) => {
                format!("column {column} of {} {}", kind(table), shown(table))
            }
            Self::Default(table, column) => {
                format!(
                    "default value for column {column} of {} {}",
                    kind(table),
                    shown(table)
                )
            }
            Self::Constraint(table, name) => {
                format!("constraint {name} on {} {}", kind(table), shown(table))
            }
            Self::Trigger(table, name) => {
                format!("trigger {name} on {} {}", kind(table), shown(table))
            }
            Self::Policy(table, name) => {
                format!("policy {name} on {} {}", kind(table), shown(table))
            }
        }
    }
}

impl fmt::Display for ObjectAddress {
    /// In the house's spelling: `users.email`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema(name) | Self::Extension(name) | Self::Role(name) => {
                write!(formatter, "{name}")
            }
            Self::Type(name) | Self::Relation(name) => write!(formatter, "{name}"),
            Self::Function(signature) => write!(formatter, "{signature}"),
            Self::Column(table, part)
            | Self::Default(table, part)
            | Self::Constraint(table, part)
            | Self::Trigger(table, part)
            | Self::Policy(table, part) => write!(formatter, "{table}.{part}"),
        }
    }
}
