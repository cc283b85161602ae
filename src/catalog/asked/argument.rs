//! Columns as arguments of functions.

use std::collections::BTreeSet;

use super::piece::Piece;
use super::{close, is_name};
use crate::catalog::builtin::builtin_functions;
use crate::catalog::expression::Token;
use crate::model::{DataType, ObjectName};

/// All arguments of these have one type.
const ALIKE: &[&str] = &["coalesce", "greatest", "least", "nullif"];

/// One call around a column.
struct Call {
    name: ObjectName,
    /// The place behind its bracket.
    begin: usize,
    end: usize,
    /// Which argument the column is.
    index: usize,
    count: usize,
}

impl Piece<'_> {
    pub(super) fn as_argument(&self, start: usize, end: usize) -> Option<DataType> {
        if !self.before(start, &["(", ","]) || !self.is(end, &[")", ","]) {
            return None;
        }
        let call = self.call_around(start)?;
        let name = call.name.name.as_str();
        if ALIKE.contains(&name) {
            let mut parts = self.arguments(&call).into_iter();
            return parts.find_map(|range| self.told(range));
        }
        match name {
            "bool_and" | "bool_or" | "every" => return Some(DataType::named("boolean")),
            "sum" | "avg" | "abs" | "ceil" | "floor" | "round" if call.index == 0 => {
                return Some(DataType::named("numeric"));
            }
            _ => {}
        }
        let users = self.catalog.functions_named(&call.name);
        let users = users
            .iter()
            .filter(|function| function.definition.argument_types.len() >= call.count)
            .filter_map(|function| function.definition.argument_types.get(call.index));
        let types: BTreeSet<String> = users.map(ToString::to_string).collect();
        match types.is_empty() {
            false => only(&types),
            true => only(&builtin_arguments(name, &call)),
        }
    }

    fn call_around(&self, start: usize) -> Option<Call> {
        let (mut depth, mut index, mut place) = (0usize, 0usize, start);
        let open = loop {
            place = place.checked_sub(1)?;
            match self.at(place)?.text {
                ")" | "]" => depth += 1,
                "(" | "[" if depth == 0 => break place,
                "(" | "[" => depth -= 1,
                "," if depth == 0 => index += 1,
                _ => {}
            }
        };
        let named = open.checked_sub(1)?;
        let token = self.at(named).filter(|token| is_name(token))?;
        let schema = named.checked_sub(2).filter(|_| self.before(named, &["."]));
        let schema = schema
            .and_then(|place| self.at(place))
            .and_then(Token::identifier);
        let begin = open + 1;
        let mut call = Call {
            name: ObjectName::qualified(schema, token.identifier()?),
            begin,
            end: close(self.tokens, begin),
            index,
            count: 0,
        };
        call.count = self.arguments(&call).len();
        Some(call)
    }

    fn arguments(&self, call: &Call) -> Vec<std::ops::Range<usize>> {
        let mut from = call.begin;
        let parts = super::list(self.tokens.get(call.begin..call.end).unwrap_or_default());
        let ranges = parts.map(|part| {
            let range = from..from + part.len();
            from = range.end + 1;
            range
        });
        ranges.collect()
    }
}

fn builtin_arguments(name: &str, call: &Call) -> BTreeSet<String> {
    let functions = builtin_functions(name).iter();
    let functions = functions.filter(|function| {
        let most = function.arguments.len();
        call.count <= most && call.count + function.default_count >= most
    });
    functions
        .filter_map(|function| function.arguments.get(call.index))
        .map(|found| (*found).to_owned())
        .collect()
}

/// What all of the types have in common; `None` where text is among them.
fn only(types: &BTreeSet<String>) -> Option<DataType> {
    let all = |starts: &[&str]| {
        let mut types = types.iter();
        !types.len().eq(&0) && types.all(|one| starts.iter().any(|start| one.starts_with(start)))
    };
    let found = match types.len() {
        _ if all(&["anyarray", "anycompatiblearray"]) => {
            return Some(DataType::named("text").array(1));
        }
        _ if all(&["json"]) => "jsonb",
        _ if all(&["timestamp", "date", "time", "interval", "abstime"]) => {
            "timestamp with time zone"
        }
        _ if all(&["smallint", "integer", "bigint", "numeric", "real", "double"]) => {
            match types.len() {
                1 => types.first()?,
                _ => "numeric",
            }
        }
        1 => types.first()?,
        _ => return None,
    };
    let is_open = found.starts_with("any")
        || ["text", "character varying", "name", "record"].contains(&found);
    (!is_open).then(|| DataType::from_sql(found))
}
