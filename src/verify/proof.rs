//! A verification written down, so that anybody can check later that it still holds: what went in,
//! and where each state arrived.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::report::VerifyReport;
use super::{StartState, VerifyPlan};
use crate::database::digest_of;

const SCHEMA_VERSION: u32 = 1;

/// How the states were chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampling {
    /// `head` or `all`.
    pub points: String,
    pub max_states: usize,
    pub seed: u64,
    pub with_rows: bool,
}

/// One state of a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvenState {
    pub name: String,
    pub verdict: String,
    pub fingerprint: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub schema_version: u32,
    pub fixfold_version: String,
    pub server_version: String,
    /// SHA-256 of each file that was read, by path.
    pub inputs: BTreeMap<String, String>,
    /// Of the statements of chain, patches, scripts and consolidated migration.
    pub plan: String,
    pub sampling: Sampling,
    pub states: Vec<ProvenState>,
    /// Rows compared, statements after which a run was broken off.
    pub rows: usize,
    pub crash_points: usize,
}

impl Proof {
    pub fn of(
        plan: &VerifyPlan,
        report: &VerifyReport,
        inputs: BTreeMap<String, String>,
        sampling: Sampling,
    ) -> Self {
        let states = report.states.iter().map(|state| ProvenState {
            name: state.name.clone(),
            verdict: state.verdict.word().to_owned(),
            fingerprint: state.fingerprint.clone(),
        });
        Self {
            schema_version: SCHEMA_VERSION,
            fixfold_version: env!("CARGO_PKG_VERSION").to_owned(),
            server_version: report.server_version.clone(),
            inputs,
            plan: plan_digest(plan),
            sampling,
            states: states.collect(),
            rows: report.rows(),
            crash_points: report.crash_points,
        }
    }

    /// What is no longer as it was when the proof was made, before anything runs.
    pub fn stale(&self, plan: &VerifyPlan, inputs: &BTreeMap<String, String>) -> Vec<String> {
        let mut stale = Vec::new();
        for (file, hash) in &self.inputs {
            match inputs.get(file) {
                None => stale.push(format!("`{file}` is gone")),
                Some(now) if now != hash => stale.push(format!("`{file}` has changed")),
                Some(_) => {}
            }
        }
        let new = inputs
            .keys()
            .filter(|file| !self.inputs.contains_key(*file));
        stale.extend(new.map(|file| format!("`{file}` is new")));
        if stale.is_empty() && self.plan != plan_digest(plan) {
            stale.push("the migration is written otherwise by this version of fixfold".to_owned());
        }
        stale
    }

    /// Of these states, those that the proof speaks of.
    pub fn known(&self, plan: &VerifyPlan, states: &[StartState]) -> Vec<StartState> {
        let names: Vec<_> = self
            .states
            .iter()
            .map(|state| state.name.as_str())
            .collect();
        states
            .iter()
            .filter(|state| names.contains(&state.describe(plan).as_str()))
            .cloned()
            .collect()
    }

    /// Where a new run does not say what the proof says.
    pub fn contradictions(&self, report: &VerifyReport) -> Vec<String> {
        let proven: BTreeMap<&str, &ProvenState> = self
            .states
            .iter()
            .map(|state| (state.name.as_str(), state))
            .collect();
        let found = report.states.iter().filter_map(|state| {
            let Some(proven) = proven.get(state.name.as_str()) else {
                return Some(format!("{}: not in the proof", state.name));
            };
            let word = state.verdict.word();
            let same = proven.verdict == word && proven.fingerprint == state.fingerprint;
            (!same).then(|| format!("{}: {} then, {word} now", state.name, proven.verdict))
        });
        found.collect()
    }
}

fn plan_digest(plan: &VerifyPlan) -> String {
    let chain = plan.chain.iter().flat_map(|revision| &revision.steps);
    let patched = plan
        .patched
        .iter()
        .flat_map(|(_, revision)| &revision.steps);
    let scripts = plan.scripts.iter().flat_map(|file| &file.steps);
    let consolidated = plan.consolidated.iter().flat_map(|file| &file.steps);
    let steps = plan.prelude.iter().chain(chain).chain(patched);
    let steps = steps.chain(scripts).chain(consolidated);
    let texts: Vec<&str> = steps.map(|step| step.sql.as_str()).collect();
    digest_of(&texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof() -> Proof {
        Proof {
            schema_version: SCHEMA_VERSION,
            fixfold_version: String::new(),
            server_version: "15.4".to_owned(),
            inputs: BTreeMap::from([("a.py".to_owned(), "1".to_owned())]),
            plan: plan_digest(&VerifyPlan::default()),
            sampling: Sampling {
                points: "head".to_owned(),
                max_states: 1,
                seed: 1,
                with_rows: true,
            },
            states: Vec::new(),
            rows: 0,
            crash_points: 0,
        }
    }

    #[test]
    fn changed_gone_and_new_inputs_make_a_proof_stale() {
        let plan = VerifyPlan::default();
        let proof = proof();
        assert!(proof.stale(&plan, &proof.inputs).is_empty());
        let now = BTreeMap::from([("b.py".to_owned(), "1".to_owned())]);
        assert_eq!(
            proof.stale(&plan, &now),
            ["`a.py` is gone", "`b.py` is new"]
        );
        let now = BTreeMap::from([("a.py".to_owned(), "2".to_owned())]);
        assert_eq!(proof.stale(&plan, &now), ["`a.py` has changed"]);
    }
}
