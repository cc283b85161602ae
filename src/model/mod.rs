//! The words of the house: values that every other room speaks in.
//!
//! Nothing here reads a file, knows a parser or prints. A word lives here when two rooms need it.

mod action;
mod action_words;
mod certainty;
mod chain_fault;
mod chain_location;
mod constraint;
mod data_type;
mod diagnostic;
mod effect;
mod guard;
mod name;
mod operation;
mod place;
mod quick_map;
mod revision;
mod routine;
mod rows;
mod script;
mod sql_error;
mod table;
mod template;
mod wildcards;

pub use action::{Action, Opaque, Outside};
pub use certainty::{Certainty, InertReason, Reach};
pub use chain_fault::{ChainFault, RevisionSpot};
pub use chain_location::{ChainFormat, ChainLocation};
pub use constraint::{ConstraintDefinition, ConstraintKind, ForeignKey, ReferentialAction};
pub use data_type::DataType;
pub use diagnostic::{Diagnostic, Label, Level};
pub use effect::{Dialect, Effect, Provenance};
pub use guard::{Guard, GuardKind};
pub use name::{Identifier, ObjectName};
pub use operation::Operation;
pub use place::Place;
pub(crate) use quick_map::{QuickMap, QuickSet};
pub use revision::{Revision, RevisionId};
pub use routine::{FunctionDefinition, PolicyCommand, PolicyDefinition, TriggerDefinition};
pub use rows::{RowChange, RowOperation};
pub use script::{Script, ScriptClass, ScriptLanguage};
pub use sql_error::{SqlError, SqlState};
pub use table::{
    AlterColumnType, ColumnDefinition, Identity, IndexDefinition, IndexKey, SequenceDefinition,
    TableDefinition, ViewDefinition,
};
pub use template::{Fragment, Hole, Piece, Template};
pub(crate) use wildcards::matches_wildcards;
