//! Whether a statement can succeed on the target's table at all: columns that it lacks, values that it
//! must have, keys that ON CONFLICT asks for.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Table};
use crate::model::{RowChange, RowOperation};

use super::words;

/// Why the server would refuse the statement, whatever the rows.
pub(super) fn misfit(target: &Catalog, change: &RowChange) -> Option<String> {
    if let Some(hole) = words::string_literals(&change.statement).find(|text| is_hole(text)) {
        return Some(format!("`{hole}` is to be filled in before it runs"));
    }
    let table = target.table(&change.table)?;
    if table.columns_incomplete {
        return None;
    }
    let unknown = change
        .columns
        .iter()
        .find(|column| table.column(column.as_str()).is_none());
    if let Some(column) = unknown {
        return Some(format!(
            "`{}` has no column `{column}` in the target schema",
            change.table
        ));
    }
    if change.operation != RowOperation::Insert || change.columns.is_empty() {
        return None;
    }
    if let Some(column) = left_null(table, change) {
        return Some(format!(
            "it leaves `{}.{column}` null, which must not be null",
            change.table
        ));
    }
    let asked = conflict_columns(&change.statement)?;
    let keys = keys(target, change, table);
    (!keys.contains(&asked)).then(|| {
        let asked: Vec<String> = asked.into_iter().collect();
        format!(
            "its ON CONFLICT asks for a key on ({}), which the target schema does not have",
            asked.join(", ")
        )
    })
}

/// `{ORG_ID}`: a template's hole, and no JSON.
fn is_hole(text: &str) -> bool {
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    inner.is_some_and(|inner| {
        let is_name =
            |next: char| next.is_ascii_uppercase() || next == '_' || next.is_ascii_digit();
        inner.len() > 1
            && inner.starts_with(|next: char| next.is_ascii_uppercase())
            && inner.chars().all(is_name)
    })
}

/// A column that must have a value and gets none.
fn left_null<'a>(table: &'a Table, change: &RowChange) -> Option<&'a str> {
    let lacking = table.columns.iter().find(|column| {
        let fills_itself =
            column.default.is_some() || column.generated.is_some() || column.identity.is_some();
        column.not_null && !fills_itself && !change.columns.contains(&column.name)
    });
    lacking.map(|column| column.name.as_str())
}

/// The plain columns behind ON CONFLICT; `None` where it names none, or a constraint, or expressions.
fn conflict_columns(statement: &str) -> Option<BTreeSet<String>> {
    let lower = statement.to_lowercase();
    let rest = lower[lower.find("on conflict")? + "on conflict".len()..].trim_start();
    let (list, _) = rest.strip_prefix('(')?.split_once(')')?;
    let names = list
        .split(',')
        .map(|name| name.trim().trim_matches('"').to_owned());
    let names: BTreeSet<String> = names.collect();
    let plain = |name: &String| {
        name.chars()
            .all(|next| next.is_alphanumeric() || next == '_')
    };
    names.iter().all(plain).then_some(names)
}

/// The column sets that are unique in the table, partial indexes among them.
fn keys(target: &Catalog, change: &RowChange, table: &Table) -> BTreeSet<BTreeSet<String>> {
    use crate::catalog::ConstraintKind;
    let constraints = table.constraints.values().filter(|constraint| {
        matches!(
            constraint.kind,
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. }
        )
    });
    let of_constraints = constraints.map(|constraint| {
        constraint
            .columns()
            .iter()
            .map(ToString::to_string)
            .collect()
    });
    let indexes = target.indexes_of(&change.table).into_iter();
    let of_indexes = indexes
        .filter(|(_, index)| index.definition.unique)
        .map(|(_, index)| {
            let keys = index.definition.keys.iter();
            keys.map(|key| key.expression.trim_matches('"').to_owned())
                .collect()
        });
    of_constraints.chain(of_indexes).collect()
}

#[cfg(test)]
mod tests {
    use super::{conflict_columns, is_hole};

    #[test]
    fn holes_are_names_in_braces() {
        assert!(is_hole("{ORG_ID}"));
        for other in ["{}", "{\"a\": 1}", "{1,2}", "{a}", "ORG"] {
            assert!(!is_hole(other), "{other}");
        }
    }

    #[test]
    fn only_plain_columns_are_looked_for() {
        let columns =
            conflict_columns("INSERT INTO t (a) VALUES (1) ON CONFLICT (A, b) DO NOTHING");
        assert_eq!(columns, Some(["a".to_owned(), "b".to_owned()].into()));
        assert_eq!(
            conflict_columns("... ON CONFLICT (lower(a)) DO NOTHING"),
            None
        );
        assert_eq!(conflict_columns("... ON CONFLICT DO NOTHING"), None);
    }
}
