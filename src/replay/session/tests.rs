use crate::catalog::Catalog;
use crate::model::Template;
use crate::replay::query::Datum;

use super::Session;

/// Runs the statements; the last error's SQLSTATE with what a query then gives.
fn told(statements: &str, question: &str) -> (Option<&'static str>, Option<Vec<String>>) {
    let mut session = Session::new(Catalog::empty());
    let mut state = None;
    for statement in statements.split(';').filter(|text| !text.trim().is_empty()) {
        for run in session.execute(&Template::from_text(statement)) {
            state = run.error().map(|error| error.state.0).or(state);
        }
    }
    let shown = |datum: Datum| match datum {
        Datum::Unknown(_) => "?".to_owned(),
        Datum::Null => "null".to_owned(),
        known => known.known_text().unwrap_or_default().to_string(),
    };
    let rows = session.asked(question).map(|rows| {
        let rows = rows.into_iter();
        rows.map(|row| row.into_iter().map(shown).collect::<Vec<_>>().join(" "))
            .collect()
    });
    (state, rows)
}

fn rows(statements: &str) -> Vec<String> {
    let (state, rows) = told(statements, "SELECT * FROM t ORDER BY id");
    assert_eq!(state, None, "{statements}");
    rows.unwrap_or_else(|| panic!("the rows are known: {statements}"))
}

const TABLE: &str =
    "CREATE TABLE t (id int PRIMARY KEY, name text DEFAULT 'x', at timestamptz DEFAULT now());";

#[test]
fn inserted_rows_are_known_with_their_defaults() {
    let sql = format!("{TABLE} INSERT INTO t (id) VALUES (1); INSERT INTO t VALUES (2, 'b', NULL)");
    assert_eq!(rows(&sql), ["1 x ?", "2 b null"]);
}

#[test]
fn updates_and_deletes_follow_their_conditions() {
    let sql = format!(
        "{TABLE} INSERT INTO t (id, at) VALUES (1, NULL), (2, NULL), (3, NULL);
         UPDATE t SET name = upper(name) WHERE id > 1; DELETE FROM t WHERE id = 3"
    );
    assert_eq!(rows(&sql), ["1 x null", "2 X null"]);
}

#[test]
fn rows_keep_to_their_columns() {
    let sql = format!(
        "{TABLE} INSERT INTO t (id) VALUES (1); ALTER TABLE t DROP COLUMN at;
         ALTER TABLE t RENAME COLUMN name TO title; ALTER TABLE t ADD COLUMN n int NOT NULL DEFAULT 7"
    );
    assert_eq!(rows(&sql), ["1 x 7"]);
}

#[test]
fn a_select_may_fill_a_table() {
    let sql = format!(
        "{TABLE} INSERT INTO t (id) VALUES (1); CREATE TABLE u (id int);
         INSERT INTO u SELECT id + 1 FROM t; ALTER TABLE t RENAME TO old; ALTER TABLE u RENAME TO t"
    );
    assert_eq!(rows(&sql), ["2"]);
}

#[test]
fn a_select_may_have_a_condition() {
    let sql = format!(
        "{TABLE} INSERT INTO t (id, at) SELECT 1, NULL WHERE NOT EXISTS (SELECT 1 FROM t);
         INSERT INTO t (id, at) SELECT 2, NULL WHERE NOT EXISTS (SELECT 1 FROM t)"
    );
    assert_eq!(rows(&sql), ["1 x null"]);
}

#[test]
fn what_is_undone_was_never_there() {
    let sql = format!(
        "{TABLE} BEGIN; INSERT INTO t (id, at) VALUES (1, NULL); SAVEPOINT s;
         INSERT INTO t (id) VALUES (2); ROLLBACK TO s; COMMIT;
         BEGIN; INSERT INTO t (id) VALUES (3); ROLLBACK"
    );
    assert_eq!(rows(&sql), ["1 x null"]);
}

#[test]
fn conflicts_do_nothing_where_they_may() {
    let sql = format!(
        "{TABLE} INSERT INTO t (id, at) VALUES (1, NULL);
         INSERT INTO t (id, at) VALUES (1, NULL), (2, NULL) ON CONFLICT (id) DO NOTHING"
    );
    assert_eq!(rows(&sql), ["1 x null", "2 x null"]);
}

#[test]
fn a_key_is_held_once() {
    let sql = format!("{TABLE} INSERT INTO t (id) VALUES (1); INSERT INTO t (id) VALUES (1)");
    assert_eq!(
        told(&sql, "SELECT count(*) FROM t"),
        (Some("23505"), Some(vec!["1".to_owned()]))
    );
}

#[test]
fn nulls_are_in_the_way_of_not_null() {
    let sql = format!(
        "{TABLE} INSERT INTO t (id) VALUES (1); ALTER TABLE t ADD COLUMN n int;
         ALTER TABLE t ALTER COLUMN n SET NOT NULL"
    );
    assert_eq!(
        told(&sql, "SELECT n FROM t"),
        (Some("23502"), Some(vec!["null".to_owned()]))
    );
}

#[test]
fn what_cannot_be_told_is_not_told() {
    let sql = format!("{TABLE} INSERT INTO t (id) SELECT oid FROM pg_largeobject");
    assert_eq!(told(&sql, "SELECT id FROM t").1, None);
}

#[test]
fn a_unique_index_is_a_key_too() {
    let sql = format!(
        "{TABLE} CREATE UNIQUE INDEX i ON t (name); INSERT INTO t (id, name) VALUES (1, 'a');
         INSERT INTO t (id, name) VALUES (2, 'a')"
    );
    assert_eq!(
        told(&sql, "SELECT count(*) FROM t"),
        (Some("23505"), Some(vec!["1".to_owned()]))
    );
}

#[test]
fn what_is_analysed_must_be_there() {
    let one = "SELECT count(*) FROM t";
    let refused = |sql: &str| told(&format!("{TABLE} {sql}"), one).0;
    assert_eq!(refused("ANALYZE t"), None);
    assert_eq!(refused("ANALYZE; ANALYZE pg_class (relname)"), None);
    assert_eq!(refused("ANALYZE t, gone (id)"), Some("42P01"));
    assert_eq!(refused("VACUUM ANALYZE gone"), Some("42P01"));
    assert_eq!(refused("LOCK TABLE gone IN SHARE MODE"), Some("42P01"));
}
