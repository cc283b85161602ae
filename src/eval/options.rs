//! Command line options and environment variables as values: unknown, with a default perhaps.

use std::rc::Rc;

use crate::model::Place;
use crate::python::tree::Expression;

use super::external::{Arguments, External};
use super::interpreter::Interpreter;
use super::value::{Source, Unknown, Value};

/// The attribute under which a parser keeps its options.
const OPTIONS: &str = "<options>";

/// A parameter that the command line gives.
pub(crate) fn option_value(name: &str, default: Option<&Value>, place: &Place) -> Value {
    let default = default
        .filter(|value| !matches!(value, Value::None | Value::Ellipsis))
        .cloned();
    Value::Unknown(Rc::new(Unknown {
        text: name.into(),
        reason: Rc::from(format!("command line argument `{name}`")),
        source: Source::CommandLine(Rc::from(name)),
        type_path: None,
        default,
        place: place.clone(),
    }))
}

pub(crate) fn environment(name: &str, default: Option<&Value>, expression: &Expression) -> Value {
    Value::Unknown(Rc::new(Unknown {
        text: expression.text.clone(),
        reason: Rc::from(format!("environment variable `{name}`")),
        source: Source::Environment(Rc::from(name)),
        type_path: None,
        default: default
            .filter(|value| !matches!(value, Value::None))
            .cloned(),
        place: expression.place.clone(),
    }))
}

impl Interpreter<'_> {
    /// `parser.add_argument("--name", ...)`.
    pub(crate) fn add_option(&mut self, parser: &Value, arguments: &Arguments, place: &Place) {
        let Some(root) = parser_root(parser) else {
            return;
        };
        let Some((name, flag)) = option_name(arguments) else {
            return;
        };
        let default = arguments.keyword("default").cloned();
        let value = option_value(&flag, default.as_ref(), place);
        let mut attributes = root.attributes.borrow_mut();
        let options = attributes
            .entry(Rc::from(OPTIONS))
            .or_insert_with(|| Value::dict(Vec::new()));
        if let Value::Dict(entries) = options {
            super::containers::put(&mut entries.borrow_mut(), Value::text(name), value);
        }
    }

    /// `parser.parse_args()`: a namespace with the options as attributes.
    pub(crate) fn parsed_options(&mut self, parser: &Value, place: &Place) -> Value {
        let namespace = External {
            path: Rc::from("argparse.Namespace"),
            type_path: None,
            receiver: None,
            arguments: Some(Arguments {
                open: true,
                ..Arguments::default()
            }),
            attributes: Default::default(),
            place: place.clone(),
        };
        super::unknown::mark_source(
            &namespace,
            Source::CommandLine(Rc::from("the command line")),
        );
        if let Some(root) = parser_root(parser)
            && let Some(Value::Dict(options)) = root.attributes.borrow().get(OPTIONS)
        {
            let mut attributes = namespace.attributes.borrow_mut();
            for (name, value) in options.borrow().iter() {
                if let Some(name) = name.known_text() {
                    attributes.insert(Rc::from(name), value.clone());
                }
            }
        }
        Value::External(Rc::new(namespace))
    }
}

/// The parser behind groups and subparsers.
fn parser_root(parser: &Value) -> Option<Rc<External>> {
    let mut current = parser.as_external()?.clone();
    while let Some(next) = current.receiver_external().cloned() {
        current = next;
    }
    Some(current)
}

/// The attribute that the option becomes, and the option as a person types it.
fn option_name(arguments: &Arguments) -> Option<(String, String)> {
    let names: Vec<String> = arguments
        .positional
        .iter()
        .filter_map(Value::known_text)
        .collect();
    let flag = names
        .iter()
        .find(|name| name.starts_with("--"))
        .or(names.first())?
        .clone();
    let name = match arguments.keyword("dest").and_then(Value::known_text) {
        Some(name) => name,
        None => flag.trim_start_matches('-').replace('-', "_"),
    };
    Some((name, flag))
}
