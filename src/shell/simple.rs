//! Simple commands: once for each value of what they use; functions, declarations, other files.

use std::rc::Rc;

use super::run::{DEEPEST_CALL, Flow, Interpreter, MOST_CHOICES, Outcome};
use super::state::{State, Value};
use super::tree::{Assignment, Command, Simple};
use crate::model::{Certainty, Guard, GuardKind, Place, Template};

impl Interpreter<'_> {
    pub(super) fn simple(
        &mut self,
        command: &Command,
        simple: &Simple,
        state: &mut State,
    ) -> Outcome {
        let (outer_choice, outer_widest) = (self.choice, self.widest);
        let mut outcome = Outcome::UNKNOWN;
        let before = state.clone();
        let n_effects = self.effects.len();
        self.choice = 0;
        loop {
            self.widest = 1;
            let mut round = if self.choice == 0 {
                state.clone()
            } else {
                before.clone()
            };
            outcome = match self.choice {
                0 => self.one_choice(command, simple, &mut round),
                _ => {
                    let was_enumerated = std::mem::replace(&mut round.is_enumerated, true);
                    let next = self.one_choice(command, simple, &mut round);
                    round.is_enumerated = was_enumerated;
                    let success = if next.success == outcome.success {
                        next.success
                    } else {
                        None
                    };
                    Outcome {
                        success,
                        flow: outcome.flow,
                    }
                }
            };
            *state = if self.choice == 0 {
                round
            } else {
                join_values(state.clone(), round)
            };
            self.choice += 1;
            if self.choice >= self.widest.min(MOST_CHOICES) {
                break;
            }
        }
        if self.choice > 1 {
            let one_of_several = self.effects[n_effects..].iter_mut();
            one_of_several
                .filter(|effect| effect.certainty == Certainty::Exact)
                .for_each(|effect| effect.certainty = Certainty::Enumerated);
        }
        (self.choice, self.widest) = (outer_choice, outer_widest);
        outcome
    }

    pub(super) fn one_choice(
        &mut self,
        command: &Command,
        simple: &Simple,
        state: &mut State,
    ) -> Outcome {
        if simple.words.is_empty() {
            for assignment in &simple.assignments {
                self.assign(assignment, state);
            }
            return Outcome::known(true);
        }
        self.rests_on = None;
        let words = self.fields(&simple.words, state);
        let name = words
            .first()
            .and_then(Template::known_text)
            .unwrap_or_default();
        if is_declaration(&name) {
            return self.declare(&words, &simple.assignments, state);
        }
        if name == "read" {
            return self.read_variables(command, simple, &words, state);
        }
        if let Some(body) = state.functions.get(&name).cloned() {
            return self.call(command, &name, &body, words, state);
        }
        self.run_words(command, &words, state)
    }

    pub(super) fn declare(
        &mut self,
        words: &[Template],
        assignments: &[Assignment],
        state: &mut State,
    ) -> Outcome {
        let is_map = words.iter().any(|word| {
            word.known_text()
                .is_some_and(|word| word.starts_with('-') && word.contains('A'))
        });
        let is_list = words.iter().any(|word| {
            word.known_text()
                .is_some_and(|word| word.starts_with('-') && word.contains('a'))
        });
        for word in words.iter().skip(1).filter_map(Template::known_text) {
            if is_map && !word.starts_with('-') {
                state.set(&word, Value::Map(Vec::new()));
            } else if is_list && !word.starts_with('-') {
                state.set(&word, Value::List(Vec::new()));
            }
        }
        for assignment in assignments {
            if is_map {
                state.set(&assignment.name, Value::Map(Vec::new()));
            }
            self.assign(assignment, state);
        }
        Outcome::known(true)
    }

    pub(super) fn call(
        &mut self,
        command: &Command,
        name: &str,
        body: &Command,
        words: Vec<Template>,
        state: &mut State,
    ) -> Outcome {
        self.called.insert(name.to_owned());
        if self.via.len() >= DEEPEST_CALL {
            return Outcome::UNKNOWN;
        }
        let depth = self.via.len();
        self.via.extend(command.place.clone());
        let outer_choice = std::mem::take(&mut self.choice);
        let arguments = words.into_iter().skip(1).collect();
        let outer_arguments = state.arguments.replace(arguments);
        let outer_varying = state.varying.clone();
        let outer_defaulted = Rc::clone(&state.defaulted);
        let guards = state.guards.clone();
        for number in POSITIONAL {
            state.set_defaulted(number, self.rests_on);
            state.note_varying(number);
        }
        let outcome = self.command(body, state);
        state.arguments = outer_arguments;
        state.varying = outer_varying;
        for number in POSITIONAL {
            state.set_defaulted(number, outer_defaulted.get(number).copied());
        }
        self.choice = outer_choice;
        self.via.truncate(depth);
        if outcome.flow == Flow::Exit {
            return outcome;
        }
        // A prompt in a function guards what comes after the call too.
        let is_prompt = |guard: &Guard| guard.kind == GuardKind::ConfirmationPrompt;
        let later = state.guards.iter().skip(guards.len());
        let kept: Vec<_> = later.filter(|each| is_prompt(each)).cloned().collect();
        state.guards = guards;
        state.add_guards(kept);
        let success = outcome.success.filter(|_| outcome.flow == Flow::Next);
        Outcome {
            success,
            flow: Flow::Next,
        }
    }

    /// Runs the commands of a text: `eval`, `bash -c`, another file.
    pub(super) fn run_text(&mut self, text: &Template, state: &mut State) -> Outcome {
        if self.via.len() >= DEEPEST_CALL {
            return Outcome::UNKNOWN;
        }
        let text = super::text::Text::new(text);
        let parsed = super::parser::parse(&text);
        self.block(&parsed.commands, state)
    }

    /// `source file`.
    pub(super) fn source_file(
        &mut self,
        path: &str,
        command: &Command,
        state: &mut State,
    ) -> Outcome {
        let Some(file) = self.resolve(path, state) else {
            return Outcome::UNKNOWN;
        };
        let is_open = self.reading.iter().any(|open| **open == *file);
        let Ok(source) = self.files.read(&file) else {
            return Outcome::UNKNOWN;
        };
        if is_open || self.via.len() >= DEEPEST_CALL {
            return Outcome::UNKNOWN;
        }
        let depth = self.via.len();
        self.via.extend(command.place.clone());
        self.reading.push(Rc::from(file.as_str()));
        let start = Place::new(source.file.clone(), 1, 1);
        let template = Template::from_source(source.text.to_string(), start);
        let outcome = self.run_text(&template, state);
        self.reading.pop();
        self.via.truncate(depth);
        // Its functions are a library's: not calling one of them is no news.
        for name in state.functions.keys() {
            if self.reading.len() == 1 {
                self.called.insert(name.clone());
            }
        }
        Outcome {
            success: None,
            flow: if outcome.flow == Flow::Exit {
                Flow::Exit
            } else {
                Flow::Next
            },
        }
    }
}

/// The names of a function's arguments.
const POSITIONAL: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

fn is_declaration(name: &str) -> bool {
    matches!(
        name,
        "declare" | "local" | "export" | "readonly" | "typeset"
    )
}

/// The values of one choice beside those of the choices before.
fn join_values(state: State, round: State) -> State {
    let guards = state.guards.clone();
    let mut joined = state.join(round);
    joined.guards = guards;
    joined
}
