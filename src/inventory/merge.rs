//! Brings a new scan and the ledger that people have written in together.

use std::collections::BTreeMap;

use super::record::{DecisionRecord, Ledger, ScriptRecord};

/// The facts of `scanned` with the human fields of `old`. A script or question that has gone keeps
/// its human fields under `gone`, and takes them back when it returns.
pub fn merge(scanned: Ledger, old: Ledger) -> Ledger {
    let mut merged = scanned;
    let mut known = by_key(old.gone_scripts, old.scripts, |record| record.file.clone());
    for record in &mut merged.scripts {
        if let Some(old) = known.remove(&record.file) {
            record.human = old.human;
            let facts = &mut record.facts;
            facts.first_commit = facts.first_commit.take().or(old.facts.first_commit);
            facts.last_commit = facts.last_commit.take().or(old.facts.last_commit);
        }
    }
    merged.gone_scripts = known
        .into_values()
        .filter(|old| !old.human.is_empty())
        .collect();

    let mut known = by_key(old.gone_decisions, old.decisions, |record| {
        record.id.clone()
    });
    for record in &mut merged.decisions {
        if let Some(old) = known.remove(&record.id) {
            record.ruling = old.ruling;
        }
    }
    merged.gone_decisions = known
        .into_values()
        .filter(|old| !old.ruling.is_empty())
        .collect();
    sort(&mut merged);
    merged
}

/// Records by key; what is there now wins over what was gone.
fn by_key<T>(gone: Vec<T>, present: Vec<T>, key: impl Fn(&T) -> String) -> BTreeMap<String, T> {
    let records = gone.into_iter().chain(present);
    records.map(|record| (key(&record), record)).collect()
}

fn sort(ledger: &mut Ledger) {
    ledger.chains.sort_by(|a, b| a.path.cmp(&b.path));
    let by_file = |a: &ScriptRecord, b: &ScriptRecord| a.file.cmp(&b.file);
    ledger.scripts.sort_by(by_file);
    let by_id = |a: &DecisionRecord, b: &DecisionRecord| a.id.cmp(&b.id);
    ledger.decisions.sort_by(by_id);
}
