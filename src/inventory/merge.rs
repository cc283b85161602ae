//! Brings a new scan and the ledger that people have written in together.

use std::collections::BTreeMap;

use super::record::{DecisionRecord, Ledger, ScriptRecord};

/// The facts of `scanned` with the human fields of `old`. A script or question that has gone keeps
/// its human fields under `gone`, and takes them back when it returns, be it under another name.
pub fn merge(scanned: Ledger, old: Ledger) -> Ledger {
    let mut merged = scanned;
    let mut known = by_key(old.gone_scripts, old.scripts, |record| record.file.clone());
    let mut new = Vec::new();
    for record in &mut merged.scripts {
        match known.remove(&record.file) {
            Some(old) => take_over(record, old),
            None => new.push(record),
        }
    }
    // What is left is gone, or stands under another name now.
    for record in new {
        let mut others = known.iter();
        let same = others.find(|(_, old)| {
            old.facts.content.is_some() && old.facts.content == record.facts.content
        });
        let name = same.map(|(name, _)| name.clone());
        if let Some(old) = name.and_then(|name| known.remove(&name)) {
            take_over(record, old);
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

fn take_over(record: &mut ScriptRecord, old: ScriptRecord) {
    record.human = old.human;
    let facts = &mut record.facts;
    facts.first_commit = facts.first_commit.take().or(old.facts.first_commit);
    facts.last_commit = facts.last_commit.take().or(old.facts.last_commit);
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
