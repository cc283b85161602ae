//! Literal values as SQLAlchemy renders them with `literal_binds`.

use std::rc::Rc;

use crate::eval::{Arguments, External, Value};
use crate::model::Template;

use super::reading::{integer, items, text, unknown};
use super::text::{join, map_known, sql};

/// A string in single quotes.
pub(crate) fn string(content: &Template) -> Template {
    sql![
        "'",
        map_known(content, |text| text.replace('\'', "''")),
        "'"
    ]
}

/// Any value that a bound parameter may have.
pub(crate) fn literal(value: &Value) -> Template {
    match value {
        Value::None => Template::from_text("NULL"),
        Value::Bool(true) => Template::from_text("true"),
        Value::Bool(false) => Template::from_text("false"),
        Value::Integer(number) => Template::from_text(number.to_string()),
        Value::Float(number) => Template::from_text(float(*number)),
        Value::Text(content) => string(content),
        Value::List(_) | Value::Tuple(_) | Value::Set(_) => array(value),
        Value::Dict(_) => json(value),
        Value::Bytes(bytes) => bytes_literal(bytes),
        Value::External(external) => external_literal(external),
        Value::Instance(instance) => match instance.attributes.get("value") {
            Some(inner) => literal(&inner),
            None => unknown(value),
        },
        other => unknown(other),
    }
}

/// A value for a JSON column: serialised, then quoted.
pub(crate) fn json(value: &Value) -> Template {
    match json_text(value) {
        Some(content) => string(&content),
        None => unknown(value),
    }
}

/// `json.dumps` of the value with its default separators.
pub(crate) fn json_text(value: &Value) -> Option<Template> {
    Some(match value {
        Value::None => Template::from_text("null"),
        Value::Bool(truth) => Template::from_text(truth.to_string()),
        Value::Integer(number) => Template::from_text(number.to_string()),
        Value::Float(number) => Template::from_text(float(*number)),
        Value::Text(content) => sql!["\"", map_known(content, json_escaped), "\""],
        Value::List(_) | Value::Tuple(_) => {
            let items: Option<Vec<_>> = items(value)?.iter().map(json_text).collect();
            sql!["[", join(&items?, ", "), "]"]
        }
        Value::Dict(entries) => {
            let entries: Option<Vec<_>> = entries
                .borrow()
                .iter()
                .map(|(key, value)| Some(sql![json_key(key)?, ": ", json_text(value)?]))
                .collect();
            sql!["{", join(&entries?, ", "), "}"]
        }
        _ => return None,
    })
}

fn json_key(key: &Value) -> Option<Template> {
    match key {
        Value::Integer(number) => Some(Template::from_text(format!("\"{number}\""))),
        other => json_text(other),
    }
}

/// `json.dumps` escapes everything beyond ASCII.
fn json_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            ' '..='~' => escaped.push(character),
            other => {
                let mut units = [0; 2];
                for unit in other.encode_utf16(&mut units) {
                    escaped.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    escaped
}

fn array(value: &Value) -> Template {
    let items: Vec<_> = items(value)
        .unwrap_or_default()
        .iter()
        .map(literal)
        .collect();
    if items.is_empty() {
        // As psycopg writes it: an empty ARRAY[] has no type.
        return Template::from_text("'{}'");
    }
    sql!["ARRAY[", join(&items, ", "), "]"]
}

fn bytes_literal(bytes: &[u8]) -> Template {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Template::from_text(format!("'\\x{digits}'"))
}

/// As Python prints it: `1.0`, not `1`.
fn float(number: f64) -> String {
    match number.fract() == 0.0 && number.abs() < 1e16 {
        true => format!("{number:.1}"),
        false => number.to_string(),
    }
}

/// `uuid.UUID("...")`, `Decimal("...")`, `datetime(...)` and `date(...)` with known arguments.
fn external_literal(external: &Rc<External>) -> Template {
    known_external(external).unwrap_or_else(|| unknown(&Value::External(external.clone())))
}

fn known_external(external: &External) -> Option<Template> {
    let arguments = external.arguments.as_ref()?;
    match &*external.path {
        "datetime.datetime.now" | "datetime.datetime.utcnow" | "datetime.datetime.today" => {
            return Some(Template::from_text("now()"));
        }
        "datetime.date.today" => return Some(Template::from_text("CURRENT_DATE")),
        _ => {}
    }
    match external.name() {
        "UUID" => text(arguments.positional.first()).map(|text| string(&text)),
        "Decimal" => text(arguments.positional.first()),
        "date" => date(arguments).map(|date| Template::from_text(format!("'{date}'"))),
        "datetime" => date(arguments).and_then(|date| date_and_time(&date, arguments)),
        _ => None,
    }
}

fn date(arguments: &Arguments) -> Option<String> {
    let year = integer(arguments.get(0, "year"))?;
    let month = integer(arguments.get(1, "month"))?;
    let day = integer(arguments.get(2, "day"))?;
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

fn date_and_time(date: &str, arguments: &Arguments) -> Option<Template> {
    if arguments.get(6, "microsecond").is_some() || arguments.get(7, "tzinfo").is_some() {
        return None;
    }
    let part = |position, name| match arguments.get(position, name) {
        None => Some(0),
        given => integer(given),
    };
    let (hour, minute, second) = (part(3, "hour")?, part(4, "minute")?, part(5, "second")?);
    Some(Template::from_text(format!(
        "'{date} {hour:02}:{minute:02}:{second:02}'"
    )))
}
