//! Which relations, columns and functions a text names.

use std::collections::BTreeSet;

use super::keywords::{is_keyword_between, is_type_word};
use super::tokens::{Token, TokenKind, tokenize};
use crate::model::{Identifier, ObjectName};

/// A column as it is written: `email`, `u.email`, `app.users.email`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnReference {
    /// The relation or alias before it.
    pub(crate) qualifier: Option<ObjectName>,
    pub(crate) column: Identifier,
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

/// Reads a scalar expression or a whole query.
pub(crate) fn references(text: &str) -> References {
    let tokens = tokenize(text);
    let mut reader = Reader {
        text,
        tokens: &tokens,
        found: References::default(),
    };
    reader.read();
    reader.found
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token<'a>],
    found: References,
}

impl<'a> Reader<'a> {
    fn at(&self, index: usize) -> Option<&Token<'a>> {
        self.tokens.get(index)
    }

    fn is(&self, index: usize, word: &str) -> bool {
        self.at(index).is_some_and(|token| token.is(word))
    }

    fn before(&self, index: usize) -> Option<&Token<'a>> {
        index.checked_sub(1).and_then(|index| self.at(index))
    }

    fn is_keyword_at(&self, index: usize) -> bool {
        let text = |token: Option<&Token<'a>>| token.map_or("", |token| token.text);
        self.at(index).is_some_and(|token| {
            token.kind == TokenKind::Word
                && is_keyword_between(
                    text(self.before(index)),
                    token.text,
                    text(self.at(index + 1)),
                )
        })
    }

    fn read(&mut self) {
        let mut index = 0;
        // The functions whose FROM is a part of their own grammar, by their nesting depth.
        let mut own_from: Vec<bool> = Vec::new();
        while let Some(token) = self.at(index).copied() {
            if token.is("(") {
                let special = ["extract", "trim", "substring", "overlay", "position"];
                own_from.push(
                    self.before(index)
                        .is_some_and(|token| token.is_any(&special)),
                );
            } else if token.is(")") {
                own_from.pop();
            } else if token.is("select") {
                self.found.has_query = true;
            }
            let in_own_from = own_from.last().copied().unwrap_or(false);
            index = match self.clause_start(index, in_own_from) {
                Some(after) => self.from_list(after),
                None => self.expression_token(index),
            };
        }
    }

    /// The index after a word that a list of relations follows.
    fn clause_start(&self, index: usize, in_own_from: bool) -> Option<usize> {
        let token = self.at(index)?;
        let distinct = self.before(index).is_some_and(|token| token.is("distinct"));
        let from = token.is("from") && !in_own_from && !distinct;
        let lock = self
            .before(index)
            .is_some_and(|token| token.is_any(&["for", "do", "on", "or", "before", "after"]));
        let update = token.is("update") && !lock;
        (from || token.is("join") || update || token.is("into")).then_some(index + 1)
    }

    /// Reads `a, b x, (subquery) y, function() z`; gives the index of the first token after it.
    fn from_list(&mut self, mut index: usize) -> usize {
        loop {
            while self
                .at(index)
                .is_some_and(|token| token.is_any(&["only", "lateral"]))
            {
                index += 1;
            }
            index = match self.at(index) {
                // The subquery's own tokens are read like all others; only its alias is ours.
                Some(token) if token.is("(") => {
                    if let Some(close) = self.closing(index) {
                        self.opaque_alias(close + 1);
                    }
                    return index;
                }
                Some(token) if token.identifier().is_some() && !self.is_keyword_at(index) => {
                    self.from_item(index)
                }
                _ => return index,
            };
            if !self.is(index, ",") {
                return index;
            }
            index += 1;
        }
    }

    fn from_item(&mut self, index: usize) -> usize {
        let (name, after) = self.dotted(index);
        if self.is(after, "(") && !self.before(index).is_some_and(|token| token.is("into")) {
            // A function in FROM: its arguments are an expression.
            if let Some(close) = self.closing(after) {
                self.opaque_alias(close + 1);
            }
            self.found.opaque_sources.insert(name.name.clone());
            return self.expression_token(index);
        }
        let (alias, after) = self.alias(after);
        let alias = alias.unwrap_or_else(|| name.name.clone());
        self.found.sources.push(Source {
            relation: name,
            alias,
        });
        after
    }

    fn opaque_alias(&mut self, index: usize) {
        let (alias, after) = self.alias(index);
        self.found.opaque_sources.extend(alias);
        if self.is(after, "(")
            && let Some(close) = self.closing(after)
        {
            let names = (after..close).filter_map(|index| self.at(index)?.identifier());
            let names: Vec<_> = names.collect();
            self.found.aliases.extend(names);
        }
    }

    /// `[AS] alias`.
    fn alias(&self, index: usize) -> (Option<Identifier>, usize) {
        let explicit = self.is(index, "as");
        let at = index + usize::from(explicit);
        match self.at(at) {
            Some(token)
                if token.identifier().is_some() && (explicit || !self.is_keyword_at(at)) =>
            {
                (token.identifier(), at + 1)
            }
            _ => (None, index),
        }
    }

    /// `a`, `a.b`; the index after it.
    fn dotted(&self, index: usize) -> (ObjectName, usize) {
        let first = self
            .at(index)
            .and_then(Token::identifier)
            .unwrap_or_default();
        match self.at(index + 2).and_then(Token::identifier) {
            Some(second) if self.is(index + 1, ".") => {
                (ObjectName::qualified(Some(first), second), index + 3)
            }
            _ => (ObjectName::new(first.as_str()), index + 1),
        }
    }

    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (offset, token) in self.tokens[open..].iter().enumerate() {
            if token.is_any(&["(", "["]) {
                depth += 1;
            } else if token.is_any(&[")", "]"]) {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(open + offset);
                }
            }
        }
        None
    }

    /// Reads what starts at `index` inside an expression; gives the index to go on from.
    fn expression_token(&mut self, index: usize) -> usize {
        let Some(token) = self.at(index).copied() else {
            return index + 1;
        };
        if token.is("::") {
            return self.type_name(index + 1);
        }
        if index >= 2 && self.is(index - 1, "(") && self.is(index - 2, "extract") {
            return index + 1;
        }
        if self.before(index).is_some_and(|before| before.is(".")) {
            // A field of a composite value: `(address).city`.
            return index + 1;
        }
        if token.is("as") {
            return self.after_as(index);
        }
        if token.is("*") {
            self.star(index);
            return index + 1;
        }
        if token.identifier().is_none() || (self.is_keyword_at(index) && !self.is(index + 1, ".")) {
            return index + 1;
        }
        self.name(index)
    }

    /// `CAST(x AS type)`, `expression AS alias`, `WITH name AS (`.
    fn after_as(&mut self, index: usize) -> usize {
        let in_cast = self
            .enclosing_open(index)
            .and_then(|open| self.before(open))
            .is_some_and(|token| token.is("cast"));
        if in_cast {
            return self.type_name(index + 1);
        }
        if let Some(alias) = self
            .at(index + 1)
            .filter(|token| !token.is("("))
            .and_then(Token::identifier)
        {
            self.found.aliases.insert(alias);
            return index + 2;
        }
        index + 1
    }

    fn enclosing_open(&self, index: usize) -> Option<usize> {
        let mut depth = 0usize;
        for position in (0..index).rev() {
            if self.is(position, ")") {
                depth += 1;
            } else if self.is(position, "(") {
                match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return Some(position),
                }
            }
        }
        None
    }

    fn type_name(&mut self, index: usize) -> usize {
        let (name, mut after) = self.dotted(index);
        self.found.types.push(name);
        while self.at(after).is_some_and(|token| {
            token.is_any(&["varying", "precision", "with", "without", "time", "zone"])
        }) {
            after += 1;
        }
        after
    }

    fn star(&mut self, index: usize) {
        let qualified = index >= 2 && self.is(index - 1, ".");
        let leads = self
            .before(index)
            .is_none_or(|token| token.is_any(&["select", ",", "distinct", "all", "returning"]));
        if qualified {
            let alias = self.at(index - 2).and_then(Token::identifier);
            self.found.stars.push(alias);
        } else if leads {
            self.found.stars.push(None);
        }
    }

    /// A column, a function call, a typed constant or an alias.
    fn name(&mut self, index: usize) -> usize {
        let mut parts = vec![];
        let mut after = index;
        while let Some(part) = self.at(after).and_then(Token::identifier) {
            parts.push(part);
            after += 1;
            if self.is(after, ".")
                && self
                    .at(after + 1)
                    .is_some_and(|next| next.identifier().is_some())
            {
                after += 1;
            } else {
                break;
            }
        }
        if self.is(after, ".") && self.is(after + 1, "*") {
            return after + 1;
        }
        if self.is(after, "(") {
            self.call(&parts, after);
            return after;
        }
        if self.is_with_query(after) || self.is_named_argument(after) {
            return self.skip_with_name(parts, after);
        }
        if self.is_typed_constant(index, after) {
            return after;
        }
        if self.follows_value(index) {
            self.found.aliases.extend(parts.pop());
            return after;
        }
        if let Some(column) = parts.pop() {
            let name = parts.pop();
            let qualifier = name.map(|name| ObjectName::qualified(parts.pop(), name));
            self.found
                .columns
                .push(ColumnReference { qualifier, column });
        }
        after
    }

    /// `name AS (` and `name AS MATERIALIZED (`: a common table expression.
    fn is_with_query(&self, after: usize) -> bool {
        self.is(after, "as")
            && (self.is(after + 1, "(")
                || self.is(after + 1, "materialized")
                || (self.is(after + 1, "not") && self.is(after + 2, "materialized")))
    }

    fn is_named_argument(&self, after: usize) -> bool {
        self.is(after, "=>") || self.is(after, ":=")
    }

    fn skip_with_name(&mut self, mut parts: Vec<Identifier>, after: usize) -> usize {
        if self.is(after, "as") {
            self.found.opaque_sources.extend(parts.pop());
        }
        after + 1
    }

    /// `interval '1 day'`, `timestamp with time zone '...'`, `date '...'`; also the words of types
    /// that stand in CAST or after `::`.
    fn is_typed_constant(&self, index: usize, after: usize) -> bool {
        let Some(token) = self.at(index) else {
            return false;
        };
        let zone = token.is("zone") || (token.is("time") && self.is(after, "zone"));
        let constant = self
            .at(after)
            .is_some_and(|next| next.kind == TokenKind::Text);
        zone || (constant && token.kind == TokenKind::Word)
            || (is_type_word(token.text)
                && self
                    .at(after)
                    .is_some_and(|next| next.is_any(&["varying", "precision", "with", "without"])))
    }

    /// The word stands right behind a value and so names it: `count(*) total`.
    fn follows_value(&self, index: usize) -> bool {
        self.before(index).is_some_and(|before| match before.kind {
            TokenKind::Word => !self.is_keyword_at(index - 1) || before.is("end"),
            TokenKind::Quoted | TokenKind::Text | TokenKind::Number | TokenKind::Parameter => true,
            TokenKind::Symbol => before.is(")") || before.is("]"),
        })
    }

    fn call(&mut self, parts: &[Identifier], open: usize) {
        let Some(close) = self.closing(open) else {
            return;
        };
        let name = match parts {
            [name] => ObjectName::new(name.as_str()),
            [.., schema, name] => ObjectName::qualified(Some(schema.clone()), name.clone()),
            [] => return,
        };
        // `x IN (...)`, `numeric(10, 2)`, `VALUES (...)` and a column list are no calls; the
        // caller decides by what exists.
        let arguments = self.arguments(open, close);
        self.found.functions.push(FunctionCall { name, arguments });
    }

    fn arguments(&self, open: usize, close: usize) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut depth = 0usize;
        let mut start = open + 1;
        for index in open + 1..=close {
            let token = &self.tokens[index];
            let ordered = depth == 0 && token.is("order") && self.is(index + 1, "by");
            if ordered || (depth == 0 && (token.is(",") || index == close)) {
                if index > start {
                    let (from, to) = (self.tokens[start].start, self.tokens[index - 1].end());
                    arguments.push(self.text[from..to].to_owned());
                }
                start = index + 1;
                if ordered {
                    // `string_agg(a, b ORDER BY c, d)`: the rest are no arguments.
                    break;
                }
            } else if token.is_any(&["(", "["]) {
                depth += 1;
            } else if token.is_any(&[")", "]"]) {
                depth = depth.saturating_sub(1);
            }
        }
        arguments
    }
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
