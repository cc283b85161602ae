//! `RAISE`.

use crate::model::{Place, SqlError, SqlState};
use crate::replay::query::Datum;
use crate::sql::expression::Expression;
use crate::sql::plpgsql::RaiseLevel;

use super::{Flow, Interpreter, Stop};

impl Interpreter<'_> {
    pub(super) fn raise(
        &mut self,
        level: RaiseLevel,
        condition: Option<&str>,
        message: Option<&str>,
        parameters: &[Expression],
        place: &Option<Place>,
    ) -> Flow {
        if level != RaiseLevel::Exception {
            return Ok(());
        }
        if let (None, None, Some(caught)) = (condition, message, &self.caught) {
            return Err(Stop::Error(caught.clone(), place.clone()));
        }
        let message = match message {
            Some(pattern) => self.filled(pattern, parameters),
            None => condition.unwrap_or("P0001").to_owned(),
        };
        let state = condition
            .and_then(named_state)
            .unwrap_or(SqlState::RAISE_EXCEPTION);
        Err(Stop::Error(
            SqlError::new(state, message, ""),
            place.clone(),
        ))
    }

    /// `%` stands for the next parameter, `%%` for itself.
    fn filled(&self, pattern: &str, parameters: &[Expression]) -> String {
        let mut parameters = parameters.iter();
        let mut filled = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('%') {
            filled.push_str(before);
            if let Some(after) = after.strip_prefix('%') {
                filled.push('%');
                rest = after;
                continue;
            }
            let value = parameters
                .next()
                .map_or(Datum::Null, |expression| self.value(expression));
            match value.known_text() {
                Some(text) => filled.push_str(&text),
                None => filled.push_str("<NULL>"),
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// A condition's name or an SQLSTATE.
fn named_state(condition: &str) -> Option<SqlState> {
    let by_name = SqlState::ALL
        .iter()
        .copied()
        .find(|state| state.condition() == condition);
    by_name.or_else(|| SqlState::from_code(condition))
}
