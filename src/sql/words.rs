//! The words that statements begin with.

use super::scan::{Kind, Scanner};

/// Words that begin a statement that a database would take.
const FIRST_WORDS: &[&str] = &[
    "abort",
    "alter",
    "analyze",
    "attach",
    "begin",
    "call",
    "checkpoint",
    "close",
    "cluster",
    "comment",
    "commit",
    "copy",
    "create",
    "deallocate",
    "declare",
    "delete",
    "describe",
    "discard",
    "do",
    "drop",
    "end",
    "execute",
    "explain",
    "fetch",
    "grant",
    "import",
    "insert",
    "listen",
    "load",
    "lock",
    "merge",
    "move",
    "notify",
    "pragma",
    "prepare",
    "reassign",
    "refresh",
    "reindex",
    "release",
    "rename",
    "replace",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "security",
    "select",
    "set",
    "show",
    "start",
    "table",
    "truncate",
    "unlisten",
    "update",
    "use",
    "vacuum",
    "values",
    "with",
];

/// Those among them that hardly begin anything else in the middle of a statement.
const STRONG_FIRST_WORDS: &[&str] = &[
    "alter", "begin", "comment", "commit", "create", "delete", "do", "drop", "grant", "insert",
    "revoke", "rollback", "select", "truncate", "update", "with",
];

/// The first word of a text, in lower case, behind space, comments, parentheses and semicolons.
fn first_word(text: &str) -> Option<(String, usize)> {
    for token in Scanner::new(text, false) {
        match token.kind {
            Kind::Space | Kind::Comment | Kind::Mark('(' | ';') => {}
            Kind::Word => return Some((token.text(text).to_ascii_lowercase(), token.end)),
            _ => return None,
        }
    }
    None
}

/// Whether a text begins with a statement beyond doubt.
pub(crate) fn begins_statement(text: &str) -> bool {
    first_word(text).is_some_and(|(word, _)| STRONG_FIRST_WORDS.contains(&word.as_str()))
}

/// Whether a word may begin a statement.
pub(crate) fn is_first_word(word: &str) -> bool {
    FIRST_WORDS.contains(&word.to_ascii_lowercase().as_str())
}

/// The offset of the next line that begins a statement after one that ended in a semicolon.
pub(crate) fn next_statement_line(text: &str) -> Option<usize> {
    let mut offset = 0;
    let mut ended = false;
    for line in text.split_inclusive('\n') {
        if ended && begins_statement(line) {
            return Some(offset);
        }
        let trimmed = line.trim_end();
        if !trimmed.is_empty() {
            ended = trimmed.ends_with(';');
        }
        offset += line.len();
    }
    None
}

/// What must follow a first word that is also an English one.
fn second_word_fits(first: &str, rest: &str) -> bool {
    let Some((second, _)) = first_word(rest) else {
        return matches!(
            first,
            "begin" | "commit" | "rollback" | "end" | "abort" | "checkpoint"
        ) || (matches!(
            first,
            "select" | "values" | "do" | "copy" | "explain" | "delete"
        ) && !rest.trim().is_empty());
    };
    let second = second.as_str();
    match first {
        "create" => CREATED.contains(&second),
        "alter" | "drop" => ALTERED.contains(&second),
        "insert" | "merge" => matches!(second, "into" | "or" | "ignore" | "overwrite"),
        "replace" => second == "into",
        "delete" => second == "from",
        "comment" => second == "on",
        "start" => second == "transaction",
        "import" => second == "foreign",
        "reassign" => second == "owned",
        "security" => second == "label",
        "refresh" => second == "materialized",
        "release" => true,
        "rename" => second == "table",
        "update" => !matches!(second, "the" | "your" | "to" | "available" | "failed"),
        "use" | "show" | "load" | "move" | "close" | "end" | "table" => {
            rest.split_whitespace().count() <= 3
        }
        _ => true,
    }
}

const CREATED: &[&str] = &[
    "access",
    "aggregate",
    "cast",
    "collation",
    "constraint",
    "conversion",
    "database",
    "domain",
    "event",
    "extension",
    "foreign",
    "function",
    "global",
    "group",
    "index",
    "language",
    "local",
    "materialized",
    "operator",
    "or",
    "policy",
    "procedure",
    "publication",
    "recursive",
    "role",
    "rule",
    "schema",
    "sequence",
    "server",
    "statistics",
    "subscription",
    "table",
    "tablespace",
    "temp",
    "temporary",
    "text",
    "transform",
    "trigger",
    "trusted",
    "type",
    "unique",
    "unlogged",
    "user",
    "view",
    "virtual",
    "fulltext",
    "spatial",
    "definer",
];

const ALTERED: &[&str] = &[
    "aggregate",
    "cast",
    "collation",
    "column",
    "conversion",
    "database",
    "default",
    "domain",
    "event",
    "extension",
    "foreign",
    "function",
    "group",
    "index",
    "language",
    "large",
    "materialized",
    "operator",
    "owned",
    "policy",
    "procedure",
    "publication",
    "role",
    "routine",
    "rule",
    "schema",
    "sequence",
    "server",
    "statistics",
    "subscription",
    "system",
    "table",
    "tablespace",
    "text",
    "transform",
    "trigger",
    "type",
    "user",
    "view",
    "access",
    "constraint",
    "if",
    "temporary",
];

/// Whether a string that somebody hands to an unknown function is meant for a database: its first
/// words begin a statement.
pub fn looks_like_sql(text: &str) -> bool {
    match first_word(text) {
        Some((word, end)) => is_first_word(&word) && second_word_fits(&word, &text[end..]),
        None => false,
    }
}

/// Whether a comment is opened that never ends.
pub(crate) fn opens_comment(text: &str) -> bool {
    Scanner::new(text, false).any(|token| token.unclosed && token.kind == Kind::Comment)
}

/// Keywords that cannot be a name without quotes (manual, appendix C: reserved, in PostgreSQL).
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
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
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
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

/// Whether `quote_ident` puts quotes around a word.
pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok()
}

/// Whether a text begins with a statement's first word, or has a line that does: all else no
/// grammar needs to see.
pub(crate) fn may_hold_statement(text: &str) -> bool {
    let begins = match first_word(text) {
        Some((word, _)) => is_first_word(&word),
        // Something that is no word: only a line further down can be a statement.
        None => text.trim().is_empty(),
    };
    begins || text.split('\n').skip(1).any(begins_statement)
}
