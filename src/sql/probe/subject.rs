//! What a probe asks about.

use std::fmt;

/// Names are in the house's spelling; what the query does not name is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// `kind` is `table`, `view`, `index`, `sequence`, `type`, `function`, `extension`, `schema`,
    /// `role`, `materialized view`, `relation`.
    Object {
        kind: &'static str,
        name: String,
    },
    Column {
        table: String,
        column: String,
    },
    /// `kind` is `constraint`, `trigger`, `policy`, `index`.
    Part {
        kind: &'static str,
        table: String,
        name: String,
    },
    EnumLabel {
        of_type: String,
        label: String,
    },
    /// Rows of a table that is not the catalog's.
    Rows {
        table: String,
    },
    /// A catalog relation that is asked for no single name.
    Catalog {
        relation: String,
    },
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object { kind, name } => write!(formatter, "{kind} {name}"),
            Self::Column { table, column } if table.is_empty() => {
                write!(formatter, "column {column}")
            }
            Self::Column { table, column } if column.is_empty() => {
                write!(formatter, "a column of {table}")
            }
            Self::Column { table, column } => write!(formatter, "column {table}.{column}"),
            Self::Part { kind, table, name } if table.is_empty() => {
                write!(formatter, "{kind} {name}")
            }
            Self::Part { kind, table, name } if name.is_empty() => {
                write!(formatter, "a {kind} of {table}")
            }
            Self::Part { kind, table, name } => write!(formatter, "{kind} {table}.{name}"),
            Self::EnumLabel { of_type, label } if of_type.is_empty() => {
                write!(formatter, "enum value {label}")
            }
            Self::EnumLabel { of_type, label } => {
                write!(formatter, "enum value {of_type}.{label}")
            }
            Self::Rows { table } => write!(formatter, "a row of {table}"),
            Self::Catalog { relation } => write!(formatter, "a row of {relation}"),
        }
    }
}
