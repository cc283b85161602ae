//! INSERT on a table whose rows are followed.

use std::cmp::Ordering;

use crate::model::{Identifier, RowChange};
use crate::replay::query::{Datum, Table};

use super::Session;
use super::rows::position;

pub(super) struct Insertion<'a> {
    session: &'a Session,
    change: &'a RowChange,
    table: &'a Table,
}

/// What `ON CONFLICT` says.
enum OnConflict {
    Fails,
    /// The columns that the clause names.
    DoesNothing(Vec<String>),
    Updates,
}

impl<'a> Insertion<'a> {
    pub(super) fn new(session: &'a Session, change: &'a RowChange, table: &'a Table) -> Self {
        Self {
            session,
            change,
            table,
        }
    }

    /// The table's rows afterwards; `None` where they cannot be told.
    pub(super) fn rows(&self) -> Option<Table> {
        let mut table = self.table.clone();
        let on_conflict = self.on_conflict();
        for row in self.new_rows()? {
            let is_held = match &on_conflict {
                OnConflict::Fails => Some(false),
                OnConflict::DoesNothing(columns) => self.holds(&table, &row, columns),
                OnConflict::Updates => table.rows.is_empty().then_some(false),
            };
            if !is_held? {
                table.rows.push(row);
            }
        }
        Some(table)
    }

    /// The rows that come, whole.
    pub(super) fn new_rows(&self) -> Option<Vec<Vec<Datum>>> {
        let given = match self.change.values.is_empty() || self.is_selection() {
            true => self.selected()?,
            false => self
                .change
                .values
                .iter()
                .map(|row| self.valued(row))
                .collect(),
        };
        let targets = self.targets();
        let fitting = given.iter().all(|row| row.len() <= targets.len());
        fitting.then(|| given.iter().map(|row| self.whole(row, &targets)).collect())
    }

    /// `INSERT INTO ... SELECT 1 WHERE ...` has values too, but not always.
    fn is_selection(&self) -> bool {
        let upper = self.change.statement.to_uppercase();
        match (upper.find("SELECT"), upper.find("VALUES")) {
            (Some(select), Some(values)) => select < values,
            (select, _) => select.is_some(),
        }
    }

    fn valued(&self, row: &[String]) -> Vec<Datum> {
        let targets = self.targets();
        let value = |(index, text): (usize, &String)| match text.eq_ignore_ascii_case("default") {
            true => targets.get(index).map_or(Datum::Null, |column| {
                self.session.default_of(&self.change.table, column)
            }),
            false => self.session.value_of(text),
        };
        row.iter().enumerate().map(value).collect()
    }

    fn targets(&self) -> Vec<Identifier> {
        match self.change.columns.is_empty() {
            false => self.change.columns.clone(),
            true => {
                let columns = self.table.columns.iter();
                columns.map(|name| Identifier::exact(&**name)).collect()
            }
        }
    }

    /// The row with what it does not name.
    fn whole(&self, given: &[Datum], targets: &[Identifier]) -> Vec<Datum> {
        let columns = self.table.columns.iter();
        let cell = |name: &std::sync::Arc<str>| {
            let name = Identifier::exact(&**name);
            match targets.iter().position(|target| *target == name) {
                Some(index) if index < given.len() => given[index].clone(),
                _ => self.session.default_of(&self.change.table, &name),
            }
        };
        columns.map(cell).collect()
    }

    /// `INSERT INTO ... SELECT`.
    fn selected(&self) -> Option<Vec<Vec<Datum>>> {
        let upper = self.change.statement.to_uppercase();
        if !upper.trim_start().starts_with("INSERT") {
            return None;
        }
        if upper.contains("DEFAULT VALUES") {
            return Some(vec![Vec::new()]);
        }
        let start = upper.find("SELECT")?;
        let ends = ["ON CONFLICT", "RETURNING"].iter();
        let end = ends.filter_map(|word| upper.find(word)).min();
        let end = end.unwrap_or(upper.len());
        self.session.asked(self.change.statement.get(start..end)?)
    }

    fn on_conflict(&self) -> OnConflict {
        let upper = self.change.statement.to_uppercase();
        let Some(at) = upper.find("ON CONFLICT") else {
            return OnConflict::Fails;
        };
        let clause = &upper[at + "ON CONFLICT".len()..];
        if !clause.contains("DO NOTHING") {
            return OnConflict::Updates;
        }
        let columns = clause.trim_start().strip_prefix('(');
        let columns = columns.and_then(|rest| rest.split_once(')'));
        let columns = columns.map_or("", |(columns, _)| columns).split(',');
        let columns = columns.map(|name| name.trim().trim_matches('"').to_lowercase());
        OnConflict::DoesNothing(columns.filter(|name| !name.is_empty()).collect())
    }

    /// Is there a row with the same key? `None` where it cannot be told.
    fn holds(&self, table: &Table, row: &[Datum], columns: &[String]) -> Option<bool> {
        let keys: Vec<Vec<usize>> = match columns.is_empty() {
            true => {
                let keys = self.session.keys(&self.change.table, table);
                keys.into_iter().map(|(_, columns)| columns).collect()
            }
            false => {
                let named = columns
                    .iter()
                    .map(|name| position(table, &Identifier::exact(name)));
                vec![named.collect::<Option<_>>()?]
            }
        };
        let mut is_sure = true;
        for held in &table.rows {
            for key in &keys {
                let mut same = true;
                for index in key {
                    match (&held[*index], &row[*index]) {
                        (Datum::Null, _) | (_, Datum::Null) => same = false,
                        (one, other) => match one.compare(other) {
                            Some(Ordering::Equal) => {}
                            Some(_) => same = false,
                            None => is_sure = false,
                        },
                    }
                }
                if same && is_sure {
                    return Some(true);
                }
            }
        }
        is_sure.then_some(false)
    }
}
