//! Identifiers as SQLAlchemy's PostgreSQL preparer writes them: quoted where they are reserved,
//! hold other than letters, digits, `_` and `$`, start with a digit or `$`, or have upper case.

use crate::model::Template;

use super::text::join;

/// `dialects/postgresql/base.py`, `RESERVED_WORDS`. The list is SQLAlchemy's, not PostgreSQL's.
const RESERVED_WORDS: &[&str] = &[
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
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
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
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "new",
    "not",
    "notnull",
    "null",
    "of",
    "off",
    "offset",
    "old",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "over",
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

/// PostgreSQL's limit, and SQLAlchemy's `max_identifier_length` for it.
const LONGEST_IDENTIFIER: usize = 63;

/// One identifier. A name with holes is left as it is: what it needs cannot be known.
pub(crate) fn identifier(name: &Template) -> Template {
    match name.known_text() {
        Some(text) => Template::from_text(quoted_where_needed(&text)),
        None => name.clone(),
    }
}

/// `schema.name`, or the name alone.
pub(crate) fn qualified(schema: Option<&Template>, name: &Template) -> Template {
    match schema {
        Some(schema) if !schema.is_empty() => join(&[identifier(schema), identifier(name)], "."),
        _ => identifier(name),
    }
}

/// A schema that Alembic writes: it quotes each part of a dotted one.
pub(crate) fn dotted(name: &Template) -> Template {
    match name.known_text() {
        Some(text) => {
            let parts: Vec<_> = text.split('.').map(quoted_where_needed).collect();
            Template::from_text(parts.join("."))
        }
        None => name.clone(),
    }
}

/// Identifiers with commas between.
pub(crate) fn identifiers(names: &[Template]) -> Template {
    let quoted: Vec<_> = names.iter().map(identifier).collect();
    join(&quoted, ", ")
}

pub(crate) fn quoted_where_needed(name: &str) -> String {
    match needs_quotes(name) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_owned(),
    }
}

fn needs_quotes(name: &str) -> bool {
    let legal =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '$');
    let lower = name.to_lowercase();
    name.is_empty()
        || lower != name
        || RESERVED_WORDS.binary_search(&name).is_ok()
        || name.starts_with(|first: char| first.is_ascii_digit() || first == '$')
        || !name.chars().all(legal)
}

/// A name that SQLAlchemy made itself and that is too long: its first 55 characters and four hex
/// digits of its MD5 (`_truncate_and_render_maxlen_name`).
pub(crate) fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST_IDENTIFIER {
        return name.to_owned();
    }
    let head: String = name.chars().take(LONGEST_IDENTIFIER - 8).collect();
    let digest = super::md5::hex_digest(name.as_bytes());
    format!("{head}_{}", &digest[digest.len() - 4..])
}

/// SQLAlchemy refuses a name of the user's own that is too long (`IdentifierError`).
pub(crate) fn is_too_long(name: &str) -> bool {
    name.chars().count() > LONGEST_IDENTIFIER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserved_words_are_sorted() {
        assert!(RESERVED_WORDS.is_sorted());
    }

    #[test]
    fn quotes_only_where_sqlalchemy_does() {
        for (name, written) in [
            ("users", "users"),
            ("user", "\"user\""),
            ("Users", "\"Users\""),
            ("2fa", "\"2fa\""),
            ("a-b", "\"a-b\""),
            ("a\"b", "\"a\"\"b\""),
            ("timestamp", "timestamp"),
            ("a$b", "a$b"),
        ] {
            assert_eq!(quoted_where_needed(name), written);
        }
    }

    #[test]
    fn long_names_of_its_own_end_in_a_digest() {
        let long = format!("ix_{}", "a".repeat(70));
        assert_eq!(shortened(&long).len(), 60);
        assert!(shortened(&long).starts_with("ix_aaa"));
        assert_eq!(shortened("ix_users_email"), "ix_users_email");
    }
}
