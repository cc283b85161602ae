//! Queries answered from a modelled catalog: the information schema, the system catalogs, and tables
//! that are known to be empty. What the model does not hold makes the answer undecided, with the
//! reason; it is never guessed.

mod aggregate;
mod catalog_objects;
mod catalog_tables;
mod datum;
mod evaluate;
mod from;
mod functions;
mod information_schema;
mod operator;
mod relation;
mod scope;
mod select;
mod system_names;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::model::{Identifier, ObjectName};
use crate::sql::expression::Expression;
use crate::sql::query::Query;

pub(crate) use datum::Datum;
pub(crate) use functions::formatted;

use scope::Scope;

/// A query's answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Rows(Table),
    Undecided(Arc<str>),
}

/// Rows with their columns' names.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Arc<str>>,
    pub(crate) rows: Vec<Vec<Datum>>,
}

/// Why evaluation ends: the model cannot tell, in words.
pub(crate) type Undecided = Arc<str>;

/// What a query can see beside the catalog.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    /// Variables of PL/pgSQL.
    pub(crate) variables: BTreeMap<Identifier, Datum>,
    /// Values that the client binds, by placeholder as written: `%s`, `:name`, `$1`.
    pub(crate) parameters: BTreeMap<String, Datum>,
    /// Rows of tables that the model keeps: the version table.
    pub(crate) tables: BTreeMap<String, Table>,
    pub(crate) database: String,
}

impl Surroundings {
    /// The rows that are kept of a table; `public` goes without saying.
    pub(crate) fn followed(&self, table: &ObjectName) -> Option<&Table> {
        let name = table.to_string();
        self.tables
            .get(name.strip_prefix("public.").unwrap_or(&name))
    }
}

/// Answers questions from one catalog.
pub(crate) struct Reader<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) surroundings: &'a Surroundings,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(catalog: &'a Catalog, surroundings: &'a Surroundings) -> Self {
        Self {
            catalog,
            surroundings,
        }
    }

    pub(crate) fn answer(&self, query: &Query) -> Answer {
        match self.query(query, &Scope::outermost()) {
            Ok(table) => Answer::Rows(table),
            Err(reason) => Answer::Undecided(reason),
        }
    }

    /// The value of an expression outside a query.
    pub(crate) fn value(&self, expression: &Expression) -> Datum {
        match self.evaluate(expression, &Scope::outermost()) {
            Ok(value) => value,
            Err(reason) => Datum::Unknown(reason),
        }
    }
}

#[cfg(test)]
mod tests;
