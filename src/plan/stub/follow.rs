//! Types of guessed columns follow what statements do with them.

use std::collections::BTreeSet;

use super::Stubs;
use crate::catalog::{Asked, Catalog, OpenTables};
use crate::model::{Identifier, ObjectName};

/// Each holds all values of those before it.
const NUMBERS: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "double precision",
];

/// The server's own, in every table.
const SYSTEM: &[&str] = &["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "oid"];

impl Stubs {
    /// Takes from any statement, refused or not, what it shows of the stubs' columns: a guess gives way to
    /// the type that the first one asks for, and numbers widen. `row` is the table whose rows a trigger
    /// function gets, `made` the columns (`table.column`) that the chain makes itself.
    pub fn follow(
        &mut self,
        catalog: &Catalog,
        text: &str,
        row: Option<&ObjectName>,
        made: &BTreeSet<String>,
    ) {
        let lower = text.to_ascii_lowercase();
        let is_named = |table: &&ObjectName| {
            row == Some(*table) || lower.contains(&table.name.as_str().to_ascii_lowercase())
        };
        let named: Vec<ObjectName> = self.tables.keys().filter(is_named).cloned().collect();
        if named.is_empty() {
            return;
        }
        let open = self.open();
        for asked in catalog.asked_types(text, &open, row) {
            if named.contains(&asked.table) {
                self.take(&asked, made);
            }
        }
    }

    fn open(&self) -> OpenTables {
        let tables = self.tables.iter().map(|(table, stub)| {
            let columns = stub.columns.keys();
            let columns = columns.map(|column| Identifier::exact(column.as_str()));
            (table.clone(), columns.collect())
        });
        tables.collect()
    }

    fn take(&mut self, asked: &Asked, made: &BTreeSet<String>) {
        let column = asked.column.as_str();
        let has = |stubs: &Self| {
            let stub = stubs.tables.get(&asked.table);
            stub.is_some_and(|stub| stub.columns.contains_key(column))
        };
        if !has(self) && !SYSTEM.contains(&column) && !made.contains(&asked.table.part(column)) {
            self.add_column(&asked.table, column);
        }
        let Some(wanted) = asked.data_type.as_ref().filter(|_| has(self)) else {
            return;
        };
        let wanted = wanted.to_string();
        let stub = self.tables.get(&asked.table);
        let is_guess = stub.is_some_and(|stub| {
            let known = stub.columns.get(column).map_or("", String::as_str);
            !stub.told.contains(column) || widens(known, &wanted)
        });
        if is_guess {
            self.set_type(&asked.table, column, &wanted);
        }
    }
}

fn widens(known: &str, wanted: &str) -> bool {
    let rank = |name: &str| NUMBERS.iter().position(|number| *number == name);
    rank(known)
        .zip(rank(wanted))
        .is_some_and(|(known, wanted)| wanted > known)
}
