//! Words that stand for themselves where a column's name could stand.

/// Reserved words, type-function names that start constructs, and words of clauses (PostgreSQL
/// manual, appendix C; the non-reserved ones that can follow or open an expression).
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "between",
    "both", "by", "case", "cast", "check", "collate", "collation", "column", "constraint",
    "create", "cross", "current_catalog", "current_date", "current_role", "current_schema",
    "current_time", "current_timestamp", "current_user", "default", "deferrable", "delete",
    "desc", "distinct", "do", "else", "end", "except", "exists", "false", "fetch",
    "for", "foreign", "from", "full", "grant", "group", "having", "ilike", "in", "initially",
    "inner", "insert", "intersect", "into", "is", "isnull", "join", "lateral", "leading",
    "left", "like", "limit", "localtime", "localtimestamp", "natural", "not", "notnull",
    "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing", "primary",
    "references", "returning", "right", "select", "session_user", "set", "similar", "some",
    "symmetric", "table", "tablesample", "then", "to", "trailing", "true", "union", "unique",
    "unknown", "update", "user", "using", "values", "variadic", "when", "where", "window",
    "with", "without",
];

/// Words that introduce a typed constant or end a type's name, and so are no columns where a
/// string, `::` or a parenthesis stands beside them.
const TYPE_WORDS: &[&str] = &[
    "bigint",
    "bit",
    "bool",
    "boolean",
    "bytea",
    "char",
    "character",
    "cidr",
    "citext",
    "date",
    "dec",
    "decimal",
    "double",
    "float",
    "float4",
    "float8",
    "inet",
    "int",
    "int2",
    "int4",
    "int8",
    "integer",
    "interval",
    "json",
    "jsonb",
    "numeric",
    "precision",
    "real",
    "smallint",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "uuid",
    "varchar",
    "varying",
    "zone",
    "regclass",
];

/// Words that are keywords beside certain others only, and fine names for columns elsewhere: the
/// word, what stands before it, what stands after it. An empty list is no condition.
const IN_CONTEXT: &[(&str, &[&str], &[&str])] = &[
    ("at", &[], &["time"]),
    ("first", &["nulls", "fetch"], &[]),
    ("last", &["nulls"], &[]),
    ("next", &["fetch"], &[]),
    ("conflict", &["on"], &[]),
    ("nothing", &["do"], &[]),
    ("nulls", &[], &["first", "last", "not", "distinct"]),
    ("recursive", &["with"], &[]),
    ("ordinality", &["with"], &[]),
    ("range", &[], &["between", "unbounded", "current"]),
    (
        "rows",
        &[],
        &["between", "unbounded", "current", "only", "from"],
    ),
    ("rows", &["next", "first"], &[]),
    ("row", &["current", "next", "first", "each"], &[]),
    ("row", &[], &["(", "only"]),
    ("current", &[], &["row", "of"]),
    ("unbounded", &[], &["preceding", "following"]),
    ("preceding", &[], &[]),
    ("following", &[], &[]),
    ("partition", &[], &["by"]),
    ("filter", &[")"], &["("]),
    ("over", &[")"], &[]),
    ("within", &[")"], &["group"]),
    ("escape", &[], &[]),
];

/// Whether the word is a keyword between its neighbours.
pub(crate) fn is_keyword_between(before: &str, word: &str, after: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let fits = |wanted: &[&str], found: &str| {
        wanted.is_empty() || wanted.iter().any(|one| found.eq_ignore_ascii_case(one))
    };
    is_keyword(&word)
        || IN_CONTEXT.iter().any(|(known, befores, afters)| {
            *known == word && fits(befores, before) && fits(afters, after)
        })
}

pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS
        .binary_search(&word.to_ascii_lowercase().as_str())
        .is_ok()
}

pub(crate) fn is_type_word(word: &str) -> bool {
    TYPE_WORDS.contains(&word.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted());
        assert!(is_keyword("SELECT") && !is_keyword("email"));
    }
}
