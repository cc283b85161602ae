//! A query cut into its levels: common table expressions, the parts of a UNION, subqueries.

use super::reader::Reader;
use super::references::References;
use super::tokens::{Token, tokenize};
use crate::model::Identifier;

/// No query of people's nests deeper; what does is read as one level without columns known.
const DEEPEST: usize = 60;

/// One level of a query or expression.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// What this level itself names.
    pub(crate) found: References,
    pub(crate) with: Vec<With>,
    /// Subqueries in FROM.
    pub(crate) derived: Vec<Derived>,
    /// Subqueries in expressions: they see the names of this level.
    pub(crate) nested: Vec<Block>,
    /// The other parts of a UNION and the like.
    pub(crate) arms: Vec<Block>,
    /// `UNION`, `INTERSECT` or `EXCEPT`, where it is such a part.
    pub(crate) set_operator: &'static str,
    /// What stands between SELECT and FROM, from byte to byte; `None` where it gives no rows, or
    /// not by a list.
    pub(crate) targets: Option<Vec<(usize, usize)>>,
    /// `VALUES` lists: columns that are named by number.
    pub(crate) value_count: Option<usize>,
    /// USING and NATURAL make one column of two.
    pub(crate) merges_columns: bool,
    pub(crate) is_select: bool,
    pub(crate) joins: Joins,
    /// GROUP BY: no row without a row to read.
    pub(crate) is_grouped: bool,
    /// The items of GROUP BY, from byte to byte.
    pub(crate) group_by: Vec<(usize, usize)>,
    /// HAVING and the items of ORDER BY, from byte to byte.
    pub(crate) group_conditions: Vec<(usize, usize)>,
    /// The query of an INSERT, which does not see the table that it fills.
    pub(crate) is_inserted: bool,
    /// Not read: too deep.
    pub(crate) unread: bool,
}

/// Which rows a level gives where one of its relations is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Joins {
    /// Any empty relation leaves nothing.
    #[default]
    Inner,
    /// The first relation alone decides.
    Left,
    Other,
}

/// `name (columns) AS (query)` behind WITH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct With {
    pub(crate) name: Identifier,
    pub(crate) columns: Vec<Identifier>,
    pub(crate) recursive: bool,
    pub(crate) block: Block,
}

/// A subquery in FROM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Derived {
    pub(crate) alias: Option<Identifier>,
    pub(crate) columns: Vec<Identifier>,
    pub(crate) block: Block,
}

/// Cuts a text of one or several statements, or an expression.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let tokens = tokenize(text);
    let statements = split(&tokens, |token| token.is(";"));
    let cutter = Cutter { text };
    statements
        .into_iter()
        .filter(|statement| !statement.is_empty())
        .map(|statement| cutter.block(statement, 0))
        .collect()
}

struct Cutter<'a> {
    text: &'a str,
}

impl<'a> Cutter<'a> {
    fn block(&self, tokens: &[Token<'a>], depth: usize) -> Block {
        if depth > DEEPEST {
            return Block {
                unread: true,
                ..Block::default()
            };
        }
        let tokens = without_parentheses(tokens);
        let (with, rest) = self.take_with(tokens, depth);
        let inserts = rest.first().is_some_and(|token| token.is("insert"));
        let parts = match inserts {
            true => vec![("", &rest[..])],
            false => union_parts(&rest),
        };
        let first = parts.first().copied().unwrap_or_default();
        let mut block = match parts.len() {
            0 | 1 => self.level(first.1, depth),
            _ => self.block(first.1, depth + 1),
        };
        block.with.splice(0..0, with);
        for (set_operator, part) in parts.into_iter().skip(1) {
            block.arms.push(Block {
                set_operator,
                ..self.block(part, depth + 1)
            });
        }
        block
    }

    /// Takes `WITH a AS (...), b AS (...)` out, wherever on this level it stands.
    fn take_with(&self, tokens: &[Token<'a>], depth: usize) -> (Vec<With>, Vec<Token<'a>>) {
        let Some(start) = with_start(tokens) else {
            return (Vec::new(), tokens.to_vec());
        };
        let mut index = start + 1;
        let recursive = tokens.get(index).is_some_and(|token| token.is("recursive"));
        index += usize::from(recursive);
        let mut found = Vec::new();
        while let Some((with, after)) = self.one_with(tokens, index, recursive, depth) {
            found.push(with);
            index = after;
            if !tokens.get(index).is_some_and(|token| token.is(",")) {
                break;
            }
            index += 1;
        }
        let rest = [&tokens[..start], tokens.get(index..).unwrap_or_default()].concat();
        (found, rest)
    }

    fn one_with(
        &self,
        tokens: &[Token<'a>],
        index: usize,
        recursive: bool,
        depth: usize,
    ) -> Option<(With, usize)> {
        let name = tokens.get(index)?.identifier()?;
        let is = |index: usize, word: &str| tokens.get(index).is_some_and(|token| token.is(word));
        let mut after = index + 1;
        let mut columns = Vec::new();
        if is(after, "(") {
            let close = closing(tokens, after)?;
            columns.extend(
                tokens[after + 1..close]
                    .iter()
                    .filter_map(Token::identifier),
            );
            after = close + 1;
        }
        after += usize::from(is(after, "as"));
        after += usize::from(is(after, "not"));
        after += usize::from(is(after, "materialized"));
        if !is(after, "(") {
            return None;
        }
        let close = closing(tokens, after)?;
        let block = self.block(&tokens[after + 1..close], depth + 1);
        let with = With {
            name,
            columns,
            recursive,
            block,
        };
        Some((with, close + 1))
    }

    /// One level without WITH and UNION.
    fn level(&self, tokens: &[Token<'a>], depth: usize) -> Block {
        if let Some((start, end)) = inserted_query(tokens) {
            let target = [&tokens[..start], &tokens[end..]].concat();
            let mut block = self.plain_level(&target, depth);
            let mut query = self.block(&tokens[start..end], depth + 1);
            query.is_inserted = true;
            block.nested.push(query);
            return block;
        }
        self.plain_level(tokens, depth)
    }

    fn plain_level(&self, tokens: &[Token<'a>], depth: usize) -> Block {
        let mut own = Vec::new();
        let mut taken_out = std::collections::BTreeMap::new();
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            let query = token.is("(") && is_query(&tokens[index + 1..]);
            match query.then(|| closing(tokens, index)).flatten() {
                Some(close) => {
                    let block = self.block(&tokens[index + 1..close], depth + 1);
                    taken_out.insert(own.len(), block);
                    own.extend([tokens[index], tokens[close]]);
                    index = close + 1;
                }
                None => {
                    own.push(*token);
                    index += 1;
                }
            }
        }
        let first = |words: &[&str]| own.first().is_some_and(|token| token.is_any(words));
        let merges = own.iter().any(|token| token.is_any(&["using", "natural"]));
        let mut reader = Reader::new(self.text, &own);
        reader.taken_out = taken_out;
        reader.read();
        Block {
            derived: reader.derived,
            nested: reader.taken_out.into_values().collect(),
            found: reader.found,
            targets: targets(&own),
            value_count: first(&["values"]).then(|| row_width(&own)),
            merges_columns: merges,
            is_select: first(&["select"]),
            joins: joins(&own),
            is_grouped: own.iter().any(|token| token.is("group")),
            group_by: clause(&own, &["group", "by"]),
            group_conditions: [clause(&own, &["having"]), clause(&own, &["order", "by"])].concat(),
            ..Block::default()
        }
    }
}

fn joins(tokens: &[Token<'_>]) -> Joins {
    let has = |words: &[&str]| tokens.iter().any(|token| token.is_any(words));
    match (has(&["right", "full"]), has(&["left"])) {
        (true, _) => Joins::Other,
        (false, true) => Joins::Left,
        (false, false) => Joins::Inner,
    }
}

/// Where `WITH name AS (` or `WITH name (...) AS (` starts, outside of parentheses.
fn with_start(tokens: &[Token<'_>]) -> Option<usize> {
    let is =
        |index: usize, words: &[&str]| tokens.get(index).is_some_and(|token| token.is_any(words));
    outside(tokens).find(|&index| {
        let name = index + 1 + usize::from(is(index + 1, &["recursive"]));
        let named = tokens
            .get(name)
            .is_some_and(|token| token.identifier().is_some());
        let after = match is(name + 1, &["("]) {
            true => closing(tokens, name + 1).map_or(name + 1, |close| close + 1),
            false => name + 1,
        };
        let query = is(after, &["as"]) && is(after + 1, &["(", "materialized", "not"]);
        is(index, &["with"]) && named && query
    })
}

/// The query of `INSERT INTO t (columns) query ON CONFLICT ... RETURNING ...`.
fn inserted_query(tokens: &[Token<'_>]) -> Option<(usize, usize)> {
    if !tokens.first()?.is("insert") {
        return None;
    }
    let is = |index: usize, word: &str| tokens.get(index).is_some_and(|token| token.is(word));
    let start = outside(tokens).find(|&index| {
        tokens[index].is_any(&["select", "values"])
            || (tokens[index].is("(") && is_query(&tokens[index + 1..]))
    })?;
    let end = outside(tokens).find(|&index| {
        index > start && (is(index, "returning") || (is(index, "on") && is(index + 1, "conflict")))
    });
    Some((start, end.unwrap_or(tokens.len())))
}

/// The positions outside of parentheses; an opening one counts as outside.
fn outside<'t>(tokens: &'t [Token<'_>]) -> impl Iterator<Item = usize> + 't {
    let mut depth = 0usize;
    tokens.iter().enumerate().filter_map(move |(index, token)| {
        let here = depth == 0;
        if token.is_any(&["(", "["]) {
            depth += 1;
        } else if token.is_any(&[")", "]"]) {
            depth = depth.saturating_sub(1);
        }
        here.then_some(index)
    })
}

fn split<'t, 'a>(
    tokens: &'t [Token<'a>],
    is_end: impl Fn(&Token<'a>) -> bool,
) -> Vec<&'t [Token<'a>]> {
    let mut parts = Vec::new();
    let mut start = 0;
    for index in outside(tokens) {
        if is_end(&tokens[index]) {
            parts.push(&tokens[start..index]);
            start = index + 1;
        }
    }
    parts.push(&tokens[start..]);
    parts
}

const SET_OPERATORS: &[&str] = &["UNION", "INTERSECT", "EXCEPT"];

/// The parts of a UNION, each with the word before it; what orders the whole goes.
fn union_parts<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<(&'static str, &'t [Token<'a>])> {
    let operator = |token: &Token<'a>| SET_OPERATORS.iter().find(|word| token.is(word)).copied();
    let operators = outside(tokens).filter_map(|index| operator(&tokens[index]));
    let words = std::iter::once("").chain(operators);
    let parts = split(tokens, |token| operator(token).is_some());
    let mut parts: Vec<_> = words.zip(parts).collect();
    if parts.len() == 1 {
        return parts;
    }
    for (_, part) in parts.iter_mut().skip(1) {
        let quantified = part
            .first()
            .is_some_and(|token| token.is_any(&["all", "distinct"]));
        *part = &part[usize::from(quantified)..];
    }
    if let Some((_, last)) = parts.last_mut() {
        let ends = ["order", "limit", "offset", "fetch", "for"];
        let end = outside(last).find(|&index| last[index].is_any(&ends));
        *last = &last[..end.unwrap_or(last.len())];
    }
    parts
}

/// Whether the parenthesis that opened just before holds a query and nothing beside it.
fn is_query(tokens: &[Token<'_>]) -> bool {
    let mut tokens = tokens;
    let mut depth = 0;
    while tokens.first().is_some_and(|token| token.is("(")) && depth < DEEPEST {
        let Some(after) = closing(tokens, 0).and_then(|close| tokens.get(close + 1)) else {
            return false;
        };
        if !after.is_any(&[
            ")",
            "union",
            "intersect",
            "except",
            "order",
            "limit",
            "offset",
        ]) {
            return false;
        }
        tokens = &tokens[1..];
        depth += 1;
    }
    let is = |words: &[&str]| tokens.first().is_some_and(|token| token.is_any(words));
    let named = tokens
        .get(1)
        .is_some_and(|token| token.identifier().is_some());
    is(&["select", "with", "values", "table"]) || (named && is(&["insert", "delete", "update"]))
}

fn without_parentheses<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    while tokens.first().is_some_and(|token| token.is("("))
        && closing(tokens, 0) == Some(tokens.len() - 1)
        && is_query(&tokens[1..])
    {
        tokens = &tokens[1..tokens.len() - 1];
    }
    tokens
}

fn closing(tokens: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, token) in tokens.get(open..)?.iter().enumerate() {
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

/// The items of a SELECT or a RETURNING, from byte to byte.
fn targets(tokens: &[Token<'_>]) -> Option<Vec<(usize, usize)>> {
    let select = tokens.first()?.is("select");
    let start = match select {
        true => after_distinct(tokens)?,
        false => outside(tokens).find(|&index| tokens[index].is("returning"))? + 1,
    };
    let tokens = tokens.get(start..)?;
    const ENDS: &[&str] = &[
        "from", "where", "group", "having", "window", "order", "limit", "offset", "fetch", "for",
        "into",
    ];
    let before = |index: usize| index.checked_sub(1).and_then(|index| tokens.get(index));
    let end = outside(tokens).find(|&index| {
        let named = before(index).is_some_and(|token| token.is_any(&["as", ".", "distinct"]));
        tokens[index].is_any(ENDS) && !named
    });
    let list = &tokens[..end.unwrap_or(tokens.len())];
    let items = split(list, |token| token.is(","));
    let ranges = items
        .into_iter()
        .filter_map(|item| Some((item.first()?.start, item.last()?.end())));
    Some(ranges.collect())
}

/// The items of a clause of this level, from byte to byte.
fn clause(tokens: &[Token<'_>], words: &[&str]) -> Vec<(usize, usize)> {
    const ENDS: &[&str] = &[
        "having",
        "window",
        "order",
        "limit",
        "offset",
        "fetch",
        "for",
        "union",
        "intersect",
        "except",
    ];
    let begins = |index: usize| {
        let here = tokens[index..].iter().zip(words);
        tokens.len() >= index + words.len() && here.clone().all(|(token, word)| token.is(word))
    };
    let Some(start) = outside(tokens).find(|&index| begins(index)) else {
        return Vec::new();
    };
    let list = &tokens[start + words.len()..];
    let end = outside(list).find(|&index| list[index].is_any(ENDS));
    let list = &list[..end.unwrap_or(list.len())];
    let items = split(list, |token| token.is(","));
    let ranges = items.into_iter();
    ranges
        .filter_map(|item| {
            let directions = ["asc", "desc", "nulls", "first", "last"];
            let last = item.iter().rposition(|token| !token.is_any(&directions))?;
            Some((item.first()?.start, item[last].end()))
        })
        .collect()
}

fn after_distinct(tokens: &[Token<'_>]) -> Option<usize> {
    let is = |index: usize, word: &str| tokens.get(index).is_some_and(|token| token.is(word));
    match (is(1, "distinct"), is(2, "on")) {
        (true, true) => Some(closing(tokens, 3)? + 1),
        (true, false) => Some(2),
        _ => Some(1 + usize::from(is(1, "all"))),
    }
}

/// How many values the first row of a VALUES list has.
fn row_width(tokens: &[Token<'_>]) -> usize {
    match closing(tokens, 1) {
        Some(close) => split(&tokens[2..close], |token| token.is(",")).len(),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Block {
        blocks(text).remove(0)
    }

    #[test]
    fn levels_of_a_query() {
        let text = "WITH a (x) AS (SELECT 1), b AS (SELECT * FROM a) SELECT b.x, (SELECT max(y) FROM c) \
                    FROM b JOIN (SELECT z FROM d) AS e ON e.z = b.x UNION ALL SELECT 1, 2 ORDER BY 1";
        let block = only(text);
        let names: Vec<_> = block.with.iter().map(|with| with.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(block.targets.map(|targets| targets.len()), Some(2));
        assert_eq!(block.derived.len(), 1);
        assert_eq!(block.nested.len(), 1);
        assert_eq!(block.arms.len(), 1);
        assert_eq!(block.found.sources.len(), 1);
    }

    #[test]
    fn what_is_inserted_has_names_of_its_own() {
        let block = only(
            "INSERT INTO t (a) WITH s AS (SELECT 1 AS x) SELECT x FROM s ON CONFLICT DO NOTHING RETURNING a",
        );
        assert_eq!(block.found.sources.len(), 1);
        assert_eq!(block.nested[0].found.sources.len(), 1);
        assert_eq!(block.targets.map(|targets| targets.len()), Some(1));
    }

    #[test]
    fn parentheses_without_end_are_no_trouble() {
        let deep = "(".repeat(500) + "SELECT 1";
        assert_eq!(blocks(&deep).len(), 1);
        let nested = "SELECT (".repeat(200) + &")".repeat(200);
        assert_eq!(blocks(&nested).len(), 1);
    }
}
