//! Reads what stands in an argument: names, flags, lists. What cannot be known becomes a hole.

use crate::eval::{Arguments, Value};
use crate::model::Template;

use super::text::hole;

/// A setting that is either not given, or yes, or no, or given but unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Flag {
    #[default]
    Unset,
    Yes,
    No,
    Unknown(String),
}

impl Flag {
    /// Python's truth of the argument; `None` counts as not given.
    pub(crate) fn read(value: Option<&Value>) -> Self {
        match value {
            None | Some(Value::None) => Self::Unset,
            Some(value) => match truth(value) {
                Some(true) => Self::Yes,
                Some(false) => Self::No,
                None => Self::Unknown(describe(value)),
            },
        }
    }

    pub(crate) fn is_yes(&self) -> bool {
        *self == Self::Yes
    }
}

/// Python's truth, as far as known.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::None => Some(false),
        Value::Bool(truth) => Some(*truth),
        Value::Integer(number) => Some(*number != 0),
        Value::Float(number) => Some(*number != 0.0),
        Value::Text(text) if text.has_holes() => None,
        Value::Text(text) => Some(!text.is_empty()),
        Value::Bytes(bytes) => Some(!bytes.is_empty()),
        Value::List(items) | Value::Set(items) => Some(!items.borrow().is_empty()),
        Value::Tuple(items) => Some(!items.is_empty()),
        Value::Dict(items) => Some(!items.borrow().is_empty()),
        Value::Unknown(_) | Value::OneOf(_) | Value::Maybe(_) => None,
        _ => Some(true),
    }
}

/// A string argument; `None` where it is absent or Python's `None`. `op.f("x")`, `conv("x")` and
/// `quoted_name("x", ...)` are the string inside.
pub(crate) fn text(value: Option<&Value>) -> Option<Template> {
    match value? {
        Value::None => None,
        Value::Text(text) => Some((**text).clone()),
        Value::Integer(number) => Some(Template::from_text(number.to_string())),
        Value::External(external) => match wrapped_string(&external.path) {
            true => text(external.arguments.as_ref()?.positional.first()),
            false => Some(unknown(&Value::External(external.clone()))),
        },
        other => Some(unknown(other)),
    }
}

/// `op.f(...)` and `conv(...)` mark a name as final: no naming convention touches it.
pub(crate) fn is_final_name(value: &Value) -> bool {
    match value {
        Value::External(external) => {
            matches!(last(&external.path), "f" | "conv") && external.arguments.is_some()
        }
        _ => false,
    }
}

fn wrapped_string(path: &str) -> bool {
    matches!(last(path), "f" | "conv" | "quoted_name" | "str")
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The items of a list, tuple or set; `None` where they are not known.
pub(crate) fn items(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::List(items) | Value::Set(items) => Some(items.borrow().clone()),
        Value::Tuple(items) => Some(items.to_vec()),
        _ => None,
    }
}

/// A list of strings; a single string is a list of one.
pub(crate) fn texts(value: Option<&Value>) -> Vec<Template> {
    match value {
        None | Some(Value::None) => Vec::new(),
        Some(value) => match items(value) {
            Some(items) => items.iter().filter_map(|item| text(Some(item))).collect(),
            None => text(Some(value)).into_iter().collect(),
        },
    }
}

/// The whole number, if it is one.
pub(crate) fn integer(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Integer(number) => Some(*number),
        _ => None,
    }
}

/// A number or word that is written as it is: a length, a precision.
pub(crate) fn verbatim(value: Option<&Value>) -> Option<Template> {
    text(value).filter(|text| !text.is_empty())
}

/// The hole that stands for a value which cannot be written.
pub(crate) fn unknown(value: &Value) -> Template {
    match value {
        Value::Unknown(unknown) => hole(&unknown.text, &unknown.reason),
        Value::OneOf(_) => hole(&describe(value), "one of several values"),
        other => hole(&describe(other), "not a value that SQL text can hold"),
    }
}

/// A short name of the value for messages.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Unknown(unknown) => unknown.text.to_string(),
        Value::External(external) => external.path.to_string(),
        Value::Text(text) => text.display(),
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Function(function) => function.definition.name.clone(),
        Value::Class(class) => class.definition.name.clone(),
        Value::Instance(instance) => instance.class.definition.name.clone(),
        _ => "value".to_owned(),
    }
}

/// A keyword argument that is not Python's `None`.
pub(crate) fn given<'value>(arguments: &'value Arguments, name: &str) -> Option<&'value Value> {
    arguments
        .keyword(name)
        .filter(|value| !matches!(value, Value::None))
}
