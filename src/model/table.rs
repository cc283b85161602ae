//! Tables, columns, indexes, sequences and views as they are declared.

use serde::{Deserialize, Serialize};

use super::{ConstraintDefinition, DataType, Identifier, ObjectName};

/// `GENERATED { ALWAYS | BY DEFAULT } AS IDENTITY`; the options as written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    pub always: bool,
    pub options: String,
}

/// One column. Constraints beside it are in the table's list, with `of_column` set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ColumnDefinition {
    pub name: Identifier,
    pub data_type: DataType,
    pub not_null: bool,
    /// The expression as written.
    pub default: Option<String>,
    /// The expression of `GENERATED ALWAYS AS (...) STORED`.
    pub generated: Option<String>,
    pub identity: Option<Identity>,
    pub collation: Option<String>,
}

impl ColumnDefinition {
    pub fn new(name: impl Into<Identifier>, data_type: DataType) -> Self {
        Self {
            name: name.into(),
            data_type,
            not_null: false,
            default: None,
            generated: None,
            identity: None,
            collation: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub struct TableDefinition {
    pub columns: Vec<ColumnDefinition>,
    pub constraints: Vec<ConstraintDefinition>,
    /// `LIKE other INCLUDING ...`: the other table and the words after it.
    pub like: Vec<(ObjectName, String)>,
    pub inherits: Vec<ObjectName>,
    /// `RANGE (created_at)`: the text after `PARTITION BY`.
    pub partition_by: Option<String>,
    /// The parent and the text after it of `PARTITION OF parent FOR VALUES ...`.
    pub partition_of: Option<(ObjectName, String)>,
    pub temporary: bool,
    pub unlogged: bool,
    /// `WITH (...)`, as written.
    pub options: String,
    /// `ON COMMIT DROP`: the table goes when the transaction ends.
    pub drop_on_commit: bool,
}

/// One key of an index: a column or an expression, with its own words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IndexKey {
    /// A column's name, or an expression in parentheses as written.
    pub expression: String,
    pub is_column: bool,
    /// Collation, operator class, ASC/DESC and NULLS, as written, in that order.
    pub options: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IndexDefinition {
    pub table: ObjectName,
    pub unique: bool,
    pub nulls_not_distinct: bool,
    /// `btree` where the statement names none.
    pub method: String,
    pub keys: Vec<IndexKey>,
    pub include: Vec<Identifier>,
    /// The predicate of a partial index, as written.
    pub predicate: Option<String>,
    pub options: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub struct SequenceDefinition {
    pub data_type: Option<DataType>,
    /// Everything else, as written.
    pub options: String,
    /// The column of `OWNED BY table.column`.
    pub owned_by: Option<(ObjectName, Identifier)>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ViewDefinition {
    pub columns: Vec<Identifier>,
    /// The query as written.
    pub query: String,
    /// Relations that the query names, as far as it can be read.
    pub reads: Vec<ObjectName>,
    /// Columns that the query names, as `relation.column` where the relation is clear, else bare.
    pub reads_columns: Vec<String>,
    pub options: String,
}

/// `ALTER COLUMN ... TYPE`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AlterColumnType {
    pub data_type: DataType,
    /// The expression after `USING`, as written.
    pub using: Option<String>,
    pub collation: Option<String>,
}
