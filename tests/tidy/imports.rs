//! Who may import whom: the floors of the house, read bottom up. Nothing imports upward, and there
//! is no circle.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{assert_none, sources};

const FLOORS: &[&[&str]] = &[
    &["model"],
    &["source", "yaml", "catalog"],
    &[
        "config",
        "registry",
        "python",
        "sql",
        "graph",
        "database",
        "inventory",
    ],
    &["discover", "eval", "shell"],
    &["effects", "lint", "plan", "drift", "history", "chain"],
    &["render", "replay"],
    &["verify"],
    &["report"],
    &["pipeline"],
    &["cli"],
];

/// Files of the crate that are no room.
const NO_ROOM: &[&str] = &["lib", "main"];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Each room with the rooms that its files name, and a file that does.
fn imports() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut imports: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for file in sources() {
        let Some(room) = file.room().filter(|room| !NO_ROOM.contains(room)) else {
            continue;
        };
        let of_room = imports.entry(room.to_owned()).or_default();
        for imported in crate_paths(&file.code()) {
            if imported != room {
                of_room.entry(imported).or_insert_with(|| file.path.clone());
            }
        }
    }
    imports
}

/// The first segments after `crate::`, groups unfolded.
fn crate_paths(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (index, _) in code.match_indices("crate::") {
        if code[..index].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let rest = &code[index + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(group_heads(group)),
            None => found.extend(head(rest)),
        }
    }
    found
}

fn head(path: &str) -> Option<String> {
    let end = path
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(path.len());
    let name = &path[..end];
    (!name.is_empty() && path[end..].starts_with("::")).then(|| name.to_owned())
}

/// The heads of `a::b, c::{d, e}}`.
fn group_heads(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut heads = Vec::new();
    let mut start = 0;
    for (index, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                heads.extend(head(group[start..index].trim()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.extend(head(group[start..index].trim()));
                start = index + 1;
            }
            _ => {}
        }
    }
    heads
}

#[test]
fn every_room_has_a_floor() {
    let unknown: Vec<String> = imports()
        .into_keys()
        .filter(|room| floor(room).is_none())
        .collect();
    assert_none(
        &unknown,
        "give these rooms a floor in tests/tidy/imports.rs:",
    );
}

#[test]
fn nothing_imports_upward() {
    let mut upward = Vec::new();
    for (room, imported) in imports() {
        for (other, file) in imported {
            if floor(&other) > floor(&room) {
                upward.push(format!("{room} imports {other} in {file}"));
            }
        }
    }
    assert_none(&upward, "move the shared word down, or the caller up:");
}

#[test]
fn there_is_no_circle_of_rooms() {
    let imports = imports();
    let circles: Vec<String> = imports
        .keys()
        .filter_map(|room| circle_from(room, &imports))
        .collect();
    assert_none(&circles, "these rooms import each other:");
}

/// A path from `start` back to itself.
fn circle_from(
    start: &str,
    imports: &BTreeMap<String, BTreeMap<String, String>>,
) -> Option<String> {
    let mut open = vec![vec![start.to_owned()]];
    let mut seen = BTreeSet::new();
    while let Some(path) = open.pop() {
        for next in path
            .last()
            .and_then(|last| imports.get(last))
            .into_iter()
            .flatten()
        {
            let mut longer = path.clone();
            longer.push(next.0.clone());
            if next.0 == start {
                return Some(longer.join(" -> "));
            }
            if seen.insert(next.0.clone()) {
                open.push(longer);
            }
        }
    }
    None
}
