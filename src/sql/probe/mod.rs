//! Questions to the catalog or to rows: what a query asks for, worded for people.

mod facets;
mod subject;

use super::query::Query;

pub use subject::Subject;

/// What a query asks: whether a thing is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    pub subject: Subject,
    /// Conditions beside its name: `data_type = 'uuid'`.
    pub details: Vec<String>,
}

impl Probe {
    /// Whether the catalog is asked, and not rows of a table.
    pub fn is_catalog(&self) -> bool {
        !matches!(self.subject, Subject::Rows { .. })
    }

    /// `column users.department is missing`, `table users exists`.
    pub fn describe(&self, present: bool) -> String {
        let mut text = self.subject.to_string();
        if !self.details.is_empty() {
            let word = if matches!(self.subject, Subject::Rows { .. }) {
                "where"
            } else {
                "with"
            };
            text = format!("{text} {word} {}", self.details.join(" and "));
        }
        let verb = if present { "exists" } else { "is missing" };
        format!("{text} {verb}")
    }
}

/// Reads the question out of a query; `None` if it reads no relation.
pub fn probe(query: &Query) -> Option<Probe> {
    let facets = facets::Facets::of_query(query)?;
    Some(facets.probe())
}

/// Whether a relation is of the catalog: `information_schema`, `pg_catalog`, or a name that only
/// the catalog has.
pub fn is_catalog_relation(name: &crate::model::ObjectName) -> bool {
    match &name.schema {
        Some(schema) => matches!(schema.as_str(), "pg_catalog" | "information_schema"),
        None => name.name.as_str().starts_with("pg_"),
    }
}
