//! What verification proved: each state that does not arrive, and why.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::style::{bold, count};
use crate::verify::{StateReport, VerifyReport};

const SCHEMA_VERSION: u32 = 1;

/// As many differences of one state as a person reads.
const MOST_DETAILS: usize = 12;

/// For people: the states that do not arrive with their differences, then the count.
pub fn verify_text(report: &VerifyReport) -> String {
    let mut text = String::new();
    for state in report
        .states
        .iter()
        .filter(|state| !state.verdict.converges())
    {
        text.push_str(&state_text(state));
    }
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    for state in &report.states {
        *words.entry(state.verdict.word()).or_default() += 1;
    }
    let words = words
        .iter()
        .map(|(word, states)| format!("{states} {word}"));
    let _ = writeln!(
        text,
        "{} on PostgreSQL {} in {:.1} s: {}",
        count(report.states.len(), "state"),
        report.server_version,
        report.milliseconds as f64 / 1000.0,
        words.collect::<Vec<_>>().join(", "),
    );
    text
}

fn state_text(state: &StateReport) -> String {
    let mut text = format!("{} {}\n", bold(&state.name), state.verdict.word());
    let details = state.verdict.details();
    for detail in details.iter().take(MOST_DETAILS) {
        let _ = writeln!(text, "    {detail}");
    }
    if details.len() > MOST_DETAILS {
        let _ = writeln!(text, "    and {} more", details.len() - MOST_DETAILS);
    }
    text
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    converging: usize,
    all_converge: bool,
    #[serde(flatten)]
    report: &'a VerifyReport,
}

/// Every state with its verdict.
///
/// # Errors
/// None in practice: all keys are text.
pub fn verify_json(report: &VerifyReport) -> serde_json::Result<String> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        converging: report.converging(),
        all_converge: report.all_converge(),
        report,
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}
