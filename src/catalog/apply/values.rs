//! The values of INSERT and UPDATE: whether they fit their columns, and what they tell of the rows.

use super::column_type::{is_untyped, target_name};
use super::rows::null_value;
use crate::catalog::expression::{Token, TokenKind, tokenize};
use crate::catalog::{Catalog, Column, ConstraintKind, IdentityKind, Rows, Table};
use crate::model::{DataType, Identifier, ObjectName, RowChange, RowOperation, SqlError, SqlState};

impl Catalog {
    pub(super) fn check_value(
        &self,
        table: &ObjectName,
        column: &Column,
        text: &str,
        columns: &[Column],
    ) -> Result<(), SqlError> {
        let tokens = tokenize(text);
        match tokens.as_slice() {
            [token] if token.is("default") => return Ok(()),
            [token] if token.is("null") && column.not_null => {
                return Err(null_value(table, &column.name));
            }
            [token] => {
                if let Some(string) = token.string() {
                    self.check_literal(&column.data_type, &string)?;
                    return fits(&self.base_type(&column.data_type), &string);
                }
            }
            _ => {}
        }
        if let Some(number) = plain_number(&tokens) {
            in_range(&self.base_type(&column.data_type), number)?;
        }
        let elsewhere = |pair: &[Token<'_>]| {
            pair[1].is(".") && pair[0].identifier().is_some_and(|name| name != table.name)
        };
        // Columns of other relations are not among `columns`.
        if tokens.windows(2).any(elsewhere) {
            return Ok(());
        }
        let Some(source) = self.type_of(text, columns)? else {
            return Ok(());
        };
        self.check_assignable(table, column, &source)
    }

    /// 42804 where a value of that type cannot be stored in the column.
    pub(super) fn check_assignable(
        &self,
        table: &ObjectName,
        column: &Column,
        source: &DataType,
    ) -> Result<(), SqlError> {
        let known = !self.is_unknown_type(source) && !self.is_unknown_type(&column.data_type);
        if !known || is_untyped(source) || self.coerces_in_assignment(source, &column.data_type) {
            return Ok(());
        }
        let message = format!(
            "column \"{}\" is of type {} but expression is of type {}",
            column.name,
            target_name(&column.data_type),
            target_name(source)
        );
        let object = table.part(column.name.as_str());
        Err(SqlError::new(SqlState::DATATYPE_MISMATCH, message, object))
    }

    /// 428C9: what is generated takes DEFAULT only.
    pub(super) fn check_generated(
        &self,
        name: &ObjectName,
        change: &RowChange,
    ) -> Result<(), SqlError> {
        let inserts = change.operation == RowOperation::Insert;
        if !inserts && change.operation != RowOperation::Update {
            return Ok(());
        }
        let Ok(table) = self.table_at(name) else {
            return Ok(());
        };
        let overriding = change.statement.to_uppercase().contains("OVERRIDING ");
        for (position, target) in change.columns.iter().enumerate() {
            let Some(column) = table.column(target.as_str()) else {
                continue;
            };
            let identity = column.identity == Some(IdentityKind::Always) && !overriding;
            let is_default = |row: &Vec<String>| {
                row.get(position)
                    .is_some_and(|value| value.trim().eq_ignore_ascii_case("default"))
            };
            let defaults = !change.values.is_empty() && change.values.iter().all(is_default);
            if (identity || column.generated.is_some()) && !defaults {
                return Err(not_default(name, target, inserts));
            }
        }
        Ok(())
    }

    /// 23503 where nothing is there that could be referenced.
    pub(super) fn check_references(
        &self,
        name: &ObjectName,
        change: &RowChange,
    ) -> Result<(), SqlError> {
        let Ok(table) = self.table_at(name) else {
            return Ok(());
        };
        if has_before_trigger(table) || change.values.is_empty() {
            return Ok(());
        }
        for (label, constraint) in &table.constraints {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else {
                continue;
            };
            let empty = self
                .table_at(&key.referenced_table)
                .is_ok_and(|referenced| referenced.rows == Rows::Empty);
            if !empty || constraint.initially_deferred || key.referenced_table == *name {
                continue;
            }
            let named = |row: &Vec<String>| {
                key.columns
                    .iter()
                    .all(|column| constant(value_of(table, change, row, column)).is_some())
            };
            if change.values.iter().any(named) {
                let message = format!(
                    "insert or update on table \"{}\" violates foreign key constraint \"{label}\"",
                    name.name
                );
                let object = name.part(label.as_str());
                return Err(SqlError::new(
                    SqlState::FOREIGN_KEY_VIOLATION,
                    message,
                    object,
                ));
            }
        }
        Ok(())
    }

    /// `certain`: the rows of an INSERT surely come.
    pub(super) fn note_rows(&mut self, name: &ObjectName, change: &RowChange, certain: bool) {
        let from_query = change.operation == RowOperation::Insert && !certain;
        if from_query && self.inserts_nothing(&change.statement) {
            return;
        }
        let Ok(table) = self.table_at_mut(name) else {
            return;
        };
        note_nulls(table, change, certain);
        table.rows = match change.operation {
            // A trigger may keep the row out.
            RowOperation::Insert if has_before_trigger(table) && table.rows != Rows::Some => {
                Rows::Unknown
            }
            // Rows that are not inserted by a conflict are there already.
            RowOperation::Insert if certain => Rows::Some,
            RowOperation::Insert if table.rows == Rows::Some => Rows::Some,
            RowOperation::Insert | RowOperation::Copy => Rows::Unknown,
            RowOperation::Truncate => Rows::Empty,
            RowOperation::Delete if change.condition.is_none() => Rows::Empty,
            RowOperation::Delete if table.rows == Rows::Empty => Rows::Empty,
            RowOperation::Delete => Rows::Unknown,
            RowOperation::Update => table.rows,
        };
    }
}

fn note_nulls(table: &mut Table, change: &RowChange, certain: bool) {
    let certain = certain
        && !has_before_trigger(table)
        && !change.statement.to_lowercase().contains("on conflict");
    for column in &mut table.columns {
        let named = change.columns.contains(&column.name);
        match change.operation {
            RowOperation::Insert => {
                let omitted = !change.columns.is_empty() && !named && column.default.is_none();
                let generated = column.generated.is_some() || column.identity.is_some();
                let plain = column.data_type.name.schema.is_none();
                column.holds_null |= certain && omitted && !generated && plain && !column.not_null;
            }
            RowOperation::Update => column.holds_null &= !named,
            RowOperation::Delete | RowOperation::Truncate => column.holds_null = false,
            RowOperation::Copy => {}
        }
    }
}

pub(super) fn has_before_trigger(table: &Table) -> bool {
    let mut triggers = table.triggers.values();
    triggers.any(|one| one.timing.to_lowercase().starts_with("before"))
}

/// What a row gives a column; `None` for its default.
pub(super) fn value_of<'r>(
    table: &Table,
    change: &RowChange,
    row: &'r [String],
    column: &Identifier,
) -> Option<&'r String> {
    let position = match change.columns.is_empty() {
        true => table.columns.iter().position(|one| one.name == *column),
        false => change.columns.iter().position(|one| one == column),
    };
    row.get(position?)
}

/// A constant other than NULL, as text.
pub(super) fn constant(value: Option<&String>) -> Option<String> {
    let tokens = tokenize(value?);
    match tokens.as_slice() {
        [only] if only.kind == TokenKind::Number => Some(only.text.to_owned()),
        [only] => only.string().filter(|text| !text.contains('{')),
        _ => None,
    }
}

fn not_default(table: &ObjectName, column: &Identifier, inserts: bool) -> SqlError {
    let message = match inserts {
        true => format!("cannot insert a non-DEFAULT value into column \"{column}\""),
        false => format!("column \"{column}\" can only be updated to DEFAULT"),
    };
    SqlError::new(
        SqlState::GENERATED_ALWAYS,
        message,
        table.part(column.as_str()),
    )
}

/// Longer strings fail, but for blanks at their end (manual, 8.3).
fn fits(data_type: &DataType, text: &str) -> Result<(), SqlError> {
    let name = data_type.name.name.as_str();
    let limited = ["character varying", "character"].contains(&name);
    let most = match data_type.modifiers.as_slice() {
        [most] => most.parse::<usize>().ok(),
        [] if name == "character" => Some(1),
        _ => None,
    };
    let Some(most) = most.filter(|_| limited && data_type.array_dimensions == 0) else {
        return Ok(());
    };
    if text.contains('{') || text.chars().skip(most).all(|one| one == ' ') {
        return Ok(());
    }
    let message = format!("value too long for type {name}({most})");
    Err(SqlError::new(
        SqlState::STRING_DATA_RIGHT_TRUNCATION,
        message,
        name,
    ))
}

/// `12`, `-3.5`.
fn plain_number(tokens: &[Token<'_>]) -> Option<f64> {
    let (sign, number) = match tokens {
        [number] => (1.0, number),
        [minus, number] if minus.is("-") => (-1.0, number),
        _ => return None,
    };
    (number.kind == TokenKind::Number).then_some(())?;
    Some(sign * number.text.replace('_', "").parse::<f64>().ok()?)
}

fn in_range(data_type: &DataType, number: f64) -> Result<(), SqlError> {
    let name = data_type.name.name.as_str();
    if data_type.array_dimensions > 0 {
        return Ok(());
    }
    let whole = |most: f64| {
        let rounded = number.round();
        (rounded > most || rounded < -most - 1.0).then(|| format!("{name} out of range"))
    };
    let message = match (name, data_type.modifiers.as_slice()) {
        ("smallint", _) => whole(f64::from(i16::MAX)),
        ("integer", _) => whole(f64::from(i32::MAX)),
        ("numeric", [precision, scale @ ..]) => {
            let scale = scale.first().and_then(|scale| scale.parse::<i32>().ok());
            let scale = scale.unwrap_or(0);
            let digits = precision.parse::<i32>().unwrap_or(i32::MAX / 2) - scale;
            let rounded = (number.abs() * 10f64.powi(scale)).round() / 10f64.powi(scale);
            (digits < 300 && rounded >= 10f64.powi(digits))
                .then(|| "numeric field overflow".to_owned())
        }
        _ => None,
    };
    match message {
        Some(message) => Err(SqlError::new(
            SqlState::NUMERIC_VALUE_OUT_OF_RANGE,
            message,
            name,
        )),
        None => Ok(()),
    }
}
