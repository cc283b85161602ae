//! Loops: each round over known things, one round over unknown ones.

use super::run::{Flow, Interpreter, MOST_ROUNDS, Outcome};
use super::state::{State, Value, unknown};
use super::tree::{Command, CommandKind, Part, Word};
use crate::model::Template;

impl Interpreter<'_> {
    pub(super) fn for_each(
        &mut self,
        command: &Command,
        variable: &str,
        words: Option<&[Word]>,
        body: &[Command],
        state: &mut State,
    ) -> Outcome {
        let items = match words {
            Some(words) => self.fields(words, state),
            None => state.arguments.clone().unwrap_or_else(|| {
                vec![unknown(
                    "$@",
                    "given on the command line",
                    command.place.as_ref(),
                )]
            }),
        };
        let (guards, was_enumerated) = (state.guards.clone(), state.is_enumerated);
        let mut outcome = Outcome::known(true);
        if items.len() > 1 {
            state.is_enumerated = true;
            state.note_varying(variable);
        }
        for item in items.into_iter().take(MOST_ROUNDS) {
            state.set(variable, Value::text(item));
            let round = self.block(body, state);
            state.guards.clone_from(&guards);
            if matches!(round.flow, Flow::Return | Flow::Exit) {
                outcome = round;
                break;
            }
        }
        state.is_enumerated = was_enumerated;
        outcome
    }

    /// `while` and `until`: the body may run, once is enough to see.
    pub(super) fn unbounded(
        &mut self,
        condition: &[Command],
        body: &[Command],
        state: &mut State,
    ) -> Outcome {
        let lines = self.lines_to_read(condition);
        let guards = state.guards.clone();
        let before = state.clone();
        for line in lines {
            if let Some(line) = line {
                self.input = Some(line);
                state.is_enumerated = true;
            }
            self.block(condition, state);
            let round = self.block(body, state);
            state.guards.clone_from(&guards);
            if round.flow == Flow::Exit {
                break;
            }
        }
        state.is_enumerated = before.is_enumerated;
        *state = state.clone().join(before);
        Outcome::UNKNOWN
    }

    /// The lines that `while read` would get; one unknown round where there is no telling.
    pub(super) fn lines_to_read(&self, condition: &[Command]) -> Vec<Option<Template>> {
        let reads = condition.iter().any(|command| match &command.kind {
            CommandKind::Simple(simple) => simple.words.first().is_some_and(
                |word| matches!(&word.parts[..], [Part::Bare(text)] if text.display() == "read"),
            ),
            _ => false,
        });
        match &self.input {
            Some(input) if reads && !input.has_holes() => {
                let lines = super::split::split(input, |letter| letter == '\n', usize::MAX);
                lines.into_iter().take(MOST_ROUNDS).map(Some).collect()
            }
            _ => vec![None],
        }
    }
}
