//! Names and values as PostgreSQL reads them.

use crate::model::{Identifier, ObjectName};

/// Words that cannot stand bare as a table's or column's name (PostgreSQL manual, appendix C:
/// reserved, and reserved except as function or type name).
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

/// The name bare where that is safe, in double quotes else.
pub fn quote_identifier(identifier: &Identifier) -> String {
    let name = identifier.as_str();
    let mut characters = name.chars();
    let plain_start = characters
        .next()
        .is_some_and(|first| first.is_ascii_lowercase() || first == '_');
    let plain =
        characters.all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_');
    if plain_start && plain && !RESERVED.contains(&name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// The name with its schema; `public` where it has none, so that no search path can mislead it.
pub fn quote_name(name: &ObjectName) -> String {
    let schema = name
        .schema
        .as_ref()
        .map_or_else(|| "public".to_owned(), quote_identifier);
    format!("{schema}.{}", quote_identifier(&name.name))
}

/// A string literal, the same whether `standard_conforming_strings` is on or off.
pub fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') {
        return format!("E'{}'", quoted.replace('\\', "\\\\"));
    }
    format!("'{quoted}'")
}

/// A string literal for text that is itself SQL: dollar quotes keep it readable.
pub fn quote_statement(text: &str) -> String {
    let tag = ["$sql$", "$statement$", "$wanted$"]
        .into_iter()
        .find(|tag| !text.contains(tag));
    match tag {
        Some(tag) if text.contains('\'') || text.contains('\n') => format!("{tag}{text}{tag}"),
        _ => quote_literal(text),
    }
}

pub fn quote_list(identifiers: &[Identifier]) -> String {
    identifiers
        .iter()
        .map(quote_identifier)
        .collect::<Vec<_>>()
        .join(", ")
}

/// A Python string literal: raw triple quotes where the text allows, so that SQL stays readable.
pub fn python_literal(text: &str) -> String {
    if text.contains("\"\"\"") || text.ends_with('"') || text.ends_with('\\') {
        return format!("{text:?}");
    }
    format!("r\"\"\"{text}\"\"\"")
}
