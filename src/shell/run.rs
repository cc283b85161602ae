//! Runs a script on paper: both ways of a condition that is not known, each round of a loop over
//! known things, functions where they are called.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::state::{State, unknown};
use super::tree::{Command, CommandKind, Redirection, RedirectionKind};
use crate::model::{Diagnostic, Effect, GuardKind, InertReason, Level, Place, Template};
use crate::source::Files;

/// Commands run in all; a script that needs more is cut.
pub(super) const MOST_STEPS: usize = 50_000;
pub(super) const DEEPEST_CALL: usize = 24;
/// Commands within commands that are followed; functions that call themselves end here.
const MOST_NESTED: usize = 100;
pub(super) const MOST_ROUNDS: usize = 200;
pub(super) const MOST_CHOICES: usize = 16;

/// What comes after a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    /// `break`, `continue`.
    LeaveRound,
    Return,
    Exit,
}

/// How a command ended: whether it succeeded, if that is known, and what comes after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    pub(super) success: Option<bool>,
    pub(super) flow: Flow,
}

impl Outcome {
    pub(super) const UNKNOWN: Self = Self {
        success: None,
        flow: Flow::Next,
    };

    pub(super) fn known(success: bool) -> Self {
        Self {
            success: Some(success),
            flow: Flow::Next,
        }
    }

    pub(super) fn leaving(flow: Flow) -> Self {
        Self {
            success: None,
            flow,
        }
    }
}

pub(super) struct Interpreter<'a> {
    pub(super) files: &'a dyn Files,
    /// The script, and the files that it sources, innermost last.
    pub(super) reading: Vec<Rc<str>>,
    pub(super) effects: Vec<Effect>,
    pub(super) python: Vec<super::EmbeddedPython>,
    pub(super) asks_database: bool,
    pub(super) reads_http: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Standard output of the commands that somebody reads.
    captures: Vec<Template>,
    /// Standard input, where it comes from somewhere.
    pub(super) input: Option<Template>,
    /// Which of a variable's values is used, and how many there were.
    pub(super) choice: usize,
    pub(super) widest: usize,
    /// Who could have given another text than the default that was taken.
    pub(super) rests_on: Option<GuardKind>,
    pub(super) via: Vec<Place>,
    pub(super) called: BTreeSet<String>,
    steps: usize,
    /// Commands within commands, calls included.
    depth: usize,
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(files: &'a dyn Files, file: &str) -> Self {
        Self {
            files,
            reading: vec![Rc::from(file)],
            effects: Vec::new(),
            python: Vec::new(),
            asks_database: false,
            reads_http: false,
            diagnostics: Vec::new(),
            captures: Vec::new(),
            input: None,
            choice: 0,
            widest: 1,
            rests_on: None,
            via: Vec::new(),
            called: BTreeSet::new(),
            steps: 0,
            depth: 0,
        }
    }

    pub(super) fn file(&self) -> &str {
        self.reading.last().map_or("", |file| file)
    }

    /// Runs a whole script, then the functions that it never calls. The shell stops reading at the
    /// command that holds the line `broken`.
    pub(super) fn script(&mut self, commands: &[Command], broken: Option<u32>, state: &mut State) {
        let line = |command: &Command| command.place.as_ref().map_or(0, |place| place.line);
        let n_sound = match broken {
            Some(broken) => {
                commands
                    .iter()
                    .filter(|each| line(each) <= broken)
                    .count()
                    .max(1)
                    - 1
            }
            None => commands.len(),
        };
        let (sound, unread) = commands.split_at(n_sound.min(commands.len()));
        let outcome = self.block(sound, state);
        if let Some(broken) = broken
            && outcome.flow == Flow::Next
        {
            let reason = format!("the shell stops at a syntax error in line {broken}");
            state.dead = Some(InertReason::DoesNotParse(reason));
            self.block(unread, state);
        }
        self.uncalled_functions(state);
    }

    fn uncalled_functions(&mut self, state: &State) {
        for (name, body) in state.functions.iter() {
            if self.called.contains(name) {
                continue;
            }
            let never = InertReason::NeverCalled(name.clone());
            let mut inner = state.for_function(state.dead.clone().or(Some(never)));
            self.called.insert(name.clone());
            self.command(body, &mut inner);
        }
    }

    pub(super) fn block(&mut self, commands: &[Command], state: &mut State) -> Outcome {
        let mut outcome = Outcome::known(true);
        for (idx, command) in commands.iter().enumerate() {
            outcome = self.command(command, state);
            if outcome.flow != Flow::Next {
                self.unreached(&commands[idx + 1..], outcome.flow, state);
                break;
            }
        }
        outcome
    }

    /// What stands behind a command that always leaves: seen, but never run.
    fn unreached(&mut self, commands: &[Command], flow: Flow, state: &State) {
        let leaves = matches!(flow, Flow::Exit | Flow::Return);
        let is_fixed = |arguments: &Vec<Template>| arguments.iter().all(Template::has_holes);
        let is_one_way = !state.is_enumerated && state.arguments.as_ref().is_none_or(is_fixed);
        if commands.is_empty() || !leaves || !is_one_way || self.steps > MOST_STEPS {
            return;
        }
        let mut inner = state.clone();
        let reason = "the script always leaves before".to_owned();
        inner.dead.get_or_insert(InertReason::Other(reason));
        self.block(commands, &mut inner);
    }

    /// Runs something and takes what it prints.
    pub(super) fn captured(&mut self, run: impl FnOnce(&mut Self) -> Outcome) -> Template {
        self.captures.push(Template::default());
        run(self);
        self.captures.pop().unwrap_or_default()
    }

    pub(super) fn print(&mut self, text: &Template) {
        if let Some(capture) = self.captures.last_mut() {
            capture.append(text);
        }
    }

    pub(super) fn command(&mut self, command: &Command, state: &mut State) -> Outcome {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            self.cut(command);
            return Outcome::leaving(Flow::Exit);
        }
        if self.depth >= MOST_NESTED {
            return Outcome::UNKNOWN;
        }
        self.depth += 1;
        let outer_input = self.input.clone();
        let written = self.redirect(&command.redirections, state);
        let outcome = match written {
            None => self.kind(command, state),
            Some(target) => {
                let mut outcome = Outcome::UNKNOWN;
                let text = self.captured(|this| {
                    outcome = this.kind(command, state);
                    outcome
                });
                self.write_file(&target, &text, command, state);
                outcome
            }
        };
        self.input = outer_input;
        self.depth -= 1;
        outcome
    }

    fn cut(&mut self, command: &Command) {
        if self.steps == MOST_STEPS + 1 {
            let message = "the script runs too long to be read to its end".to_owned();
            let diagnostic = Diagnostic::new(
                "shell-limit",
                Level::Warning,
                command.place.clone(),
                message,
            );
            self.diagnostics
                .push(diagnostic.with_help("what follows is not in the inventory"));
        }
    }

    /// Sets standard input; gives the file that standard output goes to.
    fn redirect(&mut self, redirections: &[Redirection], state: &mut State) -> Option<Template> {
        let mut written = None;
        for redirection in redirections {
            let target = self.text(&redirection.target, state);
            match redirection.kind {
                RedirectionKind::HereText => self.input = Some(target),
                RedirectionKind::Input => {
                    let place = redirection.target.place.as_ref();
                    self.input = Some(super::state::contents_of(&target, place));
                }
                RedirectionKind::Output | RedirectionKind::Append => written = Some(target),
                RedirectionKind::Other => {}
            }
        }
        written
    }

    fn kind(&mut self, command: &Command, state: &mut State) -> Outcome {
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(command, simple, state),
            CommandKind::Pipeline {
                is_negated,
                commands,
            } => {
                let outcome = self.pipeline(commands, state);
                Outcome {
                    success: outcome.success.map(|success| success != *is_negated),
                    ..outcome
                }
            }
            CommandKind::And(left, right) => self.both(left, right, true, state),
            CommandKind::Or(left, right) => self.both(left, right, false, state),
            CommandKind::Group {
                is_subshell: true,
                body,
            } => {
                let mut inner = state.clone();
                let outcome = self.block(body, &mut inner);
                Outcome {
                    success: outcome.success,
                    flow: Flow::Next,
                }
            }
            CommandKind::Group {
                is_subshell: false,
                body,
            } => self.block(body, state),
            CommandKind::If { branches, orelse } => self.branches(branches, orelse, state),
            CommandKind::For {
                variable,
                words,
                body,
            } => self.for_each(command, variable, words.as_deref(), body, state),
            CommandKind::Loop {
                condition, body, ..
            } => self.unbounded(condition, body, state),
            CommandKind::Case { subject, arms } => self.case(subject, arms, state),
            CommandKind::Function { name, body } => {
                Rc::make_mut(&mut state.functions).insert(name.clone(), Rc::clone(body));
                Outcome::known(true)
            }
            CommandKind::Test(words) => {
                let success = self.test_words(words, state);
                Outcome {
                    success,
                    flow: Flow::Next,
                }
            }
            CommandKind::Arithmetic(text) => Outcome {
                success: super::arithmetic::run(text, state),
                flow: Flow::Next,
            },
        }
    }

    fn pipeline(&mut self, commands: &[Command], state: &mut State) -> Outcome {
        let Some((last, before)) = commands.split_last() else {
            return Outcome::known(true);
        };
        for command in before {
            let mut inner = state.clone();
            let text = self.captured(|this| this.command(command, &mut inner));
            self.input = Some(match text.is_empty() {
                true => unknown(
                    &command.text,
                    "the output of a command",
                    command.place.as_ref(),
                ),
                false => text,
            });
        }
        let outcome = self.command(last, state);
        if before.is_empty() {
            return outcome;
        }
        self.input = None;
        Outcome {
            success: outcome.success.filter(|_| before.is_empty()),
            ..outcome
        }
    }
}
