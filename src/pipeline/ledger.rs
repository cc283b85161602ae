//! Makes the ledger's records of what was found.

use std::collections::BTreeMap;

use super::{Estate, Survey};
use crate::inventory::{
    EffectRecord, FindingRecord, Ledger, NearDuplicate, ScriptFacts, ScriptRecord, near_duplicates,
};
use crate::model::{Diagnostic, Effect, Reach, Script, ScriptClass};
use crate::source::{CommitDays, commit_days};

/// What a scan found, without a human word. Files that have nothing to do with a database are left
/// out.
pub fn ledger(estate: &Estate, survey: &Survey) -> Ledger {
    let scripts = survey
        .scripts
        .iter()
        .filter(|script| script.class != ScriptClass::Unrelated);
    let scripts: Vec<&Script> = scripts.collect();
    let texts: Vec<(&str, &str)> = scripts
        .iter()
        .filter_map(|script| Some((&*script.file, &**survey.texts.get(&script.file)?)))
        .collect();
    let context = Context {
        days: commit_days(estate.root()),
        duplicates: near_duplicates(&texts),
    };
    Ledger {
        scripts: scripts
            .iter()
            .map(|script| context.record(script))
            .collect(),
        ..Ledger::default()
    }
}

struct Context {
    days: BTreeMap<String, CommitDays>,
    duplicates: BTreeMap<String, Vec<NearDuplicate>>,
}

impl Context {
    fn record(&self, script: &Script) -> ScriptRecord {
        let days = self.days.get(&*script.file);
        let effects = script.effects.iter();
        ScriptRecord {
            file: script.file.to_string(),
            facts: ScriptFacts {
                class: script.class.to_string(),
                language: script.language.as_str().to_owned(),
                evidence: script.evidence.clone(),
                first_commit: days.map(|days| days.first.clone()),
                last_commit: days.map(|days| days.last.clone()),
                near_duplicates: self
                    .duplicates
                    .get(&*script.file)
                    .cloned()
                    .unwrap_or_default(),
                findings: script.diagnostics.iter().map(finding).collect(),
                effects: effects
                    .map(|effect| effect_record(script, effect))
                    .collect(),
            },
            ..ScriptRecord::default()
        }
    }
}

fn finding(diagnostic: &Diagnostic) -> FindingRecord {
    FindingRecord {
        line: diagnostic.place.as_ref().map_or(1, |place| place.line),
        level: diagnostic.level.as_str().to_owned(),
        rule: diagnostic.rule.to_owned(),
        message: diagnostic.message.clone(),
    }
}

fn effect_record(script: &Script, effect: &Effect) -> EffectRecord {
    let call = &effect.provenance.call;
    let text = effect.provenance.text.as_ref();
    let why = match &effect.reach {
        Reach::Inert(reason) => Some(reason.describe()),
        Reach::Live | Reach::Conditional => None,
    };
    EffectRecord {
        file: (call.file != script.file).then(|| call.file.to_string()),
        line: call.line,
        sql_line: text
            .filter(|text| text.line != call.line)
            .map(|text| text.line),
        op: effect.operation().as_str().to_owned(),
        object: effect.object(),
        certainty: effect.certainty.as_str().to_owned(),
        reach: effect.reach.as_str().to_owned(),
        guards: effect.guards.iter().map(ToString::to_string).collect(),
        disposition: None,
        why,
    }
}
