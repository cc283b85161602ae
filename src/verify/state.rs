//! The states that a database can be in before it is put right.

use std::collections::BTreeSet;
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

    /// `head + fix_a.py, fix_b.sql`.
    pub fn describe(&self, plan: &VerifyPlan) -> String {
        let point = match self.revisions {
            0 => "empty".to_owned(),
            all if all == plan.chain.len() => "head".to_owned(),
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

/// Head alone, head after each single script, head after all in order.
pub fn start_states(plan: &VerifyPlan) -> Vec<StartState> {
    states_at(plan.chain.len(), plan.scripts.len())
}

/// The same at every point of the chain, up to `most` states, those at head first.
pub fn every_state(plan: &VerifyPlan, most: usize) -> Vec<StartState> {
    let points = (0..=plan.chain.len()).rev();
    let states = points.flat_map(|point| states_at(point, plan.scripts.len()));
    states.take(most).collect()
}

fn states_at(point: usize, scripts: usize) -> Vec<StartState> {
    let alone = std::iter::once(StartState::new(point, Vec::new()));
    let each = (0..scripts).map(|script| StartState::new(point, vec![script]));
    let all = std::iter::once(StartState::new(point, (0..scripts).collect()));
    let mut seen = BTreeSet::new();
    alone
        .chain(each)
        .chain(all)
        .filter(|state| seen.insert(state.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::{Revision, RunFile};

    #[test]
    fn states_have_names() {
        let file = |name: &str| RunFile {
            name: name.to_owned(),
            steps: Vec::new(),
        };
        let plan = VerifyPlan {
            chain: vec![Revision {
                id: "001".to_owned(),
                steps: Vec::new(),
            }],
            scripts: vec![file("a.sql"), file("b.py")],
            ..VerifyPlan::default()
        };
        let names: Vec<_> = start_states(&plan)
            .iter()
            .map(|state| state.describe(&plan))
            .collect();
        assert_eq!(
            names,
            ["head", "head + a.sql", "head + b.py", "head + a.sql, b.py"]
        );
        assert_eq!(every_state(&plan, 100).len(), 8);
    }
}
