//! What verification found.

use serde::Serialize;

use super::StartState;
use crate::catalog::Difference;
use crate::model::SqlError;

/// A step that failed on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The revision, script or file.
    pub file: String,
    /// Its statement, as sent.
    pub statement: String,
    pub error: SqlError,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It reaches the same catalog and version as the first state, and the second run changes
    /// nothing.
    Converges,
    /// Another catalog, or another version.
    Differs {
        differences: Vec<Difference>,
        versions: Vec<String>,
    },
    /// The chain does not get from there to head.
    Stuck(Failure),
    /// The consolidated migration fails.
    Fails(Failure),
    /// It fails when it is run again.
    FailsAgain(Failure),
    /// It succeeds again, but changes something.
    ChangesAgain { differences: Vec<Difference> },
}

impl Verdict {
    pub fn converges(&self) -> bool {
        matches!(self, Self::Converges)
    }

    /// One word for a table.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Converges => "converges",
            Self::Differs { .. } => "differs",
            Self::Stuck(_) => "stuck",
            Self::Fails(_) => "fails",
            Self::FailsAgain(_) => "fails again",
            Self::ChangesAgain { .. } => "changes again",
        }
    }

    /// What is wrong, a line each.
    pub fn details(&self) -> Vec<String> {
        let failure = |failure: &Failure| {
            let first = failure
                .statement
                .split('\n')
                .find(|line| !line.trim().is_empty());
            let statement = first.unwrap_or_default().trim();
            vec![format!(
                "{}: {}: `{statement}`",
                failure.file, failure.error
            )]
        };
        match self {
            Self::Converges => Vec::new(),
            Self::Differs {
                differences,
                versions,
            } => {
                let differences = differences.iter().map(ToString::to_string);
                let version =
                    (!versions.is_empty()).then(|| format!("version {}", versions.join(" -> ")));
                differences.chain(version).collect()
            }
            Self::Stuck(found) | Self::Fails(found) | Self::FailsAgain(found) => failure(found),
            Self::ChangesAgain { differences } => {
                differences.iter().map(ToString::to_string).collect()
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateReport {
    pub state: StartState,
    /// `head + fix_a.py`.
    pub name: String,
    /// Statements of its scripts that failed, as they do in real life.
    pub script_failures: Vec<Failure>,
    pub verdict: Verdict,
    /// Of the catalog at the end; empty if it was not reached.
    pub fingerprint: String,
    pub milliseconds: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    pub server_version: String,
    pub states: Vec<StateReport>,
    pub milliseconds: u64,
}

impl VerifyReport {
    pub fn all_converge(&self) -> bool {
        self.states.iter().all(|state| state.verdict.converges())
    }

    pub fn converging(&self) -> usize {
        self.states
            .iter()
            .filter(|state| state.verdict.converges())
            .count()
    }
}
