//! `fixfold scan`: finds every script, says what it does, and keeps the ledger.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::ledger::known_ledger;
use super::trouble::Trouble;
use super::write::write_file;
use super::{Outcome, Terminal};
use crate::inventory::{self, Ledger};
use crate::pipeline::{self, Estate};
use crate::report;

/// Find every script that can change a database, and keep the ledger of them.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold scan .
  fixfold scan . --check                 in CI: fail when the ledger is stale
  fixfold scan . --format markdown > scripts.md

Writes inventory.yaml (or what `ledger` in fixfold.yaml names). Fields that people fill in there are
never lost.")]
pub(super) struct ScanArguments {
    /// A repository.
    path: PathBuf,
    #[arg(long, value_enum, default_value_t = ScanFormat::Text)]
    format: ScanFormat,
    /// Write nothing; exit with 1 if the ledger does not say what is there.
    #[arg(long)]
    check: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ScanFormat {
    /// Tables for people.
    Text,
    /// The ledger as one document.
    Json,
    Markdown,
    /// One row a script.
    Csv,
}

pub(super) fn run(arguments: &ScanArguments, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let estate = Estate::open(&arguments.path)?;
    if estate.only.is_some() {
        let file = arguments.path.display();
        let trouble = Trouble::new(format!("`{file}` is a file, not a repository"));
        return Err(trouble
            .with_help(format!("`fixfold show {file}` shows one script"))
            .into());
    }
    let path = estate.ledger_path();
    let (known, old) = known_ledger(&estate)?;
    let progress = terminal.progress("reading");
    let audit = pipeline::audit(&estate, &known, &progress);
    let ledger = pipeline::ledger(&estate, &audit);
    drop(progress);
    let ledger = inventory::merge(ledger, known);
    terminal.answer(&render(&ledger, arguments.format, terminal.width())?)?;
    terminal.notes(&audit.survey.diagnostics);
    if ledger.is_empty() && old.is_none() {
        return Ok(Outcome::Clean);
    }
    let text = inventory::write(&ledger, old.as_deref());
    if arguments.check {
        return Ok(check(&path, old.as_deref(), &text, terminal));
    }
    let changed = write_file(&path, &text)?;
    let done = if changed { "wrote" } else { "unchanged:" };
    terminal.note(&format!("{done} {}\n", path.display()));
    Ok(Outcome::Clean)
}

fn render(ledger: &Ledger, format: ScanFormat, width: u16) -> anyhow::Result<String> {
    Ok(match format {
        ScanFormat::Text => report::scan_text(ledger, width),
        ScanFormat::Json => report::scan_json(ledger)?,
        ScanFormat::Markdown => report::scan_markdown(ledger),
        ScanFormat::Csv => report::scan_csv(ledger),
    })
}

fn check(path: &Path, old: Option<&str>, new: &str, terminal: &Terminal) -> Outcome {
    let path = path.display();
    match old {
        Some(old) if old == new => Outcome::Clean,
        Some(_) => {
            terminal.note(&format!(
                "`{path}` is stale: run `fixfold scan` and commit it\n"
            ));
            Outcome::Findings
        }
        None => {
            terminal.note(&format!(
                "there is no `{path}`: run `fixfold scan` and commit it\n"
            ));
            Outcome::Findings
        }
    }
}
