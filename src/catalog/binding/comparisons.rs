//! Literals that a query compares with a column of one of several relations: `e.status IN ('new')`.

use std::collections::{BTreeMap, BTreeSet};

use super::literals::compared_literals;
use crate::catalog::Catalog;
use crate::catalog::apply::columns_of;
use crate::catalog::expression::{Token, tokenize};
use crate::model::{Identifier, ObjectName, SqlError};

/// The relation that each name before a column stands for; `None` where it stands for several.
type Aliases = BTreeMap<Identifier, Option<ObjectName>>;

impl Catalog {
    pub(super) fn check_qualified_comparisons(&self, text: &str) -> Result<(), SqlError> {
        let tokens = tokenize(text);
        let aliases = self.aliases(&tokens);
        for index in 2..tokens.len() {
            let is =
                |at: usize, words: &[&str]| tokens.get(at).is_some_and(|one| one.is_any(words));
            let is_deeper = index > 2 && is(index - 3, &["."]);
            if !is(index - 1, &["."]) || is_deeper || is(index + 1, &[".", "(", "::"]) {
                continue;
            }
            let (alias, column) = (tokens[index - 2].identifier(), tokens[index].identifier());
            let (Some(alias), Some(column)) = (alias, column) else {
                continue;
            };
            let Some(Some(name)) = aliases.get(&alias) else {
                continue;
            };
            let columns = self.relations.get(name).and_then(columns_of);
            let column = columns.and_then(|all| all.iter().find(|one| one.name == column));
            if let Some(column) = column {
                for string in compared_literals(&tokens, index + 1) {
                    self.check_literal(&column.data_type, &string)?;
                }
            }
        }
        Ok(())
    }

    /// What stands behind FROM and JOIN, a table's own name where it has no other.
    fn aliases(&self, tokens: &[Token<'_>]) -> Aliases {
        let mut aliases = Aliases::new();
        let queries = with_queries(tokens);
        for (index, _) in tokens
            .iter()
            .enumerate()
            .filter(|(_, token)| token.is_any(&["from", "join"]))
        {
            let Some((name, alias)) = source(&tokens[index + 1..]) else {
                continue;
            };
            let is_query = name.schema.is_none() && queries.contains(&name.name);
            let found = self.resolve_relation(&name).filter(|_| !is_query);
            let known = aliases.entry(alias).or_insert_with(|| found.clone());
            if *known != found {
                *known = None;
            }
        }
        aliases
    }
}

/// The names of `WITH name AS (...)`: these hide tables.
fn with_queries(tokens: &[Token<'_>]) -> BTreeSet<Identifier> {
    let opens = |token: &Token<'_>| token.is_any(&["(", "materialized", "not"]);
    let names = tokens.windows(3);
    let names = names.filter(|three| three[1].is("as") && opens(&three[2]));
    names.filter_map(|three| three[0].identifier()).collect()
}

/// A relation's name and what it is called from there on.
fn source(tokens: &[Token<'_>]) -> Option<(ObjectName, Identifier)> {
    const NO_ALIAS: &[&str] = &[
        "where",
        "join",
        "left",
        "right",
        "full",
        "inner",
        "cross",
        "natural",
        "on",
        "using",
        "group",
        "order",
        "limit",
        "union",
        "having",
        "set",
        "returning",
        "for",
        "window",
        "offset",
        "fetch",
        "except",
        "intersect",
        "tablesample",
    ];
    let first = tokens.first()?.identifier()?;
    let mut next = 1;
    let mut name = ObjectName::qualified(None, first.clone());
    if tokens.get(1).is_some_and(|token| token.is(".")) {
        name = ObjectName::qualified(Some(first), tokens.get(2)?.identifier()?);
        next = 3;
    }
    next += usize::from(tokens.get(next).is_some_and(|token| token.is("as")));
    let alias = tokens.get(next).filter(|token| !token.is_any(NO_ALIAS));
    let alias = alias.and_then(Token::identifier);
    let own = name.name.clone();
    Some((name, alias.unwrap_or(own)))
}
