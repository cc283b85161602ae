//! What an expression without a name of its own is called (`FigureColname`).

use super::blocks::blocks;
use super::keywords::is_keyword;
use super::tokens::{Token, TokenKind, tokenize};
use crate::model::Identifier;

/// The column, the function, what is cast, or `case`; `None` for anything else.
pub(crate) fn figure_name(text: &str) -> Option<String> {
    let tokens = strip_parentheses(tokenize(text));
    match tokens
        .first()
        .filter(|first| first.is_any(&["select", "with"]))
    {
        Some(_) => subquery_name(text),
        None => figure(&tokens),
    }
}

/// A subquery goes by the name of its column.
fn subquery_name(text: &str) -> Option<String> {
    let block = blocks(text).into_iter().next()?;
    let (start, end) = *block.targets?.first()?;
    let item = text.get(start..end)?;
    let tokens = tokenize(item);
    match without_alias(&tokens) {
        (_, Some(alias)) => Some(alias.to_string()),
        (_, None) => figure_name(item),
    }
}

/// Splits `expression AS name` and `expression name`.
pub(crate) fn without_alias<'t, 'a>(
    item: &'t [Token<'a>],
) -> (&'t [Token<'a>], Option<Identifier>) {
    let (Some(last), Some(before)) = (
        item.last(),
        item.len().checked_sub(2).and_then(|index| item.get(index)),
    ) else {
        return (item, None);
    };
    let Some(name) = last.identifier() else {
        return (item, None);
    };
    if before.is("as") {
        return (&item[..item.len() - 2], Some(name));
    }
    let in_cast = item.len() > 2 && item[item.len() - 3].is("::");
    let ends_value = match before.kind {
        TokenKind::Word => (!is_keyword(before.text) && !in_cast) || before.is("end"),
        TokenKind::Quoted | TokenKind::Text | TokenKind::Number | TokenKind::Parameter => true,
        TokenKind::Symbol => before.is(")") || before.is("]"),
    };
    let is_name = last.kind == TokenKind::Quoted || !is_keyword(last.text);
    match ends_value && is_name {
        true => (&item[..item.len() - 1], Some(name)),
        false => (item, None),
    }
}

fn figure(tokens: &[Token<'_>]) -> Option<String> {
    let first = tokens.first()?;
    if first.is("case") && tokens.last()?.is("end") {
        return Some(case_name(tokens));
    }
    if let Some(field) = field_name(tokens) {
        return Some(field);
    }
    let depth_of_last_cast = top_level(tokens, "::");
    if let Some(position) = depth_of_last_cast {
        let has_operator = tokens.iter().enumerate().any(|(index, token)| {
            token.kind == TokenKind::Symbol
                && !token.is_any(&["::", "(", ")", ".", ",", "[", "]"])
                && at_top_level(tokens, index)
        });
        if has_operator {
            return None;
        }
        let inner = strip_parentheses(tokens[..position].to_vec());
        return figure(&inner).or_else(|| type_name(&tokens[position + 1..]));
    }
    let name = first.identifier()?;
    if tokens.len() == 1 {
        return Some(name.as_str().to_owned());
    }
    if tokens
        .iter()
        .all(|token| token.identifier().is_some() || token.is("."))
    {
        return Some(tokens.last()?.identifier()?.as_str().to_owned());
    }
    // A call whose parenthesis closes at the end; `schema.function(...)` takes the last name.
    let open = tokens.iter().position(|token| token.is("("))?;
    let named = tokens[..open].iter().rev().find_map(Token::identifier)?;
    let path = tokens[..open]
        .iter()
        .all(|token| token.identifier().is_some() || token.is("."));
    (path && closes_at_end(&tokens[open..])).then(|| named.as_str().to_owned())
}

/// A CASE goes by the column or function in its ELSE.
fn case_name(tokens: &[Token<'_>]) -> String {
    let mut depth = 0usize;
    let mut otherwise = None;
    for (index, token) in tokens.iter().enumerate() {
        if token.is_any(&["case", "(", "["]) {
            depth += 1;
        } else if token.is_any(&["end", ")", "]"]) {
            depth = depth.saturating_sub(1);
        } else if token.is("else") && depth == 1 {
            otherwise = tokens.get(index + 1..tokens.len() - 1);
        }
    }
    let otherwise = strip_parentheses(otherwise.unwrap_or_default().to_vec());
    let weak = otherwise.first().is_none_or(|first| {
        first.is_any(&["case", "null", "true", "false"]) || first.identifier().is_none()
    }) || top_level(&otherwise, "::").is_some();
    match figure(&otherwise).filter(|_| !weak) {
        Some(name) => name,
        None => "case".to_owned(),
    }
}

/// `(a).b` and `a[1].b` go by the field.
fn field_name(tokens: &[Token<'_>]) -> Option<String> {
    let [.., closed, dot, last] = tokens else {
        return None;
    };
    let simple = tokens
        .iter()
        .all(|token| token.kind != TokenKind::Symbol || token.is_any(&["(", ")", "[", "]", "."]));
    (simple && dot.is(".") && closed.is_any(&[")", "]"]))
        .then(|| last.identifier())
        .flatten()
        .map(|name| name.to_string())
}

/// The name in `pg_type`, which is not always the one that is written.
fn type_name(tokens: &[Token<'_>]) -> Option<String> {
    let words: Vec<_> = tokens
        .iter()
        .map(|token| token.text.to_lowercase())
        .collect();
    let name = match words.first()?.as_str() {
        "int" | "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "boolean" => "bool",
        "real" => "float4",
        "double" | "float" => "float8",
        "decimal" | "dec" => "numeric",
        "character" | "char" if words.contains(&"varying".to_owned()) => "varchar",
        "character" | "char" => "bpchar",
        "timestamp" if words.contains(&"with".to_owned()) => "timestamptz",
        "time" if words.contains(&"with".to_owned()) => "timetz",
        _ => {
            return Some(
                tokens
                    .iter()
                    .rev()
                    .find_map(Token::identifier)?
                    .as_str()
                    .to_owned(),
            );
        }
    };
    Some(name.to_owned())
}

fn at_top_level(tokens: &[Token<'_>], index: usize) -> bool {
    let opens = tokens[..index]
        .iter()
        .filter(|token| token.is_any(&["(", "["]))
        .count();
    let closes = tokens[..index]
        .iter()
        .filter(|token| token.is_any(&[")", "]"]))
        .count();
    opens == closes
}

fn top_level(tokens: &[Token<'_>], symbol: &str) -> Option<usize> {
    (0..tokens.len())
        .rev()
        .find(|&index| tokens[index].is(symbol) && at_top_level(tokens, index))
}

fn closes_at_end(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate() {
        if token.is_any(&["(", "["]) {
            depth += 1;
        } else if token.is_any(&[")", "]"]) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return index + 1 == tokens.len();
            }
        }
    }
    false
}

fn strip_parentheses(mut tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    while tokens.first().is_some_and(|token| token.is("(")) && closes_at_end(&tokens) {
        tokens.remove(0);
        tokens.pop();
    }
    tokens
}
