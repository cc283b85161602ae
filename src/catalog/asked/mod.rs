//! What a text's expressions ask of columns whose types nobody knows: `success = false` asks for a
//! boolean, in whatever statement it stands, bodies of functions among them. Nothing is refused here.

mod argument;
mod column;
mod operand;
mod piece;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use super::expression::{Token, TokenKind, tokenize};
use super::{Catalog, Column};
use crate::model::{DataType, Identifier, ObjectName};
use piece::Piece;

/// The tables that are asked about, with the columns that are known of each.
pub(crate) type OpenTables = BTreeMap<ObjectName, BTreeSet<Identifier>>;

/// A column that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) table: ObjectName,
    pub(crate) column: Identifier,
    /// `None` where its surroundings do not tell; never a text type, which fits nearly everything.
    pub(crate) data_type: Option<DataType>,
}

impl Catalog {
    /// What `text`, statements or bodies of functions, shows of the open tables. `row` is the table whose
    /// rows a trigger function gets as OLD and NEW.
    pub(crate) fn asked_types(
        &self,
        text: &str,
        open: &OpenTables,
        row: Option<&ObjectName>,
    ) -> Vec<Asked> {
        let mut found = Vec::new();
        self.ask(text, open, row, &[], &mut found);
        found
    }

    fn ask(
        &self,
        text: &str,
        open: &OpenTables,
        row: Option<&ObjectName>,
        outer: &[Column],
        found: &mut Vec<Asked>,
    ) {
        let tokens = tokenize(text);
        let mut variables = outer.to_vec();
        variables.extend(parameters(text, &tokens));
        variables.extend(declared(text, &tokens));
        for tokens in tokens.split(|token| token.is(";")) {
            if let Some(piece) = Piece::new(self, text, tokens, &variables, open, row) {
                found.extend(piece.asked());
            }
            let bodies = tokens.iter().filter(|token| token.text.starts_with('$'));
            for body in bodies.filter_map(Token::string) {
                self.ask(&body, open, row, &variables, found);
            }
        }
    }
}

/// `CREATE FUNCTION f(name type DEFAULT ..., ...)`.
fn parameters(text: &str, tokens: &[Token<'_>]) -> Vec<Column> {
    let is_routine = |token: &Token<'_>| token.is_any(&["function", "procedure"]);
    let creates = tokens.first().is_some_and(|first| first.is("create"));
    let Some(named) = tokens.iter().take(5).position(is_routine) else {
        return Vec::new();
    };
    let Some(open) = tokens[named..].iter().position(|token| token.is("(")) else {
        return Vec::new();
    };
    let begin = named + open + 1;
    let end = close(tokens, begin);
    match creates {
        true => list(&tokens[begin..end])
            .filter_map(|one| variable(text, one))
            .collect(),
        false => Vec::new(),
    }
}

/// `DECLARE name type := ...; ... BEGIN`.
fn declared(text: &str, tokens: &[Token<'_>]) -> Vec<Column> {
    let Some(begin) = tokens.iter().position(|token| token.is("declare")) else {
        return Vec::new();
    };
    let rest = &tokens[begin + 1..];
    let end = rest.iter().position(|token| token.is("begin"));
    let declared = &rest[..end.unwrap_or(0)];
    let lines = declared.split(|token| token.is(";"));
    lines.filter_map(|line| variable(text, line)).collect()
}

/// `[IN] name type [DEFAULT ...]`.
fn variable(text: &str, tokens: &[Token<'_>]) -> Option<Column> {
    const MODES: &[&str] = &["in", "out", "inout", "variadic", "constant"];
    let from = usize::from(tokens.first()?.is_any(MODES));
    let tokens = &tokens[from..];
    let name = tokens.first()?.identifier()?;
    let from = 1 + usize::from(tokens.get(1)?.is("constant"));
    let ends = |token: &Token<'_>| token.is_any(&["default", ":=", "=", "not", "collate"]);
    let length = tokens.get(from..)?.iter().position(ends);
    let words = &tokens[from..length.map_or(tokens.len(), |length| from + length)];
    let (first, last) = (words.first()?, words.last()?);
    let data_type = DataType::from_sql(text.get(first.start..last.end())?);
    Some(Column::new(name.as_str(), data_type))
}

/// The place of the bracket that closes the one right before `begin`.
fn close(tokens: &[Token<'_>], begin: usize) -> usize {
    let mut depth = 1usize;
    for (place, token) in tokens.iter().enumerate().skip(begin) {
        match token.text {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place;
        }
    }
    tokens.len()
}

/// The parts between commas that stand in no bracket.
fn list<'a, 't>(tokens: &'a [Token<'t>]) -> impl Iterator<Item = &'a [Token<'t>]> {
    let mut depth = 0i32;
    tokens.split(move |token| {
        match token.text {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            _ => {}
        }
        depth == 0 && token.is(",")
    })
}

/// A name, and no string, number or sign.
fn is_name(token: &Token<'_>) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::Quoted)
}

#[cfg(test)]
mod tests;
