//! What a rule is, and how one is found by its name.

use std::sync::LazyLock;

use super::Context;
use super::reading::TROUBLES;
use super::rules::RULES;
use crate::model::{Diagnostic, Level, Place};

/// Adds what it finds.
pub(super) type Check = fn(&Context<'_>, &mut Vec<Diagnostic>);

/// One rule. Its id names the bad pattern, so that "allow `id`" reads well.
pub struct Rule {
    /// Kebab-case.
    pub id: &'static str,
    /// One clause: what the rule reports.
    pub summary: &'static str,
    /// How grave a finding mostly is; a single finding may be graver or lighter.
    pub level: Level,
    /// Markdown with fixed headings; what stands under them as files, a test runs.
    pub documentation: &'static str,
    pub(super) check: Check,
}

impl Rule {
    /// A finding at the rule's own level.
    pub(super) fn at(&self, place: &Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.id, self.level, Some(place.clone()), message.into())
    }
}

static ALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut all: Vec<&'static Rule> = RULES.iter().copied().chain(TROUBLES).collect();
    all.sort_by_key(|rule| rule.id);
    all
});

/// All rules, sorted by id; those whose findings other rooms make are among them.
pub fn rules() -> &'static [&'static Rule] {
    &ALL
}

pub fn find(id: &str) -> Option<&'static Rule> {
    rules().iter().copied().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const HEADINGS: &[&str] = &[
        "## What it does",
        "## Why it matters",
        "## Example",
        "## Instead",
        "## Source",
    ];

    #[test]
    fn ids_are_unique_sorted_and_in_kebab_case() {
        let ids: Vec<&str> = rules().iter().map(|rule| rule.id).collect();
        let sorted: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids, sorted.into_iter().collect::<Vec<_>>());
        for id in ids {
            let parts = id.split('-');
            let well_formed = |part: &str| {
                !part.is_empty() && part.chars().all(|letter| letter.is_ascii_lowercase())
            };
            assert!(parts.clone().all(well_formed), "{id}");
            assert!(!id.starts_with("no-") && !id.starts_with("ban-"), "{id}");
        }
    }

    #[test]
    fn every_rule_has_its_prose() {
        for rule in rules() {
            let lines: Vec<&str> = rule.documentation.lines().collect();
            assert_eq!(lines.first().copied(), Some(&*format!("# {}", rule.id)));
            let headings: Vec<&str> = lines
                .iter()
                .copied()
                .filter(|line| line.starts_with("## "))
                .collect();
            assert_eq!(headings, HEADINGS, "{}", rule.id);
        }
    }

    /// A test of the whole house runs what these files hold.
    #[test]
    fn examples_are_files() {
        for rule in RULES {
            let (_, examples) = rule
                .documentation
                .split_once("## Example")
                .unwrap_or_default();
            let parts: Vec<&str> = examples.split("## Instead").collect();
            assert_eq!(parts.len(), 2, "{}", rule.id);
            for part in parts {
                let mut blocks = part.split("\n```").skip(1).step_by(2);
                let is_file =
                    |block: &str| block.lines().next().is_some_and(|info| info.contains(' '));
                assert!(blocks.any(is_file), "{}", rule.id);
            }
        }
    }

    #[test]
    fn the_list_of_rules_is_sorted() {
        assert!(RULES.is_sorted_by_key(|rule| rule.id));
    }

    #[test]
    fn summaries_are_clauses() {
        for rule in rules() {
            let first = rule.summary.chars().next();
            assert!(
                first.is_some_and(|letter| letter.is_lowercase() || letter == '`')
                    || rule.summary.starts_with("Python "),
                "{}",
                rule.id
            );
            assert!(!rule.summary.ends_with('.'), "{}", rule.id);
        }
    }
}
