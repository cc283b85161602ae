//! `text("... :name ...")`: bound values are put in, and names without a value are found.

use crate::eval::{Arguments, Value};
use crate::model::{Fragment, Piece, Place, Template};

use super::literal;
use super::text::{Sql, hole};

/// One `:name` in a text, as SQLAlchemy's pattern `(?<![:\w\x5c]):(\w+)(?!:)` finds it.
struct Parameter<'text> {
    before: &'text str,
    name: &'text str,
    after: &'text str,
}

/// The text with its parameters' values written in, and the first parameter without a value.
pub(crate) struct Bound {
    pub(crate) text: Template,
    pub(crate) missing: Option<String>,
}

/// Replaces `:name` by the literal that `values` has for it. `values` as given last count.
pub(crate) fn bind(text: &Template, values: &[(String, Value)]) -> Bound {
    let mut bound = Sql::default();
    let mut missing = None;
    for piece in text.pieces() {
        match piece {
            Piece::Hole(_) => bound.add(&single(piece.clone())),
            Piece::Known(fragment) => bind_fragment(fragment, values, &mut bound, &mut missing),
        }
    }
    Bound {
        text: bound.finish(),
        missing,
    }
}

fn bind_fragment(
    fragment: &Fragment,
    values: &[(String, Value)],
    bound: &mut Sql,
    missing: &mut Option<String>,
) {
    let mut rest = fragment.text.as_str();
    let mut origin = fragment.origin.clone();
    while let Some(parameter) = next_parameter(rest) {
        let value = values.iter().rev().find(|(name, _)| name == parameter.name);
        let value = match value {
            Some((_, value)) => literal::literal(value),
            None => {
                missing.get_or_insert_with(|| parameter.name.to_owned());
                hole(
                    &format!(":{}", parameter.name),
                    "a parameter without a known value",
                )
            }
        };
        bound.add(&known(parameter.before, &origin));
        bound.add(&value);
        origin = origin.map(|place| place.after(&rest[..rest.len() - parameter.after.len()]));
        rest = parameter.after;
    }
    bound.add(&known(rest, &origin));
}

/// A piece of the text; `\:` stands for a colon.
fn known(text: &str, origin: &Option<Place>) -> Template {
    let origin = origin.clone().filter(|_| !text.contains("\\:"));
    single(Piece::known(text.replace("\\:", ":"), origin))
}

fn single(piece: Piece) -> Template {
    let mut template = Template::default();
    template.push(piece);
    template
}

fn next_parameter(text: &str) -> Option<Parameter<'_>> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut from = 0;
    while let Some(found) = text[from..].find(':') {
        let colon = from + found;
        let end = text[colon + 1..]
            .find(|character| !is_word(character))
            .map_or(text.len(), |length| colon + 1 + length);
        let previous = text[..colon].chars().next_back();
        let stands_free = !previous.is_some_and(|c| is_word(c) || c == ':' || c == '\\');
        // The pattern backtracks: before a colon it gives up the name's last character.
        let name = match text[end..].starts_with(':') {
            true => shortened(&text[colon + 1..end]),
            false => &text[colon + 1..end],
        };
        if stands_free && !name.is_empty() {
            let after = &text[colon + 1 + name.len()..];
            return Some(Parameter {
                before: &text[..colon],
                name,
                after,
            });
        }
        from = colon + 1;
    }
    None
}

fn shortened(name: &str) -> &str {
    let mut characters = name.chars();
    characters.next_back();
    characters.as_str()
}

/// The values of a dict or of keyword arguments, by name.
pub(crate) fn named_values(arguments: &Arguments) -> Vec<(String, Value)> {
    let mut values: Vec<(String, Value)> = arguments
        .keywords
        .iter()
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect();
    for argument in &arguments.positional {
        values.extend(dict_values(argument));
        values.extend(bind_parameter(argument));
    }
    values
}

/// `{"name": value}`.
pub(crate) fn dict_values(value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Dict(entries) => entries
            .borrow()
            .iter()
            .filter_map(|(key, value)| Some((key.known_text()?, value.clone())))
            .collect(),
        _ => Vec::new(),
    }
}

/// `bindparam("name", value=...)`.
fn bind_parameter(value: &Value) -> Option<(String, Value)> {
    let arguments = super::path::call_of(value, "bindparam")?;
    let name = arguments.get(0, "key")?.known_text()?;
    Some((name, arguments.get(1, "value")?.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(text: &str, values: &[(&str, Value)]) -> (String, Option<String>) {
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let bound = bind(&Template::from_text(text), &values);
        (bound.text.display(), bound.missing)
    }

    #[test]
    fn names_are_bound_and_casts_are_not() {
        let values = [("id", Value::Integer(7)), ("name", Value::text("O'Neil"))];
        assert_eq!(
            bound(
                "UPDATE t SET name = :name, at = '10:30'::time WHERE id = :id",
                &values
            )
            .0,
            "UPDATE t SET name = 'O''Neil', at = '10:30'::time WHERE id = 7"
        );
    }

    #[test]
    fn a_colon_in_json_is_a_parameter_without_a_value() {
        let (text, missing) = bound("INSERT INTO t VALUES ('{\"a\":true}')", &[]);
        assert_eq!(text, "INSERT INTO t VALUES ('{\"a\"{:true}}')");
        assert_eq!(missing.as_deref(), Some("true"));
        assert_eq!(bound("'{\"a\": true}'", &[]).1, None);
        assert_eq!(
            bound("SELECT '\\:x'", &[]),
            ("SELECT ':x'".to_owned(), None)
        );
    }

    #[test]
    fn text_after_a_value_keeps_its_place() {
        let text = Template::from_source("SELECT :a\nFROM t", Place::new("f.py", 3, 5));
        let bound = bind(&text, &[("a".to_owned(), Value::Integer(1))]).text;
        let Some(Piece::Known(last)) = bound.pieces().last() else {
            panic!("no text")
        };
        assert_eq!(
            (last.text.as_str(), last.origin.as_ref().map(|p| p.line)),
            ("\nFROM t", Some(3))
        );
    }
}
