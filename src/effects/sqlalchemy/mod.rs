//! SQLAlchemy's constructs as PostgreSQL text: what `CREATE TABLE`, a type, an expression or a
//! statement object is compiled to by SQLAlchemy 2 with its PostgreSQL dialect.
//!
//! Values come from evaluation as symbolic calls; what they do not say becomes a hole in the text.
//! Nothing here knows Alembic or sends anything.

mod bind;
mod column;
mod constraint;
mod constraint_text;
mod create_table;
mod data_type;
mod ddl;
mod enumeration;
mod expression;
mod index;
pub(crate) mod literal;
mod md5;
mod naming;
mod operator;
pub(crate) mod path;
pub(crate) mod quote;
mod raised;
pub(crate) mod reading;
mod rows;
mod select;
mod table;
pub(crate) mod text;
mod type_names;

pub use naming::NamingConvention;
pub use raised::Raised;
pub use rows::Row;

pub(crate) use constraint::Constraint;
pub(crate) use create_table::Table;
pub(crate) use ddl::SchemaObject;
pub(crate) use enumeration::NamedType;
pub(crate) use literal::literal as literal_text;
pub(crate) use naming::{GivenName, NameKind, Subject};
pub(crate) use reading::Flag;
pub(crate) use rows::dict_row;
pub(crate) use table::{referenced_column, table_reference};

use std::cell::RefCell;

use crate::eval::Value;
use crate::model::Template;

/// Calls functions of the estate for the compiler: type decorators and `values_callable` are
/// Python. `None` where the result cannot be known.
pub trait Caller {
    fn call(&self, function: &Value, arguments: Vec<Value>) -> Option<Value>;
    fn method(&self, object: &Value, name: &str, arguments: Vec<Value>) -> Option<Value>;
}

/// Calls nothing.
pub struct NoCaller;

impl Caller for NoCaller {
    fn call(&self, _function: &Value, _arguments: Vec<Value>) -> Option<Value> {
        None
    }

    fn method(&self, _object: &Value, _name: &str, _arguments: Vec<Value>) -> Option<Value> {
        None
    }
}

/// What compiling depends on besides the construct itself.
pub struct Compiler<'a> {
    pub caller: &'a dyn Caller,
    /// Of `target_metadata`, as env.py gives it to Alembic.
    pub naming: &'a NamingConvention,
    /// The schema of the metadata that tables and types are attached to.
    pub schema: Option<Template>,
    /// Tables of the statement around, with which a query inside is correlated.
    enclosing: RefCell<Vec<Template>>,
    /// The tables of the metadata that is being created: keys take the types of what they refer to.
    pub(crate) metadata: Vec<Value>,
}

impl<'a> Compiler<'a> {
    pub fn new(
        caller: &'a dyn Caller,
        naming: &'a NamingConvention,
        schema: Option<Template>,
    ) -> Self {
        Self {
            caller,
            naming,
            schema,
            enclosing: RefCell::default(),
            metadata: Vec::new(),
        }
    }
}
