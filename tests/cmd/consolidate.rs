//! What consolidation writes for a small estate: the same again, nothing unasked, answers honoured.

use std::collections::BTreeMap;
use std::path::Path;

use snapbox::str;

use super::estate::Estate;

const FIX: &str = "\
ALTER TABLE users ADD COLUMN IF NOT EXISTS department varchar(100);
ALTER TABLE users ADD COLUMN IF NOT EXISTS logins integer NOT NULL DEFAULT 0;
UPDATE users SET role = 'viewer' WHERE role IS NULL;
UPDATE users SET role = 'admin' WHERE email = 'eve@example.com';
DELETE FROM users WHERE role = 'test';
";

fn estate() -> Estate {
    Estate::new()
        .file(
            "supabase/migrations/20240101000000_init.sql",
            "CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, role text);\n",
        )
        .file(
            "supabase/migrations/20240201000000_department.sql",
            "ALTER TABLE users ADD COLUMN department text;\n",
        )
        .file("scripts/emergency_fix.sql", FIX)
}

const MIGRATION: &str = "out/20991231000002_fixfold_consolidation.sql";

fn consolidate(estate: &Estate, more: &[&str]) {
    let mut arguments = vec!["consolidate", ".", "--out", "out", "--target", "supabase"];
    arguments.extend(more);
    estate.run(&arguments).code(0);
}

/// What is behind the helpers.
fn calls(estate: &Estate) -> String {
    let text = estate.read(MIGRATION);
    let start = text
        .rfind("SELECT pg_temp.fixfold_begin(")
        .expect("the journal is opened");
    text[start..].to_owned()
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            let text = std::fs::read_to_string(&path).expect("a file");
            files.insert(path.display().to_string(), text);
        }
    }
    files
}

#[test]
fn a_second_run_writes_the_same_bytes() {
    let estate = estate();
    consolidate(&estate, &[]);
    let first = files(&estate.path("out"));
    consolidate(&estate, &[]);
    assert_eq!(first, files(&estate.path("out")));
    assert!(first.len() > 12, "{:?}", first.keys());
}

#[test]
fn nothing_removes_rows_or_touches_one_environment_unasked() {
    let estate = estate();
    consolidate(&estate, &[]);
    let calls = calls(&estate);
    assert!(
        calls.contains("UPDATE users SET role = 'viewer' WHERE role IS NULL"),
        "{calls}"
    );
    assert!(!calls.contains("DELETE"), "{calls}");
    assert!(!calls.contains("eve@example.com"), "{calls}");
    let by_hand = estate.read("out/by_hand.sql");
    assert!(
        by_hand.contains("WHERE email = :'emergency_fix_4_v1';"),
        "{by_hand}"
    );
    assert!(
        by_hand.contains("\\if :{?emergency_fix_5}\nDELETE FROM users"),
        "{by_hand}"
    );
}

#[test]
fn answers_in_the_ledger_are_honoured() {
    let estate = estate();
    estate.run(&["scan", "."]).code(0);
    let ledger = estate.read("inventory.yaml");
    let answered = |ledger: &str, id: &str| {
        let (before, rest) = ledger.split_once(id).expect("the decision is listed");
        format!(
            "{before}{id}{}",
            rest.replacen("answer:\n", "answer: script\n", 1)
        )
    };
    let ledger = answered(&ledger, "removes_rows:users:scripts/emergency_fix.sql:5");
    let ledger = answered(
        &ledger,
        "different_shape:users.department:scripts/emergency_fix.sql",
    );
    estate.write("inventory.yaml", ledger);
    consolidate(&estate, &[]);
    let calls = calls(&estate);
    assert!(
        calls.contains("DELETE FROM users WHERE role = 'test'"),
        "{calls}"
    );
    assert!(
        calls.contains("'department', 'character varying(100)'"),
        "{calls}"
    );
}

#[test]
fn a_script_that_is_skipped_is_not_folded() {
    let estate = estate();
    estate.run(&["scan", "."]).code(0);
    let ledger = estate
        .read("inventory.yaml")
        .replacen("decision:\n", "decision: skip\n", 1);
    estate.write("inventory.yaml", ledger);
    consolidate(&estate, &[]);
    let calls = calls(&estate);
    assert!(
        !calls.contains("logins") && !calls.contains("UPDATE"),
        "{calls}"
    );
    assert!(
        estate
            .read("out/report.md")
            .contains("the ledger says `decision: skip`")
    );
}

#[test]
fn without_chain_edits_files_stand_in_for_revisions() {
    let estate = estate();
    consolidate(&estate, &["--no-chain-edits"]);
    let file = estate.read("out/preflight/20240201000000.sql");
    assert!(
        file.contains("fixfold_ensure_column('public.users', 'department', 'text', false, NULL)")
    );
    assert!(!estate.path("out/chain").exists());
}

#[test]
fn patches_go_when_they_are_not_wanted_any_more() {
    let estate = estate();
    consolidate(&estate, &[]);
    let patch = "out/chain/supabase/migrations/20240201000000_department.sql";
    assert!(estate.path(patch).exists());
    consolidate(&estate, &["--no-chain-edits"]);
    assert!(!estate.path(patch).exists());
}

const PATCHED: &str = "out/chain/supabase/migrations/20240301000000_mood.sql";

/// A revision of the given text, and a script that has made the type and a column already.
fn with_moods(revision: &str) -> Estate {
    let script = "CREATE TYPE mood AS ENUM ('low', 'high');\n\
                  ALTER TABLE users ADD COLUMN mood text;\n\
                  ALTER TABLE users ADD COLUMN nickname text;\n";
    estate()
        .file("supabase/migrations/20240301000000_mood.sql", revision)
        .file("scripts/emergency_mood.sql", script)
}

#[test]
fn a_block_that_looks_before_it_acts_is_not_patched() {
    let block = "DO $$ BEGIN\n    IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN\n        \
                 CREATE TYPE mood AS ENUM ('low', 'high');\n    END IF;\nEND $$;\n";
    let estate = with_moods(&format!(
        "{block}ALTER TABLE users ADD COLUMN nickname text;\n"
    ));
    consolidate(&estate, &[]);
    let patched = estate.read(PATCHED);
    assert!(patched.contains(block), "{patched}");
    assert!(patched.contains("fixfold_ensure_column('public.users', 'nickname'"));
    assert!(!patched.contains("fixfold_ensure_enum('public.mood'"));
}

#[test]
fn a_block_that_looks_at_the_name_alone_is_patched_where_the_shape_matters() {
    let estate = with_moods(
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN \
         CREATE TYPE mood AS ENUM ('low', 'middle'); END IF; END $$;\n\
         ALTER TABLE users ADD COLUMN state mood DEFAULT 'middle'::mood;\n",
    );
    consolidate(&estate, &[]);
    let patched = estate.read(PATCHED);
    assert!(
        patched.contains("fixfold_ensure_enum('public.mood', ARRAY['low', 'middle']"),
        "{patched}"
    );
}

#[test]
fn what_a_statement_makes_anew_keeps_its_values() {
    let estate = with_moods(
        "CREATE TYPE mood AS ENUM ('low', 'high');\n\
         DO $$ BEGIN ALTER TABLE users DROP COLUMN IF EXISTS mood; ALTER TABLE users ADD COLUMN mood mood; END $$;\n",
    );
    consolidate(&estate, &[]);
    let patched = estate.read(PATCHED);
    assert!(
        patched.contains("fixfold_ensure_column('public.users', 'mood', 'public.mood'"),
        "{patched}"
    );
    assert!(!patched.contains("DROP COLUMN IF EXISTS mood"), "{patched}");
}

#[test]
fn a_dump_can_be_right() {
    let estate = estate().file(
        "schema.dump",
        "SET check_function_bodies = false;
CREATE FUNCTION public.is_hired() RETURNS boolean LANGUAGE sql AS $$ SELECT EXISTS (SELECT 1 FROM public.users WHERE hired_on IS NOT NULL) $$;
CREATE TABLE public.users (id integer NOT NULL, email text NOT NULL, role text, department text, hired_on date);
CREATE POLICY hired ON public.users USING (public.is_hired());
",
    );
    consolidate(&estate, &["--target-schema", "dump", "schema.dump"]);
    let calls = calls(&estate);
    assert!(calls.contains("'hired_on', 'date'"), "{calls}");
    assert!(
        calls.contains("fixfold_ensure_policy('public.users', 'hired'"),
        "{calls}"
    );
}

#[test]
fn nobody_else_can_be_right() {
    estate()
        .run(&[
            "consolidate",
            ".",
            "--out",
            "out",
            "--target-schema",
            "somebody",
        ])
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: `--target-schema somebody` is no choice
  help: say `chain`, `live` or `dump FILE`; the repository's path comes before it

"#]]);
}
