//! What the system catalogs say at one moment, and the rows of all tables: cheap to compare, and
//! made into a `Catalog` only where somebody wants to know the difference.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::client::{TextRows, quoted};
use super::introspect::{COLUMNS, CONSTRAINTS, INDEXES, RELATIONS};
use super::{Client, DatabaseError};

/// Answers of the introspection queries, in their order.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub(super) results: Vec<TextRows>,
}

/// Places of relations' numbers, by query and column: they differ between databases that are alike.
const RELATION_NUMBERS: &[(usize, &[usize])] =
    &[(COLUMNS, &[2]), (CONSTRAINTS, &[2, 8]), (INDEXES, &[4])];
/// Roles belong to the server, not to the database.
const ROLES: usize = 2;

/// A table that holds rows, with its columns and their types in order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableShape {
    pub schema: String,
    pub name: String,
    pub columns: Vec<(String, String)>,
}

/// The rows of one table, every value as text, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRows {
    pub columns: Vec<(String, String)>,
    pub rows: Vec<Vec<Option<String>>>,
}

/// By `schema.table`.
pub type AllRows = BTreeMap<String, TableRows>;

impl Snapshot {
    /// A hash under which databases with the same catalog meet, whatever their objects' numbers and
    /// the order in which these were made. Equal hashes mean equal catalogs; catalogs can be equal
    /// all the same where columns have other positions.
    pub fn digest(&self) -> String {
        let names = self.names();
        let mut digest = Sha256::new();
        for (query, rows) in self.results.iter().enumerate() {
            if query == ROLES {
                continue;
            }
            let numbers = RELATION_NUMBERS.iter().find(|(at, _)| *at == query);
            let numbers = numbers.map_or(&[][..], |(_, columns)| columns);
            let lines = rows.iter().map(|row| line(row, numbers, &names));
            for line in lines.collect::<BTreeSet<_>>() {
                digest.update(line);
                digest.update([0]);
            }
            digest.update([1]);
        }
        hexadecimal(&digest.finalize())
    }

    /// Names by relation number.
    fn names(&self) -> BTreeMap<&str, String> {
        let rows = self.results.get(COLUMNS).into_iter().flatten();
        rows.filter_map(|row| {
            let number = row.get(2)?.as_deref()?;
            Some((number, format!("{}.{}", text(row, 0), text(row, 1))))
        })
        .collect()
    }

    /// Whether a schema has a table, a view or the like of that name.
    pub fn has_relation(&self, name: &str) -> bool {
        let mut rows = self.results.get(RELATIONS).into_iter().flatten();
        rows.any(|row| text(row, 1) == name)
    }

    /// The tables that hold rows themselves; a partitioned table's are in its partitions.
    pub fn tables(&self) -> Vec<TableShape> {
        let rows = self.results.get(RELATIONS).into_iter().flatten();
        let tables = rows
            .filter(|row| text(row, 2) == "r")
            .map(|row| TableShape {
                schema: text(row, 0).to_owned(),
                name: text(row, 1).to_owned(),
                columns: Vec::new(),
            });
        let mut tables: Vec<_> = tables.collect();
        tables.sort();
        for row in self.results.get(COLUMNS).into_iter().flatten() {
            let found = tables.binary_search_by(|table| {
                (&*table.schema, &*table.name).cmp(&(text(row, 0), text(row, 1)))
            });
            if let Ok(index) = found {
                let column = (text(row, 4).to_owned(), text(row, 5).to_owned());
                tables[index].columns.push(column);
            }
        }
        tables
    }
}

fn text(row: &[Option<String>], index: usize) -> &str {
    row.get(index)
        .and_then(Option::as_deref)
        .unwrap_or_default()
}

fn line(row: &[Option<String>], numbers: &[usize], names: &BTreeMap<&str, String>) -> String {
    let mut line = String::new();
    for (index, value) in row.iter().enumerate() {
        match value {
            None => line.push('\u{1}'),
            Some(value) if numbers.contains(&index) => {
                line.push_str(names.get(value.as_str()).map_or("", String::as_str));
            }
            Some(value) => line.push_str(value),
        }
        line.push('\u{2}');
    }
    line
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Client {
    /// The rows of these tables, in one round trip.
    ///
    /// # Errors
    /// If a table cannot be read.
    pub fn rows(&mut self, tables: &[TableShape]) -> Result<AllRows, DatabaseError> {
        let queries = tables.iter().map(|table| {
            let columns = table.columns.iter();
            let columns = columns.map(|(name, _)| format!("{}::text", quoted(name)));
            let columns = columns.collect::<Vec<_>>().join(", ");
            format!(
                "SELECT to_json(ARRAY[{columns}]::text[])::text FROM ONLY {}.{};\n",
                quoted(&table.schema),
                quoted(&table.name)
            )
        });
        let queries: String = queries.collect();
        if queries.is_empty() {
            return Ok(AllRows::new());
        }
        let answers = self.query_text(&queries)?;
        let pairs = tables.iter().zip(answers);
        Ok(pairs
            .map(|(table, answer)| {
                let mut rows: Vec<Vec<Option<String>>> =
                    answer.into_iter().filter_map(values).collect();
                rows.sort();
                let columns = table.columns.clone();
                let name = format!("{}.{}", table.schema, table.name);
                (name, TableRows { columns, rows })
            })
            .collect())
    }
}

fn values(row: Vec<Option<String>>) -> Option<Vec<Option<String>>> {
    serde_json::from_str(row.first()?.as_deref()?).ok()
}

/// A hash of all rows. Every time after `started`, which is one as the server prints it, is the same:
/// it says when a statement ran, not what it did.
pub fn rows_digest(rows: &AllRows, started: &str) -> String {
    let mut digest = Sha256::new();
    for (table, rows) in rows {
        digest.update(table);
        let is_time = |at: usize| {
            let data_type = rows.columns.get(at).map(|(_, data_type)| data_type);
            data_type.is_some_and(|data_type| data_type.starts_with("timestamp"))
        };
        let times: Vec<bool> = (0..rows.columns.len()).map(is_time).collect();
        let said = |at: usize, value: &Option<String>| match value {
            None => vec![0, 2],
            Some(time) if times.get(at) == Some(&true) && time.as_str() >= started => vec![3, 2],
            Some(value) => [&[1], value.as_bytes(), &[2]].concat(),
        };
        let lines = rows.rows.iter().map(|row| {
            let values = row.iter().enumerate();
            values.flat_map(|(at, value)| said(at, value)).collect()
        });
        let mut lines: Vec<Vec<u8>> = lines.collect();
        lines.sort();
        for line in lines {
            digest.update(line);
            digest.update([1]);
        }
        digest.update([0]);
    }
    hexadecimal(&digest.finalize())
}

/// A short hash of several texts, 32 hexadecimal digits.
pub fn digest_of(texts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text);
        digest.update([0]);
    }
    hexadecimal(&digest.finalize()[..16])
}
