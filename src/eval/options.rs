//! Command line options and environment variables as values: unknown, with a default perhaps.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;
use crate::python::tree::Expression;

use super::external::{Arguments, External};
use super::interpreter::Interpreter;
use super::object::Class;
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
    /// A field of settings that pydantic reads from the environment, where it has the default only if
    /// nobody has set it ("Settings Management"); of all other classes what the class says.
    pub(crate) fn setting(
        &mut self,
        class: &Rc<Class>,
        field: &str,
        default: Value,
        place: &Place,
    ) -> Value {
        let mut bases = class.external_bases().into_iter();
        let reads_environment = bases.any(|base| {
            let base = base.as_external();
            base.is_some_and(|it| it.path.starts_with("pydantic") && it.name() == "BaseSettings")
        });
        let site = super::attributes::site(place, &Arc::from(field));
        match reads_environment {
            true => self.variable(&field.to_uppercase(), Some(&default), &site),
            false => default,
        }
    }
}

/// One of the `choices` that the parser lets through.
fn chosen(arguments: &Arguments, flag: &str, limit: usize) -> Option<Value> {
    let choices = match arguments.keyword("choices")? {
        Value::List(elements) => elements.borrow().clone(),
        Value::Tuple(elements) => elements.to_vec(),
        _ => return None,
    };
    let are_known = choices.iter().all(|choice| choice.known_text().is_some());
    let is_bare = arguments.keyword("default").is_none() && arguments.keyword("nargs").is_none();
    let source = Source::CommandLine(Rc::from(flag));
    (are_known && is_bare && !choices.is_empty() && choices.len() <= limit)
        .then(|| super::join::one_of(choices, source, limit))
}

/// The environment in which a script is run as a program: it knows where the database is, and no
/// more.
pub(crate) fn given_environment(name: &str) -> Option<&'static str> {
    let name = name.to_uppercase();
    let words: Vec<_> = name.split('_').collect();
    let is_of_database = words
        .iter()
        .any(|word| ["DATABASE", "DB", "POSTGRES", "POSTGRESQL", "PG", "PGHOST"].contains(word))
        || name.starts_with("PG");
    if !is_of_database {
        return None;
    }
    let ends = |last: &[&str]| last.iter().any(|last| name.ends_with(last));
    match () {
        () if ends(&["URL", "URI", "DSN"]) => Some("postgresql://user@localhost:5432/app"),
        () if ends(&["HOST", "SERVER"]) => Some("localhost"),
        () if ends(&["PORT"]) => Some("5432"),
        () if ends(&["USER", "USERNAME"]) => Some("user"),
        () if ends(&["PASSWORD", "PASS"]) => Some("unknown"),
        () if ends(&["NAME", "DATABASE", "DB"]) => Some("app"),
        () => None,
    }
}

/// What an option is worth on a command line that is known, as `argparse` reads it.
fn given_value(words: &[String], arguments: &Arguments, before: usize) -> Value {
    let names: Vec<String> = arguments
        .positional
        .iter()
        .filter_map(Value::known_text)
        .collect();
    let action = arguments
        .keyword("action")
        .and_then(Value::known_text)
        .unwrap_or_default();
    let default = arguments.keyword("default").cloned();
    let is_option = names.iter().any(|name| name.starts_with('-'));
    let found = match is_option {
        true => words
            .iter()
            .position(|word| names.iter().any(|name| is_named(word, name))),
        false => positional_words(words).get(before).copied(),
    };
    match (action.as_str(), found) {
        ("store_true", found) => match found {
            Some(_) => Value::Bool(true),
            None => default.unwrap_or(Value::Bool(false)),
        },
        ("store_false", found) => match found {
            Some(_) => Value::Bool(false),
            None => default.unwrap_or(Value::Bool(true)),
        },
        (_, None) => default.unwrap_or(Value::None),
        (_, Some(at)) => {
            let word = &words[at];
            let text = match (is_option, word.split_once('=')) {
                (false, _) => Some(word.as_str()),
                (true, Some((_, value))) => Some(value),
                (true, None) => words.get(at + 1).map(String::as_str),
            };
            text.map_or(Value::None, |text| {
                converted(text, arguments.keyword("type"))
            })
        }
    }
}

fn is_named(word: &str, name: &str) -> bool {
    word.strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}

fn positional_words(words: &[String]) -> Vec<usize> {
    let is_word = |index: &usize| !words[*index].starts_with('-');
    (0..words.len()).filter(is_word).collect()
}

fn converted(text: &str, kind: Option<&Value>) -> Value {
    let is_integer = kind
        .and_then(Value::as_external)
        .is_some_and(|kind| kind.name() == "int");
    match text.parse() {
        Ok(number) if is_integer => Value::Integer(number),
        _ => Value::text(text),
    }
}

impl Interpreter<'_> {
    /// The words behind the script's name are known.
    pub fn set_command_line(&mut self, script: &str, words: &[String], place: &Place) {
        self.command_line = Some(words.to_vec());
        let mut all = vec![Value::text(script)];
        all.extend(words.iter().map(|word| Value::text(word.as_str())));
        if let Value::External(sys) = self.external_name("sys", place) {
            sys.attributes
                .borrow_mut()
                .insert(Rc::from("argv"), Value::list(all));
        }
    }

    /// `parser.add_argument("--name", ...)`.
    pub(crate) fn add_option(&mut self, parser: &Value, arguments: &Arguments, place: &Place) {
        let Some(root) = parser_root(parser) else {
            return;
        };
        let Some((name, flag)) = option_name(arguments) else {
            return;
        };
        let default = arguments.keyword("default").cloned();
        let mut attributes = root.attributes.borrow_mut();
        let options = attributes
            .entry(Rc::from(OPTIONS))
            .or_insert_with(|| Value::dict(Vec::new()));
        if let Value::Dict(entries) = options {
            let value = match &self.command_line {
                Some(words) => given_value(words, arguments, entries.borrow().len()),
                None => chosen(arguments, &flag, self.limits.alternatives)
                    .unwrap_or_else(|| option_value(&flag, default.as_ref(), place)),
            };
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
        let line = Source::CommandLine(Rc::from("the command line"));
        namespace.attributes.answers(line);
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
