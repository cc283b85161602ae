//! One door for each foreign crate, and for the outside world.

use super::tree::{assert_none, sources};

/// A crate (or a prefix of crates, ending in `_`) and the rooms that may name it.
const DOORS: &[(&str, &[&str])] = &[
    ("rustpython_", &["python"]),
    ("ruff_", &["python"]),
    ("squawk_", &["sql"]),
    ("sqlparser", &["sql"]),
    ("petgraph", &["graph"]),
    ("rpds", &["catalog"]),
    ("askama", &["render"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("anstream", &["cli"]),
    ("serde_yaml", &["yaml"]),
    ("postgres", &["database"]),
    ("encoding_rs", &["source"]),
    ("ignore", &["discover"]),
    ("comfy_table", &["report"]),
    ("annotate_snippets", &["report"]),
];

/// The outside world, and the rooms that may touch it.
const OUTSIDE: &[&str] = &["std::fs", "std::env", "std::process", "std::net", "std::os"];
const OUTSIDE_ROOMS: &[&str] = &["source", "config", "database", "cli", "main"];

#[test]
fn each_foreign_crate_has_one_door() {
    let mut found = Vec::new();
    for file in sources() {
        let code = file.code();
        for (name, rooms) in DOORS {
            let is_inside = file.room().is_some_and(|room| rooms.contains(&room));
            if !is_inside && names_crate(&code, name) {
                found.push(format!("{} names {name}", file.path));
            }
        }
    }
    assert_none(
        &found,
        "only the rooms in tests/tidy/doors.rs may name these crates:",
    );
}

/// `name::`, where `name` is no part of a longer path or word.
fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(index, _)| {
        let before = code[..index].chars().next_back();
        let is_start = !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '"'));
        let rest = &code[index + name.len()..];
        let rest = if name.ends_with('_') {
            rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_')
        } else {
            rest
        };
        is_start && rest.starts_with("::")
    })
}

#[test]
fn only_some_rooms_touch_the_outside_world() {
    let mut found = Vec::new();
    for file in sources() {
        if file
            .room()
            .is_some_and(|room| OUTSIDE_ROOMS.contains(&room))
        {
            continue;
        }
        let code = file.code_without_tests();
        for outside in OUTSIDE.iter().filter(|outside| code.contains(**outside)) {
            found.push(format!("{} uses {outside}", file.path));
        }
    }
    assert_none(&found, "let source read, and cli write, instead:");
}

/// Where the maps are defined that are only looked up: their hash is the same in every run.
const QUICK_MAPS: &str = "src/model/quick_map.rs";

#[test]
fn maps_are_ordered() {
    let found: Vec<String> = sources()
        .iter()
        .filter(|file| file.path != QUICK_MAPS)
        .filter(|file| {
            let code = file.code_without_tests();
            code.contains("HashMap") || code.contains("HashSet")
        })
        .map(|file| file.path.clone())
        .collect();
    assert_none(
        &found,
        "use BTreeMap and BTreeSet: output must be the same on every run:",
    );
}
