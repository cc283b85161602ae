//! Comments by which people allow a finding: `-- fixfold: allow drop-cascade because ...`.
//!
//! Such a comment speaks of its own line, or of the next line of code where it stands alone. With
//! `allow-file` it speaks of the whole file. It must say why.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Context;
use super::rule::find;
use super::rules::UNUSED_SUPPRESSION;
use crate::model::{Diagnostic, Place};

const MARK: &str = "fixfold:";

/// One rule allowed at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Suppression {
    place: Place,
    rule: String,
    /// `None`: the whole file.
    line: Option<u32>,
    has_reason: bool,
}

impl Suppression {
    fn allows(&self, found: &Diagnostic) -> bool {
        let Some(place) = &found.place else {
            return false;
        };
        place.file == self.place.file
            && found.rule == self.rule
            && self.line.is_none_or(|line| line == place.line)
    }

    /// What is wrong with the comment itself.
    fn fault(&self, used: bool) -> Option<String> {
        let rule = &self.rule;
        if find(rule).is_none() {
            Some(format!("there is no rule `{rule}` to allow"))
        } else if !self.has_reason {
            Some(format!("`{rule}` is allowed without a reason"))
        } else if !used {
            Some(format!("`{rule}` is allowed, but does not fire here"))
        } else {
            None
        }
    }
}

/// Takes out what is allowed; adds comments that allow nothing, or say no reason.
pub(super) fn apply(context: &Context<'_>, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let suppressions: Vec<Suppression> = files(context, &found)
        .into_iter()
        .filter_map(|file| (context.text)(file).map(|text| read(file, &text)))
        .flatten()
        .collect();
    let mut used = vec![false; suppressions.len()];
    let mut kept = Vec::new();
    for diagnostic in found {
        let mut allowed = false;
        for (suppression, used) in suppressions.iter().zip(&mut used) {
            if suppression.has_reason && suppression.allows(&diagnostic) {
                allowed = true;
                *used = true;
            }
        }
        if !allowed {
            kept.push(diagnostic);
        }
    }
    for (suppression, used) in suppressions.iter().zip(used) {
        if let Some(fault) = suppression.fault(used) {
            kept.push(UNUSED_SUPPRESSION.at(&suppression.place, fault).with_help(
                "write `fixfold: allow <rule> because <reason>` on the line or just above it",
            ));
        }
    }
    kept
}

/// Every file in which a comment could stand that matters.
fn files<'a>(context: &Context<'a>, found: &'a [Diagnostic]) -> BTreeSet<&'a str> {
    let scripts = context.scripts.iter().map(|script| &*script.file);
    let steps = context.chain.steps.iter();
    let revisions = steps.map(|step| &*step.revision.file);
    let places = found.iter().filter_map(|found| found.place.as_ref());
    let found = places.map(|place| &*place.file);
    scripts.chain(revisions).chain(found).collect()
}

fn read(file: &str, text: &str) -> Vec<Suppression> {
    if !text.contains(MARK) {
        return Vec::new();
    }
    let file: Arc<str> = file.into();
    let lines: Vec<&str> = text.split('\n').collect();
    let numbered = lines.iter().enumerate();
    numbered
        .filter_map(|(index, line)| of_line(&file, &lines, index, line))
        .collect()
}

fn of_line(file: &Arc<str>, lines: &[&str], index: usize, line: &str) -> Option<Suppression> {
    let mark = line.find(MARK)?;
    let code = comment_start(&line[..mark])?;
    let mut words = line[mark + MARK.len()..].split_whitespace();
    let whole_file = match words.next()? {
        "allow" => false,
        "allow-file" => true,
        _ => return None,
    };
    let rule = words.next()?.trim_end_matches(',').to_owned();
    let has_reason = words.next() == Some("because") && words.next().is_some();
    let target = if code.trim().is_empty() {
        next_code(lines, index)
    } else {
        index
    };
    let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
    let column = line[..code.len()].chars().count() + 1;
    Some(Suppression {
        place: Place::new(
            Arc::clone(file),
            number(index),
            u32::try_from(column).unwrap_or(u32::MAX),
        ),
        rule,
        line: (!whole_file).then(|| number(target)),
        has_reason,
    })
}

/// What stands before the comment, if only the comment's own mark stands before `fixfold:`.
fn comment_start(before: &str) -> Option<&str> {
    let trimmed = before.trim_end();
    let marks = ["--", "#", "/*", "//"];
    let code = marks.iter().find_map(|mark| trimmed.strip_suffix(mark))?;
    Some(code)
}

/// The line that a comment of its own line speaks of: the next one that is neither empty nor a
/// comment.
fn next_code(lines: &[&str], index: usize) -> usize {
    let is_code = |line: &str| {
        let line = line.trim();
        !(line.is_empty() || line.starts_with("--") || line.starts_with('#'))
    };
    let later = lines.iter().enumerate().skip(index + 1);
    later
        .filter(|(_, line)| is_code(line))
        .map(|(index, _)| index)
        .next()
        .unwrap_or(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &str) -> Vec<(String, Option<u32>, bool)> {
        let found = read("a.sql", text).into_iter();
        found
            .map(|found| (found.rule, found.line, found.has_reason))
            .collect()
    }

    #[test]
    fn a_comment_behind_code_speaks_of_its_line() {
        let text =
            "SELECT 1;\nTRUNCATE users; -- fixfold: allow truncate because it is a test table\n";
        assert_eq!(lines_of(text), [("truncate".to_owned(), Some(2), true)]);
    }

    #[test]
    fn a_comment_alone_speaks_of_the_next_code() {
        let text = "# fixfold: allow truncate because asked for\n# more\n\nrun()\n";
        assert_eq!(lines_of(text), [("truncate".to_owned(), Some(4), true)]);
    }

    #[test]
    fn a_reason_is_asked_for() {
        let bare = "-- fixfold: allow truncate\nTRUNCATE users;\n";
        assert_eq!(lines_of(bare), [("truncate".to_owned(), Some(2), false)]);
        let empty = "-- fixfold: allow truncate because\nTRUNCATE users;\n";
        assert_eq!(lines_of(empty), [("truncate".to_owned(), Some(2), false)]);
    }

    #[test]
    fn a_file_can_be_allowed() {
        let text = "-- fixfold: allow-file truncate because it resets a sandbox\n";
        assert_eq!(lines_of(text), [("truncate".to_owned(), None, true)]);
    }

    #[test]
    fn only_comments_count() {
        assert_eq!(lines_of("print('fixfold: allow truncate because x')\n"), []);
        assert_eq!(lines_of("-- fixfold: what a tool\n"), []);
    }
}
