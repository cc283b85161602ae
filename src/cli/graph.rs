//! `fixfold graph`: who touches what.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ledger::known_ledger;
use super::{Outcome, Terminal};
use crate::model::Diagnostic;
use crate::pipeline::{self, Estate};
use crate::report::{self, GraphView};

/// Show scripts, revisions and objects: who creates, alters, drops and needs what, who clashes with
/// whom, and an order in which the scripts can run.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold graph .
  fixfold graph . --format dot | dot -Tsvg > estate.svg
  fixfold graph . --format mermaid >> README.md")]
pub(super) struct GraphArguments {
    /// A repository.
    path: PathBuf,
    #[arg(long, value_enum, default_value_t = GraphFormat::Text)]
    format: GraphFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum GraphFormat {
    Text,
    Json,
    /// For Graphviz.
    Dot,
    Mermaid,
}

/// Rules about the graph of revisions itself: without them said, a picture of it would mislead.
const CHAIN_FAULTS: [&str; 5] = [
    "duplicate-revision-id",
    "missing-parent",
    "redundant-merge-parent",
    "revision-cycle",
    "several-heads",
];

pub(super) fn run(arguments: &GraphArguments, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let estate = Estate::open(&arguments.path)?;
    let (known, _) = known_ledger(&estate)?;
    let progress = terminal.progress("reading");
    let audit = pipeline::audit(&estate, &known, &progress);
    drop(progress);
    let view = GraphView {
        graph: &audit.graph,
        conflicts: &audit.conflicts,
        order: &audit.order,
    };
    let answer = match arguments.format {
        GraphFormat::Text => report::graph_text(&view),
        GraphFormat::Json => report::graph_json(&view)?,
        GraphFormat::Dot => report::graph_dot(&view),
        GraphFormat::Mermaid => report::graph_mermaid(&view),
    };
    terminal.answer(&answer)?;
    terminal.notes(&audit.survey.diagnostics);
    let is_fault = |found: &&Diagnostic| CHAIN_FAULTS.contains(&found.rule);
    let faults: Vec<Diagnostic> = audit.findings.iter().filter(is_fault).cloned().collect();
    terminal.notes(&faults);
    Ok(Outcome::Clean)
}
