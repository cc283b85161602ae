//! Operators on values, with the three truths of SQL.

use std::cmp::Ordering;
use std::sync::Arc;

use super::datum::Datum;

pub(super) fn unary(operator: &str, value: Datum) -> Datum {
    match (operator, value) {
        ("NOT", Datum::Bool(truth)) => Datum::Bool(!truth),
        ("-", Datum::Integer(number)) => Datum::Integer(-number),
        ("+", value) => value,
        (_, value @ (Datum::Null | Datum::Unknown(_))) => value,
        (operator, _) => Datum::unknown(format!("the operator {operator} is not modelled")),
    }
}

pub(super) fn and(left: Datum, right: Datum) -> Datum {
    match (left, right) {
        (Datum::Bool(false), _) | (_, Datum::Bool(false)) => Datum::Bool(false),
        (Datum::Bool(true), other) | (other, Datum::Bool(true)) => other,
        (unknown @ Datum::Unknown(_), _) | (_, unknown @ Datum::Unknown(_)) => unknown,
        _ => Datum::Null,
    }
}

pub(super) fn or(left: Datum, right: Datum) -> Datum {
    match (left, right) {
        (Datum::Bool(true), _) | (_, Datum::Bool(true)) => Datum::Bool(true),
        (Datum::Bool(false), other) | (other, Datum::Bool(false)) => other,
        (unknown @ Datum::Unknown(_), _) | (_, unknown @ Datum::Unknown(_)) => unknown,
        _ => Datum::Null,
    }
}

/// A strict binary operator.
pub(super) fn operate(operator: &str, left: &Datum, right: &Datum) -> Datum {
    for side in [left, right] {
        if side.is_unknown() {
            return side.clone();
        }
    }
    if left.is_null() || right.is_null() {
        return Datum::Null;
    }
    match operator {
        "=" | "<>" | "<" | "<=" | ">" | ">=" => compared(operator, left, right),
        "||" => concatenated(left, right),
        "LIKE" | "ILIKE" | "NOT LIKE" | "NOT ILIKE" => like(operator, left, right),
        "+" | "-" | "*" | "/" | "%" => arithmetic(operator, left, right),
        _ => Datum::unknown(format!("the operator {operator} is not modelled")),
    }
}

pub(super) fn compared(operator: &str, left: &Datum, right: &Datum) -> Datum {
    for side in [left, right] {
        if side.is_unknown() {
            return side.clone();
        }
    }
    if left.is_null() || right.is_null() {
        return Datum::Null;
    }
    let Some(ordering) = left.compare(right) else {
        return Datum::unknown("values that cannot be compared");
    };
    Datum::Bool(match operator {
        "=" => ordering == Ordering::Equal,
        "<>" => ordering != Ordering::Equal,
        "<" => ordering == Ordering::Less,
        "<=" => ordering != Ordering::Greater,
        ">" => ordering == Ordering::Greater,
        _ => ordering != Ordering::Less,
    })
}

pub(super) fn concatenated(left: &Datum, right: &Datum) -> Datum {
    match (left, right) {
        (Datum::Array(left), Datum::Array(right)) => {
            Datum::Array(Arc::new(left.iter().chain(right.iter()).cloned().collect()))
        }
        (Datum::Array(items), item) => Datum::Array(Arc::new(
            items.iter().cloned().chain([item.clone()]).collect(),
        )),
        _ => match (left.known_text(), right.known_text()) {
            (Some(left), Some(right)) => Datum::text(format!("{left}{right}")),
            _ => Datum::unknown("a concatenation of what is no text"),
        },
    }
}

pub(super) fn arithmetic(operator: &str, left: &Datum, right: &Datum) -> Datum {
    let (Datum::Integer(left), Datum::Integer(right)) = (left, right) else {
        return Datum::unknown("arithmetic on what are no integers");
    };
    let result = match operator {
        "+" => left.checked_add(*right),
        "-" => left.checked_sub(*right),
        "*" => left.checked_mul(*right),
        "/" => left.checked_div(*right),
        _ => left.checked_rem(*right),
    };
    result.map_or_else(
        || Datum::unknown("arithmetic that overflows"),
        Datum::Integer,
    )
}

pub(super) fn like(operator: &str, left: &Datum, right: &Datum) -> Datum {
    let (Some(text), Some(pattern)) = (left.known_text(), right.known_text()) else {
        return Datum::unknown("LIKE of what is no text");
    };
    let matched = match operator.ends_with("ILIKE") {
        true => matches_like(&text.to_lowercase(), &pattern.to_lowercase()),
        false => matches_like(&text, &pattern),
    };
    Datum::Bool(matched != operator.starts_with("NOT"))
}

/// `%` any text, `_` one character, `\` takes the next one as it is.
pub(super) fn matches_like(text: &str, pattern: &str) -> bool {
    let mut characters = pattern.chars();
    match characters.next() {
        None => text.is_empty(),
        Some('%') => {
            let rest = characters.as_str();
            text.char_indices()
                .any(|(index, _)| matches_like(&text[index..], rest))
                || matches_like("", rest)
        }
        Some('_') => {
            let mut inner = text.chars();
            inner.next().is_some() && matches_like(inner.as_str(), characters.as_str())
        }
        Some(mut expected) => {
            if expected == '\\' {
                expected = characters.next().unwrap_or('\\');
            }
            let mut inner = text.chars();
            inner.next() == Some(expected) && matches_like(inner.as_str(), characters.as_str())
        }
    }
}

/// `value operator ANY/ALL (items)`.
pub(super) fn quantified(value: &Datum, operator: &str, all: bool, items: &[Datum]) -> Datum {
    let mut result = Datum::Bool(all);
    for item in items {
        let one = operate(operator, value, item);
        result = if all {
            and(result, one)
        } else {
            or(result, one)
        };
    }
    result
}

pub(super) fn is_null(value: &Datum, negated: bool) -> Datum {
    match value {
        Datum::Unknown(_) => value.clone(),
        other => Datum::Bool(other.is_null() != negated),
    }
}

pub(super) fn is_boolean(value: &Datum, expected: Option<bool>, negated: bool) -> Datum {
    let found = match value {
        Datum::Unknown(_) => return value.clone(),
        Datum::Bool(truth) => expected == Some(*truth),
        _ => expected.is_none(),
    };
    Datum::Bool(found != negated)
}

pub(super) fn is_distinct(left: &Datum, right: &Datum, negated: bool) -> Datum {
    let distinct = match (left.is_null(), right.is_null()) {
        (true, true) => Datum::Bool(false),
        (true, false) | (false, true) if !left.is_unknown() && !right.is_unknown() => {
            Datum::Bool(true)
        }
        _ => compared("<>", left, right),
    };
    if negated {
        unary("NOT", distinct)
    } else {
        distinct
    }
}

pub(super) fn subscript(base: &Datum, index: &Datum) -> Datum {
    match (base, index) {
        (Datum::Array(items), Datum::Integer(index)) => {
            let position = usize::try_from(*index - 1).ok();
            position
                .and_then(|position| items.get(position))
                .cloned()
                .unwrap_or(Datum::Null)
        }
        (Datum::Null, _) => Datum::Null,
        (unknown @ Datum::Unknown(_), _) => unknown.clone(),
        _ => Datum::unknown("a subscript of what is no array"),
    }
}

/// `{a,b,"c d"}`.
pub(super) fn array_literal(text: &str) -> Vec<Datum> {
    let inner = text.trim().trim_start_matches('{').trim_end_matches('}');
    if inner.is_empty() {
        return Vec::new();
    }
    let parts = inner.split(',').map(str::trim);
    parts
        .map(|part| match part {
            "NULL" => Datum::Null,
            part => Datum::text(part.trim_matches('"')),
        })
        .collect()
}
