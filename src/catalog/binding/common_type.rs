//! The one type of several expressions that stand for each other: the parts of a UNION, the results
//! of a CASE (manual, 10.5; `select_common_type`).

use super::output::UNTOLD;
use super::scope::Output;
use crate::catalog::apply::{is_untyped, target_name};
use crate::catalog::builtin::builtin_type;
use crate::catalog::coercion::same_type;
use crate::catalog::{Catalog, TypeKind};
use crate::model::{DataType, SqlError, SqlState};

/// The types that all others of their category turn into (`pg_type.typispreferred`).
const PREFERRED: &[&str] = &[
    "text",
    "boolean",
    "double precision",
    "oid",
    "timestamp with time zone",
    "interval",
    "inet",
    "bit varying",
];

impl Catalog {
    /// The type of all of them together; `None` where one cannot be told. `construct` is the word
    /// that the server's message begins with.
    ///
    /// # Errors
    /// 42804 where two types are of unlike categories, 42846 where one does not turn into the other.
    pub(super) fn common_type(
        &self,
        construct: &str,
        types: &[Option<DataType>],
    ) -> Result<Option<DataType>, SqlError> {
        let Some(types) = types.iter().cloned().collect::<Option<Vec<_>>>() else {
            return Ok(None);
        };
        let Some(first) = types.first() else {
            return Ok(None);
        };
        if !is_untyped(first) && types.iter().all(|each| same_type(each, first)) {
            return Ok(Some(match types.iter().all(|each| each == first) {
                true => first.clone(),
                false => bare(first),
            }));
        }
        let mut chosen = self.base_type(first);
        for next in &types[1..] {
            chosen = match self.wider(construct, &chosen, &self.base_type(next))? {
                Some(chosen) => chosen,
                None => return Ok(None),
            };
        }
        if is_untyped(&chosen) {
            return Ok(Some(DataType::named("text")));
        }
        let all_turn = types.iter().try_for_each(|each| {
            let turns = is_untyped(each) || self.coerces_implicitly(each, &chosen);
            turns
                .then_some(())
                .ok_or_else(|| not_converted(construct, each, &chosen))
        });
        all_turn.map(|()| Some(bare(&chosen)))
    }

    /// The rows of two queries together (`transformSetOperationTree`); `output` becomes theirs.
    ///
    /// # Errors
    /// 42601 where they have unlike numbers of columns, and what `common_type` gives.
    pub(super) fn unite(
        &self,
        operator: &str,
        output: &mut Output,
        other: Output,
    ) -> Result<(), SqlError> {
        if output.incomplete || other.incomplete {
            output.incomplete = true;
            return Ok(());
        }
        if output.columns.len() != other.columns.len() {
            let message = format!("each {operator} query must have the same number of columns");
            return Err(SqlError::new(SqlState::SYNTAX_ERROR, message, ""));
        }
        for (column, other) in output.columns.iter_mut().zip(other.columns) {
            let types = [&column.data_type, &other.data_type].map(told);
            let common = self.common_type(operator, &types)?;
            column.data_type = common.unwrap_or_else(|| DataType::named(UNTOLD));
        }
        Ok(())
    }

    /// The one of two types that goes on; `None` where a type is not known well enough.
    fn wider(
        &self,
        construct: &str,
        chosen: &DataType,
        next: &DataType,
    ) -> Result<Option<DataType>, SqlError> {
        if is_untyped(next) || same_type(next, chosen) {
            return Ok(Some(chosen.clone()));
        }
        if is_untyped(chosen) {
            return Ok(Some(next.clone()));
        }
        let (Some(left), Some(right)) = (self.category(chosen), self.category(next)) else {
            return Ok(None);
        };
        if left != right {
            return Err(unlike(construct, chosen, next));
        }
        let moves = !is_preferred(chosen)
            && self.coerces_implicitly(chosen, next)
            && !self.coerces_implicitly(next, chosen);
        Ok(Some(if moves { next } else { chosen }.clone()))
    }

    /// `pg_type.typcategory`; `None` for what is not known.
    fn category(&self, data_type: &DataType) -> Option<char> {
        if self.is_unknown_type(data_type) {
            return None;
        }
        if data_type.array_dimensions > 0 {
            return Some('A');
        }
        if let Some(builtin) = builtin_type(data_type.name.name.as_str()) {
            return Some(builtin.category);
        }
        match self.types.get(&data_type.name)?.kind {
            TypeKind::Enum { .. } => Some('E'),
            TypeKind::Composite { .. } => Some('C'),
            TypeKind::Domain { .. } | TypeKind::Other { .. } => None,
        }
    }
}

fn told(data_type: &DataType) -> Option<DataType> {
    (data_type.name.name.as_str() != UNTOLD).then(|| data_type.clone())
}

fn is_preferred(data_type: &DataType) -> bool {
    data_type.array_dimensions == 0 && PREFERRED.contains(&data_type.name.name.as_str())
}

fn bare(data_type: &DataType) -> DataType {
    DataType {
        modifiers: Vec::new(),
        ..data_type.clone()
    }
}

fn unlike(construct: &str, left: &DataType, right: &DataType) -> SqlError {
    let (left, right) = (target_name(left), target_name(right));
    let message = format!("{construct} types {left} and {right} cannot be matched");
    SqlError::new(SqlState::DATATYPE_MISMATCH, message, "")
}

fn not_converted(construct: &str, from: &DataType, to: &DataType) -> SqlError {
    let (from, to) = (target_name(from), target_name(to));
    let message = format!("{construct} could not convert type {from} to {to}");
    SqlError::new(SqlState::CANNOT_COERCE, message, "")
}
