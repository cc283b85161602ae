//! What every file of the project is like.

use std::collections::BTreeSet;

use super::tree::{TextFile, assert_none, files_below, root, sources};

const LONGEST_FILE: usize = 700;

#[test]
fn every_source_file_says_what_it_is() {
    let mut files = sources();
    files.extend(
        files_below("tests")
            .into_iter()
            .filter(|file| file.path.ends_with(".rs")),
    );
    let silent: Vec<String> = files
        .iter()
        .filter(|file| !file.text.starts_with("//!") && !file.path.ends_with("/tests.rs"))
        .map(|file| file.path.clone())
        .collect();
    assert_none(
        &silent,
        "open these files with a `//!` line on what they provide and leave out:",
    );
}

#[test]
fn no_source_file_is_long() {
    let long: Vec<String> = sources()
        .iter()
        .map(|file| (file.text.lines().count(), &file.path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    assert_none(
        &long,
        "what lives in these files that deserves one of its own?",
    );
}

#[test]
fn nothing_is_left_unfinished() {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("todo", "!("),
        concat!("dbg", "!("),
    ];
    let ignored = concat!("#[", "ignore");
    let mut found = Vec::new();
    for file in sources().into_iter().chain(files_below("tests")) {
        if !file.path.ends_with(".rs") {
            continue;
        }
        for word in words
            .iter()
            .chain(&[ignored])
            .filter(|word| file.text.contains(**word))
        {
            found.push(format!("{}: {word}", file.path));
        }
    }
    assert_none(&found, "finish these, or say so in an issue:");
}

/// The project speaks of itself alone: it runs on any machine.
#[test]
fn no_file_names_this_machine() {
    let paths = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
    ];
    let mut found = Vec::new();
    for file in files_below("") {
        for path in paths.iter().filter(|path| file.text.contains(**path)) {
            found.push(format!("{}: {path}", file.path));
        }
    }
    assert_none(&found, "use relative paths:");
}

#[test]
fn crates_come_from_the_public_registry() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock is readable");
    let official = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let other: Vec<String> = lock
        .lines()
        .filter(|line| line.starts_with("source = ") && *line != official)
        .map(str::to_owned)
        .collect();
    assert_none(&other, "these crates come from elsewhere:");
}

#[test]
fn no_line_ends_in_a_blank() {
    let mut found = Vec::new();
    for file in sources().into_iter().chain(files_below("tests/mdtest")) {
        let rust = file.path.ends_with(".rs");
        let lines = file.text.lines().enumerate();
        found.extend(
            lines
                .filter(|(_, line)| rust && line.ends_with([' ', '\t']))
                .map(|(index, _)| format!("{}:{}", file.path, index + 1)),
        );
    }
    assert_none(&found, "cargo fmt takes these away:");
}

/// ARCHITECTURE.md is read by newcomers: its map must be the territory.
#[test]
fn architecture_names_the_rooms_that_there_are() {
    let path = root().join("ARCHITECTURE.md");
    let text = std::fs::read_to_string(path).expect("ARCHITECTURE.md is readable");
    let told: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("### `"))
        .filter_map(|line| line.split('`').next())
        .map(|name| {
            name.trim_start_matches("src/")
                .trim_end_matches('/')
                .trim_end_matches(".rs")
        })
        .collect();
    let sources = sources();
    let rooms: BTreeSet<&str> = sources
        .iter()
        .filter_map(TextFile::room)
        .filter(|room| !matches!(*room, "lib" | "main"))
        .collect();
    assert_eq!(
        told, rooms,
        "the headings of ARCHITECTURE.md (left) and src/ (right) differ"
    );
}

#[test]
fn every_rule_has_its_page() {
    let names = |extension: &str| -> BTreeSet<String> {
        files_below("src/lint/rules")
            .iter()
            .filter_map(|file| file.path.rsplit('/').next()?.strip_suffix(extension))
            .filter(|name| *name != "mod")
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        names(".rs"),
        names(".md"),
        "src/lint/rules: a rule is one .rs and one .md"
    );
}
