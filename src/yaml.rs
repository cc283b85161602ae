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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

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
}
