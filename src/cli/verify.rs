//! `fixfold verify`: proof of the consolidated migration on a throwaway server.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ledger::known_ledger;
use super::{Outcome, Terminal};
use crate::database::ClusterOptions;
use crate::pipeline::{self, Estate, Progress as _};
use crate::report;
use crate::verify::{self, VerifyOptions};

/// Prove on a throwaway PostgreSQL that every database arrives at one schema: head alone, head after
/// each script, head after all of them; with --points, the same from every revision.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold verify .
  fixfold verify . --points all --max-states 1000
  fixfold verify . --pg-bin /usr/lib/postgresql/15/bin

The server is fixfold's own, on a private socket, and is gone afterwards. Exit status 1 if any state
does not arrive.")]
pub(super) struct VerifyArguments {
    /// A repository.
    path: PathBuf,
    #[arg(long, value_enum, default_value_t = VerifyFormat::Text)]
    format: VerifyFormat,
    /// At which revisions the scripts may have run.
    #[arg(long, value_enum, default_value_t = Points::Head)]
    points: Points,
    /// At most so many start states, those at head first.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    max_states: usize,
    /// So many states at a time [default: the number of processors].
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// The folder of initdb and postgres.
    #[arg(long, value_name = "DIR")]
    pg_bin: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum VerifyFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Points {
    Head,
    All,
}

pub(super) fn run(arguments: &VerifyArguments, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let estate = Estate::open(&arguments.path)?;
    let (known, _) = known_ledger(&estate)?;
    let progress = terminal.progress("reading");
    let audit = pipeline::audit(&estate, &known, &progress);
    drop(progress);
    let plan = pipeline::verify_plan(&estate, &audit)?;
    let mut states = match arguments.points {
        Points::Head => verify::start_states(&plan),
        Points::All => verify::every_state(&plan, arguments.max_states),
    };
    states.truncate(arguments.max_states);
    let options = VerifyOptions {
        cluster: ClusterOptions {
            pg_bin: arguments.pg_bin.clone(),
            scratch: None,
        },
        jobs: arguments.jobs,
    };
    let progress = terminal.progress("proving");
    progress.expect(states.len());
    let proof = verify::verify(&plan, &states, &options, &|_, _| progress.step())?;
    drop(progress);
    let answer = match arguments.format {
        VerifyFormat::Text => report::verify_text(&proof),
        VerifyFormat::Json => report::verify_json(&proof)?,
    };
    terminal.answer(&answer)?;
    Ok(if proof.all_converge() {
        Outcome::Clean
    } else {
        Outcome::Findings
    })
}
