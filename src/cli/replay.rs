//! `fixfold replay`: what the chain does, without a database.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::{Outcome, Terminal};
use crate::chain::Chain;
use crate::model::ChainFormat;
use crate::pipeline::{self, Estate, ReplayRequest};
use crate::replay::platform::Prelude;
use crate::replay::{AfterFailure, Replay};
use crate::report;

/// Run the chain on a modelled database, and say what it does and where it fails.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold replay .                                   from an empty database to the heads
  fixfold replay . --to 4f2a --format dump           the schema at a revision
  fixfold replay . --from 4f2a --format sql          what is still to be sent, for psql
  fixfold replay . --down --from head --to -1        the way back of the last revision
  fixfold replay . --after-failure pass-over         all that fails, not only the first

No server is needed: PostgreSQL 15 is modelled. Exit status 1 if a step fails.")]
pub(super) struct ReplayArguments {
    /// A repository.
    path: PathBuf,
    /// The revision that the database stands at before [default: none; with --down, the heads].
    #[arg(long, value_name = "REV")]
    from: Option<String>,
    /// The revision to arrive at [default: the heads; with --down, none].
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    to: Option<String>,
    /// Go down instead of up.
    #[arg(long)]
    down: bool,
    #[arg(long, value_enum, default_value_t = ReplayFormat::Text)]
    format: ReplayFormat,
    /// How to go on where a step fails [default: as the migration tool; files of SQL are passed
    /// over].
    #[arg(long, value_enum, value_name = "HOW")]
    after_failure: Option<OnFailure>,
    /// What stands in the database before the first revision: `supabase`, or a file of SQL; may be
    /// repeated [default: what the configuration says].
    #[arg(long, value_name = "PRELUDE")]
    prelude: Vec<String>,
    /// The chain that counts, where there are several: its configuration file or folder.
    #[arg(long, value_name = "CHAIN")]
    chain: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReplayFormat {
    /// What each revision does, or how it fails.
    Text,
    /// The statements that the migration tool sends.
    Sql,
    Json,
    /// The schema at the end.
    Dump,
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
    let chain = chosen(&chains, arguments)?;
    let replay = pipeline::replay_request(&estate, chain, &request(chain, arguments)?)?;
    let answer = match arguments.format {
        ReplayFormat::Text => report::replay_text(chain, &replay, &estate.files),
        ReplayFormat::Sql => report::replay_sql(&replay),
        ReplayFormat::Json => report::replay_json(chain, &replay)?,
        ReplayFormat::Dump => report::replay_dump(&replay),
    };
    terminal.answer(&answer)?;
    Ok(outcome(&replay))
}

fn outcome(replay: &Replay) -> Outcome {
    match replay.failure.is_some() || replay.first_failure().is_some() {
        true => Outcome::Findings,
        false => Outcome::Clean,
    }
}

fn request(chain: &Chain, arguments: &ReplayArguments) -> anyhow::Result<ReplayRequest> {
    let usual = match chain.location.format {
        ChainFormat::Alembic => AfterFailure::Stop,
        _ => AfterFailure::PassOver,
    };
    let preludes: Vec<_> = arguments
        .prelude
        .iter()
        .map(|entry| prelude(entry))
        .collect::<Result<_, _>>()?;
    Ok(ReplayRequest {
        from: arguments.from.clone(),
        to: arguments.to.clone(),
        down: arguments.down,
        after_failure: arguments.after_failure.map_or(usual, AfterFailure::from),
        prelude: Some(preludes).filter(|preludes| !preludes.is_empty()),
    })
}

fn prelude(entry: &str) -> anyhow::Result<Prelude> {
    if let Some(platform) = Prelude::of_platform(entry) {
        return Ok(platform);
    }
    let text = std::fs::read_to_string(entry)
        .with_context(|| format!("the prelude `{entry}` cannot be read"))?;
    Ok(Prelude {
        name: entry.into(),
        text: text.into(),
    })
}

fn chosen<'c>(chains: &'c [Chain], arguments: &ReplayArguments) -> anyhow::Result<&'c Chain> {
    let path = arguments.path.display();
    let Some(wanted) = &arguments.chain else {
        return chains.first().ok_or_else(|| {
            anyhow::anyhow!(
                "no migration chain in `{path}`: name it under `chains` in fixfold.yaml"
            )
        });
    };
    let is_wanted = |chain: &&Chain| {
        let wanted = wanted.trim_start_matches("./").trim_end_matches('/');
        let anchor = &*chain.location.anchor;
        anchor == wanted
            || anchor
                .rsplit_once('/')
                .is_some_and(|(folder, _)| folder == wanted)
    };
    if let Some(chain) = chains.iter().find(is_wanted) {
        return Ok(chain);
    }
    let known: Vec<_> = chains
        .iter()
        .map(|chain| format!("`{}`", chain.location.anchor))
        .collect();
    bail!(
        "no chain `{wanted}` in `{path}`; there are: {}",
        known.join(", ")
    )
}
