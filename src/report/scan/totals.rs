//! Totals over a ledger.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::inventory::{FindingRecord, Ledger, ScriptRecord};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(super) struct Totals {
    pub scripts: usize,
    pub effects: usize,
    pub classes: BTreeMap<String, OfClass>,
    pub dispositions: BTreeMap<String, usize>,
    /// Findings by level.
    pub findings: BTreeMap<String, usize>,
    /// How often each rule of the gravest level is broken.
    pub worst_rules: BTreeMap<String, usize>,
    /// Scripts that another one is nearly the same as.
    pub near_duplicates: usize,
    /// Decisions that nobody has taken.
    pub undecided: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(super) struct OfClass {
    pub scripts: usize,
    pub effects: usize,
}

impl Totals {
    pub(super) fn of(ledger: &Ledger) -> Self {
        let mut totals = Self::default();
        for script in &ledger.scripts {
            totals.add(script);
        }
        let findings = ledger
            .scripts
            .iter()
            .flat_map(|script| &script.facts.findings);
        let gravest = findings.clone().map(rank).min();
        for finding in findings.filter(|finding| Some(rank(finding)) == gravest) {
            *totals.worst_rules.entry(finding.rule.clone()).or_default() += 1;
        }
        let open = ledger
            .decisions
            .iter()
            .filter(|decision| decision.ruling.answer.is_none());
        totals.undecided = open.count();
        totals
    }

    fn add(&mut self, script: &ScriptRecord) {
        let facts = &script.facts;
        self.scripts += 1;
        self.effects += facts.effects.len();
        self.near_duplicates += usize::from(!facts.near_duplicates.is_empty());
        let class = self.classes.entry(facts.class.clone()).or_default();
        class.scripts += 1;
        class.effects += facts.effects.len();
        for disposition in facts
            .effects
            .iter()
            .filter_map(|effect| effect.disposition.clone())
        {
            *self.dispositions.entry(disposition).or_default() += 1;
        }
        for finding in &facts.findings {
            *self.findings.entry(finding.level.clone()).or_default() += 1;
        }
    }
}

fn rank(finding: &FindingRecord) -> u8 {
    match finding.level.as_str() {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    }
}

/// `hard-coded-credential:12 error`, the gravest finding of a script, the first of its level.
pub(super) fn worst_finding(script: &ScriptRecord) -> Option<String> {
    let findings = script.facts.findings.iter();
    let worst = findings.min_by_key(|finding| (rank(finding), finding.line))?;
    Some(format!("{}:{} {}", worst.rule, worst.line, worst.level))
}
