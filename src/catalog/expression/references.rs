//! Which relations, columns and functions a text names.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::reader::Reader;
use super::tokens::tokenize;
use crate::model::{Identifier, ObjectName, QuickMap};

/// A column as it is written: `email`, `u.email`, `app.users.email`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnReference {
    /// The relation or alias before it.
    pub(crate) qualifier: Option<ObjectName>,
    pub(crate) column: Identifier,
    /// It stands in ORDER BY or GROUP BY, where a column of the output can be meant.
    pub(crate) may_be_output: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FunctionCall {
    pub(crate) name: ObjectName,
    /// The texts of the arguments.
    pub(crate) arguments: Vec<String>,
}

/// A relation in FROM, with the name under which its columns go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) relation: ObjectName,
    pub(crate) alias: Identifier,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct References {
    pub(crate) sources: Vec<Source>,
    /// Common table expressions, subqueries and functions in FROM, and their own column lists:
    /// names whose columns are not known here.
    pub(crate) opaque_sources: BTreeSet<Identifier>,
    /// Functions in FROM, by the name that their columns go under.
    pub(crate) function_sources: Vec<Identifier>,
    pub(crate) columns: Vec<ColumnReference>,
    pub(crate) functions: Vec<FunctionCall>,
    /// Types after `::` or in CAST, first word only.
    pub(crate) types: Vec<ObjectName>,
    /// Names that the text gives itself: output columns.
    pub(crate) aliases: BTreeSet<Identifier>,
    /// `*` (`None`) or `u.*`.
    pub(crate) stars: Vec<Option<Identifier>>,
    /// It holds a query of its own.
    pub(crate) has_query: bool,
}

/// Reads a scalar expression or a whole query, all its levels as one.
pub(crate) fn references(text: &str) -> References {
    let tokens = tokenize(text);
    let mut reader = Reader::new(text, &tokens);
    reader.read();
    reader.found
}

/// How many texts a thread remembers: more than a catalog has.
const MOST_REMEMBERED: usize = 20_000;

thread_local! {
    static REMEMBERED: RefCell<QuickMap<String, Arc<References>>> = RefCell::default();
}

/// The same, remembered: every drop asks all expressions of a catalog what they name.
pub(crate) fn remembered_references(text: &str) -> Arc<References> {
    let known = REMEMBERED.with_borrow(|remembered| remembered.get(text).cloned());
    known.unwrap_or_else(|| {
        let found = Arc::new(references(text));
        REMEMBERED.with_borrow_mut(|remembered| {
            if remembered.len() >= MOST_REMEMBERED {
                remembered.clear();
            }
            remembered.insert(text.to_owned(), Arc::clone(&found));
        });
        found
    })
}

impl References {
    /// The columns of the one relation that an expression without a query can name.
    pub(crate) fn own_columns(&self) -> BTreeSet<Identifier> {
        self.columns
            .iter()
            .map(|reference| reference.column.clone())
            .collect()
    }

    pub(crate) fn reads(&self) -> BTreeSet<ObjectName> {
        self.sources
            .iter()
            .filter(|source| {
                source.relation.schema.is_some()
                    || !self.opaque_sources.contains(&source.relation.name)
            })
            .map(|source| source.relation.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> Vec<String> {
        let show = |one: &ColumnReference| match &one.qualifier {
            Some(qualifier) => qualifier.part(one.column.as_str()),
            None => one.column.to_string(),
        };
        references(text).columns.iter().map(show).collect()
    }

    #[test]
    fn scalar_expressions() {
        assert_eq!(
            columns("lower(email) = 'x'::text AND age > 18"),
            ["email", "age"]
        );
        assert_eq!(
            columns("extract(epoch from created_at) > 0"),
            ["created_at"]
        );
        assert_eq!(
            columns("created_at + interval '1 day' < now()"),
            ["created_at"]
        );
        assert_eq!(columns("a IS DISTINCT FROM b"), ["a", "b"]);
        assert_eq!(
            columns("CAST(a AS character varying) || b::double precision"),
            ["a", "b"]
        );
        assert_eq!(
            columns("(data ->> 'k')::timestamp with time zone < now()"),
            ["data"]
        );
        assert_eq!(columns("status IN ('a', 'b')"), ["status"]);
    }

    #[test]
    fn queries() {
        let text = "EXISTS (SELECT 1 FROM app.partners AS p JOIN users u ON u.id = p.user_id \
                    WHERE p.id = partner_id AND u.uid = auth.uid())";
        let found = references(text);
        let reads: Vec<_> = found.reads().iter().map(ToString::to_string).collect();
        assert_eq!(reads, ["users", "app.partners"]);
        assert_eq!(
            columns(text),
            ["u.id", "p.user_id", "p.id", "partner_id", "u.uid"]
        );
        assert_eq!(found.functions[0].name.to_string(), "auth.uid");
    }

    #[test]
    fn aliases_are_not_columns() {
        let text = "WITH t AS (SELECT count(*) total, sum(x) AS s FROM a) SELECT total, s FROM t ORDER BY s";
        let found = references(text);
        assert!(found.aliases.contains(&"total".into()) && found.aliases.contains(&"s".into()));
        assert_eq!(found.reads().len(), 1);
    }
}
