//! `fixfold effects`: what each script does to the database, one line an effect.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Outcome, Terminal};
use crate::model::Diagnostic;
use crate::pipeline::{self, Estate};
use crate::report;

/// List what each script can do to a database, one line an effect.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold effects .
  fixfold effects scripts/emergency_fix.py --format jsonl | jq .object")]
pub(super) struct EffectsArguments {
    /// A repository, or one script in it.
    path: PathBuf,
    #[arg(long, value_enum, default_value_t = EffectsFormat::Text)]
    format: EffectsFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum EffectsFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Jsonl,
}

pub(super) fn run(arguments: &EffectsArguments, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let estate = Estate::open(&arguments.path)?;
    let progress = terminal.progress("reading");
    let survey = pipeline::survey(&estate, &progress);
    drop(progress);
    let answer = match arguments.format {
        EffectsFormat::Text => report::effects_text(&survey.scripts),
        EffectsFormat::Jsonl => report::effects_jsonl(&survey.scripts)?,
    };
    terminal.answer(&answer)?;
    let only = estate.only.as_deref();
    let of_others = |diagnostic: &Diagnostic| match (&diagnostic.place, only) {
        (Some(place), Some(only)) => *place.file != *only,
        _ => false,
    };
    let mut troubles = survey.diagnostics;
    troubles.retain(|diagnostic| !of_others(diagnostic));
    terminal.notes(&troubles);
    Ok(Outcome::Clean)
}
