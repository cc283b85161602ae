//! Compares what statements wrote with what the server gives back.

use crate::catalog::Canonical;
use crate::model::{Dialect, Template};

use super::reading::Nature;
use super::{canonical, read, spell_query};

/// Brings written and deparsed expressions to one spelling, for `catalog::diff` and fingerprints.
#[derive(Debug, Clone, Copy)]
pub struct StoredSpelling;

impl Canonical for StoredSpelling {
    fn expression(&self, text: &str) -> String {
        canonical(text)
    }

    /// One spelling for a query's space and case; what the server qualifies stays different.
    fn query(&self, text: &str) -> String {
        let reading = read(&Template::from_text(text.trim()), Dialect::Postgres);
        match reading
            .statements
            .first()
            .map(|statement| &statement.nature)
        {
            Some(Nature::Query(query)) => spell_query(query),
            _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}
