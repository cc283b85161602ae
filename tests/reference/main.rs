//! The reference estate against what a careful reader found in it: `inventory/expected.yaml` is
//! written by hand, and `differences.txt` lists where fixfold reads otherwise. The test fails when
//! that list changes; `UPDATE=1 cargo test --test reference` writes it, to be read line by line.

mod compare;
mod expected;
mod silent;

use std::io::Write;
use std::path::{Path, PathBuf};

use fixfold::inventory::Ledger;
use fixfold::pipeline::{Estate, Progress, audit, survey};

struct Unwatched;

impl Progress for Unwatched {
    fn expect(&self, _: usize) {}
    fn step(&self) {}
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn differences_are_those_that_are_known() {
    let estate = Estate::open(&root().join("inventory")).expect("the reference estate opens");
    let audit = audit(&estate, &Ledger::default(), &Unwatched);
    let found = compare::differences(&expected::read(&root()), &audit);
    let path = Path::new("tests/reference/differences.txt");
    let known = std::fs::read_to_string(root().join(path)).unwrap_or_default();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(root().join(path), &found).expect("the list can be written");
    } else if known != found {
        let diff = similar::TextDiff::from_lines(&known, &found);
        let diff = diff
            .unified_diff()
            .context_radius(1)
            .header("known", "found")
            .to_string();
        panic!("{} is not what is found:\n{diff}", path.display());
    }
}

/// Of the reference estate, and of each estate in the folders that `FIXFOLD_ESTATES` names; an estate a
/// line is told to whoever runs it with `--nocapture`.
#[test]
fn no_call_is_silent() {
    let reference = root().join("inventory");
    let mut estates = vec![reference.clone()];
    if let Some(folders) = std::env::var_os("FIXFOLD_ESTATES") {
        estates.extend(std::env::split_paths(&folders).flat_map(|folder| estates_in(&folder)));
    }
    let mut silent = Vec::new();
    for root in &estates {
        let started = std::time::Instant::now();
        let found = calls_of(root);
        assert!(
            found.changing > 0 || *root != reference,
            "no call was looked at"
        );
        let name = root.file_name().unwrap_or_default().to_string_lossy();
        let told = writeln!(
            std::io::stderr(),
            "{name}: {found}, {:.1?}",
            started.elapsed()
        );
        told.expect("the standard error can be written");
        silent.extend(found.silent.iter().map(|place| format!("{name}/{place}")));
    }
    assert!(silent.is_empty(), "silent:\n{}", silent.join("\n"));
}

fn estates_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder of estates can be read");
    let mut estates: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    estates.retain(|path| path.is_dir());
    estates.sort();
    estates
}

fn calls_of(root: &Path) -> silent::Calls {
    let estate = Estate::open(root).expect("the estate opens");
    let survey = survey(&estate, &Unwatched);
    silent::calls(&estate.files, &survey)
}
