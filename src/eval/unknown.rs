//! Unknown values: how they are made, and what is asked of them.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;

use super::external::External;
use super::value::{Source, Unknown, Value};

pub(crate) fn unknown(
    text: Arc<str>,
    reason: impl Into<Rc<str>>,
    source: Source,
    place: Place,
) -> Value {
    Value::Unknown(Rc::new(Unknown {
        text,
        reason: reason.into(),
        source,
        type_path: None,
        default: None,
        place,
    }))
}

/// How closely a guard on such a value describes a database; the higher wins where values meet.
fn weight(source: &Source) -> u8 {
    match source {
        Source::Catalog(_) => 8,
        Source::Rows(_) => 7,
        Source::CommandLine(_) => 6,
        Source::Prompt => 5,
        Source::Environment(_) => 4,
        Source::Network => 3,
        Source::FileSystem => 2,
        Source::Surroundings => 1,
        Source::Parameter(_) | Source::Other => 0,
    }
}

pub(crate) fn heavier(left: Source, right: Source) -> Source {
    if weight(&right) > weight(&left) {
        right
    } else {
        left
    }
}

/// Where the unknown part of a value comes from.
pub(crate) fn source_of(value: &Value) -> Source {
    source_within(value, 14)
}

fn source_within(value: &Value, depth: u8) -> Source {
    if depth == 0 {
        return Source::Other;
    }
    let of_all = |values: &[Value]| {
        values
            .iter()
            .take(64)
            .map(|value| source_within(value, depth - 1))
            .fold(Source::Other, heavier)
    };
    match value {
        Value::Unknown(unknown) => unknown.source.clone(),
        Value::OneOf(alternatives) => {
            heavier(alternatives.source.clone(), of_all(&alternatives.values))
        }
        Value::Maybe(maybe) => source_within(&maybe.value, depth - 1),
        Value::External(external) => source_of_external(external, depth),
        Value::List(elements) | Value::Set(elements) => of_all(&elements.borrow()),
        Value::Tuple(elements) => of_all(elements),
        Value::Dict(entries) => entries
            .borrow()
            .iter()
            .take(64)
            .flat_map(|(key, value)| [key, value])
            .map(|value| source_within(value, depth - 1))
            .fold(Source::Other, heavier),
        _ => Source::Other,
    }
}

fn source_of_external(external: &Rc<External>, depth: u8) -> Source {
    let own = match external.attributes.borrow().get(SOURCE) {
        Some(Value::Unknown(mark)) => mark.source.clone(),
        _ if external.path.as_ref() == "sys.argv" => Source::CommandLine(external.path.clone()),
        _ => Source::Other,
    };
    let from_receiver = match &external.receiver {
        Some(receiver) => source_within(receiver, depth - 1),
        None => Source::Other,
    };
    let from_arguments = match &external.arguments {
        Some(arguments) => arguments
            .positional
            .iter()
            .chain(arguments.keywords.iter().map(|(_, value)| value))
            .map(|value| source_within(value, depth - 1))
            .fold(Source::Other, heavier),
        None => Source::Other,
    };
    heavier(heavier(own, from_receiver), from_arguments)
}

/// The attribute under which a symbolic value keeps what it answers: no Python name.
pub(crate) const SOURCE: &str = "<source>";

/// Marks a symbolic value as the answer to a question.
pub(crate) fn mark_source(external: &External, source: Source) {
    let mark = unknown(Arc::from(""), "", source, external.place.clone());
    external
        .attributes
        .borrow_mut()
        .insert(Rc::from(SOURCE), mark);
}

/// Why the value is not known, in words.
pub(crate) fn reason_of(value: &Value) -> String {
    match source_of(value) {
        Source::Catalog(_) => "read from the database's catalog".to_owned(),
        Source::Rows(_) => "read from the database".to_owned(),
        Source::CommandLine(name) => format!("command line argument `{name}`"),
        Source::Environment(name) => format!("environment variable `{name}`"),
        Source::Prompt => "typed by a person".to_owned(),
        Source::Network => "an answer from the network".to_owned(),
        Source::FileSystem => "read from the file system".to_owned(),
        Source::Surroundings => "known only when the script runs".to_owned(),
        Source::Parameter(name) => format!("parameter `{name}` of a function without a caller"),
        Source::Other => match value {
            Value::Unknown(unknown) => unknown.reason.to_string(),
            Value::External(external) => format!("what `{}` gives", external.path),
            _ => "not known".to_owned(),
        },
    }
}
