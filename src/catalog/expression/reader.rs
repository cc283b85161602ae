//! Walks over the tokens of a text and notes what they name.

use std::collections::BTreeMap;

use super::blocks::{Block, Derived};
use super::keywords::{is_keyword_between, is_type_word};
use super::references::{ColumnReference, FunctionCall, References, Source};
use super::tokens::{Token, TokenKind};
use crate::model::{Identifier, ObjectName};

/// Reads the tokens of one level of a query, or of all levels as one.
pub(super) struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token<'a>],
    /// The queries in parentheses that were taken out of the tokens, by the place of the
    /// parenthesis; those in FROM are moved to `derived`.
    pub(super) taken_out: BTreeMap<usize, Block>,
    pub(super) derived: Vec<Derived>,
    /// Behind ORDER BY or GROUP BY of this level.
    by_output: bool,
    pub(super) found: References,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a [Token<'a>]) -> Self {
        Self {
            text,
            tokens,
            taken_out: BTreeMap::new(),
            derived: Vec::new(),
            by_output: false,
            found: References::default(),
        }
    }

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

    pub(super) fn read(&mut self) {
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
            if own_from.is_empty() {
                self.clause(index);
            }
            let in_own_from = own_from.last().copied().unwrap_or(false);
            index = match self.clause_start(index, in_own_from) {
                Some(after) => self.from_list(after),
                None => self.expression_token(index),
            };
        }
    }

    /// Notes where the names of the output count.
    fn clause(&mut self, index: usize) {
        let Some(token) = self.at(index) else {
            return;
        };
        if token.is("by") {
            let sorts = |before: &Token<'_>| before.is_any(&["order", "group"]);
            self.by_output = self.before(index).is_some_and(sorts);
        } else if token.is_any(&["having", "window", "limit", "union", "select", "returning"]) {
            self.by_output = false;
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
        let deletes = self
            .at(0)
            .is_some_and(|first| first.is_any(&["delete", "merge"]));
        let using = token.is("using") && deletes && !self.is(index + 1, "(");
        (using || from || token.is("join") || update || token.is("into")).then_some(index + 1)
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
                Some(token) if token.is("(") && self.taken_out.contains_key(&index) => {
                    self.derived_source(index)
                }
                // The subquery's own tokens are read like all others; only its alias is ours.
                Some(token) if token.is("(") && self.is_query_at(index + 1) => {
                    if let Some(close) = self.closing(index) {
                        self.opaque_alias(close + 1);
                    }
                    return index;
                }
                Some(token) if token.is("(") => {
                    index += 1;
                    continue;
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

    fn is_query_at(&self, index: usize) -> bool {
        let first = self.tokens.get(index..).unwrap_or_default();
        let first = first.iter().find(|token| !token.is("("));
        first.is_some_and(|token| token.is_any(&["select", "with", "values"]))
    }

    /// `() AS alias (a, b)`, where a query stood in the parentheses.
    fn derived_source(&mut self, index: usize) -> usize {
        let (alias, mut after) = self.alias(index + 2);
        let mut columns = Vec::new();
        if self.is(after, "(")
            && let Some(close) = self.closing(after)
        {
            let names = (after + 1..close).filter_map(|index| self.at(index)?.identifier());
            columns.extend(names);
            after = close + 1;
        }
        if let Some(block) = self.taken_out.remove(&index) {
            self.derived.push(Derived {
                alias,
                columns,
                block,
            });
        }
        after
    }

    fn from_item(&mut self, index: usize) -> usize {
        let (name, after) = self.dotted(index);
        if self.is(after, "(") && !self.before(index).is_some_and(|token| token.is("into")) {
            // A function in FROM: its arguments are an expression.
            if let Some(close) = self.closing(after) {
                let (alias, _) = self.alias(close + 1);
                let alias = alias.unwrap_or_else(|| name.name.clone());
                self.found.function_sources.push(alias);
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
        if self
            .before(index)
            .is_some_and(|before| before.is("constraint"))
        {
            return index + 1;
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
            self.found.columns.push(ColumnReference {
                qualifier,
                column,
                may_be_output: self.by_output,
            });
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
