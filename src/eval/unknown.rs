//! Unknown values: how they are made, and what is asked of them.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;

use super::external::{Arguments, External};
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
    let mut heaviest = Heaviest(Source::Other);
    heaviest.value(value, 14);
    heaviest.0
}

/// The heaviest source that was met: of those of one weight the first.
struct Heaviest(Source);

impl Heaviest {
    fn source(&mut self, source: &Source) {
        if weight(source) > weight(&self.0) {
            self.0 = source.clone();
        }
    }

    fn is_final(&self) -> bool {
        matches!(self.0, Source::Catalog(_))
    }

    fn value(&mut self, value: &Value, depth: u8) {
        if depth == 0 || self.is_final() {
            return;
        }
        match value {
            Value::Unknown(unknown) => self.source(&unknown.source),
            Value::OneOf(alternatives) => {
                self.source(&alternatives.source);
                self.values(&alternatives.values, depth);
            }
            Value::Maybe(maybe) => self.value(&maybe.value, depth - 1),
            Value::External(external) => self.external(external, depth),
            Value::List(elements) | Value::Set(elements) => self.values(&elements.borrow(), depth),
            Value::Tuple(elements) => self.values(elements, depth),
            Value::Dict(entries) => {
                let entries = entries.borrow();
                let parts = entries
                    .iter()
                    .take(64)
                    .flat_map(|(key, value)| [key, value]);
                parts.for_each(|part| self.value(part, depth - 1));
            }
            _ => {}
        }
    }

    fn values(&mut self, values: &[Value], depth: u8) {
        for value in values.iter().take(64) {
            self.value(value, depth - 1);
        }
    }

    fn external(&mut self, external: &Rc<External>, depth: u8) {
        match &*external.attributes.answered() {
            Some(source) => self.source(source),
            _ if external.path.as_ref() == "sys.argv" => {
                self.source(&Source::CommandLine(external.path.clone()));
            }
            _ => {}
        }
        if let Some(receiver) = &external.receiver {
            self.value(receiver, depth - 1);
        }
        let arguments = external.arguments.iter();
        for value in arguments.flat_map(Arguments::values) {
            self.value(value, depth - 1);
        }
    }
}

/// Why the value is not known, in words.
pub(crate) fn reason_of(value: &Value) -> String {
    reason_and_source(value).0
}

/// Why the value is not known, and where its unknown part comes from.
pub(crate) fn reason_and_source(value: &Value) -> (String, Source) {
    let source = source_of(value);
    (reason_from(&source, value), source)
}

fn reason_from(source: &Source, value: &Value) -> String {
    match source {
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
