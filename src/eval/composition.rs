//! psycopg's composed SQL: `sql.SQL("...").format(...)`, `Identifier`, `Literal`, `Placeholder`,
//! `Composed`, `SQL(",").join(...)`.

use std::rc::Rc;

use crate::model::Template;
use crate::python::tree::BinaryOperator;

use super::external::{Arguments, External};
use super::flat::Flat;
use super::text;
use super::value::Value;

/// The path of the class or method without the library's root; `None` for other libraries.
fn part_of_library(path: &str) -> Option<&str> {
    path.strip_prefix("psycopg2.sql.")
        .or_else(|| path.strip_prefix("psycopg.sql."))
}

fn is_composable(value: &Value) -> bool {
    value
        .as_external()
        .is_some_and(|external| part_of_library(&external.path).is_some())
}

/// The text that the composed object sends, as far as known.
pub(crate) fn composed_text(external: &External) -> Option<Template> {
    let (path, arguments) = external.call()?;
    match part_of_library(path)? {
        "SQL" => match arguments.get(0, "obj").or(arguments.positional.first())? {
            Value::Text(template) => Some((**template).clone()),
            other => Some(described(other)),
        },
        "Identifier" => Some(identifier(arguments)),
        "Literal" => Some(literal(arguments.positional.first()?)),
        "Placeholder" => Some(Template::from_text("%s")),
        "Composed" => Some(joined(&Template::default(), arguments.positional.first()?)),
        "SQL.format" => formatted(external, arguments),
        "SQL.join" => {
            let separator = composed_text(external.receiver_external()?)?;
            Some(joined(&separator, arguments.positional.first()?))
        }
        "Composed.join" => composed_text(external.receiver_external()?),
        "SQL.as_string" | "Composed.as_string" | "Identifier.as_string" => {
            composed_text(external.receiver_external()?)
        }
        _ => None,
    }
}

/// `left + right` of composed objects.
pub(crate) fn added(operator: BinaryOperator, left: &Value, right: &Value) -> Option<Value> {
    if operator != BinaryOperator::Add || !(is_composable(left) && is_composable(right)) {
        return None;
    }
    let external = left.as_external()?;
    let parts = Value::list(vec![left.clone(), right.clone()]);
    Some(Value::External(Rc::new(External {
        path: Rc::from("psycopg2.sql.Composed"),
        type_path: None,
        receiver: None,
        arguments: Some(Arguments::positional(vec![parts])),
        attributes: Default::default(),
        place: external.place.clone(),
    })))
}

fn text_of(value: &Value) -> Template {
    match value {
        Value::External(external) => composed_text(external).unwrap_or_else(|| described(value)),
        Value::Maybe(maybe) => text_of(&maybe.value),
        Value::Text(template) => (**template).clone(),
        other => described(other),
    }
}

fn described(value: &Value) -> Template {
    let (label, place) = match value {
        Value::Unknown(unknown) => (unknown.text.to_string(), Some(unknown.place.clone())),
        Value::External(external) => (external.path.to_string(), Some(external.place.clone())),
        Value::OneOf(alternatives) => match alternatives.values.first() {
            Some(first) => return text_of(first),
            None => ("value".to_owned(), None),
        },
        _ => ("value".to_owned(), None),
    };
    Template::hole(label, super::unknown::reason_of(value), place)
}

fn identifier(arguments: &Arguments) -> Template {
    let quote = Template::from_text("\"");
    let parts: Vec<Template> = arguments
        .positional
        .iter()
        .map(|part| {
            let inner = text_of(part);
            text::concatenate(&text::concatenate(&quote, &inner), &quote)
        })
        .collect();
    text::join(&Template::from_text("."), &parts)
}

fn literal(value: &Value) -> Template {
    match value {
        Value::Text(template) => {
            let quote = Template::from_text("'");
            let inner = text::map_known(template, |known| known.replace('\'', "''"));
            text::concatenate(&text::concatenate(&quote, &inner), &quote)
        }
        Value::None => Template::from_text("NULL"),
        other => match super::formatting::plain_text(other) {
            Some(known) => Template::from_text(known),
            None => described(other),
        },
    }
}

fn joined(separator: &Template, parts: &Value) -> Template {
    let texts: Vec<Template> = match parts {
        Value::List(elements) => elements.borrow().iter().map(text_of).collect(),
        Value::Tuple(elements) => elements.iter().map(text_of).collect(),
        other => vec![described(other)],
    };
    text::join(separator, &texts)
}

/// `SQL("... {} {name} ...").format(...)`.
fn formatted(external: &External, arguments: &Arguments) -> Option<Template> {
    let pattern = composed_text(external.receiver_external()?)?;
    let flat = Flat::new(&pattern);
    let mut whole = Template::default();
    let (mut start, mut position) = (0, 0);
    while let Some(open) = flat.text[start..].find('{').map(|found| found + start) {
        let Some(close) = flat.text[open..].find('}').map(|found| found + open) else {
            break;
        };
        whole.append(&flat.slice(start..open));
        let name = &flat.text[open + 1..close];
        let value = if name.is_empty() {
            position += 1;
            arguments.positional.get(position - 1)
        } else if let Ok(at) = name.parse::<usize>() {
            arguments.positional.get(at)
        } else {
            arguments.keyword(name)
        };
        match value {
            Some(value) => whole.append(&text_of(value)),
            None => whole.append(&Template::hole(name, "no value is given for it", None)),
        }
        start = close + 1;
    }
    whole.append(&flat.slice(start..flat.text.len()));
    Some(whole)
}
