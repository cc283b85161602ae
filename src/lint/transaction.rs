//! In which transaction each effect of a unit runs, where the text alone tells.

use std::collections::BTreeMap;

use super::Context;
use super::unit::Unit;
use super::walk;
use crate::model::{Dialect, Place, Template};
use crate::python::tree::{Module, StatementKind};
use crate::sql::{self, Nature, TransactionStatement};

/// A transaction's number within its file; `None`: each statement for itself, or nobody knows.
pub(super) type Transaction = Option<u32>;

/// One for each effect, in order. Python scripts are left open: how their connections commit, only
/// a run of them tells.
pub(super) fn of_effects(context: &Context<'_>, unit: &Unit<'_>) -> Vec<Transaction> {
    let by_place = if unit.file.ends_with(".sql") {
        sql_file(context, unit)
    } else if unit.revision.is_some()
        && let Some(module) = (context.module)(unit.file)
    {
        revision(unit, &module)
    } else {
        BTreeMap::new()
    };
    let places = unit.effects.iter().map(|effect| &effect.provenance.call);
    places
        .map(|place| by_place.get(place).copied().flatten())
        .collect()
}

fn sql_file(context: &Context<'_>, unit: &Unit<'_>) -> BTreeMap<Place, Transaction> {
    let mut found = BTreeMap::new();
    let mut state = State::default();
    for (nature, place) in statements(context, unit.file) {
        if let Nature::Transaction(statement) = &nature {
            state.step(statement);
        } else if let Some(place) = place {
            found.insert(place, state.open.then_some(state.number));
        }
    }
    found
}

/// The statements of a SQL file with their places.
fn statements(context: &Context<'_>, file: &str) -> Vec<(Nature, Option<Place>)> {
    let Some(text) = (context.text)(file) else {
        return Vec::new();
    };
    let template = Template::from_source(&*text, Place::new(file, 1, 1));
    let statements = sql::read(&template, Dialect::Postgres).statements;
    statements
        .into_iter()
        .map(|statement| (statement.nature, statement.place))
        .collect()
}

/// Where a SQL file begins a transaction that it never ends.
pub(super) fn left_open(context: &Context<'_>, file: &str) -> Option<Place> {
    let mut state = State::default();
    let mut begun = None;
    for (nature, place) in statements(context, file) {
        if let Nature::Transaction(statement) = &nature {
            if matches!(statement, TransactionStatement::Begin) && !state.open {
                begun = place;
            }
            state.step(statement);
        }
    }
    begun.filter(|_| state.open)
}

#[derive(Default)]
struct State {
    number: u32,
    open: bool,
}

impl State {
    fn step(&mut self, statement: &TransactionStatement) {
        match statement {
            TransactionStatement::Begin => self.open = true,
            TransactionStatement::Commit { chain } | TransactionStatement::Rollback { chain } => {
                self.open = *chain;
                self.number += 1;
            }
            TransactionStatement::TwoPhase(_) => {
                self.open = false;
                self.number += 1;
            }
            TransactionStatement::Savepoint(_)
            | TransactionStatement::Release(_)
            | TransactionStatement::RollbackTo(_)
            | TransactionStatement::Characteristics(_) => {}
        }
    }
}

/// Alembic runs a revision in one transaction. `autocommit_block` ends it, runs its statements one
/// by one, and begins the next.
fn revision(unit: &Unit<'_>, module: &Module) -> BTreeMap<Place, Transaction> {
    let blocks = autocommit_blocks(module);
    let places = unit.effects.iter().map(|effect| &effect.provenance.call);
    let own = places.filter(|place| *place.file == *unit.file);
    own.map(|place| {
        let before = blocks.iter().filter(|(_, last)| *last < place.line).count();
        let inside = blocks
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&place.line));
        let number = u32::try_from(before).unwrap_or(u32::MAX);
        (place.clone(), (!inside).then_some(number))
    })
    .collect()
}

/// First and last line of every `with ...autocommit_block():`.
fn autocommit_blocks(module: &Module) -> Vec<(u32, u32)> {
    let mut blocks = Vec::new();
    walk::statements(&module.body, &mut |statement| {
        if let StatementKind::With { items, .. } = &statement.kind {
            let mut contexts = items.iter().map(|item| walk::called_name(&item.context));
            if contexts.any(|name| name == Some("autocommit_block")) {
                blocks.push((statement.place.line, statement.end_line));
            }
        }
    });
    blocks
}
