//! What the migration has moved out of a table's way, as its journal has it, put back in thought.

use std::collections::BTreeMap;

use super::look::Look;
use super::rows::{Projected, said};
use crate::database::TableRows;

/// The journal's column of rows that were set aside, and the words in it.
const JOURNAL: &str = "public.fixfold_journal";
const SET_ASIDE: &str = "rows_set_aside";

/// What the migration has moved out of a table's way.
#[derive(serde::Deserialize)]
#[serde(untagged)]
pub(super) enum SetAside {
    /// Each value has a number in its stead, in all of these columns.
    Numbers {
        columns: Vec<(String, String)>,
        numbers: BTreeMap<String, String>,
    },
    /// Rows hold another value in a column.
    Values {
        table: String,
        column: String,
        keys: Vec<String>,
        values: Vec<KeptValue>,
    },
    /// Whole rows.
    Rows {
        table: String,
        rows: Vec<BTreeMap<String, Option<String>>>,
    },
}

/// What a row held that is known by its key; of rows with one key it is the `n`th.
#[derive(serde::Deserialize)]
pub(super) struct KeptValue {
    key: Vec<Option<String>>,
    n: usize,
    value: Option<String>,
}

/// The table with what of it is in the journal: nothing of that is lost. What was set aside last comes
/// back first.
pub(super) fn with_set_aside(name: &str, table: &TableRows, aside: &[SetAside]) -> TableRows {
    let mut whole = table.clone();
    let is_it = |other: &str| other.replace('"', "") == name;
    for entry in aside {
        match entry {
            SetAside::Rows { table: of, rows } if is_it(of) => {
                let columns: Vec<String> = column_names(&whole);
                whole.rows.extend(rows.iter().map(|row| {
                    let columns = columns.iter();
                    columns
                        .map(|column| row.get(column).cloned().flatten())
                        .collect()
                }));
            }
            SetAside::Values {
                table: of,
                column,
                keys,
                values,
            } if is_it(of) => give_back(&mut whole, column, keys, values),
            SetAside::Numbers { columns, numbers } => {
                for (_, column) in columns.iter().filter(|(of, _)| is_it(of)) {
                    take_numbers_back(&mut whole, column, numbers);
                }
            }
            SetAside::Rows { .. } | SetAside::Values { .. } => {}
        }
    }
    whole
}

fn column_names(table: &TableRows) -> Vec<String> {
    let columns = table.columns.iter();
    columns.map(|(name, _)| name.clone()).collect()
}

fn take_numbers_back(table: &mut TableRows, column: &str, numbers: &BTreeMap<String, String>) {
    let Some(at) = column_names(table).iter().position(|name| name == column) else {
        return;
    };
    for value in table.rows.iter_mut().filter_map(|row| row.get_mut(at)) {
        if let Some(old) = value.as_ref().and_then(|text| numbers.get(text)) {
            *value = Some(old.clone());
        }
    }
}

fn give_back(table: &mut TableRows, column: &str, keys: &[String], values: &[KeptValue]) {
    let names = column_names(table);
    let place = |wanted: &str| names.iter().position(|name| name == wanted);
    let places: Option<Vec<usize>> = keys.iter().map(|key| place(key)).collect();
    let (Some(at), Some(places)) = (place(column), places) else {
        return;
    };
    let spelled = |value: Option<&Option<String>>| value.and_then(|one| one.as_deref()).map(said);
    let mut met: BTreeMap<Projected, usize> = BTreeMap::new();
    let mut kept: BTreeMap<(Projected, usize), &KeptValue> = BTreeMap::new();
    for value in values {
        let key = value.key.iter().map(|part| spelled(Some(part))).collect();
        kept.insert((key, value.n), value);
    }
    for row in &mut table.rows {
        let key: Projected = places.iter().map(|&at| spelled(row.get(at))).collect();
        let count = met.entry(key.clone()).or_default();
        *count += 1;
        if let (Some(found), Some(cell)) = (kept.get(&(key, *count)), row.get_mut(at)) {
            cell.clone_from(&found.value);
        }
    }
}

/// The journal's entries of that kind, the last one first.
pub(super) fn set_aside(look: &Look) -> Vec<SetAside> {
    let Some(journal) = look.rows.get(JOURNAL) else {
        return Vec::new();
    };
    let names = column_names(journal);
    let place = |wanted: &str| names.iter().position(|name| name == wanted);
    let (Some(id), Some(kept)) = (place("id"), place(SET_ASIDE)) else {
        return Vec::new();
    };
    let mut entries: Vec<(u64, &str)> = journal
        .rows
        .iter()
        .filter_map(|row| {
            let id = row.get(id)?.as_ref()?.parse().ok()?;
            Some((id, row.get(kept)?.as_deref()?))
        })
        .collect();
    entries.sort_unstable_by(|one, other| other.cmp(one));
    let entries = entries.into_iter();
    entries
        .filter_map(|(_, text)| serde_json::from_str(text).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: [[Option<&str>; 2]; 2]) -> TableRows {
        let columns = ["id", "a"].map(|name| (name.to_owned(), "text".to_owned()));
        let rows = rows.map(|row| row.map(|value| value.map(str::to_owned)).to_vec());
        TableRows {
            columns: columns.to_vec(),
            rows: rows.to_vec(),
        }
    }

    #[test]
    fn values_in_the_journal_are_not_lost() {
        let old = table([[Some("x"), Some("y")], [Some("z"), Some("7")]]);
        let mut new = table([[Some("1"), None], [Some("2"), Some("7")]]);
        let numbers = [("1", "x"), ("2", "z")];
        let numbers = numbers.map(|(new, old)| (new.to_owned(), old.to_owned()));
        take_numbers_back(&mut new, "id", &numbers.into_iter().collect());
        let kept = KeptValue {
            key: vec![Some("x".to_owned())],
            n: 1,
            value: Some("y".to_owned()),
        };
        give_back(&mut new, "a", &["id".to_owned()], &[kept]);
        assert_eq!(new, old);
    }
}
