//! Findings of every kind, one file a format.

mod github;
mod json;
mod line;
mod sarif;
mod text;

use crate::model::Diagnostic;

pub use github::findings_github;
pub use json::findings_json;
pub use line::diagnostic_line;
pub use sarif::findings_sarif;
pub use text::findings_text;

/// What a report says about a rule: ground for SARIF's list of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleDescription {
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// The rule's page, in Markdown.
    pub page: &'static str,
}

/// `prefix/file`, for readers that count from the repository's root; `prefix` may be empty.
fn from_repository(prefix: &str, file: &str) -> String {
    if prefix.is_empty() {
        file.to_owned()
    } else {
        format!("{prefix}/{file}")
    }
}

/// The rules that the findings name, sorted.
fn rules_named(findings: &[Diagnostic]) -> std::collections::BTreeSet<&'static str> {
    findings.iter().map(|finding| finding.rule).collect()
}
