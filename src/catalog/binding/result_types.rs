//! The types of literals, and of what operators give (manual, 10.2).

use crate::catalog::apply::is_untyped;
use crate::model::DataType;

pub(super) fn boolean() -> Option<DataType> {
    Some(DataType::named("boolean"))
}

pub(super) fn untyped() -> DataType {
    DataType::named("unknown")
}

pub(super) fn is_polymorphic(data_type: &DataType) -> bool {
    let name = data_type.name.name.as_str();
    name.starts_with("any") || name.starts_with("setof") || name == "record" || name == "\"any\""
}

pub(super) fn literal_type(text: &str) -> DataType {
    match text.chars().next() {
        Some('b' | 'B' | 'x' | 'X') => DataType::named("bit"),
        _ => untyped(),
    }
}

pub(super) fn number_type(text: &str) -> DataType {
    let plain: Option<i128> = text.replace('_', "").parse().ok();
    DataType::named(match plain {
        Some(number) if number <= i128::from(i32::MAX) => "integer",
        Some(number) if number <= i128::from(i64::MAX) => "bigint",
        _ => "numeric",
    })
}

pub(super) fn concatenation(left: Option<DataType>, right: Option<DataType>) -> Option<DataType> {
    let (left, right) = (left?, right?);
    let known = if is_untyped(&left) { right } else { left };
    match known.name.name.as_str() {
        "jsonb" | "bytea" | "tsvector" => Some(known),
        _ if known.array_dimensions > 0 => Some(known),
        "unknown" | "text" | "character varying" | "character" | "name" => {
            Some(DataType::named("text"))
        }
        _ => None,
    }
}

pub(super) fn arithmetic(operator: &str, left: DataType, right: DataType) -> Option<DataType> {
    const NUMBERS: &[&str] = &[
        "smallint",
        "integer",
        "bigint",
        "numeric",
        "real",
        "double precision",
    ];
    let (left, right) = (left.name.name.as_str(), right.name.name.as_str());
    let rank = |name: &str| NUMBERS.iter().position(|found| *found == name);
    match (rank(left), rank(right)) {
        (Some(first), Some(second)) => return Some(DataType::named(NUMBERS[first.max(second)])),
        (Some(_), None) if right == "unknown" => return Some(DataType::named(left)),
        (None, Some(_)) if left == "unknown" => return Some(DataType::named(right)),
        _ => {}
    }
    let result = match (left, operator, right) {
        ("date", "+" | "-", "integer") => "date",
        ("date", "-", "date") => "integer",
        ("date", "+" | "-", "interval") => "timestamp without time zone",
        (time, "+" | "-", "interval" | "unknown") if time.starts_with("time") => time,
        (time, "-", other) if time.starts_with("timestamp") && time == other => "interval",
        ("interval", "+", time) if time.starts_with("timestamp") => time,
        ("interval", "+" | "-", "interval") => "interval",
        ("interval", "*" | "/", _) | (_, "*", "interval") => "interval",
        _ => return None,
    };
    Some(DataType::named(result))
}
