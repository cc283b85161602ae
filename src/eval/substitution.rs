//! `%` formatting, `str.format` and `string.Template`.

use crate::model::Template;
use crate::python::tree::Expression;

use super::external::Arguments;
use super::flat::Flat;
use super::flow::{Evaluated, Interrupt};
use super::formatting::labelled_hole;
use super::interpreter::Interpreter;
use super::join::one_of;
use super::unknown::source_of;
use super::value::{Source, Value};
use super::wholes::Wholes;

/// A piece of a pattern: text as it stands, or a place to fill.
enum Part {
    Text(Template),
    /// By position or name, with `.attribute` and `[item]` steps after it.
    Field {
        name: String,
        conversion: Option<char>,
        spec: String,
    },
}

impl Interpreter<'_> {
    /// `pattern.format(...)`.
    pub(crate) fn format_method(
        &mut self,
        pattern: &Template,
        arguments: &Arguments,
        place: &Expression,
    ) -> Evaluated {
        let parts = brace_parts(pattern);
        let mut automatic = 0;
        let mut wholes = Wholes::new(self.limits.alternatives);
        let mut source = Source::Other;
        for part in parts {
            let texts = match part {
                Part::Text(text) => vec![text],
                Part::Field {
                    name,
                    conversion,
                    spec,
                } => {
                    let value = self.format_argument(&name, &mut automatic, arguments, place)?;
                    match value {
                        Some(value) => {
                            source = super::unknown::heavier(source, source_of(&value));
                            let labelled = labelled(place, &name);
                            self.formatted(&value, &labelled, conversion, Some(&spec))?
                        }
                        None => vec![missing(&name, place)],
                    }
                }
            };
            wholes.extend(&texts, || several(place));
        }
        Ok(one_of(
            wholes.into_texts().into_iter().map(Value::template),
            source,
            self.limits.alternatives,
        ))
    }

    fn format_argument(
        &mut self,
        name: &str,
        automatic: &mut usize,
        arguments: &Arguments,
        place: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (first, steps) = name.split_at(end);
        let base = if first.is_empty() {
            *automatic += 1;
            arguments.positional.get(*automatic - 1).cloned()
        } else if let Ok(position) = first.parse::<usize>() {
            arguments.positional.get(position).cloned()
        } else {
            arguments.keyword(first).cloned()
        };
        let Some(mut value) = base else {
            return Ok(None);
        };
        for step in steps
            .split_inclusive(['.', '['])
            .flat_map(|step| step.split(['.', '[', ']']))
        {
            if step.is_empty() {
                continue;
            }
            let is_item = steps.contains(&format!("[{step}]"));
            value = if is_item {
                let index = match step.parse::<i64>() {
                    Ok(position) => Value::Integer(position),
                    Err(_) => Value::text(step),
                };
                self.get_item(&value, &index, place)?
            } else {
                self.get_attribute_as(&value, step, place)?
            };
        }
        Ok(Some(value))
    }

    /// `pattern % values`.
    pub(crate) fn percent(
        &mut self,
        pattern: &Template,
        values: &Value,
        place: &Expression,
    ) -> Evaluated {
        let parts = percent_parts(pattern);
        let mut position = 0;
        let mut wholes = Wholes::new(self.limits.alternatives);
        for part in parts {
            let texts = match part {
                Part::Text(text) => vec![text],
                Part::Field {
                    name,
                    conversion,
                    spec,
                } => {
                    let value = percent_value(values, &name, &mut position);
                    match value {
                        Some(value) => {
                            let label = if name.is_empty() {
                                None
                            } else {
                                Some(name.as_str())
                            };
                            let labelled = match (label, &value) {
                                (Some(label), _) => labelled(place, label),
                                (None, Value::Unknown(unknown)) => labelled(place, &unknown.text),
                                (None, _) => place.clone(),
                            };
                            self.formatted(&value, &labelled, conversion, Some(&spec))?
                        }
                        None => vec![missing(&name, place)],
                    }
                }
            };
            wholes.extend(&texts, || several(place));
        }
        let source = source_of(values);
        Ok(one_of(
            wholes.into_texts().into_iter().map(Value::template),
            source,
            self.limits.alternatives,
        ))
    }

    /// `string.Template(pattern).substitute(...)`.
    pub(crate) fn dollar(
        &mut self,
        pattern: &Template,
        arguments: &Arguments,
        place: &Expression,
    ) -> Evaluated {
        let mut whole = Template::default();
        for part in dollar_parts(pattern) {
            match part {
                Part::Text(text) => whole.append(&text),
                Part::Field { name, .. } => {
                    let given = arguments.keyword(&name).cloned().or_else(|| {
                        let Some(Value::Dict(entries)) = arguments.positional.first() else {
                            return None;
                        };
                        super::containers::find(&entries.borrow(), &Value::text(name.as_str()))
                    });
                    match given {
                        Some(value) => {
                            let labelled = labelled(place, &name);
                            whole.append(&self.text_of(&value, &labelled)?);
                        }
                        None => whole.append(&missing(&name, place)),
                    }
                }
            }
        }
        Ok(Value::template(whole))
    }
}

fn labelled(place: &Expression, label: &str) -> Expression {
    let text = if label.is_empty() {
        place.text.clone()
    } else {
        label.into()
    };
    Expression {
        place: place.place.clone(),
        text,
        kind: place.kind.clone(),
    }
}

/// Stands for a field that can be more values than are followed.
fn several(place: &Expression) -> Template {
    let mut hole = Template::default();
    let reason = "one of more values than are followed";
    hole.push(labelled_hole(&place.text, reason, &place.place));
    hole
}

fn missing(name: &str, place: &Expression) -> Template {
    let mut hole = Template::default();
    let label = if name.is_empty() {
        place.text.as_ref()
    } else {
        name
    };
    hole.push(labelled_hole(
        label,
        "no value is given for it",
        &place.place,
    ));
    hole
}

fn percent_value(values: &Value, name: &str, position: &mut usize) -> Option<Value> {
    if !name.is_empty() {
        return match values {
            Value::Dict(entries) => super::containers::find(&entries.borrow(), &Value::text(name)),
            _ => None,
        };
    }
    *position += 1;
    match values {
        Value::Tuple(elements) => elements.get(*position - 1).cloned(),
        other if *position == 1 => Some(other.clone()),
        _ => None,
    }
}

fn brace_parts(pattern: &Template) -> Vec<Part> {
    let flat = Flat::new(pattern);
    let bytes = flat.text.as_bytes();
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'}' if bytes.get(at + 1) == Some(&bytes[at]) => {
                parts.push(Part::Text(flat.slice(start..at + 1)));
                at += 2;
                start = at;
            }
            b'{' => {
                parts.push(Part::Text(flat.slice(start..at)));
                let end = closing_brace(&flat.text, at);
                parts.push(field(&flat.text[at + 1..end]));
                at = (end + 1).min(bytes.len());
                start = at;
            }
            _ => at += 1,
        }
    }
    parts.push(Part::Text(flat.slice(start..bytes.len())));
    parts
}

fn closing_brace(text: &str, open: usize) -> usize {
    let mut depth = 0;
    for (index, character) in text[open..].char_indices() {
        match character {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return open + index;
                }
            }
            _ => {}
        }
    }
    text.len()
}

fn field(inner: &str) -> Part {
    let (head, spec) = inner.split_once(':').unwrap_or((inner, ""));
    let (name, conversion) = match head.split_once('!') {
        Some((name, conversion)) => (name, conversion.chars().next()),
        None => (head, None),
    };
    Part::Field {
        name: name.trim().to_owned(),
        conversion,
        spec: spec.to_owned(),
    }
}

fn percent_parts(pattern: &Template) -> Vec<Part> {
    let flat = Flat::new(pattern);
    let bytes = flat.text.as_bytes();
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes[at] != b'%' {
            at += 1;
            continue;
        }
        if bytes.get(at + 1) == Some(&b'%') {
            parts.push(Part::Text(flat.slice(start..at + 1)));
            at += 2;
            start = at;
            continue;
        }
        match conversion_at(&flat.text, at) {
            Some((field, end)) => {
                parts.push(Part::Text(flat.slice(start..at)));
                parts.push(field);
                at = end;
                start = end;
            }
            None => at += 1,
        }
    }
    parts.push(Part::Text(flat.slice(start..bytes.len())));
    parts
}

/// `%(name)05.2f` at a position: the field and where it ends.
fn conversion_at(text: &str, at: usize) -> Option<(Part, usize)> {
    let bytes = text.as_bytes();
    let mut end = at + 1;
    let mut name = String::new();
    if bytes.get(end) == Some(&b'(') {
        let close = text[end..].find(')')? + end;
        name = text[end + 1..close].to_owned();
        end = close + 1;
    }
    let flags = end;
    while bytes
        .get(end)
        .is_some_and(|byte| b"#0- +.123456789*".contains(byte))
    {
        end += 1;
    }
    let spec = text[flags..end].replace('-', "<");
    let kind = bytes
        .get(end)
        .filter(|byte| b"sdrifgeExXcaou".contains(byte))?;
    let (conversion, spec) = match kind {
        b'r' | b'a' => (Some('r'), spec),
        b'f' => (None, format!("{spec}f")),
        b'x' => (None, format!("{spec}x")),
        _ => (None, spec),
    };
    Some((
        Part::Field {
            name,
            conversion,
            spec,
        },
        end + 1,
    ))
}

fn dollar_parts(pattern: &Template) -> Vec<Part> {
    let flat = Flat::new(pattern);
    let text = &flat.text;
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(found) = text[at..].find('$').map(|index| index + at) {
        let rest = &text[found + 1..];
        if rest.starts_with('$') {
            parts.push(Part::Text(flat.slice(start..found + 1)));
            at = found + 2;
            start = at;
            continue;
        }
        let (name, length) = match rest
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'))
        {
            Some((name, _)) => (name, name.len() + 2),
            None => {
                let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
                let end = rest
                    .find(|character| !word(character))
                    .unwrap_or(rest.len());
                (&rest[..end], end)
            }
        };
        if name.is_empty() {
            at = found + 1;
            continue;
        }
        parts.push(Part::Text(flat.slice(start..found)));
        parts.push(Part::Field {
            name: name.to_owned(),
            conversion: None,
            spec: String::new(),
        });
        at = found + 1 + length;
        start = at;
    }
    parts.push(Part::Text(flat.slice(start..text.len())));
    parts
}
