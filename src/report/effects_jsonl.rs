//! The effects contract: one JSON object a line, in a fixed order of keys.

use serde::Serialize;

use crate::model::{Action, Effect, Guard, Place, Reach, Script};

/// One line. `line` is the call that sends the statement, or the statement's own line in a SQL
/// file; `sql_line` is where its text stands.
#[derive(Serialize)]
struct EffectLine<'effect> {
    file: &'effect str,
    line: u32,
    column: u32,
    sql_line: Option<u32>,
    op: &'static str,
    object: String,
    certainty: &'static str,
    reach: &'static str,
    reason: Option<String>,
    guards: Vec<String>,
    sink: &'effect str,
    via: Vec<String>,
    dialect: &'static str,
    /// The file that `sql_line` counts in, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    sql_file: Option<&'effect str>,
}

pub fn effects_jsonl(scripts: &[Script]) -> serde_json::Result<String> {
    let mut lines = String::new();
    for effect in scripts.iter().flat_map(|script| &script.effects) {
        lines.push_str(&serde_json::to_string(&line(effect))?);
        lines.push('\n');
    }
    Ok(lines)
}

fn line(effect: &Effect) -> EffectLine<'_> {
    let call = &effect.provenance.call;
    let text = effect.provenance.text.as_ref();
    EffectLine {
        file: &call.file,
        line: call.line,
        column: call.column,
        sql_line: text.map(|place| place.line),
        op: effect.operation().as_str(),
        object: effect.object(),
        certainty: effect.certainty.as_str(),
        reach: effect.reach.as_str(),
        reason: reason(effect),
        guards: effect.guards.iter().map(Guard::to_string).collect(),
        sink: &effect.sink,
        via: effect.provenance.via.iter().map(Place::to_string).collect(),
        dialect: effect.dialect.as_str(),
        sql_file: text
            .map(|place| &*place.file)
            .filter(|file| *file != &*call.file),
    }
}

/// Why it cannot take effect, or else why it could not be read.
fn reason(effect: &Effect) -> Option<String> {
    match (&effect.reach, &effect.action) {
        (Reach::Inert(reason), _) => Some(reason.describe()),
        (Reach::Live | Reach::Conditional, Action::Opaque(opaque)) => Some(opaque.reason.clone()),
        (Reach::Live | Reach::Conditional, _) => None,
    }
}
