//! Runs the literate cases: Markdown files under `tests/mdtest/<room>/`. A `##` heading is a case;
//! its fenced blocks are files (info string: language and file name), the last one, `expect`, is
//! what the room makes of them. `UPDATE=1 cargo test --test mdtest` writes the expectations.

mod document;
mod rooms;

use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};

use document::{Case, Document};
use rooms::Room;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mdtest");
    let trials = documents(&folder)
        .iter()
        .flat_map(|path| trials(&folder, path))
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// All Markdown files below `folder`, sorted.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder of cases is readable") {
        let path = entry.expect("the folder of cases is readable").path();
        if path.is_dir() {
            found.extend(documents(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn trials(folder: &Path, path: &Path) -> Vec<Trial> {
    let name = path
        .strip_prefix(folder)
        .unwrap_or(path)
        .display()
        .to_string();
    let room = name.split('/').next().and_then(rooms::find);
    let document = Document::read(path);
    let cases = document.cases.into_iter().map(|case| {
        let path = path.to_owned();
        Trial::test(format!("{name}: {}", case.name), move || {
            check(room, &path, &case)
        })
    });
    cases.collect()
}

fn check(room: Option<Room>, path: &Path, case: &Case) -> Result<(), Failed> {
    let room = room.ok_or("no room of this name is registered in tests/mdtest/rooms/mod.rs")?;
    if case.files.is_empty() {
        return Err("the case has no input block".into());
    }
    let found = room(case);
    let found = found.trim_end();
    if case.expected.as_deref().map(str::trim_end) == Some(found) {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        return Document::update(path, &case.name, found).map_err(Failed::from);
    }
    match &case.expected {
        Some(expected) => Err(difference(expected, found).into()),
        None => Err("the case has no `expect` block: write it with UPDATE=1".into()),
    }
}

fn difference(expected: &str, found: &str) -> String {
    let (expected, found) = (format!("{}\n", expected.trim_end()), format!("{found}\n"));
    let diff = similar::TextDiff::from_lines(&expected, &found);
    diff.unified_diff().header("expected", "found").to_string()
}
