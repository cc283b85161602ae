//! The words of a statement, as far as guessing needs them.

use crate::model::ObjectName;

/// One word or sign; identifiers are folded as the server folds them, texts begin with a quote.
pub(super) type Word = String;

/// Comments are left out. Bodies in dollar quotes are read as if they stood in the statement.
pub(super) fn words(statement: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = statement;
    while let Some(first) = rest.chars().next() {
        let taken = length(rest, first);
        let (piece, after) = rest.split_at(taken);
        rest = after;
        match first {
            _ if first.is_whitespace() || piece.starts_with("--") => {}
            '"' => words.push(piece.trim_matches('"').replace("\"\"", "\"")),
            _ => words.push(piece.to_lowercase()),
        }
    }
    words
}

fn length(rest: &str, first: char) -> usize {
    let until = |end: Option<usize>, more: usize| end.map_or(rest.len(), |end| end + more);
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    match first {
        _ if rest.starts_with("--") => until(rest.find('\n'), 1),
        '\'' | '"' => until(rest[1..].find(first), 2),
        _ if is_part(first) => until(rest.find(|letter| !is_part(letter)), 0),
        _ => first.len_utf8(),
    }
}

/// Where the words name the table, with or without its schema; the place of the last word of it.
pub(super) fn places<'w>(
    words: &'w [Word],
    table: &'w ObjectName,
) -> impl Iterator<Item = usize> + 'w {
    let named = words.iter().enumerate();
    let named = named.filter(move |(_, word)| *word == table.name.as_str());
    named.filter_map(move |(place, _)| {
        // `x.profiles` is the table only where `x` is its schema.
        let before = place.checked_sub(2).filter(|_| words[place - 1] == ".");
        let schema = before.map(|before| words[before].as_str());
        let own = table.schema.as_ref().map_or("public", |own| own.as_str());
        schema.is_none_or(|schema| schema == own).then_some(place)
    })
}

/// The names in brackets right after `from`.
pub(super) fn list(words: &[Word], from: usize) -> Option<Vec<String>> {
    let rest = words.get(from..)?.strip_prefix(&["(".to_owned()][..])?;
    let end = rest.iter().position(|word| word == ")")?;
    let names = rest[..end].iter().filter(|word| *word != ",");
    let names: Vec<String> = names.cloned().collect();
    let is_name = |word: &String| {
        word.chars()
            .all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    names.iter().all(is_name).then_some(names)
}

/// What stands after the words `pattern`.
pub(super) fn after(words: &[Word], pattern: &[&str]) -> Option<usize> {
    let found = words
        .windows(pattern.len())
        .position(|window| window.iter().eq(pattern))?;
    Some(found + pattern.len())
}
