//! What verification found.

use std::collections::BTreeSet;

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

/// One thing that is otherwise, and why that is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reason {
    pub what: String,
    pub why: String,
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
    /// The same objects, each of the same shape, and the same version; rights and owners are those of its
    /// environment, and the plan leaves them there.
    OtherRights { reasons: Vec<Reason> },
    /// Another catalog, and each difference is one that the plan leaves to environments or to people.
    Explained { reasons: Vec<Reason> },
    /// The consolidated migration refuses, and says which decision it needs.
    Stops {
        failure: Failure,
        reasons: Vec<Reason>,
    },
    /// The chain does not get from there to head.
    Stuck(Failure),
    /// The consolidated migration fails.
    Fails(Failure),
    /// It fails when it is run again.
    FailsAgain(Failure),
    /// It succeeds again, but changes something.
    ChangesAgain { differences: Vec<Difference> },
    /// It succeeds again, but the rows of these tables are not what they were after the first run.
    ChangesRowsAgain { tables: Vec<String> },
    /// It takes away what the chain has, in a database on which nothing but the chain ran.
    TakesAway { differences: Vec<Difference> },
    /// Rows are gone, or values are not what they were.
    LosesRows { losses: Vec<String> },
    /// The downgrade fails, or does not give back what it promises.
    NoWayBack { troubles: Vec<String> },
}

impl Verdict {
    pub fn converges(&self) -> bool {
        matches!(self, Self::Converges)
    }

    /// Nothing is wrong with it that is not known and meant.
    pub fn is_accounted_for(&self) -> bool {
        self.arrives() || matches!(self, Self::Stops { .. })
    }

    /// It gets to the end, and whatever is otherwise there is meant.
    pub fn arrives(&self) -> bool {
        matches!(
            self,
            Self::Converges | Self::OtherRights { .. } | Self::Explained { .. }
        )
    }

    /// One word for a table.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Converges => "converges",
            Self::Differs { .. } => "differs",
            Self::OtherRights { .. } => "converges but for rights",
            Self::Explained { .. } => "explained",
            Self::Stops { .. } => "stops",
            Self::TakesAway { .. } => "takes away",
            Self::LosesRows { .. } => "loses rows",
            Self::NoWayBack { .. } => "no way back",
            Self::Stuck(_) => "stuck",
            Self::Fails(_) => "fails",
            Self::FailsAgain(_) => "fails again",
            Self::ChangesAgain { .. } => "changes again",
            Self::ChangesRowsAgain { .. } => "changes rows again",
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
            Self::OtherRights { reasons } | Self::Explained { reasons } => reasons_of(reasons),
            Self::Stops {
                failure: found,
                reasons,
            } => {
                let mut lines = failure(found);
                lines.extend(
                    reasons
                        .iter()
                        .map(|reason| format!("because: {}", reason.why)),
                );
                lines.dedup();
                lines
            }
            Self::LosesRows { losses: lines }
            | Self::NoWayBack { troubles: lines }
            | Self::ChangesRowsAgain { tables: lines } => lines.clone(),
            Self::Stuck(found) | Self::Fails(found) | Self::FailsAgain(found) => failure(found),
            Self::ChangesAgain { differences } | Self::TakesAway { differences } => {
                differences.iter().map(ToString::to_string).collect()
            }
        }
    }
}

/// So many of the differences that one reason explains are named.
const MOST_NAMED: usize = 3;

/// Each reason once, with the differences that it explains: one in full, of several the objects, the first
/// ones by name.
fn reasons_of(reasons: &[Reason]) -> Vec<String> {
    let mut by_why: std::collections::BTreeMap<&str, Vec<&str>> = std::collections::BTreeMap::new();
    for reason in reasons {
        by_why.entry(&reason.why).or_default().push(&reason.what);
    }
    let lines = by_why.into_iter().map(|(why, what)| match what[..] {
        [one] => format!("{one}; because: {why}"),
        _ => format!(
            "{} differences ({}); because: {why}",
            what.len(),
            named(&what)
        ),
    });
    lines.collect()
}

/// ``table `a`, table `b`, table `c` and 11 more``.
fn named(what: &[&str]) -> String {
    let names = what.iter().map(|one| one.split(": ").next().unwrap_or(one));
    let names: BTreeSet<&str> = names.collect();
    let first: Vec<&str> = names.iter().take(MOST_NAMED).copied().collect();
    let more = match names.len() - first.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", first.join(", "))
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateReport {
    pub state: StartState,
    /// `head + fix_a.py`.
    pub name: String,
    /// Statements of its scripts that failed, as they do in real life.
    pub script_failures: Vec<Failure>,
    pub verdict: Verdict,
    /// The version that its table was given before, where it said something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamped: Option<String>,
    /// Of the catalog and the rows right before the consolidated migration. States that meet there
    /// are one database, and it runs on it once.
    pub before: String,
    /// The first state that was the same database there, where this is not it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// How many rows there were then.
    pub rows: usize,
    /// Of the catalog at the end; empty if it was not reached.
    pub fingerprint: String,
    /// A state with fewer scripts that fails alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smallest: Option<String>,
    /// SQL for psql that makes the state and runs what fails; only where it does not arrive.
    #[serde(skip)]
    pub reproduction: Option<String>,
    pub milliseconds: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// What of the estate was in no state, in words; or that there was nothing at all.
    pub unproved: Vec<String>,
    /// The schema at which all arrive holds nothing.
    pub is_empty: bool,
    pub server_version: String,
    /// The Alembic that ran the migrations; else fixfold sent what it has rendered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alembic: Option<String>,
    /// Why Alembic was asked for and did not run them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_alembic: Option<String>,
    pub states: Vec<StateReport>,
    /// Where the schema that all arrive at is not the one that the plan promises.
    pub missed: Vec<Difference>,
    /// How often the server process was killed between two statements.
    pub crash_points: usize,
    /// What was wrong after one of these kills.
    pub crash_troubles: Vec<String>,
    pub milliseconds: u64,
    /// The folder of the server that was left running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// On that server: the databases of states that do not arrive, as far as they got.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept_databases: Vec<KeptDatabase>,
}

/// A state that does not arrive, left for a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptDatabase {
    pub state: String,
    pub database: String,
}

impl VerifyReport {
    /// Every state converges, or differs only where that is known and meant.
    pub fn all_accounted_for(&self) -> bool {
        !self.is_empty
            && self.crash_troubles.is_empty()
            && self.missed.is_empty()
            && self
                .states
                .iter()
                .all(|state| state.verdict.is_accounted_for())
    }

    /// States in which the migration waits for a decision of people.
    pub fn stopping(&self) -> usize {
        let stops = |state: &&StateReport| matches!(state.verdict, Verdict::Stops { .. });
        self.states.iter().filter(stops).count()
    }

    /// The decisions that such states wait for.
    pub fn open_decisions(&self) -> BTreeSet<&str> {
        let reasons = self.states.iter().flat_map(|state| match &state.verdict {
            Verdict::Stops { reasons, .. } => reasons.as_slice(),
            _ => &[],
        });
        reasons.map(|reason| reason.why.as_str()).collect()
    }

    pub fn rows(&self) -> usize {
        self.states.iter().map(|state| state.rows).sum()
    }

    /// Whether some verdict's details leave out what they are about.
    pub fn shortens(&self) -> bool {
        let mut states = self.states.iter();
        states.any(|state| match &state.verdict {
            Verdict::OtherRights { reasons } | Verdict::Explained { reasons } => {
                reasons_of(reasons).len() < reasons.len()
            }
            _ => false,
        })
    }

    /// How many different databases there were right before the consolidated migration.
    pub fn databases(&self) -> usize {
        let before = self.states.iter().map(|state| state.before.as_str());
        before
            .filter(|digest| !digest.is_empty())
            .collect::<BTreeSet<_>>()
            .len()
    }

    pub fn converging(&self) -> usize {
        self.states
            .iter()
            .filter(|state| state.verdict.converges())
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_of_one_reason_are_named() {
        let reason = |what: &str, why: &str| Reason {
            what: what.to_owned(),
            why: why.to_owned(),
        };
        let mut reasons: Vec<Reason> = ["d", "c", "a", "b", "a"]
            .map(|table| reason(&format!("table `{table}`: grants none -> all"), "loop"))
            .to_vec();
        reasons.push(reason("view `v`: owner none -> x", "owner"));
        assert_eq!(
            reasons_of(&reasons),
            [
                "5 differences (table `a`, table `b`, table `c` and 1 more); because: loop",
                "view `v`: owner none -> x; because: owner"
            ]
        );
    }
}
