//! Patterns that are part of the program.

use regex::Regex;

/// Compiles a constant pattern, in which `\b` is a boundary of ASCII words: the quick engine gives up
/// on Unicode boundaries as soon as a text holds one letter beyond ASCII.
///
/// # Panics
///
/// Where the pattern is not a regular expression.
pub(crate) fn pattern(text: &str) -> Regex {
    let quick = text.replace(r"\b", r"(?-u:\b)");
    Regex::new(&quick).expect("a constant pattern")
}
