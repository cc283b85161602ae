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

impl VersionTable {
    pub(super) const MISSING: &'static str = "version table missing";
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

    /// The same with another version table.
    pub(super) fn with(self, version: VersionTable) -> Self {
        Self { version, ..self }
    }

    /// The state that is described so: `004 + fix_b.sql, fix_a.py (stamped 005)`. `None` where the plan
    /// has no such revision or script.
    pub fn named(text: &str, plan: &VerifyPlan) -> Option<Self> {
        let (text, version) = match text.trim().split_once(" (") {
            Some((text, word)) => (text, Self::version(word.strip_suffix(')')?, plan)?),
            None => (text.trim(), VersionTable::Right),
        };
        let (point, scripts) = text.split_once(" + ").unwrap_or((text, ""));
        let revisions = match point {
            "empty" => 0,
            "head" => plan.chain.len(),
            id => plan.chain.iter().position(|one| one.id == id)? + 1,
        };
        let names = scripts.split(", ").filter(|name| !name.is_empty());
        let place = |name: &str| plan.scripts.iter().position(|one| one.name == name);
        Some(Self {
            revisions,
            scripts: names.map(place).collect::<Option<_>>()?,
            version,
        })
    }

    fn version(words: &str, plan: &VerifyPlan) -> Option<VersionTable> {
        let table = plan.version_table.as_ref()?;
        let statements = match words.strip_prefix("stamped ") {
            Some(id) => table.stamp(&[id.to_owned()]),
            None if words == VersionTable::MISSING => table.stamp(&[]),
            None => return None,
        };
        Some(VersionTable::Tampered {
            name: words.to_owned(),
            statements,
        })
    }

    /// The point, each script, and the version table where it is wrong: what there is to leave out.
    pub fn facts(&self) -> usize {
        1 + self.scripts.len() + usize::from(self.version != VersionTable::Right)
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
