//! Makes the ledger's records of what was found.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::survey::on_large_stacks;
use super::{Audit, Estate};
use crate::chain::Chain;
use crate::inventory::{
    AnswerRecord, ChainRecord, DecisionRecord, EffectRecord, FindingRecord, Ledger, NearDuplicate,
    ScriptFacts, ScriptRecord, near_duplicates,
};
use crate::model::{Diagnostic, Effect, Reach, Script};
use crate::plan::{Judged, Question, questions};
use crate::source::{CommitDays, commit_days};

/// What a scan found, without a human word.
pub fn ledger(estate: &Estate, audit: &Audit) -> Ledger {
    on_large_stacks(|| of_audit(estate, audit))
}

fn of_audit(estate: &Estate, audit: &Audit) -> Ledger {
    let scripts = &audit.survey.scripts;
    let texts = scripts.iter().filter_map(|script| {
        let text = audit.survey.texts.get(&script.file)?;
        Some((&*script.file, &**text))
    });
    let mut findings: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in &audit.findings {
        if let Some(place) = &finding.place {
            findings.entry(&place.file).or_default().push(finding);
        }
    }
    let texts: Vec<(&str, &str)> = texts.collect();
    let (days, duplicates) = rayon::join(|| commit_days(estate.root()), || near_duplicates(&texts));
    let context = Context {
        audit,
        findings,
        days,
        duplicates,
    };
    Ledger {
        chains: audit.chains.iter().map(chain).collect(),
        scripts: scripts
            .par_iter()
            .map(|script| context.record(script))
            .collect(),
        decisions: questions(&audit.plan.decisions)
            .iter()
            .filter_map(decision)
            .collect(),
        ..Ledger::default()
    }
}

fn chain(chain: &Chain) -> ChainRecord {
    let heads = chain.map.heads();
    ChainRecord {
        path: chain.location.anchor.to_string(),
        format: chain.location.format.to_string(),
        revisions: chain.steps.len(),
        heads: heads.iter().map(ToString::to_string).collect(),
    }
}

struct Context<'audit> {
    audit: &'audit Audit,
    findings: BTreeMap<&'audit str, Vec<&'audit Diagnostic>>,
    days: BTreeMap<String, CommitDays>,
    duplicates: BTreeMap<String, Vec<NearDuplicate>>,
}

impl Context<'_> {
    fn record(&self, script: &Script) -> ScriptRecord {
        let days = self.days.get(&*script.file);
        let duplicates = self.duplicates.get(&*script.file);
        let findings = self.findings.get(&*script.file);
        ScriptRecord {
            file: script.file.to_string(),
            facts: ScriptFacts {
                content: self
                    .audit
                    .survey
                    .texts
                    .get(&script.file)
                    .map(|text| content(text)),
                class: script.class.to_string(),
                language: script.language.as_str().to_owned(),
                evidence: script.evidence.clone(),
                first_commit: days.map(|days| days.first.clone()),
                last_commit: days.map(|days| days.last.clone()),
                near_duplicates: duplicates.cloned().unwrap_or_default(),
                findings: findings
                    .into_iter()
                    .flatten()
                    .map(|found| finding(found))
                    .collect(),
                effects: self.effects(script),
            },
            ..ScriptRecord::default()
        }
    }

    fn effects(&self, script: &Script) -> Vec<EffectRecord> {
        let judged = self
            .audit
            .plan
            .judged
            .get(&script.file)
            .map_or(&[][..], Vec::as_slice);
        let effects = script.effects.iter().enumerate();
        effects
            .map(|(index, effect)| effect_record(script, effect, judged.get(index)))
            .collect()
    }
}

/// Sixteen digits tell as many files apart as anybody has.
fn content(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn decision(question: &Question<'_>) -> Option<DecisionRecord> {
    let first = question.places.first()?;
    let count = question.places.len();
    let sides = first.sides.iter().map(|side| AnswerRecord {
        answer: side.answer.to_owned(),
        means: meaning(question, side.answer),
    });
    let ids = question.places.iter().map(|place| place.id.clone());
    let is_one = question.id == first.id;
    Some(DecisionRecord {
        id: question.id.clone(),
        question: match count {
            1 => first.question.clone(),
            _ => format!("{} (and {} more places)", first.question, count - 1),
        },
        sides: sides.collect(),
        default: first.default.to_owned(),
        places: if is_one { Vec::new() } else { ids.collect() },
        ..DecisionRecord::default()
    })
}

/// What an answer means at the first place where it says something, and that it says more elsewhere.
fn meaning(question: &Question<'_>, answer: &str) -> String {
    let sides = question.places.iter().flat_map(|place| &place.sides);
    let sides = sides.filter(|side| side.answer == answer);
    let told = sides.map(|side| {
        let place = side.place.as_ref().map(|place| format!(" ({place})"));
        format!("{}{}", side.definition, place.unwrap_or_default())
    });
    let told: BTreeSet<String> = told.collect();
    let first = told.first().cloned().unwrap_or_default();
    match told.len() {
        0 | 1 => first,
        count => format!("{first}; and {} more like it", count - 1),
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

fn effect_record(script: &Script, effect: &Effect, judged: Option<&Judged>) -> EffectRecord {
    let call = &effect.provenance.call;
    let text = effect.provenance.text.as_ref();
    let why = match &effect.reach {
        Reach::Inert(reason) => Some(reason.describe()),
        Reach::Live | Reach::Conditional => judged.map(|judged| judged.reason.clone()),
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
        disposition: judged.map(|judged| judged.disposition.as_str().to_owned()),
        why,
    }
}
