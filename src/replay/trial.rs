//! A script run on a state of the chain, and the rest of the chain after it: whether a database that
//! somebody mended by hand still arrives at the head.

use crate::catalog::{Difference, Rows, diff};
use crate::chain::Chain;
use crate::model::{Action, ChainFormat, RevisionId, RowOperation};
use crate::sql::StoredSpelling;

use super::outcome::{AfterFailure, Replay, SentRun, StepFailure};
use super::script::{Program, ScriptReplay, run_script};
use super::{Ground, Start, upgrade};

/// What came of it.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What the version table held before.
    pub before: Vec<RevisionId>,
    pub script: ScriptReplay,
    /// What is left of the chain, run on what the script left.
    pub rest: Replay,
    /// What the end has that the head does not have, and the other way round.
    pub differences: Vec<Difference>,
    pub verdict: Verdict,
}

/// A trial in a word, the gravest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The chain does not get to its head any more.
    Breaks {
        revision: Option<RevisionId>,
        failure: StepFailure,
    },
    /// It gets there, but the schema is another one.
    Drift,
    /// The script fails and leaves nothing behind.
    Fails,
    /// The script passes and leaves nothing behind.
    NoOp,
    /// The script changes something, and the head is the head.
    Safe,
}

impl Verdict {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Breaks { .. } => "BREAKS",
            Self::Drift => "DRIFT",
            Self::Fails => "FAILS",
            Self::NoOp => "NO-OP",
            Self::Safe => "SAFE",
        }
    }
}

/// The script of a trial with its command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub file: String,
    pub words: Vec<String>,
}

/// Runs the script on `start`, then the rest of the chain. `head` is where the chain arrives without
/// the script. The caller's stack must bear `eval::limits::STACK_BYTES`.
pub fn try_script(
    chain: &Chain,
    ground: Ground<'_>,
    start: &Start,
    command: &Command,
    head: &crate::catalog::Catalog,
) -> Trial {
    let ground = Ground {
        after_failure: AfterFailure::Stop,
        ..ground
    };
    let of_alembic = chain.location.format == ChainFormat::Alembic;
    let script = run_script(&Program::new(
        &command.file,
        &command.words,
        ground,
        of_alembic.then_some(chain),
        start.clone(),
    ));
    let versions = match of_alembic {
        true => script.versions.iter().cloned().collect(),
        false => start.versions.clone(),
    };
    let left = Start {
        catalog: (*script.end).clone(),
        versions,
        rows: script.rows.clone(),
    };
    let rest = upgrade(chain, ground, left, &chain.map.heads());
    let differences = diff(head, &rest.end, &StoredSpelling);
    let verdict = verdict(start, &script, &rest, &differences);
    Trial {
        before: start.versions.iter().cloned().collect(),
        script,
        rest,
        differences,
        verdict,
    }
}

fn verdict(
    start: &Start,
    script: &ScriptReplay,
    rest: &Replay,
    differences: &[Difference],
) -> Verdict {
    if let Some((step, failure)) = rest.first_failure() {
        return Verdict::Breaks {
            revision: Some(step.revision.id.clone()),
            failure: failure.clone(),
        };
    }
    if let Some(failure) = &rest.failure {
        return Verdict::Breaks {
            revision: None,
            failure: failure.clone(),
        };
    }
    if !differences.is_empty() {
        return Verdict::Drift;
    }
    match (leaves_something(start, script), script.exit.code()) {
        (true, _) => Verdict::Safe,
        (false, Some(0) | None) => Verdict::NoOp,
        (false, Some(_)) => Verdict::Fails,
    }
}

fn leaves_something(start: &Start, script: &ScriptReplay) -> bool {
    let stamped = script
        .versions
        .iter()
        .any(|id| !start.versions.contains(id))
        || script.versions.len() != start.versions.len();
    let changes_rows = |sent: &SentRun| {
        let mut effects = sent.run.effects.iter();
        !sent.undone && effects.any(|done| has_rows(start, &done.effect.action))
    };
    stamped
        || script.runs.iter().any(changes_rows)
        || !diff(&start.catalog, &script.end, &StoredSpelling).is_empty()
}

/// Does the action change rows that are there?
fn has_rows(start: &Start, action: &Action) -> bool {
    let Action::Rows(change) = action else {
        return false;
    };
    let adds = matches!(change.operation, RowOperation::Insert | RowOperation::Copy);
    let table = start.catalog.table(&change.table);
    adds || table.is_none_or(|table| table.rows != Rows::Empty)
}
