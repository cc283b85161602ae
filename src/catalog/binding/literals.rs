//! String constants read as values of a type (`coerce_type` of an unknown literal).

use crate::catalog::expression::{Token, TokenKind, tokenize};
use crate::catalog::{Catalog, Column};
use crate::model::{DataType, Identifier, ObjectName, SqlError, SqlState};

impl Catalog {
    /// Fails as the type's input function would. Types whose input is not checked here pass.
    pub(crate) fn check_literal(&self, data_type: &DataType, text: &str) -> Result<(), SqlError> {
        let data_type = self.base_type(data_type);
        if holds_hole(text) {
            return Ok(());
        }
        if data_type.array_dimensions > 0 {
            return check_array(text);
        }
        if self.is_enum(&data_type) {
            return self.check_label(&data_type.name, text);
        }
        let trimmed = text.trim();
        let name = data_type.name.name.as_str();
        let valid = match name {
            "smallint" | "integer" | "bigint" => return check_integer(name, text),
            "boolean" => is_boolean(trimmed),
            "numeric" | "real" | "double precision" => is_number(trimmed),
            "uuid" => is_uuid(text),
            "json" | "jsonb" => return check_json(name, text),
            "date" | "timestamp with time zone" | "timestamp without time zone" => {
                return check_time(name, text);
            }
            "regclass" | "regtype" | "regrole" | "regnamespace" => {
                return self.check_named_object(name, trimmed);
            }
            _ => true,
        };
        if valid {
            return Ok(());
        }
        let message = format!("invalid input syntax for type {name}: \"{text}\"");
        Err(SqlError::new(
            SqlState::INVALID_TEXT_REPRESENTATION,
            message,
            name,
        ))
    }

    /// `'users'::regclass`: the name is looked up when the constant is read (manual, 8.19).
    fn check_named_object(&self, kind: &str, text: &str) -> Result<(), SqlError> {
        let is_oid = text == "-" || text.bytes().all(|byte| byte.is_ascii_digit());
        let name = ObjectName::from_sql(text);
        let system = name.name.as_str().starts_with("pg_");
        if is_oid || system {
            return Ok(());
        }
        match kind {
            "regclass" if self.resolve_relation(&name).is_none() => {
                self.require_schema(&name)?;
                self.readable(&name).map(|_| ())
            }
            "regtype" if self.resolve_relation(&name).is_none() => self
                .resolve_data_type(&DataType::from_sql(text))
                .map(|_| ()),
            "regrole" => self.require_role(&name.name),
            "regnamespace" if !self.schemas.contains(&name.name) => {
                match crate::catalog::resolve::is_system_schema(&name.name) {
                    true => Ok(()),
                    false => Err(crate::catalog::errors::no_schema(&name.name)),
                }
            }
            _ => Ok(()),
        }
    }

    fn check_label(&self, name: &ObjectName, text: &str) -> Result<(), SqlError> {
        let labels = self
            .types
            .get(name)
            .and_then(|found| found.labels())
            .unwrap_or_default();
        let shown = name;
        match labels.iter().find(|label| label.name == text) {
            Some(label) if label.uncommitted => {
                let message = format!("unsafe use of new value \"{text}\" of enum type {shown}");
                Err(SqlError::new(
                    SqlState::UNSAFE_NEW_ENUM_VALUE_USAGE,
                    message,
                    name.part(text),
                ))
            }
            Some(_) => Ok(()),
            None => {
                let message = format!("invalid input value for enum {shown}: \"{text}\"");
                Err(SqlError::new(
                    SqlState::INVALID_TEXT_REPRESENTATION,
                    message,
                    name.part(text),
                ))
            }
        }
    }

    /// `column = 'literal'`, `column IN ('a', 'b')` and `'literal'::type`: where the other side
    /// decides how the literal is read.
    pub(super) fn check_literals(
        &self,
        text: &str,
        own: Option<&ObjectName>,
    ) -> Result<(), SqlError> {
        let tokens = tokenize(text);
        for (index, token) in tokens.iter().enumerate() {
            if let Some(data_type) = cast_after(&tokens, index)
                && let Some(string) = token.string()
                && let Ok(data_type) = self.resolve_data_type(&data_type)
            {
                self.check_literal(&data_type, &string)?;
            }
        }
        match own.and_then(|own| self.relation(own)) {
            Some(relation) => {
                let columns = crate::catalog::apply::columns_of(relation);
                self.check_comparisons(&tokens, columns.map_or(&[], Vec::as_slice))
            }
            None => Ok(()),
        }
    }

    /// Comparisons of the given columns with literals.
    pub(crate) fn check_comparisons(
        &self,
        tokens: &[Token<'_>],
        columns: &[Column],
    ) -> Result<(), SqlError> {
        for (index, token) in tokens.iter().enumerate() {
            let Some(column) = column_at(tokens, index, token, columns) else {
                continue;
            };
            for string in compared_literals(tokens, index + 1) {
                self.check_literal(&column.data_type, &string)?;
            }
        }
        Ok(())
    }
}

fn column_at<'c>(
    tokens: &[Token<'_>],
    index: usize,
    token: &Token<'_>,
    columns: &'c [Column],
) -> Option<&'c Column> {
    let name: Identifier = token.identifier()?;
    let qualified = index > 0 && tokens[index - 1].is(".");
    let goes_on = tokens
        .get(index + 1)
        .is_some_and(|next| next.is_any(&[".", "(", "::"]));
    if qualified || goes_on {
        return None;
    }
    columns.iter().find(|column| column.name == name)
}

/// The literals that a column just before `index` is compared with.
pub(super) fn compared_literals(tokens: &[Token<'_>], index: usize) -> Vec<String> {
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| token.is_any(words));
    let plain = |at: usize| {
        let cast = is(at + 1, &["::"]);
        tokens.get(at).filter(|_| !cast).and_then(Token::string)
    };
    if is(index, &["=", "<>", "!=", "<", ">", "<=", ">="]) {
        return plain(index + 1).into_iter().collect();
    }
    let list = index + usize::from(is(index, &["not"]));
    if !(is(list, &["in"]) && is(list + 1, &["("])) {
        return Vec::new();
    }
    let inside = tokens[list + 2..].iter().enumerate();
    inside
        .take_while(|(_, token)| token.kind == TokenKind::Text || token.is(","))
        .filter_map(|(offset, _)| plain(list + 2 + offset))
        .collect()
}

/// The type in `'literal'::type`.
fn cast_after(tokens: &[Token<'_>], index: usize) -> Option<DataType> {
    let literal = tokens[index].kind == TokenKind::Text;
    if !literal || !tokens.get(index + 1)?.is("::") {
        return None;
    }
    let first = tokens.get(index + 2)?.identifier()?;
    let mut name = ObjectName::new(first.as_str());
    let mut next = index + 3;
    if tokens.get(next).is_some_and(|token| token.is(".")) {
        name = ObjectName::qualified(Some(first), tokens.get(next + 1)?.identifier()?);
        next += 2;
    }
    if tokens.get(next).is_some_and(|token| token.is("[")) {
        return None;
    }
    Some(DataType {
        name: DataType::from_sql(&name.to_string()).name,
        ..DataType::named("text")
    })
}

fn check_array(text: &str) -> Result<(), SqlError> {
    let trimmed = text.trim();
    if trimmed.starts_with('{') || trimmed.starts_with('[') {
        return Ok(());
    }
    let message = format!("malformed array literal: \"{text}\"");
    Err(SqlError::new(
        SqlState::INVALID_TEXT_REPRESENTATION,
        message,
        text,
    ))
}

fn check_integer(name: &str, text: &str) -> Result<(), SqlError> {
    let number: Result<i128, _> = text.trim().parse();
    let bounds = match name {
        "smallint" => i128::from(i16::MIN)..=i128::from(i16::MAX),
        "integer" => i128::from(i32::MIN)..=i128::from(i32::MAX),
        _ => i128::from(i64::MIN)..=i128::from(i64::MAX),
    };
    match number {
        Ok(number) if bounds.contains(&number) => Ok(()),
        Ok(_) => {
            let message = format!("value \"{text}\" is out of range for type {name}");
            Err(SqlError::new(
                SqlState::NUMERIC_VALUE_OUT_OF_RANGE,
                message,
                name,
            ))
        }
        Err(_) => {
            let message = format!("invalid input syntax for type {name}: \"{text}\"");
            Err(SqlError::new(
                SqlState::INVALID_TEXT_REPRESENTATION,
                message,
                name,
            ))
        }
    }
}

/// Any beginning of a word that is not shared by the other (`parse_bool_with_len`).
fn is_boolean(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let begins = |word: &str, least: usize| lower.len() >= least && word.starts_with(&lower);
    ["true", "false", "yes", "no"]
        .iter()
        .any(|word| begins(word, 1))
        || begins("on", 2)
        || begins("off", 2)
        || lower == "1"
        || lower == "0"
}

fn is_number(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let special = [
        "nan",
        "infinity",
        "-infinity",
        "inf",
        "-inf",
        "+infinity",
        "+inf",
    ];
    special.contains(&lower.as_str())
        || (lower.parse::<f64>().is_ok() && lower.contains(|one: char| one.is_ascii_digit()))
}

fn is_uuid(text: &str) -> bool {
    let inner = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(text);
    let digits = inner.chars().filter(char::is_ascii_hexdigit).count();
    digits == 32
        && inner
            .chars()
            .all(|one| one.is_ascii_hexdigit() || one == '-')
}

/// `{name}`: what reading left of a part that it could not know. JSON has quotes inside.
fn holds_hole(text: &str) -> bool {
    let Some(open) = text.find('{') else {
        return false;
    };
    let inside = &text[open + 1..];
    inside.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && inside
            .find('}')
            .is_some_and(|close| !inside[..close].contains(['"', ',', ':']))
}

fn check_json(name: &str, text: &str) -> Result<(), SqlError> {
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        return Ok(());
    }
    let message = "invalid input syntax for type json";
    Err(SqlError::new(
        SqlState::INVALID_TEXT_REPRESENTATION,
        message,
        name,
    ))
}

/// Only what is surely no date: a word that means nothing, or a short number.
/// `2024-02-30`: it looks like a day, and there is none.
fn is_no_date(text: &str) -> bool {
    let day = text.split([' ', 't']).next().unwrap_or_default();
    let parts: Vec<_> = day.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let number = |part: &str| part.parse::<u32>().ok();
    let (Some(year), Some(month), Some(day)) = (number(year), number(month), number(day)) else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year > 999 && (day == 0 || day > days)
}

fn check_time(name: &str, text: &str) -> Result<(), SqlError> {
    const WORDS: &[&str] = &[
        "now",
        "today",
        "tomorrow",
        "yesterday",
        "epoch",
        "infinity",
        "-infinity",
        "+infinity",
    ];
    let bare = text.trim().to_lowercase();
    let bare = bare.trim_end_matches(['(', ')']).trim();
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    if is_no_date(bare) {
        let message = format!("date/time field value out of range: \"{text}\"");
        return Err(SqlError::new(
            SqlState::DATETIME_FIELD_OVERFLOW,
            message,
            name,
        ));
    }
    let short_number = digits == bare.len() && digits < 5;
    if WORDS.contains(&bare) || (digits > 0 && !short_number) {
        return Ok(());
    }
    let shown = if name == "timestamp without time zone" {
        "timestamp"
    } else {
        name
    };
    let message = format!("invalid input syntax for type {shown}: \"{text}\"");
    Err(SqlError::new(
        SqlState::INVALID_DATETIME_FORMAT,
        message,
        name,
    ))
}
