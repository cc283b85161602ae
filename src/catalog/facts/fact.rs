//! What a fact is, and how expressions in facts are brought to one spelling.

use std::collections::BTreeMap;

use serde::Serialize;

/// The kinds of objects, in the order in which a dump prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    Role,
    Schema,
    Extension,
    Enum,
    Domain,
    Type,
    Sequence,
    Table,
    Column,
    Constraint,
    Index,
    View,
    MaterializedView,
    Function,
    Trigger,
    Policy,
    /// Rules, statistics, publications and the like; the name begins with the kind.
    Other,
}

impl ObjectKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Schema => "schema",
            Self::Extension => "extension",
            Self::Enum => "enum",
            Self::Domain => "domain",
            Self::Type => "type",
            Self::Sequence => "sequence",
            Self::Table => "table",
            Self::Column => "column",
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Function => "function",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::Other => "other",
        }
    }
}

/// One object: what it is and its name in the house's spelling (`users.email`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct FactKey {
    pub kind: ObjectKind,
    pub object: String,
}

/// The attributes of one object: `type` -> `integer`, `not null` -> `true`.
pub type FactValues = BTreeMap<&'static str, String>;

/// All objects with their attributes.
pub type Facts = BTreeMap<FactKey, FactValues>;

/// How to bring an expression (a default, a check, a view's query) to one spelling, so that
/// `'x'::character varying` and `'x'` compare as equal.
pub trait Canonical {
    fn expression(&self, text: &str) -> String;
    fn query(&self, text: &str) -> String;
}

/// Compares texts as they are: right for two catalogs that a server deparsed.
#[derive(Debug, Clone, Copy)]
pub struct AsWritten;

impl Canonical for AsWritten {
    fn expression(&self, text: &str) -> String {
        text.to_owned()
    }

    fn query(&self, text: &str) -> String {
        text.to_owned()
    }
}
