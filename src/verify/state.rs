//! The states that a database can be in before it is put right.

use std::fmt;

use serde::Serialize;

use super::VerifyPlan;

/// What the version table says when the repair begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionTable {
    /// What the chain wrote.
    Right,
    /// Something else was done to it; the statements that did it.
    Tampered {
        name: String,
        statements: Vec<String>,
    },
}

/// A point of the chain, the scripts run there in order, and the version table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct StartState {
    /// How many revisions are applied.
    pub revisions: usize,
    /// Indexes into the plan's scripts.
    pub scripts: Vec<usize>,
    pub version: VersionTable,
}

impl StartState {
    pub fn new(revisions: usize, scripts: Vec<usize>) -> Self {
        Self {
            revisions,
            scripts,
            version: VersionTable::Right,
        }
    }

    /// The point, each script, and the version table where it is wrong: what there is to leave out.
    pub fn facts(&self) -> usize {
        1 + self.scripts.len() + usize::from(self.version != VersionTable::Right)
    }

    /// `head + fix_a.py, fix_b.sql`.
    pub fn describe(&self, plan: &VerifyPlan) -> String {
        let point = match self.revisions {
            all if all == plan.chain.len() => "head".to_owned(),
            0 => "empty".to_owned(),
            count => plan
                .chain
                .get(count - 1)
                .map_or_else(String::new, |one| one.id.clone()),
        };
        let scripts: Vec<_> = self
            .scripts
            .iter()
            .filter_map(|&index| plan.scripts.get(index))
            .map(|script| script.name.as_str())
            .collect();
        let mut text = point;
        if !scripts.is_empty() {
            text = format!("{text} + {}", scripts.join(", "));
        }
        if let VersionTable::Tampered { name, .. } = &self.version {
            text = format!("{text} ({name})");
        }
        text
    }
}

impl fmt::Display for VersionTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Right => formatter.write_str("right"),
            Self::Tampered { name, .. } => formatter.write_str(name),
        }
    }
}
