//! Placeholders of drivers, of psql and of templates: what a parser cannot read and a value or a
//! name will stand for.

use super::scan::{Kind, Token};

/// A placeholder in the flat text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placeholder {
    pub start: usize,
    pub end: usize,
    /// What the parser sees instead.
    pub marker: String,
    pub style: Style,
    /// The value that a psql variable is known to have, as SQL text.
    pub value: Option<String>,
    /// It stands right behind `IN` or `VALUES`: the driver writes the parentheses.
    pub needs_parentheses: bool,
}

/// What most likely takes the placeholder's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `%s`, `?`, `:'name'`: a value.
    Value,
    /// `:name`, `:"name"`, `{name}`: a value or a name.
    Name,
}

impl Placeholder {
    pub(crate) fn replacement(&self, swapped: bool) -> String {
        if let Some(value) = &self.value {
            return value.clone();
        }
        let as_value = (self.style == Style::Value) != swapped;
        let text = if as_value {
            format!("'{}'", self.marker)
        } else {
            self.marker.clone()
        };
        if self.needs_parentheses {
            format!("({text})")
        } else {
            text
        }
    }
}

/// What was found at a token: where it ends, its style, and the reason if it is a hole of a
/// template rather than a driver's parameter.
pub(crate) struct Found {
    pub end: usize,
    pub style: Style,
    pub reason: Option<&'static str>,
}

/// Words after which a value can start: `?` behind any other word is an operator.
const BEFORE_VALUE: &[&str] = &[
    "and",
    "or",
    "not",
    "where",
    "in",
    "like",
    "ilike",
    "values",
    "limit",
    "offset",
    "set",
    "when",
    "then",
    "else",
    "between",
    "select",
    "by",
    "is",
    "returning",
    "on",
    "having",
    "case",
    "from",
    "any",
    "all",
    "some",
    "default",
    "as",
    "to",
    "with",
    "using",
    "if",
    "for",
    "return",
    "interval",
    "date",
    "timestamp",
    "similar",
    "escape",
];

/// Looks for a placeholder that starts at `token`; `before` is the last significant token.
pub(crate) fn find(
    text: &str,
    token: Token,
    before: Option<Token>,
    brackets: u32,
) -> Option<Found> {
    let rest = &text[token.start..];
    match token.kind {
        Kind::Mark('%') => percent(rest).map(|length| value(token, length)),
        Kind::Mark('?') => question(text, rest, before).then(|| value(token, 1)),
        Kind::Mark(':') => colon(text, token, before, brackets),
        Kind::Mark('{') => braces(rest).map(|length| template(token, length)),
        Kind::Parameter if token.end == token.start + 1 => {
            braces(rest.get(1..)?).map(|length| template(token, length + 1))
        }
        _ => None,
    }
}

fn value(token: Token, length: usize) -> Found {
    Found {
        end: token.start + length,
        style: Style::Value,
        reason: None,
    }
}

fn template(token: Token, length: usize) -> Found {
    Found {
        end: token.start + length,
        style: Style::Name,
        reason: Some("filled in by a template"),
    }
}

fn continues_word(text: &str) -> bool {
    text.chars()
        .next()
        .is_some_and(|character| character.is_alphanumeric() || character == '_')
}

/// `%s` or `%(name)s`.
fn percent(rest: &str) -> Option<usize> {
    let length = if let Some(named) = rest.strip_prefix("%(") {
        let close = named.find(')')?;
        let name = &named[..close];
        if name.is_empty() || name.len() > 80 || name.contains(['\n', '(', '\'']) {
            return None;
        }
        "%(".len() + close + 1
    } else {
        1
    };
    let tail = rest[length..].strip_prefix('s')?;
    (!continues_word(tail)).then_some(length + 1)
}

fn question(text: &str, rest: &str, before: Option<Token>) -> bool {
    if rest[1..].starts_with(['|', '&', '?']) {
        return false;
    }
    match before {
        None => false,
        Some(token) => match token.kind {
            Kind::Word => {
                let word = token.text(text).to_lowercase();
                BEFORE_VALUE.contains(&word.as_str())
            }
            Kind::Mark(mark) => mark != ')' && mark != ']',
            _ => false,
        },
    }
}

/// `:name`, `:'name'`, `:"name"`, but neither `::type` nor `:=` nor a slice's colon.
fn colon(text: &str, token: Token, before: Option<Token>, brackets: u32) -> Option<Found> {
    let adjacent = before.is_some_and(|before| before.end == token.start);
    if adjacent && before.is_some_and(|before| before.kind == Kind::Mark(':')) {
        return None;
    }
    if brackets > 0 && before.is_some_and(|before| before.kind != Kind::Mark('[')) {
        return None;
    }
    let rest = &text[token.start + 1..];
    let first = rest.chars().next()?;
    if first == '\'' || first == '"' {
        let close = rest[1..].find(first)?;
        let name = &rest[1..=close];
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        return plain.then_some(Found {
            end: token.start + close + 3,
            style: if first == '"' {
                Style::Name
            } else {
                Style::Value
            },
            reason: None,
        });
    }
    if !(first.is_alphabetic() || first == '_') {
        return None;
    }
    let length = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(rest.len());
    Some(Found {
        end: token.start + 1 + length,
        style: Style::Name,
        reason: None,
    })
}

/// `{name}` or `{{ name }}` on one line.
fn braces(rest: &str) -> Option<usize> {
    let (inner, closing) = match rest.strip_prefix("{{") {
        Some(inner) => (inner, "}}"),
        None => (rest.strip_prefix('{')?, "}"),
    };
    let close = inner.find(closing)?;
    let label = inner[..close].trim();
    if label.is_empty() || label.len() > 120 || label.contains(['\n', '{', ';']) {
        return None;
    }
    Some(2 * closing.len() + close)
}

/// What psql puts in the place of `:name`, `:'name'` or `:"name"`, given the variable's value.
pub(crate) fn interpolated(written: &str, value: &str) -> String {
    match written.chars().nth(1) {
        Some('\'') => format!("'{}'", value.replace('\'', "''")),
        Some('"') => format!("\"{}\"", value.replace('"', "\"\"")),
        _ => value.to_owned(),
    }
}

/// The variable's name in `:name`, `:'name'` or `:"name"`.
pub(crate) fn variable_name(written: &str) -> Option<&str> {
    let name = written.strip_prefix(':')?;
    Some(name.trim_matches(['\'', '"']))
}
