//! Rows that must have come through the patched chain and the consolidated migration: none is lost,
//! what these do not touch is as before, and what they convert says the same.

use std::collections::BTreeMap;

use super::look::Look;
use super::set_aside::{set_aside, with_set_aside};
use super::{DataTouch, VerifyPlan};
use crate::database::{AllRows, TableRows};

/// What the consolidated migration lost or changed, a line each; empty where all is well.
pub(crate) fn losses(before: &Look, after: &Look, plan: &VerifyPlan) -> Vec<String> {
    losses_beside(before, after, plan, &plan.data_touches)
}

/// The same of the walk through the chain from this revision on: what its revisions do to rows as
/// they were written is no loss, what their patches do beyond it is.
pub(crate) fn losses_of_chain(
    before: &Look,
    after: &Look,
    plan: &VerifyPlan,
    revisions: usize,
) -> Vec<String> {
    let touches = plan.chain_touches.iter().skip(revisions).flatten();
    let touches: Vec<DataTouch> = touches.cloned().collect();
    losses_beside(before, after, plan, &touches)
}

fn losses_beside(
    before: &Look,
    after: &Look,
    plan: &VerifyPlan,
    touches: &[DataTouch],
) -> Vec<String> {
    let (aside_before, aside_after) = (set_aside(before), set_aside(after));
    // What the version table says is compared by itself.
    let version_table = plan.version_table.as_ref();
    let is_version_table = |name: &str| {
        let bare = name.strip_prefix("public.").unwrap_or(name);
        version_table.is_some_and(|writer| writer.table == bare || writer.table == name)
    };
    let tables = before.rows.iter();
    let tables = tables.filter(|(name, _)| !is_version_table(name));
    let lines = tables.filter_map(|(name, old)| {
        let (now, touched) = followed(name, touches, before, after);
        match after.rows.get(&now) {
            None if old.rows.is_empty() || touched.iter().any(|touch| touch.drops) => None,
            None if is_renamed(old, before, after, &touched) => None,
            None => Some(format!("table {name} is gone with {} rows", old.rows.len())),
            Some(_) if touched.iter().any(|touch| touch.drops_rows) => None,
            Some(new) if aside_before.is_empty() && begins_alike(old, new) => None,
            Some(new) => {
                let mut old = converted(name, with_set_aside(name, old, &aside_before), plan);
                let mut new = converted(name, with_set_aside(&now, new, &aside_after), plan);
                count_truth(&mut old, &new);
                count_truth(&mut new, &old);
                loss(name, &old, &new, &touched)
            }
        }
    });
    lines.collect()
}

/// What a table is called at the end, and all that touches it under any of its names.
fn followed<'t>(
    name: &str,
    touches: &'t [DataTouch],
    before: &Look,
    after: &Look,
) -> (String, Vec<&'t DataTouch>) {
    let is_of = |touch: &DataTouch, name: &str| {
        let bare = name.strip_prefix("public.").unwrap_or(name);
        touch.table == name || touch.table == bare
    };
    let mut names = vec![name.to_owned()];
    for touch in touches {
        let now = names.last().map_or(name, String::as_str);
        let renamed = touch.renamed_to.as_ref().filter(|_| is_of(touch, now));
        let renamed = renamed.map(|renamed| match renamed.contains('.') {
            true => renamed.clone(),
            false => format!("public.{renamed}"),
        });
        // A name that was taken before is another table's, and one that is not there was not given.
        let is_given =
            |new: &String| !before.rows.contains_key(new) && after.rows.contains_key(new);
        names.extend(renamed.filter(is_given));
    }
    let touched = touches.iter();
    let touched = touched.filter(|touch| names.iter().any(|name| is_of(touch, name)));
    let touched = touched.collect();
    (names.pop().unwrap_or_default(), touched)
}

/// Whether all that the table held is there, row by row and word for word: the common case, and the
/// cheap one to see.
fn begins_alike(old: &TableRows, new: &TableRows) -> bool {
    let place = |(name, _): &(String, String)| new.columns.iter().position(|(one, _)| one == name);
    let Some(places) = old.columns.iter().map(place).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let is_same = |(one, other): (&Vec<Option<String>>, &Vec<Option<String>>)| {
        let mut pairs = one.iter().zip(&places);
        pairs.all(|(value, &there)| other.get(there) == Some(value))
    };
    old.rows.len() <= new.rows.len() && old.rows.iter().zip(&new.rows).all(is_same)
}

/// Whether a table of a new name holds all that it held.
fn is_renamed(old: &TableRows, before: &Look, after: &Look, touched: &[&DataTouch]) -> bool {
    let mut new = after
        .rows
        .iter()
        .filter(|(name, _)| !before.rows.contains_key(*name));
    new.any(|(name, new)| loss(name, old, new, touched).is_none())
}

/// The table with every value as the migration shall convert it.
fn converted(name: &str, mut table: TableRows, plan: &VerifyPlan) -> TableRows {
    for (at, (column, data_type)) in table.columns.iter().enumerate() {
        let maps = plan.value_maps.of(name, (column, data_type));
        if maps.is_empty() {
            continue;
        }
        for value in table.rows.iter_mut().filter_map(|row| row.get_mut(at)) {
            let text = value.as_deref();
            let found = text.and_then(|text| maps.iter().find_map(|map| map.get(text)));
            if let Some(found) = found {
                *value = Some(found.clone());
            }
        }
    }
    table
}

/// What is true is 1 in a column that is a number in the other table.
fn count_truth(table: &mut TableRows, other: &TableRows) {
    for (at, (name, data_type)) in table.columns.iter().enumerate() {
        let mut others = other.columns.iter();
        let becomes_number =
            others.any(|(one, other_type)| one == name && NUMBERS.contains(&other_type.as_str()));
        if data_type != "boolean" || !becomes_number {
            continue;
        }
        for value in table.rows.iter_mut().filter_map(|row| row.get_mut(at)) {
            let number = value.as_deref().and_then(|text| match text {
                "t" | "true" => Some("1"),
                "f" | "false" => Some("0"),
                _ => None,
            });
            if let Some(number) = number {
                *value = Some(number.to_owned());
            }
        }
    }
}

/// Types to which PostgreSQL casts a boolean, or from which it casts one, through `integer`.
const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric"];

/// Tables whose rows are not exactly as before.
pub(crate) fn changed(before: &AllRows, after: &AllRows) -> Vec<String> {
    let pairs = before.iter().map(|(name, rows)| (name, Some(rows)));
    let changed = pairs.filter(|(name, rows)| after.get(*name) != *rows);
    changed.map(|(name, _)| name.clone()).collect()
}

pub(super) type Projected = Vec<Option<String>>;

fn loss(name: &str, old: &TableRows, new: &TableRows, touched: &[&DataTouch]) -> Option<String> {
    if let Some(column) = lost_column(old, new, touched) {
        return Some(format!("column {name}.{column} is gone with its values"));
    }
    let deletes = touched.iter().any(|touch| touch.deletes);
    if new.rows.len() < old.rows.len() && !deletes {
        return Some(format!(
            "{name} had {} rows and has {}",
            old.rows.len(),
            new.rows.len()
        ));
    }
    let columns = comparable(old, new, touched);
    if deletes {
        return None;
    }
    let (whole, filled): (Vec<_>, Vec<_>) = columns
        .into_iter()
        .partition(|(at, there)| nulls(old, *at) <= nulls(new, *there));
    let lost = filled
        .iter()
        .map(|pair| missing_values(old, new, *pair))
        .chain([missing(old, new, &whole)]);
    let missing = lost.max().unwrap_or(0);
    if missing == 0 {
        return None;
    }
    let changed = whole
        .iter()
        .chain(&filled)
        .filter(|pair| missing_values(old, new, **pair) > 0)
        .map(|(at, _)| old.columns[*at].0.as_str());
    Some(format!(
        "{missing} rows of {name} are not what they were: {}",
        changed.collect::<Vec<_>>().join(", "),
    ))
}

/// How many of the old rows, seen in these columns only, are not among the new ones.
fn missing(old: &TableRows, new: &TableRows, columns: &[(usize, usize)]) -> usize {
    let here = counted(new, columns, |(_, new)| *new);
    let lost = counted(old, columns, |(old, _)| *old)
        .into_iter()
        .map(|(row, count)| count.saturating_sub(here.get(&row).copied().unwrap_or(0)));
    lost.sum()
}

/// The same of one column, its NULLs aside: these may have been filled.
fn missing_values(old: &TableRows, new: &TableRows, pair: (usize, usize)) -> usize {
    let here = counted(new, &[pair], |(_, new)| *new);
    let lost = counted(old, &[pair], |(old, _)| *old)
        .into_iter()
        .filter(|(row, _)| row.iter().all(Option::is_some))
        .map(|(row, count)| count.saturating_sub(here.get(&row).copied().unwrap_or(0)));
    lost.sum()
}

fn nulls(table: &TableRows, at: usize) -> usize {
    let rows = table.rows.iter();
    rows.filter(|row| row.get(at).is_some_and(Option::is_none))
        .count()
}

fn lost_column<'a>(old: &'a TableRows, new: &TableRows, touched: &[&DataTouch]) -> Option<&'a str> {
    let may_go = |name: &String| touched.iter().any(|touch| touch.columns.contains(name));
    let gone = old.columns.iter().enumerate().find(|(index, (name, _))| {
        let holds_values = old
            .rows
            .iter()
            .any(|row| row.get(*index).is_some_and(Option::is_some));
        holds_values && !may_go(name) && !new.columns.iter().any(|(other, _)| other == name)
    });
    gone.map(|(_, (name, _))| name.as_str())
}

/// Positions in both tables of the columns whose values must be the same: those that no data fix
/// sets.
fn comparable(old: &TableRows, new: &TableRows, touched: &[&DataTouch]) -> Vec<(usize, usize)> {
    let places = old
        .columns
        .iter()
        .enumerate()
        .filter_map(|(at, (name, _))| {
            let there = new.columns.iter().position(|(other, _)| other == name)?;
            // Triggers write the time of the last change.
            let is_time = old.columns[at].1.starts_with("timestamp");
            let set = touched
                .iter()
                .any(|touch| touch.columns.contains(name) || touch.all_columns || is_time);
            (!set).then_some((at, there))
        });
    places.collect()
}

/// How often each row is there, its values brought to one spelling.
fn counted(
    table: &TableRows,
    columns: &[(usize, usize)],
    side: impl Fn(&(usize, usize)) -> usize,
) -> BTreeMap<Projected, usize> {
    let mut counts = BTreeMap::new();
    for row in &table.rows {
        let values = columns.iter().map(|pair| {
            row.get(side(pair))
                .cloned()
                .flatten()
                .map(|text| said(&text))
        });
        *counts.entry(values.collect()).or_default() += 1;
    }
    counts
}

/// The same in every type that a column may be converted to: numbers without their scale, times
/// without a zone of nought, days without their midnight.
pub(super) fn said(text: &str) -> String {
    match text {
        "t" | "true" => return "true".to_owned(),
        "f" | "false" => return "false".to_owned(),
        _ => {}
    }
    if let Ok(number) = text.parse::<f64>() {
        return number.to_string();
    }
    let text = text.trim().trim_end_matches("+00");
    text.strip_suffix(" 00:00:00").unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[&str], rows: &[&[Option<&str>]]) -> TableRows {
        TableRows {
            columns: columns
                .iter()
                .map(|name| ((*name).to_owned(), "text".to_owned()))
                .collect(),
            rows: rows
                .iter()
                .map(|row| row.iter().map(|value| value.map(str::to_owned)).collect())
                .collect(),
        }
    }

    #[test]
    fn conversions_keep_what_is_said() {
        let old = table(&["a", "b"], &[&[Some("active"), Some("1.50")]]);
        let new = table(&["b", "c", "a"], &[&[Some("1.5"), None, Some("active")]]);
        assert_eq!(loss("t", &old, &new, &[]), None);
    }

    #[test]
    fn a_time_may_become_its_day_only_at_midnight() {
        let day = table(&["a"], &[&[Some("2024-02-26")]]);
        let midnight = table(&["a"], &[&[Some("2024-02-26 00:00:00")]]);
        assert_eq!(loss("t", &midnight, &day, &[]), None);
        let morning = table(&["a"], &[&[Some("2024-02-26 08:30:00")]]);
        assert!(loss("t", &morning, &day, &[]).is_some());
    }

    #[test]
    fn what_was_true_is_one_in_a_column_of_numbers() {
        let of = |data_type: &str, value: &str| TableRows {
            columns: vec![("a".to_owned(), data_type.to_owned())],
            rows: vec![vec![Some(value.to_owned())]],
        };
        let pairs = [
            (of("boolean", "true"), of("integer", "1"), true),
            (of("bigint", "0"), of("boolean", "false"), true),
            (of("boolean", "true"), of("integer", "2"), false),
            (of("text", "true"), of("integer", "1"), false),
        ];
        for (mut old, mut new, is_kept) in pairs {
            count_truth(&mut old, &new);
            count_truth(&mut new, &old);
            assert_eq!(loss("t", &old, &new, &[]).is_none(), is_kept);
        }
    }

    #[test]
    fn a_lost_row_a_changed_value_and_a_lost_column_are_found() {
        let old = table(&["a", "b"], &[&[Some("x"), None], &[Some("y"), None]]);
        for (columns, rows, expected) in [
            (
                &["a", "b"][..],
                &[&[Some("x"), None][..]][..],
                "t had 2 rows and has 1",
            ),
            (
                &["a", "b"],
                &[&[Some("x"), None], &[Some("z"), None]],
                "1 rows of t are not what they were: a",
            ),
            (
                &["b"],
                &[&[None], &[None]],
                "column t.a is gone with its values",
            ),
        ] {
            let new = table(columns, rows);
            assert_eq!(loss("t", &old, &new, &[]).as_deref(), Some(expected));
        }
    }

    #[test]
    fn nulls_may_be_filled_but_no_value_lost() {
        let old = table(&["a", "b"], &[&[Some("x"), Some("1")], &[None, Some("2")]]);
        let filled = table(
            &["a", "b"],
            &[&[Some("x"), Some("1")], &[Some("y"), Some("2")]],
        );
        assert_eq!(loss("t", &old, &filled, &[]), None);
        let lost = table(
            &["a", "b"],
            &[&[Some("y"), Some("1")], &[Some("y"), Some("2")]],
        );
        assert!(loss("t", &old, &lost, &[]).is_some());
    }

    #[test]
    fn what_a_data_fix_sets_may_change() {
        let touch = DataTouch {
            table: "t".to_owned(),
            columns: vec!["a".to_owned()],
            ..DataTouch::default()
        };
        let old = table(&["a", "b"], &[&[Some("x"), Some("1")]]);
        let new = table(&["a", "b"], &[&[Some("y"), Some("1")]]);
        assert_eq!(loss("t", &old, &new, &[&touch]), None);
    }
}
