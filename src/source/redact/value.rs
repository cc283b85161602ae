//! Judges what stands where a secret could stand: placeholders, types, column names and words of
//! prose are none.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::patterns::{Judge, Pattern};

/// Files in which a value needs no quotes.
pub(super) fn takes_unquoted(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    name.starts_with(".env")
        || matches!(
            extension,
            "sh" | "bash"
                | "zsh"
                | "ksh"
                | "bat"
                | "ps1"
                | "env"
                | "ini"
                | "cfg"
                | "conf"
                | "properties"
                | "toml"
                | "yaml"
                | "yml"
        )
}

/// Parts that are filled in later: `{name}`, `%s`, `%(name)s`, `${NAME}`, `$(command)`.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    crate::source::pattern(concat!(
        r#"\$\{[^}]*\}|\$\([^)]*\)|\{\{[^}]*\}\}|\{[A-Za-z_][\w.\[\]"'()!:]*\}|\{\}|\{\d\}"#,
        r"|%\(\w+\)s|%s|\[YOUR[-_ A-Z]*\]|<[\w -]+>"
    ))
});

/// A column's type, or a statement: what migration scripts map column names to.
static SQL_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    crate::source::pattern(concat!(
        r"(?i)^\s*(?:(?:var)?char(?:acter)?|text|string|int(?:eger|\d)?|bigint|smallint|bool(?:ean)?",
        r"|uuid|timestamp(?:tz)?|date(?:time)?|jsonb?|(?:big)?serial|bytea|numeric|decimal|float",
        r"|double|real|inet|citext|enum|alter|create|drop|select|insert|update|delete|add|with)",
        r"(?:\b[\s(\[,;].*|)$"
    ))
});

/// Words that stand where no value is meant.
const NO_SECRET: &[&str] = &[
    "none",
    "null",
    "true",
    "false",
    "password",
    "passwd",
    "pass",
    "pwd",
    "secret",
    "token",
    "string",
    "hidden",
    "required",
    "optional",
    "redacted",
    "changeme",
    "change_me",
    "example",
    "placeholder",
    "bearer",
    "access",
    "refresh",
    "str",
    "prompt",
    "default",
    "test",
];

/// The parts of `value` that are a secret; empty where it is none.
pub(super) fn secret_ranges(
    line: &str,
    value: Range<usize>,
    pattern: &Pattern,
) -> Vec<Range<usize>> {
    let value = trim_quotes(line, value);
    let text = &line[value.clone()];
    let is_secret = match pattern.judge {
        Judge::Always => !is_placeholder_word(text),
        Judge::Password => is_password(line, &value),
        Judge::Token => is_password(line, &value) && looks_issued(text),
        Judge::Prose => is_prose_secret(line, &value),
    };
    if is_secret {
        fixed_parts(text, value.start)
    } else {
        Vec::new()
    }
}

/// `'''x'''` was taken as `''x''`: only what is inside counts.
fn trim_quotes(line: &str, value: Range<usize>) -> Range<usize> {
    let text = &line[value.clone()];
    let left = text.len() - text.trim_start_matches(['\'', '"']).len();
    let kept = text.trim_matches(['\'', '"']).len();
    value.start + left..value.start + left + kept
}

fn is_password(line: &str, value: &Range<usize>) -> bool {
    let text = &line[value.clone()];
    !text.trim().is_empty()
        && !is_placeholder_word(text)
        && !SQL_TEXT.is_match(text)
        && !text.contains("://")
        && !(is_code_between_strings(text) && opens_in_string(line, value.start))
        && (!text.contains(char::is_whitespace) || is_passphrase(text))
}

/// Between `'... password=' + value + '...'` stands code, not a literal.
fn is_code_between_strings(text: &str) -> bool {
    text.starts_with([' ', '+', ',', ')', '%', '.', ']', '}', ';', ':', '|', '&'])
}

/// What stands before `offset` on its line: of generated lines, which can be megabytes long, the end.
fn before(line: &str, offset: usize) -> &str {
    const LONGEST: usize = 4096;
    let mut start = offset.saturating_sub(LONGEST);
    while !line.is_char_boundary(start) {
        start += 1;
    }
    &line[start..offset]
}

/// Whether the quote before `offset` closes a string that began earlier on the line.
fn opens_in_string(line: &str, offset: usize) -> bool {
    let before = before(line, offset);
    let Some(quote) = before
        .chars()
        .next_back()
        .filter(|last| matches!(last, '\'' | '"'))
    else {
        return false;
    };
    let mut escaped = false;
    let quotes = before.chars().filter(|character| {
        let counts = *character == quote && !escaped;
        escaped = *character == '\\' && !escaped;
        counts
    });
    quotes.count().is_multiple_of(2)
}

/// Several words: only what no sentence or label has in it.
fn is_passphrase(text: &str) -> bool {
    let has_digit = text.chars().any(|character| character.is_ascii_digit());
    let has_symbol = text.contains(['!', '@', '#', '$', '^', '&', '*']);
    text.split_whitespace().count() <= 4 && (has_digit || has_symbol) && !text.ends_with([':', '?'])
}

/// Tokens and keys are long, or mix digits and letters; other words are names.
fn looks_issued(text: &str) -> bool {
    let letters = text.chars().any(char::is_alphabetic);
    let digits = text.chars().any(|character| character.is_ascii_digit());
    let mixed_case = text.chars().any(char::is_uppercase) && text.chars().any(char::is_lowercase);
    let is_path = text.starts_with(['/', '.', '~']);
    let dashed_words = text.contains(['-', '!']) && text.len() >= 16;
    text.len() >= 6
        && !is_path
        && letters
        && (digits || dashed_words || mixed_case && text.len() >= 12)
}

fn is_prose_secret(line: &str, value: &Range<usize>) -> bool {
    let text = line[value.clone()].trim_end_matches(['.', '!', '?']);
    let symbols = text.contains(['!', '@', '#', '$', '^', '&', '*']);
    let digits = text.chars().any(|character| character.is_ascii_digit());
    text.chars().any(char::is_alphabetic)
        && (symbols || digits && is_in_comment_or_string(line, value.start))
        && !is_placeholder_word(text)
        && !SQL_TEXT.is_match(text)
}

fn is_in_comment_or_string(line: &str, offset: usize) -> bool {
    let before = before(line, offset).trim_start();
    before.starts_with(['#', '*'])
        || before.starts_with("--")
        || ['"', '\'']
            .iter()
            .any(|quote| before.matches(*quote).count() % 2 == 1)
}

fn is_placeholder_word(text: &str) -> bool {
    let bare = text
        .trim_matches(['[', ']', '<', '>', '"', '\'', ' '])
        .to_lowercase();
    let of_one_mark = |mark: char| bare.chars().all(|character| character == mark);
    NO_SECRET.contains(&bare.as_str())
        || ["your", "my-", "<", "..."]
            .iter()
            .any(|start| bare.starts_with(start))
        || ['*', 'x', '.', '•', '-', '_', '?']
            .into_iter()
            .any(of_one_mark)
        || is_variable(text)
        || fixed_parts(text, 0).is_empty()
}

/// `$NAME` of a shell, `:name` of SQL, `$1`, `@name`.
fn is_variable(text: &str) -> bool {
    let name = text
        .strip_prefix(['$', ':'])
        .filter(|name| !name.is_empty());
    name.is_some_and(|name| {
        name.chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
    })
}

/// The stretches of `text` between placeholders, moved by `start`.
fn fixed_parts(text: &str, start: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    for placeholder in PLACEHOLDER.find_iter(text) {
        parts.push(from..placeholder.start());
        from = placeholder.end();
    }
    parts.push(from..text.len());
    parts.retain(|part| text[part.clone()].chars().any(char::is_alphanumeric));
    parts
        .into_iter()
        .map(|part| part.start + start..part.end + start)
        .collect()
}
