//! Data types as `format_type` of PostgreSQL prints them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Identifier, ObjectName};

/// A type with its modifiers, in canonical spelling (`integer`, never `int4`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DataType {
    pub name: ObjectName,
    /// What stands in the parentheses: a length, precision and scale, or an extension's own words.
    pub modifiers: Vec<String>,
    /// 0 for a scalar; PostgreSQL does not keep more than "is an array", but prints what it has.
    pub array_dimensions: u8,
}

/// Other spellings that PostgreSQL accepts for its own types (manual, table 8.1; gram.y).
const ALIASES: &[(&str, &str)] = &[
    ("bool", "boolean"),
    ("bpchar", "character"),
    ("char", "character"),
    ("nchar", "character"),
    ("national character", "character"),
    ("dec", "numeric"),
    ("decimal", "numeric"),
    ("float", "double precision"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("int", "integer"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("national character varying", "character varying"),
    ("char varying", "character varying"),
    ("nchar varying", "character varying"),
    ("varchar", "character varying"),
    ("time", "time without time zone"),
    ("timetz", "time with time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
    ("varbit", "bit varying"),
    ("serial2", "smallserial"),
    ("serial4", "serial"),
    ("serial8", "bigserial"),
];

impl DataType {
    /// A type without modifiers, brought to canonical spelling.
    pub fn named(name: &str) -> Self {
        Self {
            name: canonical_name(name),
            modifiers: Vec::new(),
            array_dimensions: 0,
        }
    }

    pub fn with_modifiers(mut self, modifiers: Vec<String>) -> Self {
        self.modifiers = modifiers;
        self
    }

    pub fn array(mut self, dimensions: u8) -> Self {
        self.array_dimensions = dimensions;
        self
    }

    /// `smallserial`, `serial`, `bigserial`: not types but column macros (manual, 8.1.4).
    pub fn serial_base(&self) -> Option<&'static str> {
        match self.name.name.as_str() {
            "smallserial" => Some("smallint"),
            "serial" => Some("integer"),
            "bigserial" => Some("bigint"),
            _ => None,
        }
    }

    /// Reads what stands in a catalog or in simple SQL: `character varying(50)[]`, `timestamp(3)
    /// with time zone`, `public.mood`.
    pub fn from_sql(text: &str) -> Self {
        let mut rest = text.trim();
        let mut dimensions = 0u8;
        while let Some(start) = rest.strip_suffix(']').and_then(|_| rest.rfind('[')) {
            rest = rest[..start].trim_end();
            dimensions = dimensions.saturating_add(1);
        }
        let (name, modifiers) = match (rest.find('('), rest.rfind(')')) {
            (Some(open), Some(close)) if open < close => {
                let name = format!("{} {}", rest[..open].trim(), rest[close + 1..].trim());
                let modifiers = rest[open + 1..close]
                    .split(',')
                    .map(|part| part.trim().to_owned());
                (name.trim().to_owned(), modifiers.collect())
            }
            _ => (rest.to_owned(), Vec::new()),
        };
        Self {
            name: canonical_name(&name),
            modifiers,
            array_dimensions: dimensions,
        }
    }
}

fn canonical_name(name: &str) -> ObjectName {
    let spaced = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let folded = spaced.to_lowercase();
    let folded = folded
        .strip_prefix("pg_catalog.")
        .or_else(|| folded.strip_prefix("\"pg_catalog\"."))
        .unwrap_or(&folded);
    if let Some(internal) = quoted_internal(folded) {
        return internal;
    }
    if spaced.contains('"') || folded.contains('.') {
        return ObjectName::from_sql(&spaced);
    }
    let known = ALIASES
        .iter()
        .find(|(alias, _)| *alias == folded)
        .map_or(folded, |(_, name)| name);
    ObjectName {
        schema: None,
        name: Identifier::exact(known),
    }
}

/// In quotes only the server's own short names are built-in types: `"int4"`, not `"integer"`.
fn quoted_internal(folded: &str) -> Option<ObjectName> {
    const SHORT: &[&str] = &[
        "bool",
        "bpchar",
        "float4",
        "float8",
        "int2",
        "int4",
        "int8",
        "timestamptz",
        "timetz",
        "varbit",
        "varchar",
    ];
    let inner = folded.strip_prefix('"')?.strip_suffix('"')?;
    SHORT.contains(&inner).then(|| canonical_name(inner))
}

impl fmt::Display for DataType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.to_string();
        let (head, tail) = match name.split_once(' ') {
            // The precision of times stands before "with time zone".
            Some((head @ ("timestamp" | "time"), tail)) => (head.to_owned(), format!(" {tail}")),
            _ => (name, String::new()),
        };
        formatter.write_str(&head)?;
        if !self.modifiers.is_empty() {
            write!(formatter, "({})", self.modifiers.join(","))?;
        }
        formatter.write_str(&tail)?;
        (0..self.array_dimensions).try_for_each(|_| formatter.write_str("[]"))
    }
}
