//! What goes wrong with a file, in words.

use crate::model::{Diagnostic, Level, Place};

use super::ruff::SyntaxError;

/// The rule of a file that Python refuses.
pub const SYNTAX: &str = "python-syntax";
const TOO_DEEP: &str = "python-too-deep";

/// Errors after the first that are worth a label.
const MAX_LABELS: usize = 4;

/// One diagnostic for a file that does not parse: its first error, and where the next ones are.
pub(super) fn does_not_parse(
    text: &str,
    errors: &[SyntaxError],
    place: impl Fn(usize) -> Place,
) -> Option<Diagnostic> {
    let first = errors.first()?;
    let (message, help) = explain(text, first);
    let diagnostic = Diagnostic::new(
        SYNTAX,
        Level::Warning,
        Some(place(first.range.start)),
        message,
    );
    let mut diagnostic = diagnostic.with_help(help);
    for error in errors[1..].iter().take(MAX_LABELS) {
        diagnostic = diagnostic.with_label(place(error.range.start), lower_first(&error.message));
    }
    Some(diagnostic)
}

pub(super) fn does_not_compile(place: Place, message: &str) -> Diagnostic {
    Diagnostic::new(SYNTAX, Level::Warning, Some(place), message.to_string())
        .with_help("Python refuses the whole file, so nothing in it can have run as it stands")
}

pub(super) fn too_deep(place: Place) -> Diagnostic {
    let message = "code is nested too deeply to be read".to_string();
    Diagnostic::new(TOO_DEEP, Level::Warning, Some(place), message)
        .with_help("read this part by hand: effects in it are not in the inventory")
}

fn explain(text: &str, error: &SyntaxError) -> (String, &'static str) {
    let line = line_at(text, error.range.start);
    if has_merge_markers(text) {
        return (
            "a merge conflict was never resolved: its markers stand in the file".to_string(),
            "resolve the conflict; until then Python refuses the file, and both sides are listed here",
        );
    }
    if text.contains('\0') {
        return (
            "the file holds null bytes, which Python refuses".to_string(),
            "save the file as UTF-8 text again",
        );
    }
    if let Some(what) = python_2_construct(line) {
        return (
            format!("{what} is Python 2: Python 3 refuses the file"),
            "nothing in it can run on a supported Python; archive it, or port it first",
        );
    }
    (
        format!("Python refuses the file: {}", lower_first(&error.message)),
        "what could be recovered is listed, but nothing in the file can have run as it stands",
    )
}

fn line_at(text: &str, offset: usize) -> &str {
    let offset = offset.min(text.len());
    let before = text.get(..offset).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |found| found + 1);
    let rest = &text[start..];
    &rest[..rest.find('\n').unwrap_or(rest.len())]
}

fn has_merge_markers(text: &str) -> bool {
    let starts = |marker: &str| text.split('\n').any(|line| line.starts_with(marker));
    starts("<<<<<<< ") && starts(">>>>>>> ")
}

fn python_2_construct(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    let follows = |keyword: &str, refused: &[char]| {
        let rest = line.strip_prefix(keyword)?.strip_prefix(' ')?.trim_start();
        let first = rest.chars().next()?;
        (!refused.contains(&first)).then_some(rest)
    };
    if follows("print", &['(', '=', '.', ',']).is_some() {
        return Some("a `print` statement");
    }
    if follows("exec", &['(', '=', '.', ',']).is_some() {
        return Some("an `exec` statement");
    }
    let handler = follows("except", &['(', ':', '*']);
    if handler.is_some_and(|rest| rest.contains(',') && !rest.contains(" as ")) {
        return Some("`except Error, name`");
    }
    None
}

fn lower_first(message: &str) -> String {
    let mut characters = message.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => message.to_string(),
    }
}
