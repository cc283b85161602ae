//! Scripts on states of the chain: which outcome each has on each.

use anyhow::{Result, anyhow, bail};
use rayon::prelude::*;

use super::survey::{on_large_stacks, survey};
use super::{Estate, Modules, Progress, start};
use crate::chain::Chain;
use crate::model::{Effect, Reach, RevisionId, Script, ScriptLanguage};
use crate::registry;
use crate::replay::platform::Prelude;
use crate::replay::{self, AfterFailure, Command, Ground, Start, Trial};

/// What is tried.
#[derive(Debug, Clone, Default)]
pub struct TrialRequest {
    /// Files with their command lines; none: all scripts that can change the database.
    pub scripts: Vec<String>,
    /// Revisions as the migration tool takes them; none: every revision.
    pub states: Vec<String>,
    /// In place of those of the configuration.
    pub prelude: Option<Vec<Prelude>>,
}

/// One cell: a script on a state.
pub struct Cell {
    pub command: Command,
    /// The revision as the user wrote it.
    pub state: String,
    pub trial: Trial,
}

/// Tries every script on every state, scripts first.
///
/// # Errors
/// Where a script or revision is not known, or the chain does not get to its head by itself.
pub fn trials(
    estate: &Estate,
    chain: &Chain,
    request: &TrialRequest,
    progress: &dyn Progress,
) -> Result<Vec<Cell>> {
    let found = estate.located();
    let commands = match request.scripts.is_empty() {
        true => all(&survey(estate, progress).scripts),
        false => named(&request.scripts, &found.paths)?,
    };
    let modules = Modules::new(&estate.files, &found.paths);
    let empty = match &request.prelude {
        Some(preludes) => start::after(preludes)?,
        None => start::start(estate, chain)?,
    };
    on_large_stacks(|| {
        let ground = Ground {
            estate: &modules,
            registry: registry::standard(),
            after_failure: AfterFailure::Stop,
        };
        let head = arrive(chain, ground, &empty, &chain.map.heads(), "the head")?;
        let states = states(chain, ground, &empty, request)?;
        let pairs = commands
            .iter()
            .flat_map(|command| states.iter().map(move |state| (command, state)));
        let pairs: Vec<_> = pairs.collect();
        let cells = pairs.into_par_iter().map(|(command, (state, start))| Cell {
            command: command.clone(),
            state: state.clone(),
            trial: replay::try_script(chain, ground, start, command, &head.catalog),
        });
        Ok(cells.collect())
    })
}

fn states(
    chain: &Chain,
    ground: Ground<'_>,
    empty: &Start,
    request: &TrialRequest,
) -> Result<Vec<(String, Start)>> {
    let mut states = Vec::new();
    let every = || {
        chain
            .in_order()
            .into_iter()
            .map(|step| step.revision.id.to_string())
    };
    let names = match request.states.is_empty() {
        true => every().collect(),
        false => request.states.clone(),
    };
    for name in names {
        let targets = chain.map.resolve(&name).map_err(|reason| anyhow!(reason))?;
        let start = arrive(chain, ground, empty, &targets, &format!("`{name}`"))?;
        states.push((name, start));
    }
    Ok(states)
}

/// A database at these revisions.
fn arrive(
    chain: &Chain,
    ground: Ground<'_>,
    empty: &Start,
    at: &[RevisionId],
    what: &str,
) -> Result<Start> {
    let replay = replay::upgrade(chain, ground, empty.clone(), at);
    let failure = replay.first_failure().map(|(_, failure)| failure);
    if let Some(failure) = failure.or(replay.failure.as_ref()) {
        bail!(
            "the chain does not get to {what} by itself: {}",
            failure.describe()
        );
    }
    Ok(replay.left())
}

/// Scripts that can be run and reach the database.
fn is_tried(script: &Script) -> bool {
    let reaches = |effect: &Effect| !matches!(effect.reach, Reach::Inert(_));
    matches!(
        script.language,
        ScriptLanguage::Python | ScriptLanguage::Sql
    ) && script.effects.iter().any(reaches)
}

fn all(scripts: &[Script]) -> Vec<Command> {
    let tried = scripts.iter().filter(|script| is_tried(script));
    let commands = tried.map(|script| Command {
        file: script.file.to_string(),
        words: Vec::new(),
    });
    commands.collect()
}

/// `fix.py --execute`: the file, then its words.
fn named(scripts: &[String], paths: &[String]) -> Result<Vec<Command>> {
    let found = scripts.iter().map(|written| {
        let mut words = written.split_whitespace().map(str::to_owned);
        let file = words.next().unwrap_or_default();
        let file = file.trim_start_matches("./").to_owned();
        if !paths.contains(&file) {
            bail!("there is no script `{file}`");
        }
        Ok(Command {
            file,
            words: words.collect(),
        })
    });
    found.collect()
}
