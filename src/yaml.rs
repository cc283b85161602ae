//! The one door to the YAML library: text to values with errors that say where, and back.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is wrong with a YAML document, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// Line and column from 1, where the library knows them.
    pub position: Option<(u32, u32)>,
    /// One clause, without the position.
    pub message: String,
}

impl fmt::Display for YamlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some((line, column)) => write!(formatter, "{line}:{column}: {}", self.message),
            None => formatter.write_str(&self.message),
        }
    }
}

impl std::error::Error for YamlError {}

impl From<serde_yaml::Error> for YamlError {
    fn from(error: serde_yaml::Error) -> Self {
        let position = error
            .location()
            .map(|location| (location.line() as u32, location.column() as u32));
        Self {
            position,
            message: without_position(&error.to_string()),
        }
    }
}

/// The library ends most messages with ` at line 3 column 5`, sometimes in the middle.
fn without_position(message: &str) -> String {
    match message.find(" at line ") {
        Some(index) => message[..index].to_owned(),
        None => message.to_owned(),
    }
}

/// Reads one document. An empty one is read as an empty mapping, so that a file in which all is
/// commented out means the defaults.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    let is_empty = text.lines().all(|line| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line == "---"
    });
    Ok(serde_yaml::from_str(if is_empty { "{}" } else { text })?)
}

/// Writes one document, keys in the order of the type.
pub fn write<T: Serialize>(value: &T) -> Result<String, YamlError> {
    Ok(serde_yaml::to_string(value)?)
}

/// A text as it can stand anywhere in a document, also between braces: plain where it is one of the
/// harmless sort, else in double quotes as JSON has them, which YAML reads too.
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ if needs_escape(character) => {
                quoted.push_str(&format!("\\U{:08X}", u32::from(character)));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// Characters that are no part of YAML text, or that end its lines.
fn needs_escape(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn is_plain(text: &str) -> bool {
    let starts_well =
        text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/' | '.'));
    let has_letter = text.contains(|c: char| c.is_ascii_alphabetic());
    let is_day = text.len() == 10
        && text.split('-').count() == 3
        && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    let harmless = text
        .chars()
        .all(|c| c.is_alphanumeric() || " _./-()+=<>$@;".contains(c));
    let reserved = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", ".inf", ".nan",
    ];
    let is_word = !reserved.contains(&text.to_lowercase().as_str());
    is_day || starts_well && has_letter && harmless && is_word && !text.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    use proptest::prelude::*;

    type Numbers = BTreeMap<String, u32>;

    #[test]
    fn comments_alone_are_an_empty_document() {
        assert_eq!(read::<Numbers>("# a: 1\n\n"), Ok(Numbers::new()));
    }

    #[test]
    fn errors_say_where() {
        let error = read::<Numbers>("a: 1\nb: [\n").unwrap_err();
        assert_eq!(error.position.map(|(line, _)| line), Some(2));
        let error = read::<Numbers>("a: 1\nb: many\n").unwrap_err();
        assert_eq!(error.position, Some((2, 4)), "{error}");
        assert!(!error.message.contains(" at line "), "{error}");
    }

    #[test]
    fn what_looks_like_something_else_is_quoted() {
        for text in [
            "", "004", "1e3", ".5", "no", "a: b", "a #b", "- x", "{a}", "a, b", "~", "a ",
        ] {
            assert!(scalar(text).starts_with('"'), "{text}");
        }
        for text in [
            "users.email",
            "old->new",
            "a b",
            "scripts/fix.py",
            "2026-01-31",
        ] {
            assert_eq!(scalar(text), text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn scalars_are_read_back(text in any::<String>()) {
            let document = format!("- {{a: {}, b: [{}]}}\n", scalar(&text), scalar(&text));
            #[derive(serde::Deserialize)]
            struct Pair {
                a: String,
                b: Vec<String>,
            }
            let pairs: Vec<Pair> = read(&document).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(&pairs[0].a, &text);
            prop_assert_eq!(&pairs[0].b[0], &text);
        }
    }
}
