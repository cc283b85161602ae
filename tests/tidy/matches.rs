//! Nobody says `_` about operations: when one is added, the compiler must list every place that has
//! to think about it. Picking some operations out is no such place: there `_ => None` says that the
//! others are not meant.

use super::tree::{assert_none, sources};

const CLOSED: &[&str] = &["Action::", "Operation::"];

#[test]
fn matches_on_operations_name_every_one() {
    let mut found = Vec::new();
    for file in sources() {
        let code = blank_strings(&file.code_without_tests());
        for (line, body) in match_bodies(&code) {
            let arms = arms(body);
            let is_closed = arms
                .iter()
                .any(|arm| CLOSED.iter().any(|name| arm.starts_with(name)));
            let wildcard = arms
                .iter()
                .any(|arm| arm.starts_with("_ =>") || arm.starts_with("_ if"));
            let picks = arms
                .iter()
                .any(|arm| arm.starts_with("_ => None") || arm.starts_with("_ => return None"));
            if is_closed && wildcard && !picks {
                found.push(format!("{}:{line}", file.path));
            }
        }
    }
    assert_none(
        &found,
        "these matches on operations hold a `_` arm: name the operations:",
    );
}

/// Strings and characters could hold braces.
fn blank_strings(code: &str) -> String {
    let mut blanked = String::with_capacity(code.len());
    let mut characters = code.chars().peekable();
    while let Some(character) = characters.next() {
        blanked.push(character);
        if character == '\'' {
            // A character literal, unless it is a lifetime.
            let rest: String = characters.clone().take(3).collect();
            let length = if rest.starts_with('\\') { 3 } else { 2 };
            if rest.chars().nth(length - 1) == Some('\'') {
                for _ in 0..length {
                    characters.next();
                }
                blanked.push('\'');
            }
        }
        if character != '"' {
            continue;
        }
        while let Some(inside) = characters.next() {
            match inside {
                '\\' => drop(characters.next()),
                '"' => break,
                '\n' => blanked.push('\n'),
                _ => {}
            }
        }
        blanked.push('"');
    }
    blanked
}

/// The line and the text between the braces of every `match`.
fn match_bodies(code: &str) -> Vec<(usize, &str)> {
    let mut bodies = Vec::new();
    for (index, _) in code.match_indices("match ") {
        let before = code[..index].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let Some(open) = code[index..].find('{').map(|at| index + at) else {
            continue;
        };
        if let Some(close) = closing(code, open) {
            let line = code[..index].matches('\n').count() + 1;
            bodies.push((line, &code[open + 1..close]));
        }
    }
    bodies
}

fn closing(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (index, character) in code[open..].char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + index);
        }
    }
    None
}

/// The starts of lines that stand at the body's own depth: patterns, one of which opens each arm.
fn arms(body: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let mut arms = Vec::new();
    for line in body.lines() {
        let start = line.trim_start().trim_start_matches("| ");
        if depth == 0 && !start.is_empty() {
            arms.push(start);
        }
        depth += line.matches(['{', '(', '[']).count() as i32;
        depth -= line.matches(['}', ')', ']']).count() as i32;
    }
    arms
}
