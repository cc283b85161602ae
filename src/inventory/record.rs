//! What the ledger holds.

use serde::Serialize;

/// The whole document, scripts and decisions sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Ledger {
    pub chains: Vec<ChainRecord>,
    pub scripts: Vec<ScriptRecord>,
    pub decisions: Vec<DecisionRecord>,
    /// Scripts that are no longer there, but that somebody wrote something about.
    pub gone_scripts: Vec<ScriptRecord>,
    /// Answers to questions that no longer arise.
    pub gone_decisions: Vec<DecisionRecord>,
}

impl Ledger {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChainRecord {
    pub path: String,
    pub format: String,
    pub revisions: usize,
    pub heads: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ScriptRecord {
    /// Relative to the ledger's folder, with forward slashes.
    pub file: String,
    #[serde(flatten)]
    pub human: Stewardship,
    #[serde(flatten)]
    pub facts: ScriptFacts,
}

/// What people say about a script. Empty where nobody has said it yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Stewardship {
    pub owner: Option<String>,
    pub decision: Option<ScriptDecision>,
    pub reason: Option<String>,
    pub approved_by: Option<String>,
    /// A day, `2026-01-31`.
    pub expires: Option<String>,
    pub plan: Option<String>,
}

impl Stewardship {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What shall become of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptDecision {
    /// Its missing effects go into the consolidated migration.
    Fold,
    /// Its effects are left out.
    Skip,
    /// It has done its work: it can be moved out of the way.
    Archive,
}

impl ScriptDecision {
    pub const ALL: &'static [Self] = &[Self::Fold, Self::Skip, Self::Archive];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fold => "fold",
            Self::Skip => "skip",
            Self::Archive => "archive",
        }
    }
}

/// What was found in a script. Rewritten by every scan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ScriptFacts {
    /// What stands in the file, as a short hash: a script that is renamed keeps what people say of
    /// it.
    pub content: Option<String>,
    pub class: String,
    pub language: String,
    pub evidence: Vec<String>,
    /// Days of the first and last commit, where git knows them.
    pub first_commit: Option<String>,
    pub last_commit: Option<String>,
    pub near_duplicates: Vec<NearDuplicate>,
    pub findings: Vec<FindingRecord>,
    pub effects: Vec<EffectRecord>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NearDuplicate {
    pub file: String,
    /// In percent.
    pub similarity: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FindingRecord {
    pub line: u32,
    pub level: String,
    pub rule: String,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct EffectRecord {
    /// Where the call stands, if in another file than the script.
    pub file: Option<String>,
    pub line: u32,
    pub sql_line: Option<u32>,
    pub op: String,
    pub object: String,
    pub certainty: String,
    pub reach: String,
    pub guards: Vec<String>,
    pub disposition: Option<String>,
    /// Why it is inert, or why it has its disposition.
    pub why: Option<String>,
}

/// A question about a conflict, with the answer of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DecisionRecord {
    /// Stable from scan to scan.
    pub id: String,
    pub question: String,
    /// What can be answered, and what each answer means.
    pub sides: Vec<AnswerRecord>,
    /// What holds until somebody answers.
    pub default: String,
    /// The ids of the places that it settles, where there are several. Each can have an entry of its own.
    pub places: Vec<String>,
    #[serde(flatten)]
    pub ruling: Ruling,
}

/// One way to answer, and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerRecord {
    pub answer: String,
    pub means: String,
}

/// What people say about a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Ruling {
    pub answer: Option<String>,
    pub reason: Option<String>,
    pub approved_by: Option<String>,
}

impl Ruling {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
