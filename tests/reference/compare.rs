//! Where the tool and the careful reader differ, script by script, then how often they agree.

use std::collections::BTreeSet;
use std::fmt::Write;

use fixfold::graph;
use fixfold::model::{self, Reach};
use fixfold::pipeline::Audit;

use crate::expected::{Conflict, Effect, Expected, Script};

#[derive(Default)]
struct Score {
    classes: usize,
    effects: usize,
    extra: usize,
    places: usize,
    certainties: usize,
    reaches: usize,
    conflicts: usize,
    extra_conflicts: usize,
}

pub fn differences(expected: &Expected, audit: &Audit) -> String {
    let mut score = Score::default();
    let mut text = String::new();
    for script in &expected.scripts {
        let mut lines = Vec::new();
        of_script(script, audit, &mut score, &mut lines);
        if !lines.is_empty() {
            let _ = writeln!(text, "{}\n  {}", script.file, lines.join("\n  "));
        }
    }
    let known: BTreeSet<&str> = expected
        .scripts
        .iter()
        .map(|script| &*script.file)
        .collect();
    let found = audit.survey.scripts.iter().map(|script| &*script.file);
    for file in found.filter(|file| !known.contains(file)) {
        let _ = writeln!(text, "{file}\n  is no script");
    }
    totals(expected, &score) + "\n" + &text
}

fn totals(expected: &Expected, score: &Score) -> String {
    let scripts = expected.scripts.len();
    let effects: usize = expected
        .scripts
        .iter()
        .map(|script| script.effects.len())
        .sum();
    let conflicts: usize = expected
        .scripts
        .iter()
        .map(|script| script.conflicts.len())
        .sum();
    format!(
        "classes: {} of {scripts}\n\
         effects: {} of {effects} found, {} more that are none\n\
         of those found: {} at their line, {} as certain, {} with their reach\n\
         conflicts: {} of {conflicts} found, {} more that are none\n",
        score.classes,
        score.effects,
        score.extra,
        score.places,
        score.certainties,
        score.reaches,
        score.conflicts,
        score.extra_conflicts
    )
}

fn of_script(script: &Script, audit: &Audit, score: &mut Score, lines: &mut Vec<String>) {
    let found = audit.script(&script.file);
    let class = found.map_or("unrelated", |found| found.class.as_str());
    if class == script.class {
        score.classes += 1;
    } else {
        lines.push(format!("class {class}, not {}", script.class));
    }
    let effects = found.map_or(&[][..], |found| &found.effects);
    of_effects(&script.effects, effects, score, lines);
    let conflicts = audit
        .conflicts
        .iter()
        .filter(|conflict| *conflict.script == *script.file)
        // What is expected speaks of the chain only.
        .filter(|conflict| {
            let other = conflict.counterpart.as_ref();
            other.is_none_or(|other| other.actor.kind == graph::ActorKind::Revision)
        });
    of_conflicts(
        &script.conflicts,
        &conflicts.collect::<Vec<_>>(),
        score,
        lines,
    );
}

fn of_effects(
    expected: &[Effect],
    found: &[model::Effect],
    score: &mut Score,
    lines: &mut Vec<String>,
) {
    let mut left: Vec<&model::Effect> = found.iter().collect();
    for wanted in expected {
        // The one at the same line is the one that is meant, where there is one.
        let at_line = left
            .iter()
            .position(|found| is_same(wanted, found) && is_at(wanted, found));
        let index = at_line.or_else(|| left.iter().position(|found| is_same(wanted, found)));
        match index {
            Some(index) => of_pair(wanted, left.remove(index), score, lines),
            None => lines.push(format!(
                "missed {} {} {}",
                wanted.line, wanted.op, wanted.object
            )),
        }
    }
    // The same effect at the same line is counted once.
    left.retain(|extra| {
        !expected
            .iter()
            .any(|wanted| is_same(wanted, extra) && is_at(wanted, extra))
    });
    score.extra += left.len();
    for extra in left {
        let line = extra.provenance.call.line;
        lines.push(format!(
            "extra {line} {} {}",
            extra.operation(),
            extra.object()
        ));
    }
}

fn of_pair(wanted: &Effect, found: &model::Effect, score: &mut Score, lines: &mut Vec<String>) {
    score.effects += 1;
    let name = format!("{} {} {}", wanted.line, wanted.op, wanted.object);
    if is_at(wanted, found) {
        score.places += 1;
    } else {
        let (call, text) = (&found.provenance.call, &found.provenance.text);
        let text = text.as_ref().map_or(0, |text| text.line);
        lines.push(format!("{name}: at line {}, text at {text}", call.line));
    }
    if wanted.certainty == found.certainty.as_str() {
        score.certainties += 1;
    } else {
        let (is, not) = (found.certainty.as_str(), &wanted.certainty);
        lines.push(format!("{name}: {is}, not {not}"));
    }
    if wanted.reach == found.reach.as_str() {
        score.reaches += 1;
    } else {
        let why = match &found.reach {
            Reach::Inert(reason) => format!(" ({})", reason.describe()),
            Reach::Live | Reach::Conditional => String::new(),
        };
        lines.push(format!(
            "{name}: {}{why}, not {}",
            found.reach.as_str(),
            wanted.reach
        ));
    }
}

fn is_same(wanted: &Effect, found: &model::Effect) -> bool {
    wanted.op == found.operation().as_str() && matches(&wanted.object, &found.object())
}

fn is_at(wanted: &Effect, found: &model::Effect) -> bool {
    let text = found.provenance.text.as_ref().map(|text| text.line);
    found.provenance.call.line == wanted.line
        && wanted.sql_line.is_none_or(|line| text == Some(line))
}

/// `*` in what is expected, and `{hole}` in what is found, stand for what is known at run time only.
fn matches(wanted: &str, found: &str) -> bool {
    let found = blank_holes(found);
    match wanted.split_once('*') {
        None => wanted == found,
        Some((start, end)) => {
            found.len() >= start.len() + end.len()
                && found.starts_with(start)
                && found.ends_with(end)
        }
    }
}

fn blank_holes(text: &str) -> String {
    let mut blanked = String::new();
    let mut depth = 0_u32;
    for character in text.chars() {
        match character {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    blanked.push('*');
                }
            }
            _ if depth == 0 => blanked.push(character),
            _ => {}
        }
    }
    blanked
}

fn of_conflicts(
    expected: &[Conflict],
    found: &[&graph::Conflict],
    score: &mut Score,
    lines: &mut Vec<String>,
) {
    let mut left: BTreeSet<(String, String, String)> =
        found.iter().map(|found| key(found)).collect();
    for wanted in expected {
        let revision = wanted.revision.clone().unwrap_or_default();
        let key = (wanted.kind.clone(), wanted.object.clone(), revision);
        if left.remove(&key) {
            score.conflicts += 1;
        } else {
            lines.push(format!("missed conflict {} {} {}", key.0, key.1, key.2));
        }
    }
    score.extra_conflicts += left.len();
    lines.extend(
        left.iter()
            .map(|(kind, object, other)| format!("extra conflict {kind} {object} {other}")),
    );
}

fn key(conflict: &graph::Conflict) -> (String, String, String) {
    let other = conflict.counterpart.as_ref();
    let other = other.map_or(String::new(), |other| other.actor.name.to_string());
    (
        conflict.kind.as_str().to_owned(),
        conflict.object.name.clone(),
        other,
    )
}
