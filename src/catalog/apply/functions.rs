//! Functions and procedures (`CreateFunction`, `ProcedureCreate`, `LookupFuncWithArgs`).

use crate::catalog::expression::{Token, tokenize};
use crate::catalog::{Applied, Attributes, Catalog, Function, FunctionSignature, ObjectAddress};
use crate::model::{DataType, FunctionDefinition, ObjectName, SqlError, SqlState};

impl Catalog {
    pub(super) fn create_function(
        &mut self,
        name: &ObjectName,
        definition: &FunctionDefinition,
        or_replace: bool,
    ) -> Result<Applied, SqlError> {
        let name = self.creation_name(name)?;
        let resolve = |data_type: &DataType| self.declared_argument(data_type);
        let argument_types: Vec<_> = definition
            .argument_types
            .iter()
            .map(resolve)
            .collect::<Result<_, _>>()?;
        self.check_result_type(&definition.returns)?;
        self.check_language(&definition.language)?;
        let signature = FunctionSignature {
            name: name.clone(),
            argument_types: argument_types.clone(),
        };
        let mut attributes = Attributes::default();
        if let Some(before) = self.functions.get(&signature) {
            if !or_replace {
                return Err(already_exists(&signature));
            }
            let after = FunctionDefinition {
                returns: self.result_of(definition),
                ..definition.clone()
            };
            check_replacement(&signature, &before.definition, &after)?;
            attributes = before.attributes.clone();
        }
        self.check_body(definition)?;
        let definition = FunctionDefinition {
            argument_types,
            returns: self.result_of(definition),
            ..definition.clone()
        };
        self.functions.insert(
            signature,
            Function {
                definition,
                attributes,
            },
        );
        Ok(Applied::changed())
    }

    /// Modifiers are no part of a signature.
    fn resolve_argument(&self, data_type: &DataType) -> Result<DataType, SqlError> {
        let resolved = self.resolve_data_type(data_type)?;
        Ok(DataType {
            modifiers: Vec::new(),
            ..resolved
        })
    }

    /// In CREATE FUNCTION the name of a type that is not there is printed without quotes.
    fn declared_argument(&self, data_type: &DataType) -> Result<DataType, SqlError> {
        self.resolve_argument(data_type).map_err(|mut error| {
            if error.state == SqlState::UNDEFINED_OBJECT {
                error.message = error.message.replace('"', "");
            }
            error
        })
    }

    /// Without RETURNS, the OUT arguments are the result.
    fn result_of(&self, definition: &FunctionDefinition) -> String {
        if definition.is_procedure || !definition.returns.trim().is_empty() {
            return definition.returns.clone();
        }
        match output_arguments(&definition.statement).as_slice() {
            [] => String::new(),
            [only] => only.clone(),
            _ => "record".to_owned(),
        }
    }

    fn check_result_type(&self, returns: &str) -> Result<(), SqlError> {
        let tokens = tokenize(returns);
        let Some(first) = tokens.first() else {
            return Ok(());
        };
        if first.is("table") || returns.contains('{') || returns.contains('%') {
            return Ok(());
        }
        let from = tokens
            .get(usize::from(first.is("setof")))
            .map_or(0, |token| token.start);
        let data_type = DataType::from_sql(&returns[from..]);
        match self.resolve_data_type(&data_type) {
            // A type that is not there is made a shell for functions in C and internal ones only.
            Err(error) if error.state == SqlState::UNDEFINED_OBJECT => Err(error),
            other => other.map(|_| ()),
        }
    }

    fn check_language(&self, language: &str) -> Result<(), SqlError> {
        const BUILT_IN: &[&str] = &["sql", "plpgsql", "c", "internal", ""];
        const EXTENSIONS: &[&str] = &[
            "plpython3u",
            "plpythonu",
            "plperl",
            "plperlu",
            "pltcl",
            "plv8",
        ];
        let lower = language.to_lowercase();
        let lower = lower.trim_matches(['\'', '"']);
        if BUILT_IN.contains(&lower) || self.has_extension(lower) || lower.contains('{') {
            return Ok(());
        }
        if !EXTENSIONS.contains(&lower) && self.extensions.len() > 1 {
            return Ok(());
        }
        let message = format!("language \"{lower}\" does not exist");
        Err(SqlError::new(SqlState::UNDEFINED_OBJECT, message, lower))
    }

    /// The body of an SQL function is checked when it is made (`check_function_bodies`).
    fn check_body(&self, definition: &FunctionDefinition) -> Result<(), SqlError> {
        if !definition.language.eq_ignore_ascii_case("sql") || !self.check_function_bodies {
            return Ok(());
        }
        self.check_function_body(&definition.body)
    }

    /// `argument_types` is `None` where the statement gives no parentheses.
    pub(super) fn drop_function(
        &mut self,
        name: &ObjectName,
        argument_types: Option<&[DataType]>,
        if_exists: bool,
        cascade: bool,
    ) -> Result<Applied, SqlError> {
        if if_exists && let Err(error) = self.require_schema(name) {
            return Ok(Applied::skipped(format!("{}, skipping", error.message)));
        }
        match self.find_function(name, argument_types) {
            Ok(signature) => self.drop_one(ObjectAddress::Function(signature), cascade),
            Err(error) if if_exists && error.state != SqlState::AMBIGUOUS_FUNCTION => {
                let notice = match error
                    .message
                    .strip_prefix("could not find a function named ")
                {
                    Some(_) => format!("function {name}() does not exist, skipping"),
                    None => format!("{}, skipping", error.message),
                };
                Ok(Applied::skipped(notice))
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) fn find_function(
        &self,
        name: &ObjectName,
        argument_types: Option<&[DataType]>,
    ) -> Result<FunctionSignature, SqlError> {
        self.require_schema(name)?;
        let found = self.resolve(name, |name| self.functions_at(name).next().is_some());
        let named = found.iter().flat_map(|name| self.functions_at(name));
        let named: Vec<_> = named.map(|(signature, _)| signature).collect();
        let Some(types) = argument_types else {
            return match named.as_slice() {
                [only] => Ok((*only).clone()),
                [] => {
                    let message = format!("could not find a function named \"{name}\"");
                    Err(SqlError::new(
                        SqlState::UNDEFINED_FUNCTION,
                        message,
                        name.to_string(),
                    ))
                }
                _ => {
                    let message = format!("function name \"{name}\" is not unique");
                    Err(SqlError::new(
                        SqlState::AMBIGUOUS_FUNCTION,
                        message,
                        name.to_string(),
                    ))
                }
            };
        };
        let types: Vec<_> = types
            .iter()
            .map(|data_type| self.resolve_argument(data_type))
            .collect::<Result<_, _>>()?;
        let same = named
            .into_iter()
            .find(|signature| signature.argument_types == types);
        same.cloned().ok_or_else(|| {
            let list: Vec<_> = types.iter().map(ToString::to_string).collect();
            let message = format!("function {name}({}) does not exist", list.join(", "));
            SqlError::new(SqlState::UNDEFINED_FUNCTION, message, name.to_string())
        })
    }
}

/// The types of the OUT and INOUT arguments in a CREATE FUNCTION.
fn output_arguments(statement: &str) -> Vec<String> {
    let Some((_, rest)) = statement.split_once('(') else {
        return Vec::new();
    };
    super::grant_text::split_list(up_to_closing(rest))
        .into_iter()
        .filter_map(|argument| {
            let (mode, rest) = argument.split_once(' ')?;
            let is_output = ["out", "inout"]
                .iter()
                .any(|word| mode.eq_ignore_ascii_case(word));
            let data_type = super::grant_text::argument_type(rest);
            is_output.then(|| data_type.to_string())
        })
        .collect()
}

/// What stands before the parenthesis that closes an open one.
fn up_to_closing(text: &str) -> &str {
    let mut depth = 0usize;
    for (index, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => return &text[..index],
            ')' => depth -= 1,
            _ => {}
        }
    }
    text
}

fn already_exists(signature: &FunctionSignature) -> SqlError {
    let message = format!(
        "function \"{}\" already exists with same argument types",
        signature.name.name
    );
    SqlError::new(SqlState::DUPLICATE_FUNCTION, message, signature.to_string())
}

/// What OR REPLACE may not change.
fn check_replacement(
    signature: &FunctionSignature,
    before: &FunctionDefinition,
    after: &FunctionDefinition,
) -> Result<(), SqlError> {
    if before.is_procedure != after.is_procedure {
        let message = "cannot change routine kind";
        return Err(SqlError::new(
            SqlState::WRONG_OBJECT_TYPE,
            message,
            signature.to_string(),
        ));
    }
    let fail = |message: String| {
        Err(SqlError::new(
            SqlState::INVALID_FUNCTION_DEFINITION,
            message,
            signature.to_string(),
        ))
    };
    if canonical_result(&before.returns) != canonical_result(&after.returns) {
        return fail("cannot change return type of existing function".to_owned());
    }
    for (old, new) in before.argument_names.iter().zip(&after.argument_names) {
        if let Some(old) = old
            && new.as_ref() != Some(old)
        {
            return fail(format!("cannot change name of input parameter \"{old}\""));
        }
    }
    if after.default_count < before.default_count {
        return fail("cannot remove parameter defaults from existing function".to_owned());
    }
    Ok(())
}

/// `SETOF int4` and `setof "int4"` are one, and so are `TABLE(a int)` and `TABLE("a" integer)`.
fn canonical_result(returns: &str) -> String {
    let tokens = tokenize(returns);
    let text = |from: usize, to: usize| match (tokens.get(from), tokens.get(to)) {
        (Some(first), Some(last)) => &returns[first.start..last.end()],
        _ => "",
    };
    let end = tokens.len().saturating_sub(1);
    match tokens.first() {
        Some(first) if first.is("setof") => format!("setof {}", DataType::from_sql(text(1, end))),
        Some(first) if first.is("table") => {
            let columns = super::grant_text::split_list(text(2, end.saturating_sub(1)));
            let columns: Vec<_> = columns.into_iter().map(canonical_column).collect();
            format!("table({})", columns.join(", "))
        }
        Some(_) => DataType::from_sql(returns).to_string(),
        None => String::new(),
    }
}

/// `name type`.
fn canonical_column(column: &str) -> String {
    let tokens = tokenize(column);
    let name = tokens
        .first()
        .and_then(Token::identifier)
        .unwrap_or_default();
    let data_type = tokens.get(1).map_or("", |second| &column[second.start..]);
    let data_type = DataType::from_sql(data_type);
    format!(
        "{name} {}",
        DataType {
            modifiers: Vec::new(),
            ..data_type
        }
    )
}
