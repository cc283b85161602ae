//! Function calls (`ParseFuncOrColumn`, `func_get_detail`).

use crate::catalog::builtin::{builtin_extension, builtin_functions, builtin_type};
use crate::catalog::expression::{FunctionCall, References};
use crate::catalog::{Catalog, Column, Function};
use crate::model::{ObjectName, SqlError, SqlState};

/// Grammar of its own that looks like a call.
const SPECIAL: &[&str] = &[
    "coalesce",
    "greatest",
    "least",
    "nullif",
    "grouping",
    "xmlelement",
    "xmlforest",
    "xmlconcat",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmlagg",
    "position",
    "overlay",
    "trim",
    "substring",
    "treat",
    "normalize",
    "cube",
    "rollup",
    "sets",
    "operator",
    "excluded",
    "values",
    "materialized",
    "merge_action",
    "key",
    "keys",
    "value",
    "interval",
    "dec",
    "decimal",
    "varchar",
    "char",
    "nchar",
    "float",
    "int",
    "timestamp",
    "timestamptz",
    "time",
    "timetz",
    "bit",
    "varbit",
    "gin",
    "gist",
    "btree",
    "hash",
    "brin",
    "columns",
    "storage",
    "over",
    "filter",
];

impl Catalog {
    /// 42883 for a function that is not there, 3F000 if its schema is not.
    pub(super) fn check_calls(
        &self,
        found: &References,
        columns: &[Column],
    ) -> Result<(), SqlError> {
        for call in &found.functions {
            let inserted_into = found
                .sources
                .iter()
                .any(|source| source.alias == call.name.name);
            let named_here = found.opaque_sources.contains(&call.name.name)
                && !found.function_sources.contains(&call.name.name);
            if !inserted_into && !named_here {
                self.check_call(call, columns)?;
            }
        }
        Ok(())
    }

    fn check_call(&self, call: &FunctionCall, columns: &[Column]) -> Result<(), SqlError> {
        let name = call.name.name.as_str();
        let count = call.arguments.len();
        let bare = call.name.schema.is_none();
        if name.contains('{') || (bare && (SPECIAL.contains(&name) || builtin_type(name).is_some()))
        {
            return Ok(());
        }
        let system = call
            .name
            .schema
            .as_ref()
            .is_some_and(crate::catalog::resolve::is_system_schema);
        if (bare || system) && builtin_accepts(name, count) {
            return Ok(());
        }
        let users = self.functions_named(&call.name);
        if users.iter().any(|function| accepts(function, count)) || self.extension_has(&call.name) {
            return Ok(());
        }
        // `type(value)` is a cast, `relation(row)` a column.
        if self.resolve_type(&call.name).is_some() || self.resolve_relation(&call.name).is_some() {
            return Ok(());
        }
        self.require_schema(&call.name)?;
        Err(self.no_function(call, columns))
    }

    /// Whether an installed extension has, or may have, such a function.
    pub(crate) fn extension_has(&self, name: &ObjectName) -> bool {
        self.extensions.iter().any(|(extension, installed)| {
            let here = name.schema.is_none() || name.schema == installed.schema;
            match builtin_extension(extension.as_str()) {
                Some(brings) => {
                    brings.may_have_any_function()
                        || (here && brings.functions.contains(name.name.as_str()))
                }
                None => extension.as_str() != "plpgsql",
            }
        })
    }

    fn no_function(&self, call: &FunctionCall, columns: &[Column]) -> SqlError {
        let types: Vec<_> = call
            .arguments
            .iter()
            .map(|argument| match self.type_of(argument, columns) {
                Ok(Some(data_type)) => crate::model::DataType {
                    modifiers: Vec::new(),
                    ..data_type
                }
                .to_string(),
                _ => "unknown".to_owned(),
            })
            .collect();
        let message = format!(
            "function {}({}) does not exist",
            call.name,
            types.join(", ")
        );
        SqlError::new(SqlState::UNDEFINED_FUNCTION, message, call.name.to_string())
    }
}

fn builtin_accepts(name: &str, count: usize) -> bool {
    builtin_functions(name).iter().any(|function| {
        let most = function.arguments.len();
        (count <= most && count + function.default_count >= most)
            || (function.variadic && count + 1 >= most)
            // `count(*)`, `extract(field FROM x)`, `substring(x FROM y)` are read as one argument.
            || count == 1
    })
}

fn accepts(function: &Function, count: usize) -> bool {
    let definition = &function.definition;
    let most = definition.argument_types.len();
    let variadic = definition.statement.to_lowercase().contains("variadic");
    (count <= most && count + definition.default_count as usize >= most)
        || (variadic && count + 1 >= most)
}
