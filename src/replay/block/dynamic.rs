//! SQL in a block: static statements, `EXECUTE`, queries with targets.

use crate::model::{Action, Dialect, Place, Template};
use crate::replay::query::{Answer, Datum, Table};
use crate::replay::session::{Run, RunOutcome};
use crate::sql::expression::Expression;
use crate::sql::query::Query;
use crate::sql::{self, Nature, ReadStatement};

use super::{Flow, Interpreter, Stop, partial};

impl Interpreter<'_> {
    /// A static statement; `into` takes its first row.
    pub(super) fn sql(
        &mut self,
        statement: &ReadStatement,
        into: &[String],
        place: &Option<Place>,
    ) -> Flow {
        if let Nature::Query(query) = &statement.nature {
            return match self.query_rows(query, place)? {
                Some(table) => {
                    let row = table.rows.first().cloned();
                    self.assign_row(into, &table, row.as_ref());
                    Ok(())
                }
                None => {
                    self.assign_unknown(into, "the rows of a query are not known");
                    Ok(())
                }
            };
        }
        let prepared = self.without_variables(statement);
        let run = self.session.run_inside(&prepared);
        self.assign_unknown(into, "what a statement returns is not known");
        self.take(run, place)
    }

    /// Takes over what a statement did.
    fn take(&mut self, run: Run, place: &Option<Place>) -> Flow {
        self.undecided.extend(run.undecided);
        match run.outcome {
            RunOutcome::Failed {
                error,
                place: inner,
            } => Err(Stop::Error(
                error,
                inner.or(run.place).or_else(|| place.clone()),
            )),
            _ => {
                let under = &self.under;
                self.effects.extend(run.effects.into_iter().map(|mut done| {
                    done.effect.guards.splice(0..0, under.iter().cloned());
                    done
                }));
                Ok(())
            }
        }
    }

    /// Statements on rows name variables where a plain statement could only name columns: their
    /// texts are not checked for names then.
    fn without_variables(&self, statement: &ReadStatement) -> ReadStatement {
        let mut statement = statement.clone();
        let variables = &self.session.surroundings.variables;
        for effect in &mut statement.effects {
            if let Action::Rows(change) = &mut effect.action
                && variables
                    .keys()
                    .any(|name| mentions(&change.statement, name.as_str()))
            {
                change.statement = String::new();
                change.values = Vec::new();
            }
        }
        statement
    }

    pub(super) fn query_rows(
        &mut self,
        query: &Query,
        place: &Option<Place>,
    ) -> Result<Option<Table>, Stop> {
        match self.session.rows(query) {
            Ok(Answer::Rows(table)) => Ok(Some(table)),
            Ok(Answer::Undecided(reason)) => {
                self.note(place, reason.to_string());
                Ok(None)
            }
            Err(error) => Err(Stop::Error(error, place.clone())),
        }
    }

    /// `EXECUTE text INTO targets USING values`.
    pub(super) fn execute(
        &mut self,
        expression: &Expression,
        into: &[String],
        using: &[Expression],
        place: Option<&Place>,
    ) -> Flow {
        let place = place.cloned();
        let Some(text) = self.dynamic_text(expression, &place) else {
            self.assign_unknown(into, "what dynamic SQL gives is not known");
            return self.refused_whatever_it_says(expression);
        };
        let outer = self.bind(using);
        let reading = sql::read(&Template::from_text(text), Dialect::Postgres);
        let mut flow = Ok(());
        for statement in &reading.statements {
            flow = self.dynamic_statement(statement, into, &place);
            if flow.is_err() {
                break;
            }
        }
        self.session.surroundings.parameters = outer;
        flow
    }

    fn dynamic_statement(
        &mut self,
        statement: &ReadStatement,
        into: &[String],
        place: &Option<Place>,
    ) -> Flow {
        if let Nature::Query(query) = &statement.nature {
            match self.query_rows(query, place)? {
                Some(table) => {
                    let row = table.rows.first().cloned();
                    self.assign_row(into, &table, row.as_ref());
                }
                None => self.assign_unknown(into, "the rows of a query are not known"),
            }
            return Ok(());
        }
        let run = self.session.run_inside(statement);
        self.take(Run { place: None, ..run }, place)
    }

    pub(super) fn executed_rows(
        &mut self,
        expression: &Expression,
        using: &[Expression],
        place: &Option<Place>,
    ) -> Result<Option<Table>, Stop> {
        let Some(text) = self.dynamic_text(expression, place) else {
            return Ok(None);
        };
        let outer = self.bind(using);
        let reading = sql::read(&Template::from_text(text), Dialect::Postgres);
        let rows = match reading
            .statements
            .first()
            .map(|statement| &statement.nature)
        {
            Some(Nature::Query(query)) => self.query_rows(query, place),
            _ => Ok(None),
        };
        self.session.surroundings.parameters = outer;
        rows
    }

    fn dynamic_text(&mut self, expression: &Expression, place: &Option<Place>) -> Option<String> {
        match self.value(expression) {
            Datum::Text(text) => Some(text.to_string()),
            Datum::Unknown(reason) => {
                self.note(place, format!("dynamic SQL: {reason}"));
                None
            }
            _ => {
                self.note(place, "dynamic SQL that is NULL");
                None
            }
        }
    }

    /// Text of which only a part is known: where that alone decides that the server refuses it, it fails.
    fn refused_whatever_it_says(&self, expression: &Expression) -> Flow {
        let reading = sql::read(&partial::template(self, expression), Dialect::Postgres);
        let effects = reading.statements.iter().flat_map(|one| &one.effects);
        let mut trial = self.session.catalog.clone();
        for effect in effects {
            if let Err(error) = trial.apply(&effect.action)
                && partial::is_certain(&error)
            {
                return Err(Stop::Error(error, None));
            }
        }
        Ok(())
    }

    /// Sets `$1`, `$2` ...; gives what they were.
    fn bind(&mut self, using: &[Expression]) -> std::collections::BTreeMap<String, Datum> {
        let values: Vec<_> = using.iter().map(|value| self.value(value)).collect();
        let bound = values
            .into_iter()
            .enumerate()
            .map(|(index, value)| (format!("${}", index + 1), value))
            .collect();
        std::mem::replace(&mut self.session.surroundings.parameters, bound)
    }
}

/// Whether the name stands in the text as a word.
fn mentions(text: &str, name: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(name).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
