//! What a query compares with a column of one of several relations: literals, `e.status IN ('new')`, and
//! other columns, `e.user_id = u.id`.

use std::collections::{BTreeMap, BTreeSet};

use super::literals::compared_literals;
use crate::catalog::apply::columns_of;
use crate::catalog::expression::{Token, tokenize};
use crate::catalog::{Catalog, Column};
use crate::model::{DataType, Identifier, ObjectName, SqlError, SqlState};

/// The relation that each name before a column stands for; `None` where it stands for several.
pub(super) type Aliases = BTreeMap<Identifier, Option<ObjectName>>;

impl Catalog {
    pub(super) fn check_qualified_comparisons(&self, text: &str) -> Result<(), SqlError> {
        let tokens = tokenize(text);
        let aliases = self.aliases(&tokens);
        for index in 2..tokens.len() {
            let Some(column) = self.qualified_column(&tokens, index, &aliases) else {
                continue;
            };
            for string in compared_literals(&tokens, index + 1) {
                self.check_literal(&column.data_type, &string)?;
            }
            if let Some(operator) = lone_comparison(&tokens, index)
                && let Some(other) = self.qualified_column(&tokens, index + 4, &aliases)
            {
                self.check_comparable(&column.data_type, operator, &other.data_type)?;
            }
        }
        Ok(())
    }

    /// The column whose name stands at `index`, behind the name of what it belongs to.
    fn qualified_column(
        &self,
        tokens: &[Token<'_>],
        index: usize,
        aliases: &Aliases,
    ) -> Option<&Column> {
        let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|one| one.is_any(words));
        let is_deeper = index > 2 && is(index - 3, &["."]);
        if !is(index - 1, &["."]) || is_deeper || is(index + 1, &[".", "(", "::"]) {
            return None;
        }
        let alias = tokens.get(index - 2)?.identifier()?;
        let column = tokens.get(index)?.identifier()?;
        let name = aliases.get(&alias)?.as_ref()?;
        let columns = self.relations.get(name).and_then(columns_of)?;
        columns.iter().find(|one| one.name == column)
    }

    /// There is no operator between types of two kinds (PostgreSQL manual, 10.2).
    pub(super) fn check_comparable(
        &self,
        left: &DataType,
        operator: &str,
        right: &DataType,
    ) -> Result<(), SqlError> {
        let (left, right) = (self.base_type(left), self.base_type(right));
        match (self.kind_of(&left), self.kind_of(&right)) {
            (Some(one), Some(other)) if one != other => Err(no_operator(&left, operator, &right)),
            _ => Ok(()),
        }
    }

    /// Documents, truths, keys and texts are not reckoned with; keys can be taken out of a document
    /// (manual, 9.16).
    pub(super) fn check_reckonable(
        &self,
        left: &DataType,
        operator: &str,
        right: &DataType,
    ) -> Result<(), SqlError> {
        if !["+", "-", "*", "/"].contains(&operator) {
            return Ok(());
        }
        let (left, right) = (self.base_type(left), self.base_type(right));
        let (Some(one), Some(other)) = (self.kind_of(&left), self.kind_of(&right)) else {
            return Ok(());
        };
        let takes_out =
            operator == "-" && one == "jsonb" && ["string", "number"].contains(&&*other);
        let is_none = |kind: &str| ["jsonb", "boolean", "uuid", "string", "bytea"].contains(&kind);
        if takes_out || !(is_none(&one) || is_none(&other)) {
            return Ok(());
        }
        Err(no_operator(&left, operator, &right))
    }

    /// Types of one kind can be compared with each other; `None` where that is not so plain.
    fn kind_of(&self, data_type: &DataType) -> Option<String> {
        if data_type.array_dimensions > 0 {
            return None;
        }
        if self.is_enum(data_type) {
            return Some(data_type.name.to_string());
        }
        let kind = match data_type.name.name.as_str() {
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => "number",
            "text" | "character varying" | "character" => "string",
            "date" | "timestamp without time zone" | "timestamp with time zone" => "moment",
            kind @ ("boolean" | "uuid" | "jsonb" | "bytea") => kind,
            _ => return None,
        };
        Some(kind.to_owned())
    }

    /// What stands behind FROM and JOIN, a table's own name where it has no other.
    pub(super) fn aliases(&self, tokens: &[Token<'_>]) -> Aliases {
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

/// The operator of `a.x = b.y`, where nothing else belongs to either side; `index` is that of `x`.
fn lone_comparison<'t>(tokens: &[Token<'t>], index: usize) -> Option<&'t str> {
    const BEFORE: &[&str] = &["on", "where", "and", "or", "not", "when", "(", "having"];
    const AFTER: &[&str] = &[
        "and",
        "or",
        ")",
        ";",
        ",",
        "then",
        "where",
        "join",
        "left",
        "right",
        "full",
        "inner",
        "cross",
        "natural",
        "group",
        "order",
        "limit",
        "union",
        "having",
        "returning",
        "offset",
        "on",
    ];
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|one| one.is_any(words));
    let operator = tokens.get(index + 1)?;
    let is_comparison = operator.is_any(&["=", "<>", "!=", "<", ">", "<=", ">="]);
    let is_alone = index >= 3 && is(index - 3, BEFORE);
    let ends = tokens.len() == index + 5 || is(index + 5, AFTER);
    (is_comparison && is_alone && ends).then_some(operator.text)
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

/// 42883.
fn no_operator(left: &DataType, operator: &str, right: &DataType) -> SqlError {
    let message = format!(
        "operator does not exist: {} {operator} {}",
        left.name, right.name
    );
    SqlError::new(SqlState::UNDEFINED_FUNCTION, message, operator)
}
