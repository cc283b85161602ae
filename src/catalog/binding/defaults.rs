//! Expressions that must have a given type: defaults, and conditions.

use crate::catalog::apply::{is_untyped, target_name};
use crate::catalog::expression::{references, tokenize};
use crate::catalog::{Catalog, Changes, Relation};
use crate::model::{DataType, Identifier, ObjectName, SqlError, SqlState};

impl Catalog {
    /// `cookDefault`: the default must turn into the column's type by assignment.
    pub(crate) fn check_default(
        &self,
        table: &ObjectName,
        column: &Identifier,
        data_type: &DataType,
        text: &str,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let found = references(text);
        if let Some(reference) = found.columns.first()
            && !reference.column.as_str().contains('{')
        {
            let message = "cannot use column reference in DEFAULT expression";
            let object = table.part(column.as_str());
            return Err(SqlError::new(
                SqlState::FEATURE_NOT_SUPPORTED,
                message,
                object,
            ));
        }
        if found.has_query {
            let message = "cannot use subquery in DEFAULT expression";
            let object = table.part(column.as_str());
            return Err(SqlError::new(
                SqlState::FEATURE_NOT_SUPPORTED,
                message,
                object,
            ));
        }
        self.check_own_expression(table, text)?;
        self.check_sequences(text)?;
        if let [token] = tokenize(text).as_slice()
            && let Some(string) = token.string()
        {
            return self.check_literal(data_type, &string);
        }
        let Some(source) = self.type_of(text, &[])? else {
            changes
                .undecided
                .push(format!("the type of the default of {table}.{column}"));
            return Ok(());
        };
        let known = !self.is_unknown_type(&source) && !self.is_unknown_type(data_type);
        if is_untyped(&source) || !known || self.coerces_in_assignment(&source, data_type) {
            return Ok(());
        }
        let message = format!(
            "column \"{column}\" is of type {} but default expression is of type {}",
            target_name(data_type),
            target_name(&source)
        );
        Err(SqlError::new(
            SqlState::DATATYPE_MISMATCH,
            message,
            table.part(column.as_str()),
        ))
    }

    /// The default as the server keeps it: a string constant is read as the column's type at once.
    pub(crate) fn stored_default(&self, data_type: &DataType, text: &str) -> String {
        let tokens = tokenize(text);
        let [token] = tokens.as_slice() else {
            return text.to_owned();
        };
        let Some(string) = token.string().filter(|_| data_type.array_dimensions == 0) else {
            return text.to_owned();
        };
        let trimmed = string.trim();
        match self.base_type(data_type).name.name.as_str() {
            "integer" => trimmed.to_owned(),
            // Numbers of other types are shown with their type.
            name @ ("smallint" | "bigint" | "numeric" | "real" | "double precision") => {
                format!("'{trimmed}'::{name}")
            }
            "boolean" => {
                let lower = trimmed.to_lowercase();
                let yes = lower == "on" || lower.starts_with(['t', 'y', '1']);
                yes.to_string()
            }
            _ => text.to_owned(),
        }
    }

    /// `nextval('name')`: the name is looked up when the expression is read.
    fn check_sequences(&self, text: &str) -> Result<(), SqlError> {
        let calls = references(text).functions;
        let names = calls
            .iter()
            .filter(|call| call.name.name.as_str() == "nextval")
            .flat_map(|call| &call.arguments)
            .filter_map(|argument| tokenize(argument).first().and_then(|token| token.string()));
        for name in names {
            let name = ObjectName::from_sql(&name);
            if !name.name.as_str().contains('{') && self.resolve_relation(&name).is_none() {
                self.require_schema(&name)?;
                return Err(crate::catalog::errors::no_relation(&name));
            }
        }
        Ok(())
    }

    /// `argument of CHECK must be type boolean, not type integer`.
    pub(crate) fn check_boolean(
        &self,
        relation: &ObjectName,
        text: &str,
        clause: &str,
    ) -> Result<(), SqlError> {
        let columns = match self.relations.get(relation) {
            Some(Relation::Table(table)) => table.columns.as_slice(),
            Some(Relation::View(view) | Relation::MaterializedView(view)) => {
                view.columns.as_slice()
            }
            _ => &[],
        };
        let Some(found) = self.type_of(text, columns)? else {
            return Ok(());
        };
        let base = self.base_type(&found);
        if is_untyped(&found) || base == DataType::named("boolean") || self.is_unknown_type(&base) {
            return Ok(());
        }
        let message = format!(
            "argument of {clause} must be type boolean, not type {}",
            target_name(&found)
        );
        Err(SqlError::new(
            SqlState::DATATYPE_MISMATCH,
            message,
            relation.to_string(),
        ))
    }
}
