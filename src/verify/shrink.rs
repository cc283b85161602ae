//! The smallest start state that still fails: what of a long list of scripts does the harm.

use super::check::Arrival;
use super::report::StateReport;
use super::run::Runner;
use super::session::reports;
use super::{StartState, VersionTable};
use crate::database::DatabaseError;

/// A state with no more facts than this says enough as it is.
const FEW_FACTS: usize = 3;
/// So many different failures are looked into, with so many tries each.
const MOST_FAILURES: usize = 6;
const MOST_TRIES: usize = 60;

/// Names the smallest state beside each failing one that has more than a few facts: a tested one
/// that fails alike, or one that is found by leaving out scripts.
pub(crate) fn smallest(
    runner: &Runner<'_>,
    reference: Option<&Arrival>,
    found: &mut [StateReport],
) -> Result<(), DatabaseError> {
    let failing: Vec<StateReport> = found
        .iter()
        .filter(|report| !report.verdict.is_accounted_for())
        .cloned()
        .collect();
    let mut looked_into = 0;
    for report in found.iter_mut() {
        if report.verdict.is_accounted_for() || report.state.facts() <= FEW_FACTS {
            continue;
        }
        let known = failing
            .iter()
            .filter(|other| {
                is_inside(&other.state, &report.state) && signature(other) == signature(report)
            })
            .min_by_key(|other| other.state.facts());
        let start = known.map_or_else(|| report.state.clone(), |known| known.state.clone());
        let smallest = if start.facts() > FEW_FACTS && looked_into < MOST_FAILURES {
            looked_into += 1;
            shrink(runner, reference, start, &signature(report))?
        } else {
            start
        };
        if smallest != report.state {
            report.smallest = Some(smallest.describe(runner.plan));
        }
    }
    Ok(())
}

/// Only scripts of the other, at the same point.
fn is_inside(small: &StartState, large: &StartState) -> bool {
    let scripts = small
        .scripts
        .iter()
        .all(|script| large.scripts.contains(script));
    let version = small.version == VersionTable::Right || small.version == large.version;
    small.facts() < large.facts() && small.revisions == large.revisions && scripts && version
}

/// What two failures have in common that come from the same: numbers aside.
fn signature(report: &StateReport) -> String {
    let first = report.verdict.details().into_iter().next();
    let first = first.unwrap_or_default();
    let words: String = first
        .chars()
        .filter(|one| !one.is_ascii_digit())
        .take(80)
        .collect();
    format!("{}: {words}", report.verdict.word())
}

/// Leaves out halves, then quarters ... as long as it fails alike (Zeller and Hildebrandt's ddmin).
fn shrink(
    runner: &Runner<'_>,
    reference: Option<&Arrival>,
    start: StartState,
    wanted: &str,
) -> Result<StartState, DatabaseError> {
    let mut best = start;
    let mut tries = 0;
    let mut parts = 2;
    if best.version != VersionTable::Right {
        let right = StartState {
            version: VersionTable::Right,
            ..best.clone()
        };
        if fails_alike(runner, reference, &right, wanted)? {
            best = right;
        }
    }
    while best.scripts.len() > 1 && tries < MOST_TRIES {
        let size = best.scripts.len().div_ceil(parts);
        let chunks: Vec<Vec<usize>> = best.scripts.chunks(size).map(<[usize]>::to_vec).collect();
        let mut smaller = None;
        for chunk in &chunks {
            let rest: Vec<usize> = best
                .scripts
                .iter()
                .copied()
                .filter(|script| !chunk.contains(script))
                .collect();
            for scripts in [chunk.clone(), rest] {
                let state = StartState {
                    scripts,
                    ..best.clone()
                };
                tries += 1;
                if fails_alike(runner, reference, &state, wanted)? {
                    smaller = Some(state);
                    break;
                }
            }
            if smaller.is_some() || tries >= MOST_TRIES {
                break;
            }
        }
        match smaller {
            Some(state) => {
                best = state;
                parts = 2;
            }
            None if size == 1 => break,
            None => parts = (parts * 2).min(best.scripts.len()),
        }
    }
    Ok(best)
}

fn fails_alike(
    runner: &Runner<'_>,
    reference: Option<&Arrival>,
    state: &StartState,
    wanted: &str,
) -> Result<bool, DatabaseError> {
    let states = std::slice::from_ref(state);
    let done = runner.run(states, 0, &|_, _| {})?;
    let reports = reports(runner, states, done.outcomes, reference);
    Ok(reports.iter().any(|report| signature(report) == wanted))
}
