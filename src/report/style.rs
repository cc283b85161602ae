//! Colours and weights. Reports always carry them; whoever writes to something that shows none
//! takes them out again.

use crate::model::Level;

const RESET: &str = "\x1b[0m";

pub(super) fn bold(text: &str) -> String {
    format!("\x1b[1m{text}{RESET}")
}

pub(super) fn dim(text: &str) -> String {
    format!("\x1b[2m{text}{RESET}")
}

/// `2 warnings` in the level's colour.
pub(super) fn level_count(number: usize, level: Level) -> String {
    let color = match level {
        Level::Note => "\x1b[1;32m",
        Level::Warning => "\x1b[1;33m",
        Level::Error => "\x1b[1;31m",
    };
    format!("{color}{}{RESET}", count(number, level.as_str()))
}

/// `1 script`, `2 scripts`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
