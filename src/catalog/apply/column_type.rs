//! ALTER COLUMN ... TYPE (`ATPrepAlterColumnType`, `ATExecAlterColumnType`).

use super::columns::{inherited, undecided};
use crate::catalog::expression::tokenize;
use crate::catalog::{Applied, Catalog, Changes, Column, ConstraintKind, ObjectAddress, Rows};
use crate::model::{AlterColumnType, DataType, Identifier, ObjectName, SqlError, SqlState};

impl Catalog {
    pub(super) fn alter_column_type(
        &mut self,
        table: &ObjectName,
        column: &Identifier,
        change: &AlterColumnType,
    ) -> Result<Applied, SqlError> {
        let name = self.require_table(table, "ALTER COLUMN ... SET DATA TYPE")?;
        if let Some(using) = &change.using {
            self.check_own_expression(&name, using)?;
        }
        let Some(before) = self.existing_column(&name, column)?.cloned() else {
            return Ok(undecided(format!(
                "whether {} exists",
                name.part(column.as_str())
            )));
        };
        if before.inherited {
            return Err(inherited("alter", column, &name));
        }
        self.refuse_partition_key(&name, column, "alter")?;
        let target = self.resolve_data_type(&change.data_type)?;
        let mut changes = Changes::default();
        self.check_conversion(&name, &before, &target, change.using.as_ref(), &mut changes)?;
        let default = self.convert_default(&name, &before, &target)?;
        self.refuse_dependents_of_type(&name, column)?;
        self.put_type(&name, column, &target, change.collation.as_ref())?;
        if let Some(found) = self.table_at_mut(&name)?.column_mut(column.as_str()) {
            found.default = default;
        }
        self.recheck_indexes(&name, column)?;
        self.recheck_foreign_keys(&name, column)?;
        self.resize_identity(&name, column, &target)?;
        Ok(Applied::Changed(changes))
    }

    /// Without USING by assignment, with it by whatever the expression gives.
    fn check_conversion(
        &self,
        table: &ObjectName,
        before: &Column,
        target: &DataType,
        using: Option<&String>,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let column = &before.name;
        let (source, words) = match using {
            None => (
                Some(before.data_type.clone()),
                format!("column \"{column}\""),
            ),
            Some(text) => {
                let own = self.table_at(table)?.columns.clone();
                let source = self.type_of(text, &own)?;
                (
                    source,
                    format!("result of USING clause for column \"{column}\""),
                )
            }
        };
        let Some(source) = source else {
            changes
                .undecided
                .push(format!("the type of the USING clause for {table}.{column}"));
            return Ok(());
        };
        let known = !self.is_unknown_type(&source) && !self.is_unknown_type(target);
        if known && !is_untyped(&source) && !self.coerces_in_assignment(&source, target) {
            let message = format!(
                "{words} cannot be cast automatically to type {}",
                target_name(target)
            );
            let object = table.part(column.as_str());
            return Err(SqlError::new(SqlState::DATATYPE_MISMATCH, message, object));
        }
        let widens = using.is_none() && always_fits(&before.data_type, target);
        if self.table_at(table)?.rows != Rows::Empty && before.data_type != *target && !widens {
            let text = using.map_or(column.to_string(), String::clone);
            changes
                .conditions
                .push(format!("every row of {table} gives a {target} by {text}"));
        }
        Ok(())
    }

    /// A default must be castable by assignment from its own type, not by USING. Gives the default
    /// of the changed column.
    fn convert_default(
        &self,
        table: &ObjectName,
        before: &Column,
        target: &DataType,
    ) -> Result<Option<String>, SqlError> {
        let (text, words) = match (&before.default, &before.generated) {
            (_, Some(text)) => (text, "generation expression"),
            (Some(text), None) => (text, "default"),
            (None, None) => return Ok(None),
        };
        let own = self.table_at(table)?.columns.clone();
        let typed = self.type_of(text, &own).unwrap_or_default();
        let typed = typed.filter(|source| !is_untyped(source));
        // A bare literal was made a constant of the column's own type.
        let source = typed.clone().unwrap_or_else(|| before.data_type.clone());
        let known = !self.is_unknown_type(&source) && !self.is_unknown_type(target);
        if known && !self.coerces_in_assignment(&source, target) {
            let column = &before.name;
            let message = format!(
                "{words} for column \"{column}\" cannot be cast automatically to type {}",
                target_name(target)
            );
            let object = table.part(column.as_str());
            return Err(SqlError::new(SqlState::DATATYPE_MISMATCH, message, object));
        }
        let is_literal = tokenize(text).len() == 1 && typed.is_none();
        Ok(match &before.default {
            Some(text) if is_literal => Some(constant(text, &source)),
            other => other.clone(),
        })
    }

    /// Views, policies, trigger conditions and generated columns hold the old type fast.
    fn refuse_dependents_of_type(
        &self,
        table: &ObjectName,
        column: &Identifier,
    ) -> Result<(), SqlError> {
        let address = ObjectAddress::Column(table.clone(), column.clone());
        let object = table.part(column.as_str());
        for (dependent, _) in self.dependents(&address) {
            let (state, what) = match &dependent {
                ObjectAddress::Relation(name)
                    if self
                        .relations
                        .get(name)
                        .is_some_and(|found| found.as_view().is_some()) =>
                {
                    (SqlState::FEATURE_NOT_SUPPORTED, "used by a view or rule")
                }
                ObjectAddress::Policy(..) => (
                    SqlState::FEATURE_NOT_SUPPORTED,
                    "used in a policy definition",
                ),
                ObjectAddress::Trigger(..) => (
                    SqlState::FEATURE_NOT_SUPPORTED,
                    "used in a trigger definition",
                ),
                ObjectAddress::Column(..) => (
                    SqlState::FEATURE_NOT_SUPPORTED,
                    "used by a generated column",
                ),
                _ => continue,
            };
            let message = format!("cannot alter type of a column {what}");
            return Err(SqlError::new(state, message, object));
        }
        Ok(())
    }

    fn put_type(
        &mut self,
        table: &ObjectName,
        column: &Identifier,
        target: &DataType,
        collation: Option<&String>,
    ) -> Result<(), SqlError> {
        for child in self.children(table) {
            self.put_type(&child, column, target, collation)?;
        }
        if let Some(found) = self.table_at_mut(table)?.column_mut(column.as_str()) {
            found.data_type = target.clone();
            found.collation = collation.cloned();
        }
        Ok(())
    }

    /// Its indexes are built anew, with the new type's default operator class.
    fn recheck_indexes(&self, table: &ObjectName, column: &Identifier) -> Result<(), SqlError> {
        for (_, index) in self.indexes_at(table) {
            let keys = &index.definition.keys;
            for key in keys
                .iter()
                .filter(|key| key.is_column && key.expression == column.as_str())
            {
                self.check_operator_class(table, &index.definition.method, key)?;
            }
        }
        Ok(())
    }

    /// Foreign keys on either side are made anew, too.
    fn recheck_foreign_keys(
        &self,
        table: &ObjectName,
        column: &Identifier,
    ) -> Result<(), SqlError> {
        for (name, relation) in &self.relations {
            for (part, constraint) in relation.as_table().iter().flat_map(|one| &one.constraints) {
                let ConstraintKind::ForeignKey(key) = &constraint.kind else {
                    continue;
                };
                let touched = (name == table && key.columns.contains(column))
                    || (key.referenced_table == *table && key.referenced_columns.contains(column));
                if touched {
                    self.check_foreign_key_types(name, part, key)?;
                }
            }
        }
        Ok(())
    }

    fn resize_identity(
        &mut self,
        table: &ObjectName,
        column: &Identifier,
        target: &DataType,
    ) -> Result<(), SqlError> {
        let Some(sequence) = self.identity_sequence(table, column) else {
            return Ok(());
        };
        let definition = crate::model::SequenceDefinition {
            data_type: Some(target.clone()),
            ..Default::default()
        };
        if !["smallint", "integer", "bigint"].contains(&target.name.name.as_str()) {
            let message = "identity column type must be smallint, integer, or bigint";
            let object = table.part(column.as_str());
            return Err(SqlError::new(
                SqlState::INVALID_PARAMETER_VALUE,
                message,
                object,
            ));
        }
        self.alter_sequence(&sequence, &definition, false)
            .map(|_| ())
    }
}

/// A string literal or NULL.
pub(in crate::catalog) fn is_untyped(data_type: &DataType) -> bool {
    data_type.name.name.as_str() == "unknown"
}

/// Whether every value of one type can be stored as the other.
fn always_fits(from: &DataType, to: &DataType) -> bool {
    const WHOLE: &[&str] = &["smallint", "integer", "bigint", "numeric"];
    const TIMES: &[&str] = &["timestamp without time zone", "timestamp with time zone"];
    let (from_name, to_name) = (from.name.name.as_str(), to.name.name.as_str());
    let limit = |data_type: &DataType| data_type.modifiers.first()?.parse::<u32>().ok();
    let place = |name: &str| WHOLE.iter().position(|one| *one == name);
    if from.array_dimensions > 0 || to.array_dimensions > 0 {
        return false;
    }
    match to_name {
        "text" => true,
        "character varying" => match (limit(from), limit(to)) {
            (_, None) => true,
            (Some(from), Some(to)) => from_name == "character varying" && from <= to,
            (None, Some(_)) => false,
        },
        _ if TIMES.contains(&to_name) => TIMES.contains(&from_name) || from_name == "date",
        _ => match (place(from_name), place(to_name)) {
            (Some(from), Some(wide)) => from <= wide && to.modifiers.is_empty(),
            _ => false,
        },
    }
}

/// `format_type_be`: without modifiers.
pub(in crate::catalog) fn target_name(data_type: &DataType) -> String {
    DataType {
        modifiers: Vec::new(),
        ..data_type.clone()
    }
    .to_string()
}

/// A literal as the constant of a type that the server keeps: numbers stand without quotes.
fn constant(literal: &str, data_type: &DataType) -> String {
    let name = data_type.name.name.as_str();
    let number = tokenize(literal).first().and_then(|token| token.string());
    let number = number.filter(|_| is_number(name));
    let plain = number.map(|text| text.trim().to_owned());
    let is_plain = |text: &String| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    match plain.filter(|text| !text.is_empty() && is_plain(text)) {
        Some(number) if matches!(name, "integer" | "numeric") => number,
        Some(number) => format!("{number}::{}", target_name(data_type)),
        None => format!("{literal}::{}", target_name(data_type)),
    }
}

fn is_number(name: &str) -> bool {
    matches!(name, "integer" | "numeric" | "real" | "double precision")
}
