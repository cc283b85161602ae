//! `fixfold replay`: what the chain does, without a database.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::{Outcome, Terminal, trial};
use crate::chain::Chain;
use crate::model::ChainFormat;
use crate::pipeline::{self, Estate, ReplayRequest};
use crate::replay::platform::Prelude;
use crate::replay::{AfterFailure, Replay, RoundTrip, WayBack};
use crate::report;

/// Run the chain on a modelled database, and say what it does and where it fails.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold replay .                                   from an empty database to the heads
  fixfold replay . --to 4f2a --format dump           the schema at a revision
  fixfold replay . --from 4f2a --format sql          what is still to be sent, for psql
  fixfold replay . --down --from head --to -1        the way back of the last revision
  fixfold replay . --after-failure pass-over         all that fails, not only the first
  fixfold replay . --round-trip                      each revision up, down and up again
  fixfold replay . --script fix.py --from 4f2a       what a script does there, and the chain after it
  fixfold replay . --script 'fix.py --execute' --from head
  fixfold replay . --matrix --from 4f2a,head         all scripts on two states: SAFE, DRIFT, BREAKS
                                                     at a revision, NO-OP, FAILS

No server is needed: PostgreSQL 15 is modelled. Exit status 1 if a step fails.")]
pub(super) struct ReplayArguments {
    /// A repository.
    path: PathBuf,
    /// The revision that the database stands at before [default: none; with --down, the heads;
    /// with --matrix, each].
    #[arg(
        long,
        value_name = "REV",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    pub(super) from: Vec<String>,
    /// The revision to arrive at [default: the heads; with --down, none].
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    to: Option<String>,
    /// Go down instead of up.
    #[arg(long)]
    down: bool,
    #[arg(long, value_enum, default_value_t = ReplayFormat::Text)]
    pub(super) format: ReplayFormat,
    /// Take each revision up, once more, down and up again: which ways back raise, and which do not
    /// restore what was there.
    #[arg(long, conflicts_with_all = ["from", "down", "script", "matrix"])]
    round_trip: bool,
    /// Run a script, with its words, on a database at --from; then the rest of the chain.
    #[arg(long, value_name = "SCRIPT", conflicts_with_all = ["to", "down"])]
    pub(super) script: Vec<String>,
    /// Run every script, or those given, on every state: a table of verdicts.
    #[arg(long, conflicts_with_all = ["to", "down"])]
    pub(super) matrix: bool,
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
pub(super) enum ReplayFormat {
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
    if arguments.round_trip {
        return round_trip(arguments, &estate, chain, terminal);
    }
    if arguments.matrix || !arguments.script.is_empty() {
        return trial::run(arguments, &estate, chain, terminal);
    }
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

fn round_trip(
    arguments: &ReplayArguments,
    estate: &Estate,
    chain: &Chain,
    terminal: &Terminal,
) -> anyhow::Result<Outcome> {
    let trips = pipeline::round_trips(estate, chain, &request(chain, arguments)?)?;
    let answer = match arguments.format {
        ReplayFormat::Text => report::round_trips_text(&trips),
        ReplayFormat::Json => report::round_trips_json(&trips)?,
        ReplayFormat::Sql | ReplayFormat::Dump => {
            bail!("round trips are told as `--format text` or `json`")
        }
    };
    terminal.answer(&answer)?;
    let restores = |trip: &RoundTrip| trip.way_back() == WayBack::Restores;
    Ok(match trips.iter().all(restores) {
        true => Outcome::Clean,
        false => Outcome::Findings,
    })
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
    Ok(ReplayRequest {
        from: arguments.from.first().cloned(),
        to: arguments.to.clone(),
        down: arguments.down,
        after_failure: arguments.after_failure.map_or(usual, AfterFailure::from),
        prelude: preludes(arguments)?,
    })
}

/// `None` where the command line names none.
pub(super) fn preludes(arguments: &ReplayArguments) -> anyhow::Result<Option<Vec<Prelude>>> {
    let entries = arguments.prelude.iter();
    let preludes: Vec<_> = entries
        .map(|entry| prelude(entry))
        .collect::<Result<_, _>>()?;
    Ok(Some(preludes).filter(|preludes| !preludes.is_empty()))
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
        let filled = chains.iter().find(|chain| !chain.steps.is_empty());
        return filled.or(chains.first()).ok_or_else(|| {
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
