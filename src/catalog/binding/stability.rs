//! What an index or a generated column may not hold: functions whose result depends on more than
//! their arguments (`contain_mutable_functions`).

use crate::catalog::apply::is_untyped;
use crate::catalog::builtin::{BuiltinFunction, builtin_functions, builtin_type, is_unstable_cast};
use crate::catalog::expression::{FunctionCall, TokenKind, references, tokenize};
use crate::catalog::{Catalog, Column};
use crate::model::{DataType, ObjectName, SqlError, SqlState};

/// Constants of the session and of the moment.
const SESSION_VALUES: &[&str] = &[
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "current_user",
    "session_user",
    "current_role",
    "current_catalog",
    "current_schema",
    "user",
];

impl Catalog {
    /// 42P17 if the expression is surely not immutable; `message` is the server's for the place.
    pub(crate) fn check_immutable(
        &self,
        relation: &ObjectName,
        text: &str,
        message: &str,
    ) -> Result<(), SqlError> {
        let found = self
            .relations
            .get(relation)
            .and_then(crate::catalog::apply::columns_of);
        let columns = found.map_or(&[][..], Vec::as_slice);
        let session = tokenize(text)
            .iter()
            .any(|token| token.kind == TokenKind::Word && token.is_any(SESSION_VALUES));
        let calls = references(text).functions;
        let unstable = session
            || calls
                .iter()
                .any(|call| self.is_unstable_call(call, columns))
            || self.has_unstable_cast(text, columns);
        match unstable {
            true => Err(SqlError::new(
                SqlState::INVALID_OBJECT_DEFINITION,
                message,
                relation.to_string(),
            )),
            false => Ok(()),
        }
    }

    /// Every function that the call can mean is not immutable.
    fn is_unstable_call(&self, call: &FunctionCall, columns: &[Column]) -> bool {
        let users = self.functions_named(&call.name);
        let fitting: Vec<_> = users
            .iter()
            .filter(|function| function.definition.argument_types.len() == call.arguments.len())
            .collect();
        if !fitting.is_empty() {
            return fitting.iter().all(|function| {
                // A function in SQL is replaced by its body first, which may well be immutable.
                if function.definition.language.eq_ignore_ascii_case("sql") {
                    return false;
                }
                let tokens = tokenize(&function.definition.statement);
                !tokens.iter().any(|token| token.is("immutable"))
            });
        }
        let types: Vec<_> = arguments_of(call)
            .into_iter()
            .map(|argument| self.type_of(&argument, columns).ok().flatten())
            .collect();
        let found = self.overloads(call.name.name.as_str(), Some(&types));
        !found.is_empty() && found.iter().all(|function| !function.immutable)
    }

    /// The functions of `pg_catalog` that a call can mean: those whose arguments are exactly the
    /// given ones, or else all that take them.
    pub(super) fn overloads(
        &self,
        name: &str,
        arguments: Option<&[Option<DataType>]>,
    ) -> Vec<&'static BuiltinFunction> {
        let Some(given) = arguments else {
            return builtin_functions(name).iter().collect();
        };
        let takes = |function: &&BuiltinFunction| {
            let most = function.arguments.len();
            let enough = given.len() <= most && given.len() + function.default_count >= most;
            let pairs = given.iter().zip(&function.arguments);
            (enough || (function.variadic && given.len() + 1 >= most))
                && pairs.into_iter().all(|(given, wanted)| {
                    given.as_ref().is_none_or(|given| self.fits(given, wanted))
                })
        };
        let found: Vec<_> = builtin_functions(name).iter().filter(takes).collect();
        let exact = |function: &&BuiltinFunction| {
            given
                .iter()
                .zip(&function.arguments)
                .all(|(given, wanted)| match given {
                    // A literal is what the function wants.
                    Some(given) => is_untyped(given) || bare(given).to_string() == **wanted,
                    None => false,
                })
        };
        let exact: Vec<_> = found.iter().copied().filter(exact).collect();
        if exact.is_empty() { found } else { exact }
    }

    fn fits(&self, given: &DataType, wanted: &str) -> bool {
        if is_untyped(given) || wanted.starts_with("any") || wanted == "\"any\"" {
            return true;
        }
        self.coerces_implicitly(given, &DataType::from_sql(wanted))
    }

    /// Whether a cast that is known to exist depends on settings or other tables.
    pub(super) fn is_unstable_coercion(&self, source: &DataType, target: &DataType) -> bool {
        let (source, target) = (self.base_type(source), self.base_type(target));
        if source.array_dimensions > 0 || target.array_dimensions > 0 {
            return false;
        }
        let names = (source.name.name.as_str(), target.name.name.as_str());
        if is_unstable_cast(names.0, names.1) {
            return true;
        }
        match (self.is_string(&source), self.is_string(&target)) {
            (false, true) => {
                self.is_enum(&source)
                    || builtin_type(names.0).is_some_and(|found| found.unstable_output)
            }
            (true, false) => {
                self.is_enum(&target)
                    || builtin_type(names.1).is_some_and(|found| found.unstable_input)
            }
            _ => false,
        }
    }
}

/// `extract(year from x)` hands over two arguments.
fn arguments_of(call: &FunctionCall) -> Vec<String> {
    if call.name.name.as_str() == "extract"
        && let [only] = call.arguments.as_slice()
        && let Some(from) = tokenize(only).iter().find(|token| token.is("from"))
    {
        return vec!["''".to_owned(), only[from.end()..].to_owned()];
    }
    call.arguments.clone()
}

fn bare(data_type: &DataType) -> DataType {
    DataType {
        modifiers: Vec::new(),
        ..data_type.clone()
    }
}
