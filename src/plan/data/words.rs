//! What can be told from a statement's words alone: mentions of a name, literals, placeholders,
//! the relations behind FROM and JOIN, calls whose value differs from run to run.

use crate::model::ObjectName;

/// Whether the name stands in the text as a word, quoted texts aside.
pub(in crate::plan) fn mentions(expression: &str, name: &str) -> bool {
    words(&outside_quotes(expression)).any(|word| word.eq_ignore_ascii_case(name))
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character| !is_word(character))
        .filter(|word| !word.is_empty())
}

/// The text without its string literals.
pub(super) fn outside_quotes(text: &str) -> String {
    text.split('\'').step_by(2).collect::<Vec<_>>().join(" ")
}

/// The contents of the string literals; a doubled quote ends one and begins the next.
pub(super) fn string_literals(text: &str) -> impl Iterator<Item = &str> {
    text.split('\'').skip(1).step_by(2)
}

/// `'label'::name`: string literals with the type that they are cast to.
pub(super) fn cast_literals(text: &str) -> Vec<(String, ObjectName)> {
    let pieces: Vec<&str> = text.split('\'').collect();
    let literals = (1..pieces.len()).step_by(2);
    let casts = literals.filter_map(|index| {
        let rest = pieces.get(index + 1)?.trim_start().strip_prefix("::")?;
        let end = rest
            .find(|next: char| !is_word(next) && next != '.' && next != '"')
            .unwrap_or(rest.len());
        (end > 0).then(|| (pieces[index].to_owned(), ObjectName::from_sql(&rest[..end])))
    });
    casts.collect()
}

pub(super) fn is_literal(value: &str) -> bool {
    let value = value.trim();
    let value = value.split("::").next().unwrap_or(value).trim();
    let quoted = value.len() >= 2
        && value.starts_with('\'')
        && value.ends_with('\'')
        && string_literals(value).count() == 1;
    quoted
        || value.parse::<f64>().is_ok()
        || ["true", "false", "null"]
            .iter()
            .any(|word| value.eq_ignore_ascii_case(word))
}

/// A literal by which rows can be told apart: JSON has no equality operator, long texts are prose,
/// and NULL says nothing.
pub(super) fn tells_rows_apart(value: &str) -> bool {
    let trimmed = value.trim();
    is_literal(trimmed)
        && !trimmed.starts_with("'{")
        && !trimmed.starts_with("'[")
        && trimmed.len() < 200
        && !trimmed.eq_ignore_ascii_case("null")
}

/// Parameters that the client fills in: `%s`, `%(name)s`, `?`, `$1`, `:name`.
pub(super) fn has_placeholder(statement: &str) -> bool {
    let code = outside_quotes(statement);
    let bytes = code.as_bytes();
    code.contains("%s")
        || code.contains("%(")
        || code.contains('?')
        || bytes
            .windows(2)
            .any(|pair| pair[0] == b'$' && pair[1].is_ascii_digit())
        || bytes.windows(3).any(|three| {
            three[1] == b':'
                && three[0] != b':'
                && (three[2].is_ascii_alphabetic() || three[2] == b'_')
        })
}

/// `VALUES %s`: the client puts whole rows there.
pub(super) fn has_one_placeholder_for_rows(statement: &str) -> bool {
    let code = outside_quotes(statement).to_lowercase();
    code.match_indices("values").any(|(at, word)| {
        let rest = code[at + word.len()..].trim_start();
        let (rest, closing) = match rest.strip_prefix('(') {
            Some(inside) => (inside.trim_start(), true),
            None => (rest, false),
        };
        let rest = rest.strip_prefix("%s").map(str::trim_start);
        rest.is_some_and(|rest| !closing || rest.starts_with(')'))
    })
}

/// Functions whose value is another one at each run or each day.
const OF_THE_MOMENT: &[&str] = &[
    "now",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtimestamp",
    "localtime",
    "clock_timestamp",
    "statement_timestamp",
    "transaction_timestamp",
    "timeofday",
    "random",
    "gen_random_uuid",
    "uuid_generate_v4",
    "nextval",
    "current_user",
    "session_user",
];

pub(super) fn is_of_the_moment(expression: &str) -> bool {
    OF_THE_MOMENT.iter().any(|name| mentions(expression, name))
}

/// The relations behind FROM, JOIN and USING, names of WITH queries and functions aside.
pub(in crate::plan) fn relations_read(statement: &str) -> Vec<ObjectName> {
    let code = outside_quotes(statement);
    let tokens = tokens(&code);
    let is = |index: usize, word: &str| {
        tokens
            .get(index)
            .is_some_and(|token| token.eq_ignore_ascii_case(word))
    };
    let common: Vec<&str> = (0..tokens.len())
        .filter(|index| is(index + 1, "as") && is(index + 2, "("))
        .map(|index| tokens[index])
        .collect();
    let mut found = Vec::new();
    for index in 0..tokens.len() {
        let introduces = ["from", "join", "using"].iter().any(|word| is(index, word));
        let after_distinct = index > 0 && is(index - 1, "distinct");
        if !introduces || after_distinct || in_call(&tokens, index) {
            continue;
        }
        let at = index + 1 + usize::from(is(index + 1, "only") || is(index + 1, "lateral"));
        let Some(name) = tokens
            .get(at)
            .filter(|name| name.starts_with(|c| is_word(c) || c == '"'))
        else {
            continue;
        };
        let is_call = is(at + 1, "(");
        let is_query = ["select", "values", "unnest"]
            .iter()
            .any(|word| is(at, word));
        if !is_call && !is_query && !common.contains(name) {
            found.push(ObjectName::from_sql(name));
        }
    }
    found
}

/// `extract(epoch FROM x)`, `substring(x FROM 2)`, `trim(BOTH FROM x)`: the FROM of a call.
fn in_call(tokens: &[&str], index: usize) -> bool {
    const CALLS: &[&str] = &["extract", "substring", "trim", "overlay", "position"];
    let mut depth = 0_i32;
    for at in (0..index).rev() {
        match tokens[at] {
            ")" => depth += 1,
            "(" if depth > 0 => depth -= 1,
            "(" => {
                let before = at.checked_sub(1).map(|at| tokens[at].to_ascii_lowercase());
                return before.is_some_and(|word| CALLS.contains(&word.as_str()));
            }
            _ => {}
        }
    }
    false
}

/// Words (names with their dots), parentheses and other signs.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_name = |c: char| is_word(c) || c == '.' || c == '"' || c == '$';
        let end = if is_name(first) {
            rest.find(|c| !is_name(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::{has_placeholder, relations_read};

    fn read(statement: &str) -> Vec<String> {
        relations_read(statement)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn relations_stand_behind_from_join_and_using() {
        assert_eq!(
            read(
                "DELETE FROM a USING hbi.b WHERE a.id = b.id AND EXISTS (SELECT FROM ONLY c JOIN d ON true)"
            ),
            ["a", "hbi.b", "c", "d"]
        );
    }

    #[test]
    fn what_looks_like_a_from_is_none() {
        assert_eq!(
            read("UPDATE a SET x = extract(epoch FROM y) WHERE x IS DISTINCT FROM y"),
            Vec::<String>::new()
        );
        assert_eq!(
            read(
                "WITH w AS (SELECT 'from z') INSERT INTO a SELECT * FROM w, generate_series(1, 2)"
            ),
            Vec::<String>::new()
        );
        assert_eq!(
            read("INSERT INTO a SELECT * FROM unnest(ARRAY[1])"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_literal_with_a_cast_names_a_label() {
        let found = super::cast_literals(
            "SET a = CASE b WHEN 'x' THEN 'CINEMA'::industry ELSE 'y' :: text END",
        );
        let found: Vec<String> = found
            .iter()
            .map(|(label, name)| format!("{label} {name}"))
            .collect();
        assert_eq!(found, ["CINEMA industry"]);
    }

    #[test]
    fn casts_are_no_placeholders() {
        assert!(!has_placeholder(
            "UPDATE a SET x = y::text WHERE z = 'ten % of :all?'"
        ));
        assert!(has_placeholder("UPDATE a SET x = :value"));
    }
}
