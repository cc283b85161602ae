//! `fixfold show`: one script, each effect beside its source, with what the chain says of it.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::excerpt::{Excerpt, Sources};
use super::style::{bold, count, dim};
use crate::graph::{Conflict, ConflictKind, Difference};
use crate::inventory::Stewardship;
use crate::model::{Effect, Level, Reach, Script};
use crate::plan::{Disposition, Judged};
use crate::source::Files;

/// A script with everything that other rooms know about it.
pub struct ScriptView<'estate> {
    pub script: &'estate Script,
    /// One for each effect.
    pub judged: &'estate [Judged],
    pub conflicts: Vec<&'estate Conflict>,
    pub human: Option<&'estate Stewardship>,
}

pub fn show_text(view: &ScriptView<'_>, files: &dyn Files) -> String {
    let mut sources = Sources::new(files);
    let mut text = header(view);
    let mut shown: Option<&Effect> = None;
    for (index, effect) in view.script.effects.iter().enumerate() {
        let is_there = shown.is_some_and(|before| is_same_place(before, effect));
        text.push('\n');
        text.push_str(&of_effect(view, index, effect, is_there, &mut sources));
        shown = Some(effect);
    }
    text
}

fn header(view: &ScriptView<'_>) -> String {
    let script = view.script;
    let effects = count(script.effects.len(), "effect");
    let mut text = format!("{}: {}, {effects}\n", bold(&script.file), script.class);
    text.push_str(&verdict(view));
    for evidence in &script.evidence {
        let _ = writeln!(text, "  {evidence}");
    }
    let Some(human) = view.human.filter(|human| !human.is_empty()) else {
        return text;
    };
    let fields = [
        ("owner", human.owner.as_deref()),
        ("decision", human.decision.map(|decision| decision.as_str())),
        ("reason", human.reason.as_deref()),
        ("approved by", human.approved_by.as_deref()),
        ("expires", human.expires.as_deref()),
        ("plan", human.plan.as_deref()),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            let _ = writeln!(text, "  {} {value}", dim(&format!("{name}:")));
        }
    }
    text
}

/// What of the script is still to be done, in one line; empty where it has no effects.
fn verdict(view: &ScriptView<'_>) -> String {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for judged in view.judged {
        *numbers.entry(judged.disposition.as_str()).or_default() += 1;
    }
    let parts: Vec<String> = numbers
        .iter()
        .map(|(disposition, number)| format!("{number} {disposition}"))
        .collect();
    match parts[..] {
        [] => String::new(),
        _ => format!("  {} {}\n", dim("of these:"), parts.join(", ")),
    }
}

/// Both come from one call and one line of text: its source is shown once.
fn is_same_place(before: &Effect, effect: &Effect) -> bool {
    let line = |effect: &Effect| {
        let text = effect.provenance.text.as_ref();
        text.map(|text| (text.file.clone(), text.line))
    };
    let (one, other) = (&before.provenance, &effect.provenance);
    one.call == other.call && one.via == other.via && line(before) == line(effect)
}

fn of_effect(
    view: &ScriptView<'_>,
    index: usize,
    effect: &Effect,
    is_shown: bool,
    sources: &mut Sources<'_>,
) -> String {
    let call = &effect.provenance.call;
    let text = effect.provenance.text.as_ref();
    let mut places = vec![(call, effect.sink.as_str())];
    places.extend(
        text.filter(|text| text.line != call.line || text.file != call.file)
            .map(|text| (text, "its text")),
    );
    places.extend(
        effect
            .provenance
            .via
            .iter()
            .map(|via| (via, "called from here")),
    );
    if is_shown {
        places.clear();
    }
    let title = format!("{} `{}`", effect.operation(), effect.object());
    let title = title.trim_end_matches(" ``");
    let title = match is_shown {
        true => format!("{title}, of {call} too"),
        false => title.to_owned(),
    };
    let excerpt = Excerpt {
        level: level(view.judged.get(index)),
        title: &title,
        id: None,
        places,
        notes: notes(view, index, effect),
        help: None,
    };
    excerpt.render(sources)
}

fn level(judged: Option<&Judged>) -> Level {
    match judged.map(|judged| judged.disposition) {
        Some(Disposition::Conflicting) => Level::Error,
        Some(Disposition::Missing | Disposition::Opaque) => Level::Warning,
        Some(
            Disposition::Absorbed
            | Disposition::Superseded
            | Disposition::Data
            | Disposition::Environment
            | Disposition::Inert
            | Disposition::Skipped,
        )
        | None => Level::Note,
    }
}

fn notes(view: &ScriptView<'_>, index: usize, effect: &Effect) -> Vec<String> {
    let mut notes = vec![format!(
        "{}, {}",
        effect.certainty.as_str(),
        effect.reach.as_str()
    )];
    if let Reach::Inert(reason) = &effect.reach {
        notes.push(format!("never: {}", reason.describe()));
    }
    notes.extend(effect.guards.iter().map(|guard| format!("guard: {guard}")));
    if let Some(judged) = view.judged.get(index) {
        notes.push(format!(
            "{}: {}",
            judged.disposition.as_str(),
            judged.reason
        ));
    }
    let conflicts = view
        .conflicts
        .iter()
        .filter(|conflict| conflict.effect == index);
    // What the chain brings as well, the disposition has said.
    let told = conflicts.filter(|conflict| conflict.kind != ConflictKind::Duplicate);
    notes.extend(told.map(|conflict| of_conflict(conflict)));
    notes
}

fn of_conflict(conflict: &Conflict) -> String {
    let other = match &conflict.counterpart {
        Some(other) => format!(" against {} at {}", other.actor.name, other.place),
        None => String::new(),
    };
    let differences: Vec<String> = conflict
        .differences
        .iter()
        .map(Difference::to_string)
        .collect();
    let kind = conflict.kind.as_str();
    format!("conflict: {kind}{other}: {}", differences.join("; "))
        .trim_end_matches(": ")
        .to_owned()
}
