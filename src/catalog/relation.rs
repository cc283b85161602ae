//! Everything that lives in the one namespace of `pg_class`.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Attributes, Column, Table};
use crate::model::{DataType, Identifier, IndexDefinition, ObjectName};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Index {
    /// `definition.table` is the table it hangs on.
    pub definition: IndexDefinition,
    /// The constraint (of the same table) that it stands behind.
    pub constraint: Option<Identifier>,
    /// The index of the partitioned table with which it came, and goes. A live database is not asked.
    #[serde(skip)]
    pub partition_of: Option<ObjectName>,
    /// False after a `CONCURRENTLY` that failed.
    pub valid: bool,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sequence {
    pub data_type: DataType,
    pub start: i64,
    pub increment: i64,
    pub minimum: i64,
    pub maximum: i64,
    pub cache: i64,
    pub cycle: bool,
    pub owned_by: Option<(ObjectName, Identifier)>,
    /// It belongs to an identity column.
    pub identity: bool,
    pub attributes: Attributes,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct View {
    /// Output columns, as far as they are known.
    pub columns: Vec<Column>,
    pub columns_incomplete: bool,
    /// The query, as written or as `pg_get_viewdef` prints it.
    pub query: String,
    pub reads: BTreeSet<ObjectName>,
    pub reads_columns: BTreeSet<(ObjectName, Identifier)>,
    /// `WITH (security_invoker = true)` and the like.
    pub options: String,
    pub attributes: Attributes,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    Table(Table),
    Index(Index),
    Sequence(Sequence),
    View(View),
    MaterializedView(View),
}

impl Relation {
    /// As the server calls it in messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Table(_) => "table",
            Self::Index(_) => "index",
            Self::Sequence(_) => "sequence",
            Self::View(_) => "view",
            Self::MaterializedView(_) => "materialized view",
        }
    }

    pub fn as_table(&self) -> Option<&Table> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }

    pub fn as_index(&self) -> Option<&Index> {
        match self {
            Self::Index(index) => Some(index),
            _ => None,
        }
    }

    pub fn as_sequence(&self) -> Option<&Sequence> {
        match self {
            Self::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// A view of either kind.
    pub fn as_view(&self) -> Option<&View> {
        match self {
            Self::View(view) | Self::MaterializedView(view) => Some(view),
            _ => None,
        }
    }

    pub(crate) fn as_table_mut(&mut self) -> Option<&mut Table> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn as_index_mut(&mut self) -> Option<&mut Index> {
        match self {
            Self::Index(index) => Some(index),
            _ => None,
        }
    }

    /// Owner, rights and comment; an index has its table's owner and no rights.
    pub fn attributes(&self) -> Option<&Attributes> {
        match self {
            Self::Table(table) => Some(&table.attributes),
            Self::Sequence(sequence) => Some(&sequence.attributes),
            Self::View(view) | Self::MaterializedView(view) => Some(&view.attributes),
            Self::Index(_) => None,
        }
    }

    pub(crate) fn attributes_mut(&mut self) -> Option<&mut Attributes> {
        match self {
            Self::Table(table) => Some(&mut table.attributes),
            Self::Sequence(sequence) => Some(&mut sequence.attributes),
            Self::View(view) | Self::MaterializedView(view) => Some(&mut view.attributes),
            Self::Index(_) => None,
        }
    }
}
