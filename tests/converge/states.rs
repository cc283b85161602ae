//! Whole estates, from every state at every point of their chain, with rows: the cases of `states/*.sql`
//! become an Alembic chain with scripts beside it, and verification must bring all of them to one schema
//! with decisions at their defaults, but for those that a script `inventory.yaml` answers.
//!
//! In a case `-- @revision NAME` and `-- @script NAME` begin a file; what stands before the first is
//! the case's description. `CASE=words` runs the cases whose names hold the words.

use std::path::Path;

use fixfold::inventory::{self, Ledger};
use fixfold::pipeline::{Estate, Progress, audit_towards, verify_plan, with_script_runs};
use fixfold::verify::{StateReport, VerifyOptions, every_state, verify};

use super::fold;

pub(crate) struct Unwatched;

impl Progress for Unwatched {
    fn expect(&self, _: usize) {}
    fn step(&self) {}
}

const STATES: usize = 60;

#[test]
fn every_state_of_every_estate_arrives() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/converge/states");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the cases are there")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    let words = std::env::var("CASE").unwrap_or_default();
    files.retain(|file| file.to_string_lossy().contains(&words));
    let failures: Vec<String> = files.iter().flat_map(|file| run(file)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn run(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("a case");
    let folder = tempfile::tempdir().expect("a folder");
    write_estate(folder.path(), &text);
    let estate = Estate::open(folder.path()).expect("the estate opens");
    let audit = audit_towards(&estate, &ledger(folder.path()), None, &Unwatched);
    let plan = verify_plan(&estate, &audit).expect("a plan");
    let states = every_state(&plan, STATES, 1);
    let plan = with_script_runs(&estate, &audit, plan, &states, &Unwatched);
    assert!(states.len() > 8, "{}: few states", file.display());
    let options = VerifyOptions {
        with_rows: true,
        back_and_forth: true,
        crash_points: 0,
        ..VerifyOptions::default()
    };
    let report = verify(&plan, &states, &options, &|_, _| {}).expect("a server");
    let short = report
        .states
        .iter()
        .filter(|state| state.verdict.word() != "converges");
    short.map(|state| told(file, state)).collect()
}

/// What the case answers to decisions.
fn ledger(folder: &Path) -> Ledger {
    let text = std::fs::read_to_string(folder.join("inventory.yaml"));
    text.map_or_else(
        |_| Ledger::default(),
        |text| inventory::read(&text).expect("a ledger"),
    )
}

fn told(file: &Path, state: &StateReport) -> String {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let details = state.verdict.details().join("\n    ");
    format!(
        "{name}, {}: {}\n    {details}",
        state.name,
        state.verdict.word()
    )
}

/// An Alembic chain of the revisions, the scripts beside it.
pub(crate) fn write_estate(folder: &Path, text: &str) {
    let case = fold::parse(text);
    write(
        &folder.join("alembic.ini"),
        "[alembic]\nscript_location = migrations\n",
    );
    write(
        &folder.join("migrations/env.py"),
        "from alembic import context\n",
    );
    let mut parent = "None".to_owned();
    for (name, sql) in &case.revisions {
        let file = format!("migrations/versions/{name}.py");
        write(&folder.join(file), &revision(name, &parent, sql));
        parent = format!("{name:?}");
    }
    for (name, sql) in &case.scripts {
        write(&folder.join(name), sql);
    }
}

/// One call for each paragraph.
fn revision(name: &str, parent: &str, sql: &str) -> String {
    let statements = sql
        .split(";\n")
        .map(str::trim)
        .filter(|one| !one.is_empty());
    let calls = statements.map(|one| format!("    op.execute(\"\"\"{one}\"\"\")\n"));
    let calls: String = calls.collect();
    format!(
        "from alembic import op\n\nrevision = {name:?}\ndown_revision = {parent}\nbranch_labels = None\n\
         depends_on = None\n\n\ndef upgrade():\n{calls}\n\ndef downgrade():\n    pass\n"
    )
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("a folder");
    std::fs::create_dir_all(folder).expect("it is made");
    std::fs::write(path, text).expect("it is written");
}
