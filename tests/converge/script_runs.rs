//! Scripts keep their own transactions: what they take back, or never commit, leaves nothing behind.

use std::collections::BTreeMap;

use fixfold::inventory::Ledger;
use fixfold::pipeline::{Estate, audit_towards, verify_plan, with_script_runs};
use fixfold::verify::{StateReport, VerifyOptions, start_states, verify};

use super::states::{Unwatched, write_estate};

const ESTATE: &str = "Scripts with transactions.
-- @revision r001
CREATE TABLE users (id serial PRIMARY KEY, role varchar(20));
-- @script committed.py
import psycopg2
connection = psycopg2.connect('dbname=app')
cursor = connection.cursor()
cursor.execute(\"ALTER TABLE users ADD COLUMN first_name text\")
cursor.execute(\"ALTER TABLE users ADD COLUMN last_name text\")
connection.commit()
-- @script fails_in_the_middle.py
import psycopg2
connection = psycopg2.connect('dbname=app')
cursor = connection.cursor()
try:
    cursor.execute(\"ALTER TABLE users ADD COLUMN nick text\")
    cursor.execute(\"ALTER TABLE nosuch ADD COLUMN nick text\")
    connection.commit()
except Exception as error:
    connection.rollback()
-- @script never_commits.py
import psycopg2
connection = psycopg2.connect('dbname=app')
cursor = connection.cursor()
cursor.execute(\"ALTER TABLE users ADD COLUMN city text\")
connection.close()
-- @script transaction.sql
BEGIN;
ALTER TABLE users ADD COLUMN street text;
ALTER TABLE nosuch ADD COLUMN street text;
COMMIT;
-- @script load.sql
CREATE TABLE loaded (a integer);
COPY loaded FROM STDIN;
1
2
\\.
CREATE INDEX loaded_a ON loaded (a);
-- @script quits.sql
ALTER TABLE nosuch ADD COLUMN before text;
\\q
ALTER TABLE users ADD COLUMN behind text;
-- @script not_taken.sql
ALTER TABLE nosuch ADD COLUMN first text;
SELECT count(*) > 0 AS is_old FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'nosuch' \\gset
\\if :is_old
ALTER TABLE users ADD COLUMN old text;
\\elif false
ALTER TABLE users ADD COLUMN older text;
\\else
\\endif
\\if :{?force}
ALTER TABLE users ADD COLUMN forced text;
\\endif
-- @script taken.sql
\\if on
\\if 0
ALTER TABLE users ADD COLUMN nothing text;
\\else
ALTER TABLE users ADD COLUMN taken text;
\\endif
\\endif
-- @script autocommit.sql
ALTER TABLE nosuch ADD COLUMN zip text;
ALTER TABLE users ADD COLUMN zip text;
";

fn states() -> BTreeMap<String, StateReport> {
    let folder = tempfile::tempdir().expect("a folder");
    write_estate(folder.path(), ESTATE);
    let estate = Estate::open(folder.path()).expect("the estate opens");
    let audit = audit_towards(&estate, &Ledger::default(), None, &Unwatched);
    let plan = verify_plan(&estate, &audit).expect("a plan");
    let options = VerifyOptions {
        with_rows: true,
        ..VerifyOptions::default()
    };
    let states = start_states(&plan);
    let plan = with_script_runs(&estate, &audit, plan, &states, &Unwatched);
    let report = verify(&plan, &states, &options, &|_, _| {}).expect("a server");
    let states = report.states.into_iter();
    states.map(|state| (state.name.clone(), state)).collect()
}

#[test]
fn what_is_not_committed_leaves_no_trace() {
    let states = states();
    let names: Vec<&String> = states.keys().collect();
    let same_as_head = |script: &str| {
        let state = states.get(&format!("head + {script}"));
        state.is_some_and(|state| state.same_as.as_deref() == Some("head"))
    };
    for script in [
        "fails_in_the_middle.py",
        "transaction.sql",
        "quits.sql",
        "not_taken.sql",
    ] {
        assert!(same_as_head(script), "{script} leaves something: {names:?}");
    }
    for script in ["committed.py", "autocommit.sql", "load.sql", "taken.sql"] {
        assert!(!same_as_head(script), "{script} leaves nothing: {names:?}");
    }
    for state in states.values() {
        assert!(
            state.verdict.converges(),
            "{}: {:?}",
            state.name,
            state.verdict
        );
    }
}
