//! `fixfold replay`: what the chain does on an empty database, without a database.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};

use super::{Outcome, Terminal};
use crate::pipeline::{self, Estate};
use crate::replay::AfterFailure;
use crate::report;

/// Run the chain on a modelled database that is empty, and say where it would fail.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold replay .
  fixfold replay . --after-failure stop     as the migration tool would go

No server is needed: PostgreSQL 15 is modelled. Exit status 1 if a step fails.")]
pub(super) struct ReplayArguments {
    /// A repository.
    path: PathBuf,
    #[arg(long, value_enum, default_value_t = ReplayFormat::Text)]
    format: ReplayFormat,
    /// How to go on where a step fails.
    #[arg(long, value_enum, value_name = "HOW", default_value_t = OnFailure::PassOver)]
    after_failure: OnFailure,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReplayFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OnFailure {
    /// End there.
    Stop,
    /// Roll the step back and go on with the next.
    PassOver,
    /// Undo the failing statement alone.
    Savepoints,
}

impl From<OnFailure> for AfterFailure {
    fn from(how: OnFailure) -> Self {
        match how {
            OnFailure::Stop => Self::Stop,
            OnFailure::PassOver => Self::PassOver,
            OnFailure::Savepoints => Self::Savepoints,
        }
    }
}

pub(super) fn run(arguments: &ReplayArguments, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let estate = Estate::open(&arguments.path)?;
    let chains = pipeline::chains(&estate);
    let Some(chain) = chains.first() else {
        bail!(
            "no migration chain in `{}`: name it under `chains` in fixfold.yaml",
            arguments.path.display()
        );
    };
    let Some(replay) = pipeline::replay(&estate, chain, arguments.after_failure.into()) else {
        bail!(
            "the {} chain `{}` cannot be replayed",
            chain.location.format,
            chain.location.anchor
        );
    };
    let answer = match arguments.format {
        ReplayFormat::Text => report::replay_text(chain, &replay, &estate.files),
        ReplayFormat::Json => report::replay_json(chain, &replay)?,
    };
    terminal.answer(&answer)?;
    let fails = replay.failure.is_some() || replay.first_failure().is_some();
    Ok(if fails {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}
