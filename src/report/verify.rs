//! What verification proved: each state that does not arrive, and why.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::style::{bold, count};
use crate::verify::{StateReport, VerifyReport};

const SCHEMA_VERSION: u32 = 1;

/// As many differences of one state as a person reads.
const MOST_DETAILS: usize = 12;
const MOST_SCRIPTS: usize = 8;

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
    if report.shortens() {
        let _ = writeln!(text, "each difference in full: --format json");
    }
    for difference in &report.missed {
        let _ = writeln!(text, "{} {difference}", bold("against the plan"));
    }
    for trouble in &report.crash_troubles {
        let _ = writeln!(text, "{} {trouble}", bold("crash"));
    }
    if report.stopping() > 0 {
        let _ = writeln!(
            text,
            "{} {} until people decide, in the ledger:",
            count(report.stopping(), "state"),
            match report.stopping() {
                1 => "does not arrive",
                _ => "do not arrive",
            },
        );
        for decision in report.open_decisions() {
            let _ = writeln!(text, "    {decision}");
        }
    }
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    for state in &report.states {
        *words.entry(state.verdict.word()).or_default() += 1;
    }
    let words = words
        .iter()
        .map(|(word, states)| format!("{word}: {states}"));
    let _ = writeln!(
        text,
        "{} ({} right before the migration) on PostgreSQL {} in {:.1} s: {}",
        count(report.states.len(), "state"),
        count(report.databases(), "different database"),
        report.server_version,
        report.milliseconds as f64 / 1000.0,
        words.collect::<Vec<_>>().join(", "),
    );
    for words in &report.unproved {
        let _ = writeln!(text, "{} {words}", bold("not proved"));
    }
    if let Some(alembic) = &report.alembic {
        let _ = writeln!(text, "the migrations were run by {alembic}");
    }
    let _ = writeln!(
        text,
        "{} compared; {}",
        count(report.rows(), "row"),
        match report.crash_points {
            0 => "no run was killed".to_owned(),
            points => format!(
                "runs killed after {} and started again: {}",
                count(points, "statement"),
                if report.crash_troubles.is_empty() {
                    "all arrive"
                } else {
                    "see above"
                }
            ),
        }
    );
    text
}

/// A name with more scripts than a person reads says how many they are.
fn shortened(state: &StateReport) -> String {
    let scripts = state.state.scripts.len();
    if scripts <= MOST_SCRIPTS {
        return state.name.clone();
    }
    let first: Vec<&str> = state.name.splitn(MOST_SCRIPTS + 1, ", ").collect();
    format!(
        "{} and {} more scripts",
        first[..MOST_SCRIPTS.min(first.len())].join(", "),
        scripts - MOST_SCRIPTS
    )
}

fn state_text(state: &StateReport) -> String {
    let name = shortened(state);
    let mut text = format!("{} {}\n", bold(&name), state.verdict.word());
    let details = state.verdict.details();
    for detail in details.iter().take(MOST_DETAILS) {
        let _ = writeln!(text, "    {detail}");
    }
    if let Some(smallest) = &state.smallest {
        let _ = writeln!(text, "    the same fails with less: {smallest}");
    }
    if details.len() > MOST_DETAILS {
        let _ = writeln!(text, "    and {} more", details.len() - MOST_DETAILS);
    }
    text
}

/// A table of all states, those that do not converge first, with what is wrong.
pub fn verify_markdown(report: &VerifyReport) -> String {
    let alembic = report.alembic.as_ref();
    let alembic = alembic.map(|alembic| format!(", the migrations run by {alembic}"));
    let unproved = report.unproved.iter();
    let unproved = unproved.map(|words| format!("**Not proved:** {words}\n\n"));
    let mut text = format!(
        "# Proof on PostgreSQL {}{}\n\n{} of {} converge; {} right before the migration, {} compared.\n\n{}\
         | start state | verdict | details |\n|---|---|---|\n",
        report.server_version,
        alembic.unwrap_or_default(),
        report.converging(),
        count(report.states.len(), "state"),
        count(report.databases(), "different database"),
        count(report.rows(), "row"),
        unproved.collect::<String>(),
    );
    let mut states: Vec<&StateReport> = report.states.iter().collect();
    states.sort_by_key(|state| state.verdict.converges());
    for state in states {
        let details: Vec<_> = state
            .verdict
            .details()
            .into_iter()
            .take(MOST_DETAILS)
            .collect();
        let details = details.join("<br>").replace('|', "\\|").replace('\n', " ");
        let name = state.name.replace('|', "\\|");
        let _ = writeln!(text, "| {name} | {} | {details} |", state.verdict.word());
    }
    text
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    converging: usize,
    all_accounted_for: bool,
    /// Different ones, right before the consolidated migration.
    databases: usize,
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
        all_accounted_for: report.all_accounted_for(),
        databases: report.databases(),
        report,
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}
