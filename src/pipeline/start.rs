//! What the first migration finds: the preludes of the configuration, or of the command line.

use anyhow::{Context, Result, anyhow};

use super::Estate;
use crate::chain::Chain;
use crate::config::PLATFORM;
use crate::replay::Start;
use crate::replay::platform::Prelude;
use crate::source::Files;

/// The start of a chain, as the configuration says.
///
/// # Errors
/// Where a file of `prelude` cannot be read, and where the server would refuse what is in it.
pub(super) fn start(estate: &Estate, chain: &Chain) -> Result<Start> {
    founded(estate, chain, None)
}

/// As `start`, with what people have said stood there beside it.
///
/// # Errors
/// As `start`.
pub(super) fn founded(estate: &Estate, chain: &Chain, baseline: Option<&Prelude>) -> Result<Start> {
    let mut preludes = preludes(estate, Some(chain))?;
    preludes.extend(baseline.cloned());
    after(&preludes)
}

/// What stands in the database before the first migration, in order.
///
/// # Errors
/// Where a file of `prelude` cannot be read.
pub(super) fn preludes(estate: &Estate, chain: Option<&Chain>) -> Result<Vec<Prelude>> {
    let format = chain.map(|chain| chain.location.format);
    let mut preludes = Vec::new();
    for entry in &estate.settings.prelude {
        match &**entry {
            PLATFORM => preludes.extend(format.and_then(Prelude::implied)),
            name => preludes.push(prelude(estate, name)?),
        }
    }
    Ok(preludes)
}

fn prelude(estate: &Estate, entry: &str) -> Result<Prelude> {
    if let Some(platform) = Prelude::of_platform(entry) {
        return Ok(platform);
    }
    let source = estate
        .files
        .read(entry)
        .with_context(|| format!("`prelude` in fixfold.yaml names `{entry}`"))?;
    Ok(Prelude {
        name: entry.into(),
        text: source.text.to_string().into(),
    })
}

pub(super) fn after(preludes: &[Prelude]) -> Result<Start> {
    Start::after(preludes).map_err(|failure| {
        let (place, error) = (failure.place, failure.error);
        anyhow!("the prelude fails at {place}: {error}")
    })
}
