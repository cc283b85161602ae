//! `re`, `json`, `textwrap`, `string`, `shlex` and `sqlparse` on known text.

use std::rc::Rc;

use regex::{Regex, RegexBuilder};

use crate::model::Template;
use crate::python::tree::Expression;

use super::external::{Arguments, External};
use super::flat::Flat;
use super::flow::Interrupt;
use super::interpreter::Interpreter;
use super::text;
use super::value::Value;

impl Interpreter<'_> {
    pub(crate) fn text_call(
        &mut self,
        path: &str,
        callee: &Rc<External>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        let first = arguments.positional.first();
        let template = match first {
            Some(Value::Text(template)) => Some(template.clone()),
            _ => None,
        };
        Ok(match (path, template) {
            ("textwrap.dedent" | "inspect.cleandoc", Some(template)) => {
                let text = text::dedent(&template);
                Some(Value::template(if path == "inspect.cleandoc" {
                    text::strip(&text, None, true, true)
                } else {
                    text
                }))
            }
            ("textwrap.indent", Some(template)) => match arguments.get(1, "prefix") {
                Some(Value::Text(prefix)) => Some(Value::template(text::indent(&template, prefix))),
                _ => None,
            },
            ("string.Template.substitute" | "string.Template.safe_substitute", _) => {
                let pattern = callee.receiver_external().and_then(|receiver| {
                    match receiver.arguments.as_ref()?.positional.first()? {
                        Value::Text(template) => Some(template.clone()),
                        _ => None,
                    }
                });
                match pattern {
                    Some(pattern) => Some(self.dollar(&pattern, arguments, site)?),
                    None => None,
                }
            }
            ("json.loads", Some(template)) => {
                template.known_text().and_then(|text| parsed_json(&text))
            }
            ("json.load", None) => {
                let text = first
                    .and_then(Value::as_external)
                    .cloned()
                    .and_then(|file| self.opened_text(&file));
                text.and_then(|text| parsed_json(&text.known_text()?))
            }
            ("json.dumps", _) => first.and_then(written_json).map(Value::text),
            ("shlex.split", Some(template)) => Some(shell_words(&template)),
            ("shlex.quote", Some(template)) => Some(Value::template((*template).clone())),
            ("sqlparse.split", Some(template)) => Some(statements(&template)),
            ("sqlparse.format", Some(template)) => Some(Value::template((*template).clone())),
            ("sqlparse.parse", Some(template)) => Some(statements(&template)),
            _ if path.starts_with("re.") => regex_call(path, callee, arguments),
            _ => None,
        })
    }
}

/// The statements of a text, as `sqlparse.split` gives them.
pub(crate) fn statements(template: &Template) -> Value {
    if template.has_holes() {
        let parts = text::split(template, Some(";"), usize::MAX, false);
        return Value::list(parts.into_iter().map(Value::template).collect());
    }
    let parts = crate::sql::split(template)
        .into_iter()
        .map(|part| match part.place {
            Some(place) => Template::from_source(part.text, place),
            None => Template::from_text(part.text),
        });
    Value::list(parts.map(Value::template).collect())
}

fn shell_words(template: &Template) -> Value {
    let words = text::split(template, None, usize::MAX, false);
    let unquoted = words
        .iter()
        .map(|word| text::strip(word, Some("'\""), true, true));
    Value::list(unquoted.map(Value::template).collect())
}

fn parsed_json(text: &str) -> Option<Value> {
    serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .map(|json| from_json(&json))
}

fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::None,
        serde_json::Value::Bool(known) => Value::Bool(*known),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Value::Integer(integer),
            (None, Some(float)) => Value::Float(float),
            (None, None) => Value::None,
        },
        serde_json::Value::String(text) => Value::text(text.as_str()),
        serde_json::Value::Array(items) => Value::list(items.iter().map(from_json).collect()),
        serde_json::Value::Object(entries) => Value::dict(
            entries
                .iter()
                .map(|(key, value)| (Value::text(key.as_str()), from_json(value)))
                .collect(),
        ),
    }
}

fn written_json(value: &Value) -> Option<String> {
    let json = to_json(value, 32)?;
    // Python puts a space after the separators.
    Some(spaced(&json))
}

fn to_json(value: &Value, depth: u8) -> Option<serde_json::Value> {
    let depth = depth.checked_sub(1)?;
    Some(match value {
        Value::None => serde_json::Value::Null,
        Value::Bool(known) => (*known).into(),
        Value::Integer(integer) => (*integer).into(),
        Value::Float(float) => (*float).into(),
        Value::Text(template) => template.known_text()?.into(),
        Value::List(elements) => elements
            .borrow()
            .iter()
            .map(|item| to_json(item, depth))
            .collect::<Option<Vec<_>>>()?
            .into(),
        Value::Tuple(elements) => elements
            .iter()
            .map(|item| to_json(item, depth))
            .collect::<Option<Vec<_>>>()?
            .into(),
        Value::Dict(entries) => {
            let mut object = serde_json::Map::new();
            for (key, value) in entries.borrow().iter() {
                object.insert(
                    super::formatting::plain_text(key).or(key.known_text())?,
                    to_json(value, depth)?,
                );
            }
            object.into()
        }
        _ => return None,
    })
}

fn spaced(json: &serde_json::Value) -> String {
    match json {
        serde_json::Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(spaced).collect::<Vec<_>>().join(", ")
            )
        }
        serde_json::Value::Object(entries) => {
            let parts = entries.iter().map(|(key, value)| {
                format!(
                    "{}: {}",
                    serde_json::Value::from(key.as_str()),
                    spaced(value)
                )
            });
            format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn regex_call(path: &str, callee: &Rc<External>, arguments: &Arguments) -> Option<Value> {
    if let Some(method) = path.strip_prefix("re.Match.") {
        return match_method(callee.receiver_external()?, method, arguments);
    }
    // A compiled pattern has its expression as the first argument of `re.compile`.
    let compiled = path
        .strip_prefix("re.Pattern.")
        .or_else(|| path.strip_prefix("re.compile()."));
    let (method, expression, flags, rest) = match compiled {
        Some(method) => {
            let compile = callee.receiver_external()?.arguments.clone()?;
            (
                method,
                compile.get(0, "pattern")?.clone(),
                compile.get(1, "flags").cloned(),
                0,
            )
        }
        None => {
            let method = path.strip_prefix("re.")?;
            let at = if method == "sub" || method == "split" {
                4
            } else {
                2
            };
            (
                method,
                arguments.get(0, "pattern")?.clone(),
                arguments.get(at, "flags").cloned(),
                1,
            )
        }
    };
    let regex = compiled_regex(&expression.known_text()?, flags.as_ref())?;
    let subject_at = rest + usize::from(method == "sub" || method == "subn");
    let Value::Text(subject) = arguments.get(subject_at, "string")? else {
        return None;
    };
    match method {
        "split" => Some(split_by(&regex, subject)),
        "sub" => {
            let Value::Text(replacement) = arguments.get(rest, "repl")? else {
                return None;
            };
            substituted(&regex, subject, &replacement.known_text()?).map(Value::template)
        }
        "match" | "search" | "fullmatch" => matched(&regex, method, subject),
        "findall" | "finditer" => found_all(&regex, method, subject),
        _ => None,
    }
}

fn compiled_regex(expression: &str, flags: Option<&Value>) -> Option<Regex> {
    let flags = flags.map(flag_names).unwrap_or_default();
    let has = |long: &str, short: &str| flags.iter().any(|flag| flag == long || flag == short);
    RegexBuilder::new(expression)
        .case_insensitive(has("IGNORECASE", "I"))
        .multi_line(has("MULTILINE", "M"))
        .dot_matches_new_line(has("DOTALL", "S"))
        .ignore_whitespace(has("VERBOSE", "X"))
        .size_limit(1 << 20)
        .build()
        .ok()
}

fn flag_names(flags: &Value) -> Vec<String> {
    match flags {
        Value::External(external) => match &external.arguments {
            Some(arguments) => arguments.positional.iter().flat_map(flag_names).collect(),
            None => vec![external.name().to_owned()],
        },
        _ => Vec::new(),
    }
}

fn split_by(regex: &Regex, subject: &Template) -> Value {
    let flat = Flat::new(subject);
    let mut parts = Vec::new();
    let mut start = 0;
    for captures in regex.captures_iter(&flat.text) {
        let Some(whole) = captures.get(0) else {
            continue;
        };
        parts.push(Value::template(flat.slice(start..whole.start())));
        for group in captures.iter().skip(1) {
            parts.push(match group {
                Some(group) => Value::template(flat.slice(group.range())),
                None => Value::None,
            });
        }
        start = whole.end();
    }
    parts.push(Value::template(flat.slice(start..flat.text.len())));
    Value::list(parts)
}

/// `re.sub` with a plain replacement; `\1` and `\g<name>` stand for groups.
fn substituted(regex: &Regex, subject: &Template, replacement: &str) -> Option<Template> {
    let flat = Flat::new(subject);
    let mut whole = Template::default();
    let mut start = 0;
    for captures in regex.captures_iter(&flat.text) {
        let found = captures.get(0)?;
        whole.append(&flat.slice(start..found.start()));
        let mut rest = replacement;
        while let Some(at) = rest.find('\\') {
            whole.append(&Template::from_text(&rest[..at]));
            let (group, length) = group_reference(&rest[at + 1..])?;
            let range = match group.parse::<usize>() {
                Ok(number) => captures.get(number),
                Err(_) => captures.name(&group),
            };
            match (range, group.as_str()) {
                (Some(range), _) => whole.append(&flat.slice(range.range())),
                (None, "n") => whole.append(&Template::from_text("\n")),
                (None, _) => {}
            }
            rest = &rest[at + 1 + length..];
        }
        whole.append(&Template::from_text(rest));
        start = found.end();
    }
    whole.append(&flat.slice(start..flat.text.len()));
    Some(whole)
}

/// `1`, `n` or `g<name>` after a backslash, with its length.
fn group_reference(text: &str) -> Option<(String, usize)> {
    if let Some(inner) = text.strip_prefix("g<") {
        let end = inner.find('>')?;
        return Some((inner[..end].to_owned(), end + 3));
    }
    let first = text.chars().next()?;
    Some((first.to_string(), first.len_utf8()))
}

fn match_value(flat: &Flat<'_>, captures: &regex::Captures<'_>, regex: &Regex) -> Value {
    let groups: Vec<Value> = captures
        .iter()
        .map(|group| match group {
            Some(group) => Value::template(flat.slice(group.range())),
            None => Value::None,
        })
        .collect();
    let names: Vec<(Value, Value)> = regex
        .capture_names()
        .enumerate()
        .filter_map(|(index, name)| Some((Value::text(name?), groups.get(index)?.clone())))
        .collect();
    Value::External(Rc::new(External {
        path: Rc::from("re.Match"),
        type_path: None,
        receiver: None,
        arguments: Some(Arguments::positional(vec![
            Value::tuple(groups),
            Value::dict(names),
        ])),
        attributes: Default::default(),
        place: crate::model::Place::new("", 0, 0),
    }))
}

fn matched(regex: &Regex, method: &str, subject: &Template) -> Option<Value> {
    let flat = Flat::new(subject);
    let found = regex.captures(&flat.text).filter(|captures| {
        let Some(whole) = captures.get(0) else {
            return false;
        };
        match method {
            "match" => whole.start() == 0,
            "fullmatch" => whole.start() == 0 && whole.end() == flat.text.len(),
            _ => true,
        }
    });
    match found {
        Some(captures) => Some(match_value(&flat, &captures, regex)),
        None if flat.has_holes() => None,
        None => Some(Value::None),
    }
}

fn found_all(regex: &Regex, method: &str, subject: &Template) -> Option<Value> {
    let flat = Flat::new(subject);
    let found = regex.captures_iter(&flat.text).map(|captures| {
        if method == "finditer" {
            return match_value(&flat, &captures, regex);
        }
        let groups: Vec<Value> = captures
            .iter()
            .map(|group| {
                group.map_or(Value::text(""), |group| {
                    Value::template(flat.slice(group.range()))
                })
            })
            .collect();
        match groups.len() {
            1 => groups[0].clone(),
            2 => groups[1].clone(),
            _ => Value::tuple(groups[1..].to_vec()),
        }
    });
    let found: Vec<Value> = found.collect();
    (!flat.has_holes() || !found.is_empty()).then(|| Value::list(found))
}

fn match_method(external: &External, method: &str, arguments: &Arguments) -> Option<Value> {
    let call = external.arguments.as_ref()?;
    let (Value::Tuple(groups), Value::Dict(names)) =
        (call.positional.first()?, call.positional.get(1)?)
    else {
        return None;
    };
    match (method, arguments.positional.first()) {
        ("group", None) => groups.first().cloned(),
        ("group", Some(Value::Integer(index))) => {
            groups.get(usize::try_from(*index).ok()?).cloned()
        }
        ("group", Some(name)) => super::containers::find(&names.borrow(), name),
        ("groups", _) => Some(Value::tuple(groups.iter().skip(1).cloned().collect())),
        ("groupdict", _) => Some(Value::Dict(names.clone())),
        _ => None,
    }
}
