//! Loops: unrolled over what is known, run once over what is not.

use std::collections::BTreeMap;

use crate::model::{Certainty, Guard, GuardKind, Identifier, Place, Template};
use crate::sql::expression::Expression;
use crate::sql::probe::probe;
use crate::sql::query::{Query, QueryBody};

use super::condition::describe;
use super::decide::substituted;
use super::fold::{fold, list};
use super::rows::{Row, constant_rows};
use super::survey::{HoldsFor, Survey};
use super::tree::Statement;
use super::variables::{Known, merge};

/// Loops with more rounds are run once.
const MOST_ROUNDS: usize = 300;

impl Survey<'_> {
    /// A body that may run any number of times: what it sets is unknown behind it.
    pub(super) fn once(&mut self, body: &[Statement]) {
        let before = self.variables.clone();
        let mark = self.mark();
        self.list(body);
        self.release_loop(mark);
        self.variables = merge(&before, &[self.variables.clone(), before.clone()]);
    }

    pub(super) fn while_loop(
        &mut self,
        condition: &Expression,
        body: &[Statement],
        place: Option<&Place>,
    ) {
        let mark = self.mark();
        let condition = substituted(condition, &self.variables);
        let while_ = describe(&condition, &self.variables, true);
        let text = format!("while {}", while_.text);
        self.guard(
            Guard::new(while_.kind, text, place.cloned()),
            HoldsFor::LOOP,
        );
        self.once(body);
        self.release_loop(mark);
    }

    /// One round for each value.
    fn rounds(&mut self, rounds: Vec<Vec<(String, Known)>>, body: &[Statement]) {
        let floor = self.floor;
        self.floor = floor.max(Certainty::Enumerated);
        for round in rounds {
            let mark = self.mark();
            self.variables.extend(round);
            self.list(body);
            self.release_loop(mark);
        }
        self.floor = floor;
    }

    pub(super) fn range_loop(
        &mut self,
        variable: &Identifier,
        reverse: bool,
        lower: &Expression,
        upper: &Expression,
        body: &[Statement],
    ) {
        let bound = |expression: &Expression| {
            fold(expression, &self.variables)
                .known_text()?
                .parse::<i64>()
                .ok()
        };
        let rounds = match (bound(lower), bound(upper)) {
            (Some(from), Some(to)) if reverse => to..=from,
            (Some(from), Some(to)) => from..=to,
            _ => {
                let reason = Known::Unknown("counts up to what is not known".to_owned());
                self.variables.insert(variable.to_string(), reason);
                return self.once(body);
            }
        };
        let count = rounds.end().saturating_sub(*rounds.start());
        if usize::try_from(count).is_ok_and(|count| count >= MOST_ROUNDS) {
            let reason = Known::Unknown("one of many numbers".to_owned());
            self.variables.insert(variable.to_string(), reason);
            return self.once(body);
        }
        let name = variable.to_string();
        let number = |value: i64| Known::Text(Template::from_text(value.to_string()));
        self.rounds(
            rounds
                .map(|value| vec![(name.clone(), number(value))])
                .collect(),
            body,
        );
    }

    pub(super) fn foreach(
        &mut self,
        variables: &[Identifier],
        array: &Expression,
        body: &[Statement],
    ) {
        let items = list(array, &self.variables).filter(|items| items.len() <= MOST_ROUNDS);
        let Some(items) = items else {
            for variable in variables {
                let reason = Known::Unknown("an element of an array that is not known".to_owned());
                self.variables.insert(variable.to_string(), reason);
            }
            return self.once(body);
        };
        let rounds = items.into_iter().map(|item| match item {
            // FOREACH without SLICE goes over all elements, or sets a row of variables.
            Known::List(parts) if variables.len() > 1 => variables
                .iter()
                .map(ToString::to_string)
                .zip(parts)
                .collect(),
            item => variables
                .iter()
                .map(|name| (name.to_string(), item.clone()))
                .collect(),
        });
        self.rounds(rounds.collect(), body);
    }

    pub(super) fn query_loop(
        &mut self,
        variables: &[Identifier],
        query: &Query,
        body: &[Statement],
        place: Option<&Place>,
    ) {
        self.calls_in_query(query, place);
        let reads = reads_relation(query);
        let mark = self.mark();
        if reads {
            self.guard(row_guard(query, place), HoldsFor::LOOP);
        }
        let rows = constant_rows(query, &self.variables).filter(|rows| rows.len() <= MOST_ROUNDS);
        match rows {
            Some(rows) => {
                let rounds = rows.into_iter().map(|row| bind(variables, row)).collect();
                self.rounds(rounds, body);
            }
            None => {
                let reason = format!("read by {}", flat(&query.text));
                for variable in variables {
                    self.variables
                        .insert(variable.to_string(), Known::Unknown(reason.clone()));
                }
                self.once(body);
            }
        }
        self.release_loop(mark);
    }

    /// Each cell of a query's result as a statement.
    pub(super) fn cells(&mut self, query: &Query, place: Option<&Place>) {
        let QueryBody::Select(select) = &query.body else {
            return;
        };
        if reads_relation(query) {
            self.guard(row_guard(query, place), HoldsFor::LOOP);
        }
        for target in &select.targets {
            let text = fold(&target.expression, &self.variables);
            self.send(&text, place);
        }
    }

    pub(super) fn execute_loop(
        &mut self,
        variables: &[Identifier],
        expression: &Expression,
        body: &[Statement],
        place: Option<&Place>,
    ) {
        self.execute(expression, &[], None, place);
        let text = fold(expression, &self.variables).display();
        for variable in variables {
            let reason = Known::Unknown(format!("read by {}", flat(&text)));
            self.variables.insert(variable.to_string(), reason);
        }
        let mark = self.mark();
        let guard = Guard::new(
            GuardKind::ForEachRow,
            format!("for each row of {}", flat(&text)),
            place.cloned(),
        );
        self.guard(guard, HoldsFor::LOOP);
        self.once(body);
        self.release_loop(mark);
    }
}

/// A row's values for a record variable, or for a list of scalars.
fn bind(variables: &[Identifier], row: Row) -> Vec<(String, Known)> {
    match variables {
        [record] => {
            let single = match row.as_slice() {
                [(_, only)] => Some(only.clone()),
                _ => None,
            };
            let mut fields: BTreeMap<_, _> = row.into_iter().collect();
            // A scalar variable takes the only column; a record has it as a field. The tree does
            // not say which it is, so that both are at hand: no column has an empty name.
            fields.extend(single.map(|only| (String::new(), only)));
            vec![(record.to_string(), Known::Row(fields))]
        }
        several => several
            .iter()
            .map(ToString::to_string)
            .zip(row.into_iter().map(|(_, value)| value))
            .collect(),
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn reads_relation(query: &Query) -> bool {
    match &query.body {
        QueryBody::Values(_) => false,
        QueryBody::Nested(inner) => reads_relation(inner),
        _ => probe(query).is_some(),
    }
}

fn row_guard(query: &Query, place: Option<&Place>) -> Guard {
    Guard::new(
        GuardKind::ForEachRow,
        format!("for each row of {}", flat(&query.text)),
        place.cloned(),
    )
}
