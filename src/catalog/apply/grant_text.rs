//! GRANT and REVOKE read from their text, and references to functions.

use crate::catalog::Grant;
use crate::catalog::expression::{Token, TokenKind, tokenize};
use crate::model::{DataType, Identifier, ObjectName};

/// A GRANT or REVOKE on objects, read from its text.
pub(super) struct Rights {
    /// With the columns that they are limited to; none means the whole object.
    pub(super) privileges: Vec<(String, Vec<Identifier>)>,
    /// `table`, `sequence`, `schema`, `function` ...
    pub(super) kind: String,
    pub(super) objects: Vec<String>,
    pub(super) grantees: Vec<Option<Identifier>>,
    pub(super) with_grant_option: bool,
}

/// `name(integer, text)` with its types, or a bare name.
pub(super) fn function_reference(object: &str) -> (ObjectName, Option<Vec<DataType>>) {
    let Some((name, arguments)) = object.split_once('(') else {
        return (ObjectName::from_sql(object.trim()), None);
    };
    let arguments = arguments.trim_end().trim_end_matches(')');
    let types = split_list(arguments)
        .into_iter()
        .map(argument_type)
        .collect();
    (ObjectName::from_sql(name.trim()), Some(types))
}

/// The type in `name type`, `IN type`, `type`.
pub(super) fn argument_type(argument: &str) -> DataType {
    let whole = DataType::from_sql(argument);
    if crate::catalog::builtin::is_builtin(&whole) || whole.serial_base().is_some() {
        return whole;
    }
    match argument.trim().split_once(' ') {
        Some((_, rest)) => argument_type(rest),
        None => whole,
    }
}

/// Splits at commas outside parentheses.
pub(super) fn split_list(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (index, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text[start..index].trim());
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// `None` for a membership of roles, for default privileges, and for what is not understood.
pub(super) fn read_rights(statement: &str) -> Option<Rights> {
    let statement = statement.trim().trim_end_matches(';');
    let tokens = tokenize(statement);
    if !tokens.first()?.is_any(&["grant", "revoke"]) {
        return None;
    }
    let on = tokens.iter().position(|token| token.is("on"))?;
    let to = (on..tokens.len())
        .rev()
        .find(|&index| tokens[index].is_any(&["to", "from"]))?;
    let start = tokens
        .iter()
        .position(|token| token.is("for"))
        .map_or(1, |index| index + 1);
    let text = |from: usize, end: usize| -> &str {
        match (
            tokens.get(from),
            end.checked_sub(1).and_then(|last| tokens.get(last)),
        ) {
            (Some(first), Some(last)) if from < end => &statement[first.start..last.end()],
            _ => "",
        }
    };
    let privileges = split_list(text(start, on))
        .into_iter()
        .map(privilege)
        .collect();
    let (kind, objects_from) = object_kind(&tokens, on + 1);
    let objects = split_list(text(objects_from, to))
        .into_iter()
        .map(str::to_owned)
        .collect();
    let end = tokens[to..]
        .iter()
        .position(|token| token.is_any(&["with", "granted", "cascade", "restrict"]))
        .map_or(tokens.len(), |offset| to + offset);
    let grantees = tokens[to + 1..end]
        .iter()
        .filter(|token| token.kind != TokenKind::Symbol && !token.is("group"))
        .filter_map(Token::identifier)
        .map(|name| (name.as_str() != "public").then_some(name))
        .collect();
    let with_grant_option = tokens[end..].iter().any(|token| token.is("grant"));
    Some(Rights {
        privileges,
        kind,
        objects,
        grantees,
        with_grant_option,
    })
}

fn object_kind(tokens: &[Token<'_>], index: usize) -> (String, usize) {
    let word = |offset: usize| {
        tokens
            .get(index + offset)
            .map(|token| token.text.to_lowercase())
            .unwrap_or_default()
    };
    match word(0).as_str() {
        "all" => (format!("all {} in schema", word(1)), index + 4),
        kind @ ("table" | "sequence" | "schema" | "function" | "procedure" | "routine" | "type"
        | "domain" | "database" | "language" | "tablespace") => (kind.to_owned(), index + 1),
        "foreign" | "large" => ("other".to_owned(), index + 2),
        _ => ("table".to_owned(), index),
    }
}

/// `SELECT (id, email)`.
fn privilege(text: &str) -> (String, Vec<Identifier>) {
    let Some((name, columns)) = text.split_once('(') else {
        return (text.to_uppercase(), Vec::new());
    };
    let columns = tokenize(columns)
        .iter()
        .filter_map(Token::identifier)
        .collect();
    (name.trim().to_uppercase(), columns)
}

/// ALL stands for all rights that the kind of object has.
pub(super) fn expand(rights: &Rights) -> Vec<(Grant, Vec<Identifier>)> {
    let all: &[&str] = match rights.kind.as_str() {
        "sequence" | "all sequences in schema" => &["SELECT", "UPDATE", "USAGE"],
        "schema" => &["CREATE", "USAGE"],
        "function" | "procedure" | "routine" => &["EXECUTE"],
        "type" | "domain" => &["USAGE"],
        _ => &[
            "DELETE",
            "INSERT",
            "REFERENCES",
            "SELECT",
            "TRIGGER",
            "TRUNCATE",
            "UPDATE",
        ],
    };
    let mut grants = Vec::new();
    for grantee in &rights.grantees {
        for (privilege, columns) in &rights.privileges {
            let names: Vec<&str> = match privilege.as_str() {
                "ALL" | "ALL PRIVILEGES" => all.to_vec(),
                one => vec![one],
            };
            for name in names {
                let grant = Grant {
                    grantee: grantee.clone(),
                    privilege: name.to_owned(),
                    with_grant_option: rights.with_grant_option,
                };
                grants.push((grant, columns.clone()));
            }
        }
    }
    grants
}
