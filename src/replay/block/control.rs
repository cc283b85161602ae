//! Branches and loops.

use crate::model::{Guard, GuardKind, Identifier, Place};
use crate::replay::query::{Datum, Table};
use crate::sql::expression::Expression;
use crate::sql::plpgsql::{Branch, Statement, StatementKind};

use super::{Flow, Interpreter, MOST_ROUNDS, Stop};

/// Whether a loop goes on after a round.
enum Round {
    Next,
    Leave,
}

impl Interpreter<'_> {
    pub(super) fn branch(
        &mut self,
        branches: &[Branch],
        otherwise: &[Statement],
        place: &Option<Place>,
    ) -> Flow {
        for branch in branches {
            match self.condition(&branch.condition, place)? {
                Datum::Bool(true) => {
                    let guard = Guard::new(GuardKind::Condition, &*branch.text, place.clone());
                    return self.under(guard, &branch.body);
                }
                Datum::Unknown(reason) => {
                    self.note(place, format!("`{}`: {reason}", branch.text));
                }
                _ => {}
            }
        }
        let passed: Vec<&str> = branches.iter().map(|branch| &*branch.text).collect();
        let text = format!("not ({})", passed.join(" or "));
        self.under(
            Guard::new(GuardKind::Condition, text, place.clone()),
            otherwise,
        )
    }

    /// A condition; a relation that it asks and that is not there is the server's error.
    pub(super) fn condition(
        &mut self,
        expression: &Expression,
        place: &Option<Place>,
    ) -> Result<Datum, Stop> {
        let value = self.value(expression);
        if value.is_unknown()
            && let Some(error) = self.missing_relation(expression)
        {
            return Err(Stop::Error(error, place.clone()));
        }
        Ok(value)
    }

    fn missing_relation(&self, expression: &Expression) -> Option<crate::model::SqlError> {
        match expression {
            Expression::Exists(query) | Expression::Subquery(query) => {
                self.session.rows(query).err()
            }
            Expression::Unary { operand, .. }
            | Expression::IsNull { operand, .. }
            | Expression::Cast { operand, .. } => self.missing_relation(operand),
            Expression::Binary { left, right, .. } => self
                .missing_relation(left)
                .or_else(|| self.missing_relation(right)),
            Expression::In {
                collection: crate::sql::expression::Collection::Query(query),
                ..
            } => self.session.rows(query).err(),
            _ => None,
        }
    }

    pub(super) fn endless(
        &mut self,
        label: Option<&Identifier>,
        body: &[Statement],
        place: &Option<Place>,
    ) -> Flow {
        loop {
            match self.round(label, body)? {
                Round::Leave => return Ok(()),
                Round::Next if self.rounds > MOST_ROUNDS => {
                    self.note(place, "the loop has more rounds than are run");
                    return Ok(());
                }
                Round::Next => {}
            }
        }
    }

    pub(super) fn while_loop(
        &mut self,
        label: Option<&Identifier>,
        condition: &Expression,
        body: &[Statement],
        place: &Option<Place>,
    ) -> Flow {
        loop {
            match self.condition(condition, place)? {
                Datum::Bool(true) => {}
                Datum::Unknown(reason) => {
                    self.note(place, reason.to_string());
                    return Ok(());
                }
                _ => return Ok(()),
            }
            if matches!(self.round(label, body)?, Round::Leave) || self.rounds > MOST_ROUNDS {
                return Ok(());
            }
        }
    }

    pub(super) fn for_range(&mut self, kind: &StatementKind, place: &Option<Place>) -> Flow {
        let StatementKind::ForRange {
            label,
            variable,
            reverse,
            lower,
            upper,
            step,
            body,
        } = kind
        else {
            return Ok(());
        };
        let (lower, upper) = (self.value(lower), self.value(upper));
        let step = step.as_ref().map(|step| self.value(step));
        let (Datum::Integer(lower), Datum::Integer(upper)) = (&lower, &upper) else {
            self.note(place, "the bounds of the loop are not known");
            return Ok(());
        };
        let step = match step {
            Some(Datum::Integer(step)) => step.max(1),
            _ => 1,
        };
        let mut current = *lower;
        let inside = |current: i64| {
            if *reverse {
                current >= *upper
            } else {
                current <= *upper
            }
        };
        while inside(current) && self.rounds <= MOST_ROUNDS {
            self.set(variable.as_str(), Datum::Integer(current));
            if matches!(self.round(label.as_ref(), body)?, Round::Leave) {
                return Ok(());
            }
            current += if *reverse { -step } else { step };
        }
        Ok(())
    }

    /// One round for each row; `None`: the rows are not known, and have been noted.
    pub(super) fn for_rows(
        &mut self,
        label: Option<&Identifier>,
        variables: &[Identifier],
        rows: Option<Table>,
        body: &[Statement],
    ) -> Flow {
        let Some(table) = rows else { return Ok(()) };
        let names: Vec<String> = variables.iter().map(|name| name.to_string()).collect();
        for row in &table.rows {
            self.assign_row(&names, &table, Some(row));
            if matches!(self.round(label, body)?, Round::Leave) {
                break;
            }
        }
        self.set("found", Datum::Bool(!table.rows.is_empty()));
        Ok(())
    }

    pub(super) fn foreach(
        &mut self,
        label: Option<&Identifier>,
        variables: &[Identifier],
        array: &Expression,
        body: &[Statement],
        place: &Option<Place>,
    ) -> Flow {
        let items = match self.value(array) {
            Datum::Array(items) => items.to_vec(),
            Datum::Unknown(reason) => {
                self.note(place, reason.to_string());
                return Ok(());
            }
            _ => Vec::new(),
        };
        for item in items {
            if let Some(variable) = variables.first() {
                self.set(variable.as_str(), item);
            }
            if matches!(self.round(label, body)?, Round::Leave) {
                break;
            }
        }
        Ok(())
    }

    fn round(&mut self, label: Option<&Identifier>, body: &[Statement]) -> Result<Round, Stop> {
        self.rounds += 1;
        let ours = |named: &Option<Identifier>| named.is_none() || named.as_ref() == label;
        match self.statements(body) {
            Ok(()) => Ok(Round::Next),
            Err(Stop::Exit(named)) if ours(&named) => Ok(Round::Leave),
            Err(Stop::Continue(named)) if ours(&named) => Ok(Round::Next),
            Err(other) => Err(other),
        }
    }

    pub(super) fn leave(
        &mut self,
        label: &Option<Identifier>,
        condition: Option<&Expression>,
        stop: fn(Option<Identifier>) -> Stop,
    ) -> Flow {
        let holds = match condition {
            None => Datum::Bool(true),
            Some(condition) => self.condition(condition, &None)?,
        };
        match holds {
            Datum::Bool(true) | Datum::Unknown(_) => Err(stop(label.clone())),
            _ => Ok(()),
        }
    }
}
