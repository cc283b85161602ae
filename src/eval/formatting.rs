//! Values as text: f-strings, `str()`, `%`, `str.format` and format specifications.

use crate::model::{Piece, Place, Template};
use crate::python::tree::{Expression, StringPart};

use super::flow::{Evaluated, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::join::one_of;
use super::text;
use super::unknown::reason_of;
use super::value::{Source, Value};
use super::wholes::Wholes;

impl Interpreter<'_> {
    /// A string literal, f-strings included.
    pub(crate) fn eval_string(&mut self, frame: &mut Frame<'_>, parts: &[StringPart]) -> Evaluated {
        let mut wholes = Wholes::new(self.limits.choices);
        let mut source = Source::Other;
        for part in parts {
            match part {
                StringPart::Literal(fragment) => wholes.push(Piece::Known(fragment.clone())),
                StringPart::Field {
                    value,
                    conversion,
                    format_spec,
                } => {
                    let evaluated = self.eval(frame, value)?;
                    if let Value::OneOf(alternatives) = &evaluated {
                        source = alternatives.source.clone();
                    }
                    let spec = self.format_specification(frame, format_spec)?;
                    let texts = self.formatted(&evaluated, value, *conversion, spec.as_deref())?;
                    wholes.extend(&texts, || hole(&evaluated, value));
                }
            }
        }
        let values = wholes.into_texts().into_iter().map(Value::template);
        Ok(one_of(values, source, self.limits.choices))
    }

    fn format_specification(
        &mut self,
        frame: &mut Frame<'_>,
        parts: &[StringPart],
    ) -> Result<Option<String>, Interrupt> {
        if parts.is_empty() {
            return Ok(None);
        }
        let spec = self.eval_string(frame, parts)?;
        Ok(spec.known_text())
    }

    /// The texts that a formatted value can have, one for each alternative.
    pub(crate) fn formatted(
        &mut self,
        value: &Value,
        expression: &Expression,
        conversion: Option<char>,
        spec: Option<&str>,
    ) -> Result<Vec<Template>, Interrupt> {
        let mut texts = Vec::new();
        for alternative in value.alternatives() {
            let template = match conversion {
                Some('r' | 'a') => self.repr_of(alternative, expression)?,
                _ => self.text_of(alternative, expression)?,
            };
            texts.push(match spec {
                Some(spec) if !spec.is_empty() => apply_specification(alternative, &template, spec),
                _ => template,
            });
        }
        Ok(texts)
    }

    /// `str(value)`; what is unknown becomes a hole that is called what the expression says.
    pub(crate) fn text_of(
        &mut self,
        value: &Value,
        expression: &Expression,
    ) -> Result<Template, Interrupt> {
        Ok(match value {
            Value::Text(template) => (**template).clone(),
            Value::Unknown(unknown) => match &unknown.default {
                Some(default) if matches!(default, Value::Text(_) | Value::Integer(_)) => {
                    self.text_of(default, expression)?
                }
                _ => hole(value, expression),
            },
            Value::Imported(imported) => {
                let value = self.resolve_import(imported);
                self.text_of(&value, expression)?
            }
            Value::Instance(instance) => {
                if let Some(text) = super::enums::text_of_member(instance) {
                    return self.text_of(&text, expression);
                }
                if self.has_method(instance, "__str__") {
                    let text = self.call_method(
                        value,
                        "__str__",
                        Default::default(),
                        &expression.place,
                        &expression.text,
                    )?;
                    return match &text {
                        Value::Instance(_) => Ok(hole(value, expression)),
                        text => self.text_of(text, expression),
                    };
                }
                hole(value, expression)
            }
            Value::External(external) => match super::externals::text_of(external) {
                Some(Value::Text(template)) => (*template).clone(),
                _ => match self.host.text_of(external) {
                    Some(template) => template,
                    None => hole(value, expression),
                },
            },
            other => match plain_text(other) {
                Some(text) => Template::from_text(text),
                None => self.repr_of(other, expression)?,
            },
        })
    }

    /// `repr(value)`.
    pub(crate) fn repr_of(
        &mut self,
        value: &Value,
        expression: &Expression,
    ) -> Result<Template, Interrupt> {
        Ok(match value {
            Value::Text(template) => match template.known_text() {
                Some(known) => Template::from_text(quoted(&known)),
                None => {
                    let quote = Template::from_text("'");
                    text::concatenate(&text::concatenate(&quote, template), &quote)
                }
            },
            Value::List(elements) => {
                let elements = elements.borrow().clone();
                self.repr_of_all("[", &elements, "]", expression)?
            }
            Value::Tuple(elements) if elements.len() == 1 => {
                self.repr_of_all("(", elements, ",)", expression)?
            }
            Value::Tuple(elements) => self.repr_of_all("(", elements, ")", expression)?,
            Value::Set(elements) => {
                let elements = elements.borrow().clone();
                self.repr_of_all("{", &elements, "}", expression)?
            }
            Value::Dict(entries) => {
                let entries = entries.borrow().clone();
                self.repr_of_entries(&entries, expression)?
            }
            Value::Bytes(_) | Value::Unknown(_) => hole(value, expression),
            other => match plain_text(other) {
                Some(text) => Template::from_text(text),
                None => hole(other, expression),
            },
        })
    }

    fn repr_of_all(
        &mut self,
        open: &str,
        elements: &[Value],
        close: &str,
        expression: &Expression,
    ) -> Result<Template, Interrupt> {
        let mut whole = Template::from_text(open);
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                whole.append(&Template::from_text(", "));
            }
            whole.append(&self.repr_of(element, expression)?);
        }
        whole.append(&Template::from_text(close));
        Ok(whole)
    }

    fn repr_of_entries(
        &mut self,
        entries: &[(Value, Value)],
        expression: &Expression,
    ) -> Result<Template, Interrupt> {
        let mut whole = Template::from_text("{");
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                whole.append(&Template::from_text(", "));
            }
            whole.append(&self.repr_of(key, expression)?);
            whole.append(&Template::from_text(": "));
            whole.append(&self.repr_of(value, expression)?);
        }
        whole.append(&Template::from_text("}"));
        Ok(whole)
    }
}

/// What stands for a value that is not known as text.
pub(crate) fn hole(value: &Value, expression: &Expression) -> Template {
    let place = match value {
        Value::Unknown(unknown) => unknown.place.clone(),
        _ => expression.place.clone(),
    };
    Template::hole(expression.text.as_ref(), reason_of(value), Some(place))
}

/// The text of values that need no further evaluation.
pub(crate) fn plain_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Integer(integer) => integer.to_string(),
        Value::Float(float) => float_text(*float),
        Value::Ellipsis => "Ellipsis".to_owned(),
        Value::Class(class) => format!("<class '{}'>", class.name()),
        _ => return None,
    })
}

fn float_text(float: f64) -> String {
    if float.fract() == 0.0 && float.abs() < 1e16 {
        format!("{float:.1}")
    } else {
        float.to_string()
    }
}

/// The text as `repr` quotes it.
pub(crate) fn quoted(known: &str) -> String {
    let quote = if known.contains('\'') && !known.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut whole = String::with_capacity(known.len() + 2);
    whole.push(quote);
    for character in known.chars() {
        match character {
            '\\' => whole.push_str("\\\\"),
            '\n' => whole.push_str("\\n"),
            '\t' => whole.push_str("\\t"),
            '\r' => whole.push_str("\\r"),
            character if character == quote => {
                whole.push('\\');
                whole.push(quote);
            }
            character => whole.push(character),
        }
    }
    whole.push(quote);
    whole
}

/// A format specification: fill, alignment, width, precision and type, as far as values are known.
pub(crate) fn apply_specification(value: &Value, template: &Template, spec: &str) -> Template {
    let Some(parsed) = Specification::parse(spec) else {
        return as_hole(template, spec);
    };
    let Some(known) = template.known_text() else {
        return template.clone();
    };
    let body = match (value, parsed.kind) {
        (Value::Integer(integer), 'f' | 'F') => {
            format!("{:.*}", parsed.precision.unwrap_or(6), *integer as f64)
        }
        (Value::Float(float), 'f' | 'F') => format!("{:.*}", parsed.precision.unwrap_or(6), float),
        (Value::Integer(integer), 'x') => format!("{integer:x}"),
        (Value::Integer(integer), 'X') => format!("{integer:X}"),
        (Value::Integer(integer), 'b') => format!("{integer:b}"),
        (Value::Text(_), 's') => match parsed.precision {
            Some(precision) => known.chars().take(precision).collect(),
            None => known.clone(),
        },
        _ => known.clone(),
    };
    let body = if parsed.groups { grouped(&body) } else { body };
    let missing = parsed.width.saturating_sub(body.chars().count());
    if missing == 0 && body == known {
        return template.clone();
    }
    let numeric = matches!(value, Value::Integer(_) | Value::Float(_));
    let fill: String = std::iter::repeat_n(parsed.fill, missing).collect();
    let half = missing / 2;
    Template::from_text(
        match parsed.alignment.unwrap_or(if numeric { '>' } else { '<' }) {
            '<' => format!("{body}{fill}"),
            '^' => {
                let left: String = fill.chars().take(half).collect();
                let right: String = fill.chars().skip(half).collect();
                format!("{left}{body}{right}")
            }
            _ => format!("{fill}{body}"),
        },
    )
}

fn as_hole(template: &Template, spec: &str) -> Template {
    let reason = format!("formatted with `{spec}`");
    Template::hole(template.display(), reason, template.origin().cloned())
}

fn grouped(number: &str) -> String {
    let (whole, rest) = number
        .split_once('.')
        .map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let digits: Vec<char> = whole.chars().collect();
    let mut grouped = String::new();
    for (index, digit) in digits.iter().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits[index - 1] != '-' {
            grouped.push(',');
        }
        grouped.push(*digit);
    }
    match rest {
        Some(rest) => format!("{grouped}.{rest}"),
        None => grouped,
    }
}

struct Specification {
    fill: char,
    alignment: Option<char>,
    width: usize,
    precision: Option<usize>,
    groups: bool,
    kind: char,
}

impl Specification {
    /// `None` for what is not one (a `strftime` pattern, say).
    fn parse(spec: &str) -> Option<Self> {
        let characters: Vec<char> = spec.chars().collect();
        let mut at = 0;
        let mut parsed = Self {
            fill: ' ',
            alignment: None,
            width: 0,
            precision: None,
            groups: false,
            kind: 's',
        };
        let is_alignment =
            |character: Option<&char>| matches!(character, Some('<' | '>' | '^' | '='));
        if is_alignment(characters.get(1)) {
            parsed.fill = characters[0];
            parsed.alignment = characters.get(1).copied();
            at = 2;
        } else if is_alignment(characters.first()) {
            parsed.alignment = characters.first().copied();
            at = 1;
        }
        while matches!(characters.get(at), Some('+' | '-' | ' ' | '#')) {
            at += 1;
        }
        if characters.get(at) == Some(&'0') {
            parsed.fill = '0';
            at += 1;
        }
        parsed.width = digits(&characters, &mut at)?.unwrap_or(0);
        if matches!(characters.get(at), Some(',' | '_')) {
            parsed.groups = true;
            at += 1;
        }
        if characters.get(at) == Some(&'.') {
            at += 1;
            parsed.precision = digits(&characters, &mut at)?;
        }
        if let Some(kind) = characters.get(at) {
            parsed.kind = *kind;
            at += 1;
        }
        (at == characters.len() && parsed.width < 1000).then_some(parsed)
    }
}

fn digits(characters: &[char], at: &mut usize) -> Option<Option<usize>> {
    let start = *at;
    while characters.get(*at).is_some_and(char::is_ascii_digit) {
        *at += 1;
    }
    if start == *at {
        return Some(None);
    }
    let text: String = characters[start..*at].iter().collect();
    text.parse().ok().map(Some)
}

/// A hole with a label of its own.
pub(crate) fn labelled_hole(label: &str, reason: &str, place: &Place) -> Piece {
    Piece::hole(label.to_owned(), reason.to_owned(), Some(place.clone()))
}
