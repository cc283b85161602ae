//! What a statement that the grammar rejects plainly meant.
//!
//! A repair blanks out words (offsets stay) until the grammar takes the rest: an `IF NOT EXISTS`
//! where there is none, an `OR REPLACE`, a comma too many, prose before a statement, a missing
//! semicolon. The effects are what a reader would say was meant; the database never sees them.

use std::ops::Range;

use crate::model::{Action, Certainty, InertReason, Opaque, SqlError};

use super::lower::{Lowered, Lowering};
use super::parse::{ParseError, parse};
use super::passage::Passage;
use super::reading::{Nature, ReadEffect};
use super::scan::{Kind, Token, significant};
use super::words;

/// Repairs tried on one statement.
const MOST_REPAIRS: u32 = 8;

/// The effects that a rejected statement was meant to have, each inert.
pub(crate) fn invalid(passage: &Passage<'_>, error: &SqlError) -> Lowered {
    inert(meant(passage.clone(), MOST_REPAIRS), error)
}

/// Effects of a statement that the server refuses for this reason.
pub(crate) fn inert(mut effects: Vec<ReadEffect>, error: &SqlError) -> Lowered {
    for effect in &mut effects {
        effect.inert = Some(InertReason::InvalidSql(error.message.clone()));
    }
    Lowered::new(Nature::Invalid(error.clone()), effects)
}

/// A statement that does not parse because of what its holes stand for.
pub(crate) fn with_holes(passage: &Passage<'_>) -> Lowered {
    let mut effects = meant(passage.clone(), MOST_REPAIRS);
    if effects.is_empty() {
        let action = Action::Opaque(Opaque {
            text: passage.all_written(),
            reason: first_reason(passage),
        });
        effects.push(ReadEffect::new(action, Certainty::Opaque, passage.place(0)));
        return Lowered::new(Nature::Unknown, effects);
    }
    for effect in &mut effects {
        effect.certainty = effect.certainty.max(Certainty::Partial);
        effect.inert = None;
    }
    Lowered::change(effects)
}

fn first_reason(passage: &Passage<'_>) -> String {
    let markers = &passage.source.markers;
    let reason = markers
        .holes(&passage.text)
        .find_map(|index| markers.reason(index));
    reason.unwrap_or("a part of it is unknown").to_owned()
}

/// The effects of a text that the grammar rejects, after as many repairs as it takes.
fn meant(mut passage: Passage<'_>, most: u32) -> Vec<ReadEffect> {
    for _ in 0..most {
        let parsed = parse(&passage.text);
        let Some(error) = parsed.error else {
            return super::reader::accepted(&passage, &parsed.statements).effects;
        };
        match repair(&passage, &error) {
            Some(Repair::Blank(range)) => passage.blank(range),
            Some(Repair::Split(at)) => {
                let mut effects = meant(passage.slice(0..at), most.saturating_sub(1));
                let rest = passage.slice(at..passage.text.len());
                effects.extend(meant(rest, most.saturating_sub(1)));
                return effects;
            }
            None => return named_effects(&passage, &error),
        }
    }
    let error = parse(&passage.text).error;
    error.map_or_else(Vec::new, |error| named_effects(&passage, &error))
}

enum Repair {
    Blank(Range<usize>),
    Split(usize),
}

fn repair(passage: &Passage<'_>, error: &ParseError) -> Option<Repair> {
    let text = &passage.text;
    let tokens = significant(text);
    let at = tokens.partition_point(|token| token.end <= error.offset);
    existence_clause(text, &tokens, at)
        .or_else(|| or_replace(text, &tokens, at))
        .or_else(|| idle_comma(text, &tokens, at))
        .or_else(|| prose_before(text, &tokens))
        .or_else(|| next_statement(text, &tokens, at))
        .or_else(|| inline_index(text, &tokens, at))
        .or_else(|| clause_in_hole(passage, &tokens, at))
}

/// `IF [NOT] EXISTS` right at the error.
fn existence_clause(text: &str, tokens: &[Token], at: usize) -> Option<Repair> {
    let first = at.saturating_sub(3);
    let window = tokens.get(first..(at + 2).min(tokens.len()))?;
    let start = window.iter().position(|token| token.is_word(text, "if"))?;
    let mut last = start + 1;
    let rest = tokens.get(first + last..)?;
    if rest.first()?.is_word(text, "not") {
        last += 1;
    }
    let exists = tokens.get(first + last)?;
    exists
        .is_word(text, "exists")
        .then(|| Repair::Blank(window[start].start..exists.end))
}

/// `CREATE OR REPLACE` of what cannot be replaced.
fn or_replace(text: &str, tokens: &[Token], at: usize) -> Option<Repair> {
    let start = tokens
        .windows(2)
        .position(|pair| pair[0].is_word(text, "or") && pair[1].is_word(text, "replace"))?;
    let near = start < 3 && at <= start + 3;
    near.then(|| Repair::Blank(tokens[start].start..tokens[start + 1].end))
}

/// `a, )`, `a, FROM`, `(, a`, `a,, b`.
fn idle_comma(text: &str, tokens: &[Token], at: usize) -> Option<Repair> {
    let before = at.checked_sub(1).and_then(|index| tokens.get(index));
    let here = tokens.get(at);
    let is_comma = |token: Option<&Token>| token.is_some_and(|token| token.kind == Kind::Mark(','));
    let closes = here.is_none_or(|token| {
        token.kind == Kind::Mark(')') || token.is_word(text, "from") || token.is_word(text, "where")
    });
    if is_comma(before) && closes {
        return before.map(|token| Repair::Blank(token.start..token.end));
    }
    let opens = before.is_some_and(|token| matches!(token.kind, Kind::Mark('(' | ',')));
    if is_comma(here) && opens {
        return here.map(|token| Repair::Blank(token.start..token.end));
    }
    // The grammar may notice the missing item one token later.
    let after = tokens.get(at + 1);
    let closes = after.is_some_and(|token| token.kind == Kind::Mark(')'));
    (is_comma(here) && closes).then(|| here.map(|token| Repair::Blank(token.start..token.end)))?
}

/// Prose, a command's output or another language's line before the first statement.
fn prose_before(text: &str, tokens: &[Token]) -> Option<Repair> {
    let first = tokens.first()?;
    if first.kind == Kind::Word && words::is_first_word(first.text(text)) {
        return None;
    }
    let start = tokens.iter().find(|token| begins_line(text, token))?;
    (start.start > first.start).then_some(Repair::Blank(first.start..start.start))
}

/// A statement's first word at the start of a line.
fn begins_line(text: &str, token: &Token) -> bool {
    let before = text.get(..token.start).unwrap_or_default();
    let at_start = before.trim_end_matches([' ', '\t', '(']).ends_with('\n');
    at_start && token.kind == Kind::Word && words::begins_statement(&text[token.start..])
}

/// The semicolon before the next statement is missing.
fn next_statement(text: &str, tokens: &[Token], at: usize) -> Option<Repair> {
    let token = tokens.get(at).or_else(|| tokens.last())?;
    let words_of =
        |token: &Token| words::looks_like_sql(text.get(token.start..).unwrap_or_default());
    (at > 0 && begins_line(text, token) && words_of(token)).then_some(Repair::Split(token.start))
}

/// A hole that holds a whole clause behind what is a statement already:
/// `... REFERENCES t (id) {on_delete}`.
fn clause_in_hole(passage: &Passage<'_>, tokens: &[Token], at: usize) -> Option<Repair> {
    let markers = &passage.source.markers;
    let is_hole = |token: &&Token| {
        let index = markers.alone(token.text(&passage.text));
        index.is_some_and(|index| markers.reason(index).is_some())
    };
    let before = at.checked_sub(1).and_then(|index| tokens.get(index));
    let hole = [tokens.get(at), before]
        .into_iter()
        .flatten()
        .find(is_hole)?;
    let is_whole = parse(passage.text.get(..hole.start)?).error.is_none();
    is_whole.then_some(Repair::Blank(hole.start..hole.end))
}

/// `INDEX name (columns)` within CREATE TABLE, as MySQL has it.
fn inline_index(text: &str, tokens: &[Token], at: usize) -> Option<Repair> {
    let start = (at.saturating_sub(4)..=at).rev().find(|index| {
        let before = index.checked_sub(1).and_then(|index| tokens.get(index));
        let word = tokens.get(*index);
        before.is_some_and(|token| matches!(token.kind, Kind::Mark(',' | '(')))
            && word.is_some_and(|token| token.is_word(text, "index") || token.is_word(text, "key"))
    })?;
    let mut depth = 0u32;
    let mut end = tokens.get(start)?.end;
    for token in tokens.get(start..)? {
        match token.kind {
            Kind::Mark('(') => depth += 1,
            Kind::Mark(')') if depth == 0 => break,
            Kind::Mark(')') => depth -= 1,
            Kind::Mark(',') if depth == 0 => break,
            _ => {}
        }
        end = token.end;
    }
    let comma = start.checked_sub(1).and_then(|index| tokens.get(index))?;
    let first = match comma.kind {
        Kind::Mark(',') => comma.start,
        _ => tokens.get(start)?.start,
    };
    Some(Repair::Blank(first..end))
}

/// The effects of the tree that error recovery made, as far as what they are about was read before
/// the error.
fn named_effects(passage: &Passage<'_>, error: &ParseError) -> Vec<ReadEffect> {
    let lowering = Lowering { passage };
    let parsed = parse(&passage.text);
    let known = passage.text.get(..error.offset).unwrap_or_default();
    let mut effects = Vec::new();
    for statement in parsed.statements.iter().take(1) {
        for effect in lowering.statement(statement).effects {
            let object = effect.action.object();
            if !object.is_empty() && is_known(&object, known, passage) {
                effects.push(effect);
            }
        }
    }
    effects
}

/// Whether the first part of an object's name stands before the error.
fn is_known(object: &str, known: &str, passage: &Passage<'_>) -> bool {
    let head = object.split(['.', '-']).next().unwrap_or(object);
    let shown = passage.source.markers.restore(known).to_lowercase();
    head.contains('{') || shown.contains(&head.to_lowercase())
}
