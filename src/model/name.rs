//! Names as PostgreSQL folds and prints them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// NAMEDATALEN - 1: longer identifiers are cut (PostgreSQL manual, 4.1.1).
const LONGEST_IDENTIFIER: usize = 63;

/// One identifier, already folded: unquoted names are in lower case, quoted ones as written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Identifier(String);

impl Identifier {
    /// Takes a name that needs no folding: from a catalog, or from Python, which hands SQLAlchemy
    /// names that it quotes where folding would change them.
    pub fn exact(name: impl Into<String>) -> Self {
        Self(truncate(name.into()))
    }

    /// Reads an identifier as it stands in SQL text: `"Quoted"` keeps its case, others fold.
    pub fn from_sql(text: &str) -> Self {
        match text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
        {
            Some(inner) => Self::exact(inner.replace("\"\"", "\"")),
            None => Self::exact(text.to_lowercase()),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn truncate(mut name: String) -> String {
    // A hole's label is ours, not the database's: it must stay whole.
    if name.len() > LONGEST_IDENTIFIER && !name.contains('{') {
        let mut end = LONGEST_IDENTIFIER;
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
    }
    name
}

impl fmt::Display for Identifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<&str> for Identifier {
    fn from(name: &str) -> Self {
        Self::exact(name)
    }
}

/// A possibly schema-qualified name. `public` is the default search path's schema and is dropped,
/// so that `public.users` and `users` are one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
pub struct ObjectName {
    /// `None` stands for the schema that comes first in the search path.
    pub schema: Option<Identifier>,
    pub name: Identifier,
}

impl ObjectName {
    pub fn new(name: impl Into<Identifier>) -> Self {
        Self {
            schema: None,
            name: name.into(),
        }
    }

    pub fn qualified(schema: Option<Identifier>, name: Identifier) -> Self {
        Self {
            schema: schema.filter(|schema| schema.as_str() != "public"),
            name,
        }
    }

    /// Reads `name`, `schema.name` or `"Schema"."Name"`.
    pub fn from_sql(text: &str) -> Self {
        match split_last_dot(text) {
            Some((schema, name)) => Self::qualified(
                Some(Identifier::from_sql(schema)),
                Identifier::from_sql(name),
            ),
            None => Self::new(Identifier::from_sql(text)),
        }
    }

    /// The name of a part of this object: a column, constraint, trigger, policy or enum label.
    pub fn part(&self, part: &str) -> String {
        format!("{self}.{part}")
    }
}

fn split_last_dot(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut found = None;
    for (index, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '.' if !quoted => found = Some(index),
            _ => {}
        }
    }
    found.map(|index| (&text[..index], &text[index + 1..]))
}

impl fmt::Display for ObjectName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(formatter, "{schema}.{}", self.name),
            None => write!(formatter, "{}", self.name),
        }
    }
}
