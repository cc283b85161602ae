//! `$((...))` and `((...))`, as far as scripts count: numbers, variables, one operator.

use super::state::{State, Value};
use crate::model::Template;

/// Longer sums are not computed.
const LONGEST: usize = 200;

/// The value of `a`, `a + 1`, `2 * b`; `None` where it is not known.
pub(super) fn value(text: &str, state: &State) -> Option<i64> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    for operator in ['+', '-', '*', '/', '%'] {
        if let Some((left, right)) = text.rsplit_once(operator)
            && !left.trim().is_empty()
        {
            let (left, right) = (value(left, state)?, value(right, state)?);
            return match operator {
                '+' => left.checked_add(right),
                '-' => left.checked_sub(right),
                '*' => left.checked_mul(right),
                '/' => left.checked_div(right),
                _ => left.checked_rem(right),
            };
        }
    }
    text.parse()
        .ok()
        .or_else(|| variable(text.trim_start_matches('$'), state))
}

fn variable(name: &str, state: &State) -> Option<i64> {
    match state.variable(name)? {
        Value::Text(texts) => match &texts[..] {
            [text] => text.known_text()?.trim().parse().ok(),
            _ => None,
        },
        Value::List(_) | Value::Map(_) => None,
    }
}

/// Runs `((...))`: counts what it counts, and says whether it is true.
pub(super) fn run(text: &str, state: &mut State) -> Option<bool> {
    let text = text.trim();
    for (operator, step) in [("++", 1), ("--", -1)] {
        let name = text
            .strip_suffix(operator)
            .or_else(|| text.strip_prefix(operator));
        if let Some(name) = name.map(str::trim) {
            add(name, Some(step), state);
            return None;
        }
    }
    if let Some((name, step)) = text.split_once("+=") {
        let step = value(step, state);
        add(name.trim(), step, state);
        return None;
    }
    for operator in ["==", "!=", "<=", ">=", "<", ">"] {
        if let Some((left, right)) = text.split_once(operator) {
            let (left, right) = (value(left, state)?, value(right, state)?);
            return Some(compare(operator, left, right));
        }
    }
    if let Some((name, number)) = text.split_once('=') {
        let number = value(number, state);
        assign(name.trim(), number, state);
        return None;
    }
    value(text, state).map(|number| number != 0)
}

pub(super) fn compare(operator: &str, left: i64, right: i64) -> bool {
    match operator {
        "==" | "-eq" => left == right,
        "!=" | "-ne" => left != right,
        "<=" | "-le" => left <= right,
        ">=" | "-ge" => left >= right,
        "<" | "-lt" => left < right,
        _ => left > right,
    }
}

fn add(name: &str, step: Option<i64>, state: &mut State) {
    let sum = variable(name, state)
        .zip(step)
        .and_then(|(a, b)| a.checked_add(b));
    assign(name, sum, state);
}

fn assign(name: &str, number: Option<i64>, state: &mut State) {
    let text = match number {
        Some(number) => Template::from_text(number.to_string()),
        None => super::state::unknown(name, "counted at run time", None),
    };
    state.set(name, Value::text(text));
}
