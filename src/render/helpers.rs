//! The helper functions that a consolidated migration brings along: only those that it calls.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

#[derive(Template)]
#[template(path = "sql/helpers.sql", escape = "none")]
struct Helpers;

const MARK: &str = "pg_temp.fixfold_";

/// Comes before the helpers: the tests have seen their bodies, and the server need not read each of
/// them again in every database. Within the transaction only; `fixfold_begin`, which is called when all
/// helpers are made, puts back what was set before.
const UNREAD_BODIES: &str = "\
SELECT pg_catalog.set_config('fixfold.check_function_bodies', pg_catalog.current_setting('check_function_bodies'), true),
    pg_catalog.set_config('check_function_bodies', 'off', true)";

/// The helpers that these statements call and those that they call in turn, one statement each,
/// with the comment above it and without a semicolon, in an order in which they can be made; before
/// them, if there are any, what makes that quick.
pub fn used_by<'a>(statements: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let all = all();
    let bodies: BTreeMap<&str, &str> = all
        .iter()
        .filter_map(|statement| Some((defined_name(statement)?, statement.as_str())))
        .collect();
    let mut used = BTreeSet::new();
    let mut open: Vec<&str> = statements.into_iter().flat_map(names).collect();
    while let Some(name) = open.pop() {
        if let Some((name, body)) = bodies.get_key_value(name)
            && used.insert(*name)
        {
            open.extend(names(body));
        }
    }
    let helpers = all
        .iter()
        .filter(|statement| defined_name(statement).is_some_and(|name| used.contains(name)));
    let first = (!used.is_empty()).then(|| UNREAD_BODIES.to_owned());
    first.into_iter().chain(helpers.cloned()).collect()
}

/// Opens the journal under that name. It must run before any other helper is called.
pub fn announcement(migration: &str) -> String {
    format!(
        "SELECT pg_temp.fixfold_begin({})",
        super::quote_literal(migration)
    )
}

/// The same for a revision of the chain, which opens the journal only where it needs one.
pub fn announcement_in_chain(revision: &str) -> String {
    let revision = super::quote_literal(revision);
    format!("SELECT pg_temp.fixfold_begin({revision}, true)")
}

fn all() -> Vec<String> {
    split(&Helpers.render().unwrap_or_default())
}

fn defined_name(statement: &str) -> Option<&str> {
    let (_, rest) = statement.split_once("CREATE OR REPLACE FUNCTION ")?;
    names(rest).next()
}

/// The names behind `pg_temp.fixfold_`; those of temporary tables are among them.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(MARK).map(|(start, _)| {
        let rest = &text[start + MARK.len()..];
        let end = rest
            .find(|next: char| !next.is_ascii_alphanumeric() && next != '_')
            .unwrap_or(rest.len());
        &rest[..end]
    })
}

/// Cuts the template at the semicolons that end a line outside of a function's body. A file's first
/// comment stays with its first function.
fn split(text: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut current = String::new();
    let mut in_body = false;
    for line in text.split_inclusive('\n') {
        if !in_body && line.trim().is_empty() {
            continue;
        }
        in_body ^= line.matches("$fixfold$").count() % 2 == 1;
        current.push_str(line);
        if !in_body && line.trim_end().ends_with(';') {
            statements.push(current.trim().trim_end_matches(';').to_owned());
            current.clear();
        }
    }
    statements
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{all, defined_name, names, used_by};

    #[test]
    fn every_helper_is_a_function_of_its_own() {
        for statement in all() {
            assert!(defined_name(&statement).is_some(), "{statement}");
            assert_eq!(
                statement.matches("$fixfold$").count(),
                2,
                "a body opens and closes once: {statement}"
            );
            assert!(statement.ends_with("$fixfold$"), "{statement}");
        }
    }

    #[test]
    fn no_two_helpers_have_one_name() {
        let all = all();
        let names: Vec<_> = all
            .iter()
            .filter_map(|helper| defined_name(helper))
            .collect();
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
    }

    #[test]
    fn every_helper_runs_with_nothing_but_the_catalog_on_its_path() {
        for statement in all() {
            assert!(
                statement.contains("SET search_path = pg_catalog, pg_temp"),
                "{statement}"
            );
        }
    }

    /// Backslashes mean something else where `standard_conforming_strings` is off.
    #[test]
    fn backslashes_stand_in_escape_strings_only() {
        for statement in all() {
            for line in statement.lines().filter(|line| line.contains('\\')) {
                assert!(line.contains("E'"), "{line}");
            }
        }
    }

    #[test]
    fn only_what_is_called_is_brought_along() {
        let used = used_by(["SELECT pg_temp.fixfold_ensure_schema('a')"]);
        let names: Vec<_> = used.iter().filter_map(|used| defined_name(used)).collect();
        assert_eq!(names, ["open_journal", "run", "do", "ensure_schema"]);
    }

    /// A helper that no step calls, not even by way of others, has no use.
    #[test]
    fn every_helper_is_called() {
        let all = all();
        let called: Vec<&str> = all
            .iter()
            .flat_map(|statement| names(statement).skip(1))
            .chain(["begin", "data", "decide", "decide_values", "undo"])
            .collect();
        for name in all.iter().filter_map(|statement| defined_name(statement)) {
            assert!(
                called.contains(&name) || name.starts_with("ensure_"),
                "{name}"
            );
        }
    }
}
