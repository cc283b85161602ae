//! Probes as migrations ask them, on a small catalog.

use super::*;
use crate::model::{Dialect, Template};
use crate::sql::{Nature, read};

fn catalog() -> Catalog {
    let mut catalog = Catalog::empty();
    let text = "CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TABLE users (id serial PRIMARY KEY, email varchar(50) NOT NULL, mood mood DEFAULT 'ok');
        CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users (id) ON DELETE CASCADE);
        CREATE UNIQUE INDEX ix_users_email ON users (email);
        CREATE VIEW v AS SELECT id FROM users;";
    for statement in read(&Template::from_text(text), Dialect::Postgres).statements {
        for effect in &statement.effects {
            catalog.apply(&effect.action).unwrap();
        }
    }
    catalog
}

fn ask(sql: &str) -> String {
    let catalog = catalog();
    let mut surroundings = Surroundings {
        database: "app".to_owned(),
        ..Surroundings::default()
    };
    surroundings
        .parameters
        .insert(":table".to_owned(), Datum::text("users"));
    let reading = read(&Template::from_text(sql), Dialect::Postgres);
    let Some(Nature::Query(query)) = reading.statements.first().map(|one| &one.nature) else {
        return "no query".to_owned();
    };
    match Reader::new(&catalog, &surroundings).answer(query) {
        Answer::Undecided(reason) => format!("undecided: {reason}"),
        Answer::Rows(table) => {
            let cell = |value: &Datum| match value.known_text() {
                Some(text) => text.to_string(),
                None => format!("{value:?}"),
            };
            let rows: Vec<_> = table
                .rows
                .iter()
                .map(|row| row.iter().map(cell).collect::<Vec<_>>().join(","))
                .collect();
            rows.join(" | ")
        }
    }
}

#[test]
fn the_information_schema_answers() {
    assert_eq!(
        ask(
            "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema() AND \
             table_name = :table AND column_name = 'email'"
        ),
        "1"
    );
    assert_eq!(
        ask(
            "SELECT column_name, data_type, udt_name, is_nullable FROM information_schema.columns \
             WHERE table_name = 'users' ORDER BY ordinal_position"
        ),
        "id,integer,int4,NO | email,character varying,varchar,NO | mood,USER-DEFINED,mood,YES"
    );
    assert_eq!(
        ask("SELECT EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'nothing')"),
        "false"
    );
    assert_eq!(
        ask(
            "SELECT tc.constraint_name, kcu.column_name, ccu.table_name FROM \
             information_schema.table_constraints AS tc JOIN information_schema.key_column_usage AS \
             kcu ON tc.constraint_name = kcu.constraint_name JOIN \
             information_schema.constraint_column_usage AS ccu ON ccu.constraint_name = \
             tc.constraint_name WHERE tc.constraint_type = 'FOREIGN KEY' AND tc.table_name = 'posts'"
        ),
        "posts_user_id_fkey,user_id,users"
    );
}

#[test]
fn the_system_catalogs_answer() {
    assert_eq!(
        ask("SELECT 1 FROM pg_type WHERE typname = 'mood' AND typtype = 'e'"),
        "1"
    );
    assert_eq!(
        ask(
            "SELECT e.enumlabel FROM pg_enum e JOIN pg_type t ON e.enumtypid = t.oid WHERE \
             t.typname = 'mood' ORDER BY e.enumsortorder"
        ),
        "sad | ok"
    );
    assert_eq!(
        ask("SELECT count(*) FROM pg_indexes WHERE tablename = 'users' AND indexname LIKE 'ix%'"),
        "1"
    );
    assert_eq!(
        ask(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE \
             n.nspname = 'public' AND c.relkind = 'v'"
        ),
        "v"
    );
    assert_eq!(
        ask(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'posts'::regclass AND contype = 'f'"
        ),
        "posts_user_id_fkey"
    );
    assert_eq!(
        ask("SELECT to_regclass('public.users') IS NOT NULL"),
        "true"
    );
    assert_eq!(ask("SELECT to_regclass('nothing') IS NULL"), "true");
}

#[test]
fn empty_tables_have_no_rows_and_others_are_not_guessed() {
    assert_eq!(ask("SELECT count(*) FROM users"), "0");
    assert_eq!(ask("SELECT id FROM users WHERE email = 'x'"), "");
    assert_eq!(
        ask("SELECT count(*) FROM nothing"),
        "undecided: nothing is not modelled"
    );
    assert!(ask("SELECT now()").contains("known only when it runs"));
}

#[test]
fn aggregates_and_texts() {
    assert_eq!(
        ask(
            "SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_name = \
             'posts'"
        ),
        "id, user_id"
    );
    assert_eq!(
        ask("SELECT format('ALTER TABLE %I ADD %s', 'order', 'x'), coalesce(NULL, 'a') || 'b'"),
        "ALTER TABLE \"order\" ADD x,ab"
    );
    assert_eq!(
        ask(
            "SELECT table_name, count(*) FROM information_schema.columns GROUP BY table_name HAVING \
             count(*) > 2 ORDER BY 1"
        ),
        "users,3"
    );
}
