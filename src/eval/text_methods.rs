//! Methods of strings.

use crate::model::Template;
use crate::python::tree::Expression;

use super::external::Arguments;
use super::flow::Evaluated;
use super::interpreter::Interpreter;
use super::join::one_of;
use super::text;
use super::unknown::{reason_and_source, source_of, unknown};
use super::value::{Source, Value};
use super::wholes::Wholes;

impl Interpreter<'_> {
    pub(crate) fn text_method(
        &mut self,
        template: &Template,
        name: &str,
        arguments: &Arguments,
        place: &Expression,
    ) -> Evaluated {
        if name == "format" {
            return self.format_method(template, arguments, place);
        }
        if name == "join" {
            return self.join_method(template, arguments, place);
        }
        if let Some(value) = changed(template, name, arguments) {
            return Ok(value);
        }
        if let Some(answer) = tested(template, name, arguments) {
            return Ok(match answer {
                Some(known) => Value::Bool(known),
                None => self.about(&Value::template(template.clone()), place),
            });
        }
        if let Some(value) = measured(template, name, arguments) {
            return Ok(value);
        }
        Ok(self.about(&Value::template(template.clone()), place))
    }

    /// Unknown for the same reason as the value is.
    pub(crate) fn about(&self, value: &Value, place: &Expression) -> Value {
        let (reason, source) = match value {
            Value::Text(template) => match template.holes().next() {
                Some(hole) => (hole.reason.clone(), Source::Other),
                None => ("not evaluated".to_owned(), Source::Other),
            },
            other => reason_and_source(other),
        };
        unknown(place.text.clone(), reason, source, place.place.clone())
    }

    fn join_method(
        &mut self,
        separator: &Template,
        arguments: &Arguments,
        place: &Expression,
    ) -> Evaluated {
        let Some(parts) = arguments.positional.first() else {
            return Ok(self.opaque(place));
        };
        let Some(items) = self.collect(parts, place)? else {
            return Ok(Value::template(super::formatting::hole(parts, place)));
        };
        let mut wholes = Wholes::new(self.limits.alternatives);
        let mut started = false;
        let mut source = Source::Other;
        for item in items {
            let item = super::expressions::bare(item);
            source = super::unknown::heavier(source, source_of(&item));
            let texts = self.formatted(&item, place, None, None)?;
            if started {
                wholes.append(separator);
            }
            started = true;
            wholes.extend(&texts, || super::formatting::hole(&item, place));
        }
        Ok(one_of(
            wholes.into_texts().into_iter().map(Value::template),
            source,
            self.limits.alternatives,
        ))
    }
}

fn text_argument(arguments: &Arguments, index: usize) -> Option<String> {
    arguments.positional.get(index)?.known_text()
}

fn limit(arguments: &Arguments, index: usize, name: &str) -> usize {
    match arguments.get(index, name) {
        Some(Value::Integer(count)) if *count >= 0 => *count as usize,
        _ => usize::MAX,
    }
}

/// Methods that give text, or lists of it.
fn changed(template: &Template, name: &str, arguments: &Arguments) -> Option<Value> {
    let characters = text_argument(arguments, 0);
    let strip =
        |left, right| Value::template(text::strip(template, characters.as_deref(), left, right));
    let list = |parts: Vec<Template>| Value::list(parts.into_iter().map(Value::template).collect());
    Some(match name {
        "strip" => strip(true, true),
        "lstrip" => strip(true, false),
        "rstrip" => strip(false, true),
        "upper" => Value::template(text::map_known(template, str::to_uppercase)),
        "lower" | "casefold" => Value::template(text::map_known(template, str::to_lowercase)),
        "title" => Value::template(text::map_known(template, title)),
        "capitalize" => Value::template(text::map_known(template, capitalize)),
        "swapcase" | "expandtabs" => Value::template(template.clone()),
        "split" | "rsplit" => {
            let separator = separator(arguments)?;
            let limit = limit(arguments, 1, "maxsplit");
            list(text::split(
                template,
                separator.as_deref(),
                limit,
                name == "rsplit",
            ))
        }
        "splitlines" => {
            let keep = matches!(arguments.get(0, "keepends"), Some(Value::Bool(true)));
            list(text::split_lines(template, keep))
        }
        "partition" | "rpartition" => {
            let parts = text::partition(template, &characters?, name == "rpartition");
            Value::tuple(parts.into_iter().map(Value::template).collect())
        }
        "replace" => {
            let Value::Text(new) = arguments.positional.get(1)? else {
                return None;
            };
            Value::template(text::replace(
                template,
                &characters?,
                new,
                limit(arguments, 2, "count"),
            ))
        }
        "removeprefix" => Value::template(text::without_prefix(template, &characters?)),
        "removesuffix" => Value::template(text::without_suffix(template, &characters?)),
        "zfill" | "ljust" | "rjust" | "center" => padded(template, name, arguments)?,
        "encode" | "decode" => Value::template(template.clone()),
        "format_map" => return None,
        _ => return None,
    })
}

fn separator(arguments: &Arguments) -> Option<Option<String>> {
    match arguments.get(0, "sep") {
        None | Some(Value::None) => Some(None),
        Some(value) => value.known_text().map(Some),
    }
}

fn padded(template: &Template, name: &str, arguments: &Arguments) -> Option<Value> {
    let Some(Value::Integer(width)) = arguments.positional.first() else {
        return None;
    };
    let known = template.known_text()?;
    let fill = text_argument(arguments, 1).unwrap_or_else(|| " ".to_owned());
    let alignment = match name {
        "ljust" => '<',
        "center" => '^',
        _ => '>',
    };
    let fill = if name == "zfill" {
        "0".to_owned()
    } else {
        fill
    };
    let spec = format!("{fill}{alignment}{}", (*width).clamp(0, 999));
    let value = Value::text(known);
    Some(Value::template(super::formatting::apply_specification(
        &value, template, &spec,
    )))
}

/// Methods that answer a question; the inner `None` is an open answer.
fn tested(template: &Template, name: &str, arguments: &Arguments) -> Option<Option<bool>> {
    let known = template.known_text();
    let all = |test: fn(char) -> bool| {
        known
            .as_ref()
            .map(|known| !known.is_empty() && known.chars().all(test))
    };
    Some(match name {
        "startswith" | "endswith" => any_affix(template, name == "startswith", arguments),
        "isdigit" | "isnumeric" | "isdecimal" => all(|character| character.is_ascii_digit()),
        "isalpha" => all(char::is_alphabetic),
        "isalnum" => all(char::is_alphanumeric),
        "isspace" => all(char::is_whitespace),
        "isupper" => {
            known.map(|known| known == known.to_uppercase() && known != known.to_lowercase())
        }
        "islower" => {
            known.map(|known| known == known.to_lowercase() && known != known.to_uppercase())
        }
        "isidentifier" => all(|character| character.is_alphanumeric() || character == '_'),
        _ => return None,
    })
}

fn any_affix(template: &Template, start: bool, arguments: &Arguments) -> Option<bool> {
    let test = |affix: &Value| -> Option<bool> {
        let affix = affix.known_text()?;
        if start {
            text::starts_with(template, &affix)
        } else {
            text::ends_with(template, &affix)
        }
    };
    match arguments.positional.first()? {
        Value::Tuple(choices) => {
            let answers: Vec<Option<bool>> = choices.iter().map(test).collect();
            if answers.contains(&Some(true)) {
                return Some(true);
            }
            answers
                .iter()
                .all(|answer| *answer == Some(false))
                .then_some(false)
        }
        affix => test(affix),
    }
}

/// Methods that give a number.
fn measured(template: &Template, name: &str, arguments: &Arguments) -> Option<Value> {
    let known = template.known_text()?;
    let wanted = text_argument(arguments, 0)?;
    let position =
        |found: Option<usize>| found.map_or(-1, |byte| known[..byte].chars().count() as i64);
    Some(Value::Integer(match name {
        "find" | "index" => position(known.find(&wanted)),
        "rfind" | "rindex" => position(known.rfind(&wanted)),
        "count" => known.matches(&wanted).count() as i64,
        _ => return None,
    }))
}

fn title(known: &str) -> String {
    let mut result = String::with_capacity(known.len());
    let mut inside = false;
    for character in known.chars() {
        if inside {
            result.extend(character.to_lowercase());
        } else {
            result.extend(character.to_uppercase());
        }
        inside = character.is_alphabetic();
    }
    result
}

fn capitalize(known: &str) -> String {
    let mut characters = known.chars();
    match characters.next() {
        Some(first) => first
            .to_uppercase()
            .chain(characters.flat_map(char::to_lowercase))
            .collect(),
        None => String::new(),
    }
}
