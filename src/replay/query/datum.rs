//! Values of SQL expressions while a query is answered from a modelled catalog.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::model::ObjectName;

/// Which system catalog an oid belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OidKind {
    Class,
    Type,
    Namespace,
    Procedure,
    Constraint,
    Trigger,
    Policy,
    Role,
    Extension,
}

/// An oid: which object it is, not which number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Oid {
    pub(crate) kind: OidKind,
    /// `public` left out; parts of tables as `table.part`.
    pub(crate) name: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Datum {
    Null,
    Bool(bool),
    Integer(i64),
    /// As written or computed; compared as a number.
    Number(String),
    Text(Arc<str>),
    Array(Arc<Vec<Datum>>),
    Row(Arc<Vec<Datum>>),
    Oid(Arc<Oid>),
    /// Not known: why.
    Unknown(Arc<str>),
}

impl Datum {
    pub(crate) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(text.as_ref().into())
    }

    /// The text, where it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn unknown(reason: impl AsRef<str>) -> Self {
        Self::Unknown(reason.as_ref().into())
    }

    pub(crate) fn oid(kind: OidKind, name: impl Into<String>) -> Self {
        Self::Oid(Arc::new(Oid {
            kind,
            name: name.into(),
        }))
    }

    pub(crate) fn class(name: &ObjectName) -> Self {
        Self::oid(OidKind::Class, name.to_string())
    }

    pub(crate) fn optional(text: Option<impl AsRef<str>>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    /// `YES` or `NO`, as the information schema says it.
    pub(crate) fn yes_or_no(truth: bool) -> Self {
        Self::text(if truth { "YES" } else { "NO" })
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// As `::text` prints it.
    pub(crate) fn to_text(&self) -> Datum {
        match self {
            Self::Null | Self::Unknown(_) | Self::Text(_) => self.clone(),
            Self::Bool(truth) => Self::text(if *truth { "true" } else { "false" }),
            Self::Integer(number) => Self::text(number.to_string()),
            Self::Number(number) => Self::text(number),
            Self::Oid(oid) => Self::text(&oid.name),
            Self::Array(items) => array_text(items),
            Self::Row(_) => Self::unknown("a row as text"),
        }
    }

    /// The text of a known scalar.
    pub(crate) fn known_text(&self) -> Option<Arc<str>> {
        match self.to_text() {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Number(number) => number.parse().ok(),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The order of two known values; `None` where it cannot be told.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => Some(left.cmp(right)),
            (Self::Bool(left), Self::Text(right)) => Some(left.cmp(&truth_of(right)?)),
            (Self::Text(_), Self::Bool(_)) => other.compare(self).map(Ordering::reverse),
            (Self::Text(left), Self::Text(right)) => Some(left.cmp(right)),
            (Self::Oid(left), Self::Oid(right)) => Some(left.cmp(right)),
            // An oid is no small number: `classid = 0` and the like are false.
            (Self::Oid(_), Self::Integer(_)) => Some(Ordering::Greater),
            (Self::Integer(_), Self::Oid(_)) => Some(Ordering::Less),
            // `'users'::regclass` spelt as a string.
            (Self::Oid(left), Self::Text(right)) => Some(left.name.as_str().cmp(right)),
            (Self::Text(left), Self::Oid(right)) => Some((**left).cmp(right.name.as_str())),
            (Self::Array(left), Self::Array(right)) | (Self::Row(left), Self::Row(right)) => {
                compare_all(left, right)
            }
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }
}

fn compare_all(left: &[Datum], right: &[Datum]) -> Option<Ordering> {
    for (left, right) in left.iter().zip(right) {
        match left.compare(right)? {
            Ordering::Equal => {}
            unequal => return Some(unequal),
        }
    }
    Some(left.len().cmp(&right.len()))
}

/// What `'t'::boolean` reads.
pub(crate) fn truth_of(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "t" | "true" | "y" | "yes" | "on" | "1" => Some(true),
        "f" | "false" | "n" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn array_text(items: &[Datum]) -> Datum {
    let mut parts = Vec::new();
    for item in items {
        match item.to_text() {
            Datum::Text(text) => parts.push(text.to_string()),
            Datum::Null => parts.push("NULL".to_owned()),
            other => return other,
        }
    }
    Datum::text(format!("{{{}}}", parts.join(",")))
}
