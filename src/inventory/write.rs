//! Writes a ledger: always the same text for the same ledger. Human fields stand first and are
//! there even while empty, so that people see what to fill in.

use super::comments;
use super::read::VERSION;
use super::record::{
    ChainRecord, DecisionRecord, EffectRecord, FindingRecord, Ledger, NearDuplicate, Ruling,
    ScriptDecision, ScriptRecord, Stewardship,
};
use crate::yaml::scalar;

const HEADER: &str = "\
# The ledger of this estate's database scripts, written by `fixfold scan`.
# Yours, kept by every scan: owner, decision (fold, skip or archive), reason, approved_by, expires
# (2026-01-31) and plan of a script; answer, reason and approved_by of a decision; your comments.
# One of a decision's `places` is answered apart by an entry with its id and its own `answer:`.
# All else is found anew by each scan.
";

/// The document. Comments of `old` (the text that is replaced) stay with the lines that they stood
/// above or beside.
pub fn write(ledger: &Ledger, old: Option<&str>) -> String {
    let mut out = Writer::default();
    out.line(0, &format!("version: {VERSION}"));
    out.list(0, "chains", &ledger.chains, chain);
    out.list(0, "scripts", &ledger.scripts, script);
    out.list(0, "decisions", &ledger.decisions, decision);
    if !ledger.gone_scripts.is_empty() || !ledger.gone_decisions.is_empty() {
        out.line(0, "gone:");
        out.list(1, "scripts", &ledger.gone_scripts, gone_script);
        out.list(1, "decisions", &ledger.gone_decisions, gone_decision);
    }
    match old {
        Some(old) => comments::carry_over(HEADER, old, &out.text),
        None => format!("{HEADER}{}", out.text),
    }
}

#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn line(&mut self, depth: usize, line: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// `key: value`; an empty value where there is none.
    fn field(&mut self, depth: usize, key: &str, value: Option<&str>) {
        match value {
            Some(value) if is_block(value) => self.block(depth, key, value),
            Some(value) => self.line(depth, &format!("{key}: {}", scalar(value))),
            None => self.line(depth, &format!("{key}:")),
        }
    }

    /// A text of several lines.
    fn block(&mut self, depth: usize, key: &str, value: &str) {
        let mark = if value.ends_with('\n') { "|" } else { "|-" };
        self.line(depth, &format!("{key}: {mark}"));
        for line in value.strip_suffix('\n').unwrap_or(value).split('\n') {
            self.line(depth + 1, line);
        }
    }

    fn list<T>(&mut self, depth: usize, key: &str, items: &[T], item: fn(&mut Self, usize, &T)) {
        if items.is_empty() {
            return;
        }
        self.line(depth, &format!("{key}:"));
        for value in items {
            item(self, depth, value);
        }
    }

    fn texts(&mut self, depth: usize, key: &str, items: &[String]) {
        self.list(depth, key, items, |out, depth, item| {
            out.line(depth, &format!("- {}", scalar(item)));
        });
    }
}

/// Whether a text can stand as a block of lines and be read back letter for letter.
fn is_block(value: &str) -> bool {
    let inner = value.strip_suffix('\n').unwrap_or(value);
    let plain = |line: &str| {
        !line.is_empty() && !line.starts_with([' ', '\t']) && !line.ends_with([' ', '\t'])
    };
    inner.contains('\n')
        && inner.split('\n').all(plain)
        && !value.chars().any(|c| {
            c.is_control() && c != '\n'
                || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
        })
}

fn chain(out: &mut Writer, depth: usize, chain: &ChainRecord) {
    let heads: Vec<String> = chain.heads.iter().map(|head| scalar(head)).collect();
    out.line(depth, &format!("- path: {}", scalar(&chain.path)));
    out.field(depth + 1, "format", Some(&chain.format));
    out.line(depth + 1, &format!("revisions: {}", chain.revisions));
    out.line(depth + 1, &format!("heads: [{}]", heads.join(", ")));
}

fn script(out: &mut Writer, depth: usize, record: &ScriptRecord) {
    gone_script(out, depth, record);
    let facts = &record.facts;
    let inside = depth + 1;
    out.field(inside, "class", Some(&facts.class));
    out.field(inside, "language", Some(&facts.language));
    for (key, day) in [
        ("first_commit", &facts.first_commit),
        ("last_commit", &facts.last_commit),
    ] {
        if day.is_some() {
            out.field(inside, key, day.as_deref());
        }
    }
    out.texts(inside, "evidence", &facts.evidence);
    out.list(
        inside,
        "near_duplicates",
        &facts.near_duplicates,
        near_duplicate,
    );
    out.list(inside, "findings", &facts.findings, finding);
    out.list(inside, "effects", &facts.effects, effect);
}

fn gone_script(out: &mut Writer, depth: usize, record: &ScriptRecord) {
    out.line(depth, &format!("- file: {}", scalar(&record.file)));
    stewardship(out, depth + 1, &record.human);
    if record.facts.content.is_some() {
        out.field(depth + 1, "content", record.facts.content.as_deref());
    }
}

fn stewardship(out: &mut Writer, depth: usize, human: &Stewardship) {
    out.field(depth, "owner", human.owner.as_deref());
    out.field(
        depth,
        "decision",
        human.decision.map(ScriptDecision::as_str),
    );
    out.field(depth, "reason", human.reason.as_deref());
    out.field(depth, "approved_by", human.approved_by.as_deref());
    out.field(depth, "expires", human.expires.as_deref());
    out.field(depth, "plan", human.plan.as_deref());
}

fn near_duplicate(out: &mut Writer, depth: usize, other: &NearDuplicate) {
    let (file, similarity) = (scalar(&other.file), other.similarity);
    out.line(
        depth,
        &format!("- {{file: {file}, similarity: {similarity}}}"),
    );
}

fn finding(out: &mut Writer, depth: usize, finding: &FindingRecord) {
    out.line(
        depth,
        &format!(
            "- {{line: {}, level: {}, rule: {}, message: {}}}",
            finding.line,
            scalar(&finding.level),
            scalar(&finding.rule),
            scalar(&finding.message)
        ),
    );
}

fn effect(out: &mut Writer, depth: usize, effect: &EffectRecord) {
    let mut parts = vec![format!("line: {}", effect.line)];
    let mut part = |key: &str, value: Option<String>| {
        parts.extend(value.map(|value| format!("{key}: {value}")));
    };
    part("file", effect.file.as_deref().map(scalar));
    part("sql_line", effect.sql_line.map(|line| line.to_string()));
    part("op", Some(scalar(&effect.op)));
    part("object", Some(scalar(&effect.object)));
    part("certainty", Some(scalar(&effect.certainty)));
    part("reach", Some(scalar(&effect.reach)));
    let guards: Vec<String> = effect.guards.iter().map(|guard| scalar(guard)).collect();
    part(
        "guards",
        (!guards.is_empty()).then(|| format!("[{}]", guards.join(", "))),
    );
    part("disposition", effect.disposition.as_deref().map(scalar));
    part("why", effect.why.as_deref().map(scalar));
    out.line(depth, &format!("- {{{}}}", parts.join(", ")));
}

fn decision(out: &mut Writer, depth: usize, record: &DecisionRecord) {
    out.line(depth, &format!("- id: {}", scalar(&record.id)));
    out.field(depth + 1, "question", Some(&record.question));
    out.list(depth + 1, "sides", &record.sides, |out, depth, side| {
        let (answer, means) = (scalar(&side.answer), scalar(&side.means));
        out.line(depth, &format!("- {{answer: {answer}, means: {means}}}"));
    });
    out.field(depth + 1, "default", Some(&record.default));
    out.texts(depth + 1, "places", &record.places);
    ruling(out, depth + 1, &record.ruling);
}

fn gone_decision(out: &mut Writer, depth: usize, record: &DecisionRecord) {
    out.line(depth, &format!("- id: {}", scalar(&record.id)));
    out.field(depth + 1, "question", Some(&record.question));
    ruling(out, depth + 1, &record.ruling);
}

fn ruling(out: &mut Writer, depth: usize, ruling: &Ruling) {
    out.field(depth, "answer", ruling.answer.as_deref());
    out.field(depth, "reason", ruling.reason.as_deref());
    out.field(depth, "approved_by", ruling.approved_by.as_deref());
}
