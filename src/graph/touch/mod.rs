//! What one action does to which objects: the raw material of every edge in the graph.

mod builtin;
mod collect;
mod record;

use serde::Serialize;

use crate::model::{Action, ObjectName, Outside};

use collect::Touches;

pub use builtin::is_builtin;

/// The kinds of objects that scripts and revisions meet at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    Schema,
    Extension,
    Type,
    EnumLabel,
    Sequence,
    Relation,
    Column,
    Constraint,
    Index,
    Function,
    Trigger,
    Policy,
    /// The table in which the chain's tool keeps its version.
    VersionTable,
}

impl ObjectKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Extension => "extension",
            Self::Type => "type",
            Self::EnumLabel => "enum label",
            Self::Sequence => "sequence",
            Self::Relation => "table",
            Self::Column => "column",
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::Function => "function",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::VersionTable => "version table",
        }
    }
}

/// An object as a node of the graph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ObjectKey {
    pub kind: ObjectKind,
    pub name: String,
}

impl ObjectKey {
    pub fn new(kind: ObjectKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
        }
    }

    /// The table that a stamp writes: Alembic's, where its command does.
    pub(super) fn version_table(stamp: &Outside) -> Self {
        let table = match stamp.stamped_revision() {
            Some(_) => "alembic_version",
            None => &stamp.target,
        };
        Self::new(ObjectKind::VersionTable, table)
    }

    fn relation(name: &ObjectName) -> Self {
        Self::new(ObjectKind::Relation, name.to_string())
    }
}

/// How an action meets an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    Creates,
    Alters,
    Drops,
    /// Must be there already.
    Needs,
    /// Writes rows of it.
    Writes,
}

impl Relation {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Creates => "creates",
            Self::Alters => "alters",
            Self::Drops => "drops",
            Self::Needs => "needs",
            Self::Writes => "writes",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    pub relation: Relation,
    pub object: ObjectKey,
}

/// The touches of one action, the objects it needs included.
pub fn touches(action: &Action) -> Vec<Touch> {
    let mut touches = Touches::default();
    touches.record(action);
    touches.0
}
