//! A replay as the user asks for it: from a revision, to a revision, up or down.

use anyhow::{Result, anyhow, bail};

use super::survey::on_large_stacks;
use super::{Estate, Modules, start};
use crate::chain::Chain;
use crate::model::RevisionId;
use crate::registry;
use crate::replay::platform::Prelude;
use crate::replay::{self, AfterFailure, Ground, Replay, RoundTrip, Start};

/// What part of a chain is run, and which way. Revisions are written as the migration tool takes
/// them.
#[derive(Debug, Clone, Default)]
pub struct ReplayRequest {
    /// Where the database stands before; without it, before the first revision, and on the way
    /// down at the heads.
    pub from: Option<String>,
    /// Where to stop; without it at the heads, and on the way down at the base.
    pub to: Option<String>,
    pub down: bool,
    pub after_failure: AfterFailure,
    /// What stands in the database before the first revision; `None`: what the configuration says.
    pub prelude: Option<Vec<Prelude>>,
}

/// Runs the chain on a modelled database.
///
/// # Errors
/// Where the chain is empty, a revision is not known, or what comes before the first revision that
/// is asked for fails.
pub fn replay_request(estate: &Estate, chain: &Chain, request: &ReplayRequest) -> Result<Replay> {
    let (modules, empty) = ready(estate, chain, request)?;
    on_large_stacks(|| {
        let ground = Ground {
            estate: &modules,
            registry: registry::standard(),
            after_failure: request.after_failure,
        };
        run(chain, ground, request, empty)
    })
}

/// Takes every revision up and back.
///
/// # Errors
/// Where the chain is empty, or a revision is not known.
pub fn round_trips(
    estate: &Estate,
    chain: &Chain,
    request: &ReplayRequest,
) -> Result<Vec<RoundTrip>> {
    let (modules, empty) = ready(estate, chain, request)?;
    let targets = match &request.to {
        None => chain.map.heads(),
        Some(to) => chain.map.resolve(to).map_err(|reason| anyhow!(reason))?,
    };
    on_large_stacks(|| {
        let ground = Ground {
            estate: &modules,
            registry: registry::standard(),
            after_failure: AfterFailure::Stop,
        };
        Ok(replay::round_trips(chain, ground, empty, &targets))
    })
}

fn ready<'e>(
    estate: &'e Estate,
    chain: &Chain,
    request: &ReplayRequest,
) -> Result<(Modules<'e>, Start)> {
    let location = &chain.location;
    if chain.steps.is_empty() {
        bail!(
            "the {} chain `{}` is empty",
            location.format,
            location.anchor
        );
    }
    let empty = match &request.prelude {
        Some(preludes) => start::after(preludes)?,
        None => start::start(estate, chain)?,
    };
    let found = estate.located();
    Ok((Modules::new(&estate.files, &found.paths), empty))
}

fn run(chain: &Chain, ground: Ground<'_>, request: &ReplayRequest, empty: Start) -> Result<Replay> {
    let resolve = |written: &str| chain.map.resolve(written).map_err(|reason| anyhow!(reason));
    let start = match (&request.from, request.down) {
        (None, false) => empty,
        (None, true) => at(chain, ground, empty, &chain.map.heads())?,
        (Some(from), _) => at(chain, ground, empty, &resolve(from)?)?,
    };
    if request.down {
        let target = match request.to.as_deref() {
            None => Vec::new(),
            Some(relative) if relative.starts_with('-') => {
                let from = request.from.as_deref().unwrap_or("head");
                resolve(&format!("{from}{relative}"))?
            }
            Some(to) => resolve(to)?,
        };
        return Ok(replay::downgrade(chain, ground, start, target.first()));
    }
    let targets = match &request.to {
        None => chain.map.heads(),
        Some(to) => resolve(to)?,
    };
    Ok(replay::upgrade(chain, ground, start, &targets))
}

const HINT: &str = "; `--after-failure pass-over` goes on behind it";

/// A database at these revisions.
fn at(chain: &Chain, ground: Ground<'_>, empty: Start, targets: &[RevisionId]) -> Result<Start> {
    let before = replay::upgrade(chain, ground, empty, targets);
    if ground.after_failure == AfterFailure::Stop {
        let first = before.first_failure().map(|(step, failure)| {
            let place = failure.place().map(|place| format!(" at {place}"));
            let place = place.unwrap_or_default();
            let id = &step.revision.id;
            let reason = failure.describe();
            anyhow!("the chain fails before that, in `{id}`{place}: {reason}{HINT}")
        });
        let whole = before.failure.as_ref();
        let whole = whole.map(|failure| anyhow!("{}{HINT}", failure.describe()));
        if let Some(error) = first.or(whole) {
            return Err(error);
        }
    }
    Ok(before.left())
}
