//! Reads a ledger. Human fields are read strictly; machine facts are only skipped over, because the
//! next scan finds them anew (commit days are kept for where git is not at hand).

use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::record::{
    DecisionRecord, Ledger, Ruling, ScriptDecision, ScriptFacts, ScriptRecord, Stewardship,
};
use crate::yaml;

/// The version of the document that this room reads and writes.
pub(super) const VERSION: u32 = 1;

/// What is wrong with a ledger, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerError {
    /// Line and column from 1.
    pub position: Option<(u32, u32)>,
    pub message: String,
}

impl fmt::Display for LedgerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some((line, column)) => write!(formatter, "{line}:{column}: {}", self.message),
            None => formatter.write_str(&self.message),
        }
    }
}

impl std::error::Error for LedgerError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    #[serde(default, rename = "chains")]
    _chains: IgnoredAny,
    #[serde(default)]
    scripts: Vec<Script>,
    #[serde(default)]
    decisions: Vec<Decision>,
    #[serde(default)]
    gone: Gone,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Gone {
    scripts: Vec<Script>,
    decisions: Vec<Decision>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    file: String,
    owner: Option<String>,
    decision: Option<WrittenDecision>,
    reason: Option<String>,
    approved_by: Option<String>,
    expires: Option<String>,
    plan: Option<String>,
    content: Option<String>,
    first_commit: Option<String>,
    last_commit: Option<String>,
    #[serde(default, rename = "class")]
    _class: IgnoredAny,
    #[serde(default, rename = "language")]
    _language: IgnoredAny,
    #[serde(default, rename = "evidence")]
    _evidence: IgnoredAny,
    #[serde(default, rename = "near_duplicates")]
    _near_duplicates: IgnoredAny,
    #[serde(default, rename = "findings")]
    _findings: IgnoredAny,
    #[serde(default, rename = "effects")]
    _effects: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenDecision {
    Fold,
    Skip,
    Archive,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    id: String,
    answer: Option<String>,
    reason: Option<String>,
    approved_by: Option<String>,
    #[serde(default)]
    question: String,
    #[serde(default, rename = "sides")]
    _sides: IgnoredAny,
    #[serde(default, rename = "default")]
    _default: IgnoredAny,
    #[serde(default, rename = "places")]
    _places: IgnoredAny,
}

/// Reads a ledger's text: human fields, commit days and names; other facts stay empty.
pub fn read(text: &str) -> Result<Ledger, LedgerError> {
    let document: Document = yaml::read(text).map_err(|error| LedgerError {
        position: error.position,
        message: error.message,
    })?;
    if document.version != VERSION {
        return Err(LedgerError {
            position: find(text, "version:"),
            message: format!(
                "the ledger is of version {}, this fixfold writes version {VERSION}",
                document.version
            ),
        });
    }
    let ledger = Ledger {
        chains: Vec::new(),
        scripts: document.scripts.into_iter().map(script).collect(),
        decisions: document.decisions.into_iter().map(decision).collect(),
        gone_scripts: document.gone.scripts.into_iter().map(script).collect(),
        gone_decisions: document.gone.decisions.into_iter().map(decision).collect(),
    };
    check(text, &ledger)?;
    Ok(ledger)
}

/// What the types cannot say: days are days, and no file has two records.
fn check(text: &str, ledger: &Ledger) -> Result<(), LedgerError> {
    let mut seen = std::collections::BTreeSet::new();
    for record in &ledger.scripts {
        if !seen.insert(&record.file) {
            return Err(LedgerError {
                position: find(text, &record.file),
                message: format!("`{}` has two records: keep one of them", record.file),
            });
        }
    }
    let days = ledger
        .scripts
        .iter()
        .filter_map(|record| record.human.expires.as_ref());
    match days.into_iter().find(|day| !is_day(day)) {
        Some(day) => Err(LedgerError {
            position: find(text, day),
            message: format!("`{day}` is no day: write it as 2026-01-31"),
        }),
        None => Ok(()),
    }
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let number = |part: &str, length: usize| -> Option<u32> {
        (part.len() == length).then(|| part.parse().ok()).flatten()
    };
    number(year, 4).is_some()
        && number(month, 2).is_some_and(|month| (1..13).contains(&month))
        && number(day, 2).is_some_and(|day| (1..32).contains(&day))
}

fn find(text: &str, needle: &str) -> Option<(u32, u32)> {
    let (index, line) = text
        .lines()
        .enumerate()
        .find(|(_, line)| line.contains(needle))?;
    let column = line[..line.find(needle)?].chars().count();
    Some((index as u32 + 1, column as u32 + 1))
}

fn script(read: Script) -> ScriptRecord {
    ScriptRecord {
        file: read.file,
        human: Stewardship {
            owner: filled(read.owner),
            decision: read.decision.map(|decision| match decision {
                WrittenDecision::Fold => ScriptDecision::Fold,
                WrittenDecision::Skip => ScriptDecision::Skip,
                WrittenDecision::Archive => ScriptDecision::Archive,
            }),
            reason: filled(read.reason),
            approved_by: filled(read.approved_by),
            expires: filled(read.expires),
            plan: filled(read.plan),
        },
        facts: ScriptFacts {
            content: read.content,
            first_commit: read.first_commit,
            last_commit: read.last_commit,
            ..ScriptFacts::default()
        },
    }
}

fn decision(read: Decision) -> DecisionRecord {
    DecisionRecord {
        id: read.id,
        question: read.question,
        ruling: Ruling {
            answer: filled(read.answer),
            reason: filled(read.reason),
            approved_by: filled(read.approved_by),
        },
        ..DecisionRecord::default()
    }
}

/// An empty text says nothing.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
