//! `fixfold check`: what is wrong with the scripts and the chain.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ledger::known_ledger;
use super::{Outcome, Terminal};
use crate::lint;
use crate::pipeline::{self, Estate};
use crate::report::{self, RuleDescription};

/// Report conflicts between scripts and chain, faults of the chain, and dangers in scripts.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold check .
  fixfold check . --format github        beside the lines of a pull request
  fixfold check . --format sarif > fixfold.sarif

`fixfold explain RULE` says what a rule means. Levels are set under `rules` in fixfold.yaml; a line
`# fixfold: allow RULE because ...` (in SQL `-- fixfold: allow ...`) above a finding silences it.")]
pub(super) struct CheckArguments {
    /// A repository, or one script in it.
    path: PathBuf,
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    format: CheckFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CheckFormat {
    /// With the lines they are about.
    Text,
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
}

pub(super) fn run(arguments: &CheckArguments, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let estate = Estate::open(&arguments.path)?;
    let (known, _) = known_ledger(&estate)?;
    let progress = terminal.progress("reading");
    let audit = pipeline::audit(&estate, &known, &progress);
    drop(progress);
    let mut findings = audit.findings;
    if let Some(only) = &estate.only {
        findings.retain(|finding| {
            finding
                .place
                .as_ref()
                .is_some_and(|place| *place.file == **only)
        });
    }
    let prefix = estate.path_from_repository();
    let answer = match arguments.format {
        CheckFormat::Text => report::findings_text(&findings, &estate.files),
        CheckFormat::Json => report::findings_json(&findings)?,
        CheckFormat::Sarif => report::findings_sarif(&findings, &descriptions(), &prefix)?,
        CheckFormat::Github => report::findings_github(&findings, &prefix),
    };
    terminal.answer(&answer)?;
    terminal.notes(&audit.survey.diagnostics);
    let is_clean = findings.is_empty();
    Ok(if is_clean {
        Outcome::Clean
    } else {
        Outcome::Findings
    })
}

fn descriptions() -> Vec<RuleDescription> {
    let rules = lint::rules().iter();
    rules
        .map(|rule| RuleDescription {
            id: rule.id,
            summary: rule.summary,
            page: rule.documentation,
        })
        .collect()
}
