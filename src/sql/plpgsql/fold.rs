//! Folds the text expressions of EXECUTE as far as the variables are known.

use crate::model::{Piece, Template};
use crate::sql::expression::{Call, Expression, Literal};
use crate::sql::scan::{Kind, significant};
use crate::sql::spell::spell;

use super::variables::{Known, Variables};

/// The text of an expression, holes where it is unknown.
pub(super) fn fold(expression: &Expression, variables: &Variables) -> Template {
    match expression {
        Expression::Literal(Literal::Text(text)) => Template::from_text(text.clone()),
        Expression::Literal(Literal::Number(text) | Literal::Bits(text)) => {
            Template::from_text(text.clone())
        }
        Expression::Literal(Literal::Boolean(value)) => Template::from_text(value.to_string()),
        Expression::Literal(Literal::Null) => Template::default(),
        Expression::Hole(label) => {
            let inner = label.trim_start_matches('{').trim_end_matches('}');
            Template::hole(inner, "unknown in the text that sends the block", None)
        }
        Expression::Cast { operand, .. } | Expression::Collate { operand, .. } => {
            fold(operand, variables)
        }
        Expression::Binary {
            operator,
            left,
            right,
        } if operator == "||" => {
            let mut text = fold(left, variables);
            text.append(&fold(right, variables));
            text
        }
        Expression::Call(call) => fold_call(call, variables).unwrap_or_else(|| unknown(expression)),
        _ => match value(expression, variables) {
            Some(Known::Text(text)) => text,
            Some(Known::Unknown(reason)) => Template::hole(spell(expression), reason, None),
            Some(Known::Query(query)) => {
                Template::hole(spell(expression), format!("read by {}", query.text), None)
            }
            // A scalar loop variable over one column.
            Some(Known::Row(fields)) => match fields.get("") {
                Some(Known::Text(text)) => text.clone(),
                _ => unknown(expression),
            },
            Some(Known::List(_)) | None => unknown(expression),
        },
    }
}

fn unknown(expression: &Expression) -> Template {
    Template::hole(spell(expression), "computed at run time", None)
}

/// The value of a variable, a record's field or an array's element.
pub(super) fn value(expression: &Expression, variables: &Variables) -> Option<Known> {
    match expression {
        Expression::Name { qualifier, name } => match qualifier.as_slice() {
            [] => variables.get(name.as_str()).cloned(),
            [record] => match variables.get(record.as_str())? {
                Known::Row(fields) => fields.get(name.as_str()).cloned(),
                Known::Unknown(reason) => Some(Known::Unknown(reason.clone())),
                _ => None,
            },
            _ => None,
        },
        Expression::Parameter(text) => variables.get(text.as_str()).cloned(),
        Expression::Subscript { base, index } => {
            let Expression::Literal(Literal::Number(index)) = &**index else {
                return None;
            };
            let position = index.parse::<usize>().ok()?.checked_sub(1)?;
            list(base, variables)?.get(position).cloned()
        }
        Expression::Array(_) => list(expression, variables).map(Known::List),
        Expression::Cast { operand, data_type } if data_type.array_dimensions > 0 => {
            list(operand, variables).map(Known::List)
        }
        Expression::Cast { operand, .. } => value(operand, variables),
        Expression::Subquery(query) => Some(Known::Query(query.clone())),
        Expression::Literal(_) | Expression::Call(_) => {
            Some(Known::Text(fold(expression, variables)))
        }
        Expression::Binary { operator, .. } if operator == "||" => {
            Some(Known::Text(fold(expression, variables)))
        }
        _ => None,
    }
}

/// The elements of an array that is written out, or of a variable that holds one.
pub(super) fn list(expression: &Expression, variables: &Variables) -> Option<Vec<Known>> {
    match expression {
        Expression::Array(items) => Some(
            items
                .iter()
                .map(|item| match item {
                    Expression::Array(_) => Known::List(list(item, variables).unwrap_or_default()),
                    _ => Known::Text(fold(item, variables)),
                })
                .collect(),
        ),
        Expression::Cast { operand, .. } => list(operand, variables),
        Expression::Literal(Literal::Text(text)) => array_literal(text),
        Expression::Call(call) if call.function.name.as_str() == "string_to_array" => {
            let arguments: Vec<_> = call.arguments.iter().map(|(_, value)| value).collect();
            let [text, separator] = arguments.as_slice() else {
                return None;
            };
            let text = fold(text, variables).known_text()?;
            let separator = fold(separator, variables).known_text()?;
            let parts = text.split(separator.as_str());
            Some(
                parts
                    .map(|part| Known::Text(Template::from_text(part)))
                    .collect(),
            )
        }
        Expression::Name { .. } | Expression::Parameter(_) => match value(expression, variables)? {
            Known::List(items) => Some(items),
            _ => None,
        },
        _ => None,
    }
}

/// `{a,b,"c d"}` (manual, 8.15.2).
fn array_literal(text: &str) -> Option<Vec<Known>> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inner.contains(['{', '}']) {
        return None;
    }
    let items = inner
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    Some(
        items
            .map(|item| Known::Text(Template::from_text(item.trim_matches('"'))))
            .collect(),
    )
}

fn fold_call(call: &Call, variables: &Variables) -> Option<Template> {
    let arguments: Vec<_> = call.arguments.iter().map(|(_, value)| value).collect();
    let first = arguments.first().map(|first| fold(first, variables));
    match call.function.name.as_str() {
        "format" => Some(format_call(&arguments, variables)),
        "quote_ident" => Some(quoted_name(&first?)),
        "quote_literal" | "quote_nullable" => Some(quoted_text(&first?)),
        "concat" => Some(join(&arguments, "", variables)),
        "concat_ws" => {
            let separator = first?.known_text()?;
            Some(join(arguments.get(1..)?, &separator, variables))
        }
        "lower" => Some(Template::from_text(first?.known_text()?.to_lowercase())),
        "upper" => Some(Template::from_text(first?.known_text()?.to_uppercase())),
        "trim" | "btrim" if arguments.len() == 1 => {
            Some(Template::from_text(first?.known_text()?.trim()))
        }
        "coalesce" => Some(first?),
        "chr" => {
            let code = first?.known_text()?.parse::<u32>().ok()?;
            Some(Template::from_text(char::from_u32(code)?.to_string()))
        }
        "replace" => {
            let text = first?.known_text()?;
            let from = fold(arguments.get(1)?, variables).known_text()?;
            let to = fold(arguments.get(2)?, variables).known_text()?;
            Some(Template::from_text(text.replace(&from, &to)))
        }
        "array_to_string" => {
            let items = list(arguments.first()?, variables)?;
            let separator = fold(arguments.get(1)?, variables).known_text()?;
            let texts: Option<Vec<_>> = items
                .iter()
                .map(|item| match item {
                    Known::Text(text) => text.known_text(),
                    _ => None,
                })
                .collect();
            Some(Template::from_text(texts?.join(&separator)))
        }
        _ => None,
    }
}

fn join(arguments: &[&Expression], separator: &str, variables: &Variables) -> Template {
    let mut text = Template::default();
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            text.append(&Template::from_text(separator));
        }
        text.append(&fold(argument, variables));
    }
    text
}

/// `format` (manual, 9.4.1): `%s`, `%I`, `%L`, `%%`, positions and widths.
fn format_call(arguments: &[&Expression], variables: &Variables) -> Template {
    let Some((first, values)) = arguments.split_first() else {
        return Template::default();
    };
    let pattern = fold(first, variables);
    let mut text = Template::default();
    let mut next = 0;
    for piece in pattern.pieces() {
        match piece {
            Piece::Hole(_) => text.push(piece.clone()),
            Piece::Known(fragment) => {
                format_piece(&fragment.text, values, &mut next, variables, &mut text);
            }
        }
    }
    text
}

fn format_piece(
    pattern: &str,
    values: &[&Expression],
    next: &mut usize,
    variables: &Variables,
    text: &mut Template,
) {
    let mut rest = pattern;
    while let Some(percent) = rest.find('%') {
        text.append(&Template::from_text(&rest[..percent]));
        let spec = &rest[percent + 1..];
        let length = spec
            .find(|c: char| !(c.is_ascii_digit() || c == '$' || c == '-'))
            .unwrap_or(spec.len());
        let position = spec[..length]
            .split_once('$')
            .and_then(|(number, _)| number.parse().ok());
        let kind = spec[length..].chars().next();
        rest = &spec[length + kind.map_or(0, char::len_utf8)..];
        if kind == Some('%') {
            text.append(&Template::from_text("%"));
            continue;
        }
        if let Some(position) = position {
            *next = usize::saturating_sub(position, 1);
        }
        let value = values
            .get(*next)
            .map(|value| fold(value, variables))
            .unwrap_or_default();
        *next += 1;
        text.append(&match kind {
            Some('I') => quoted_name(&value),
            Some('L') => quoted_text(&value),
            _ => value,
        });
    }
    text.append(&Template::from_text(rest));
}

/// What `quote_ident` makes of it: quotes only where folding or a keyword asks for them.
fn quoted_name(name: &Template) -> Template {
    let Some(text) = name.known_text() else {
        return name.clone();
    };
    let tokens = significant(&text);
    let plain = tokens.len() == 1
        && tokens.first().is_some_and(|token| token.kind == Kind::Word)
        && text == text.to_ascii_lowercase()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !crate::sql::words::is_first_word(&text)
        && !crate::sql::words::is_reserved(&text);
    if plain {
        return name.clone();
    }
    Template::from_text(format!("\"{}\"", text.replace('"', "\"\"")))
}

fn quoted_text(value: &Template) -> Template {
    let mut text = Template::from_text("'");
    for piece in value.pieces() {
        match piece {
            Piece::Known(fragment) => {
                text.append(&Template::from_text(fragment.text.replace('\'', "''")));
            }
            Piece::Hole(_) => text.push(piece.clone()),
        }
    }
    text.append(&Template::from_text("'"));
    text
}
