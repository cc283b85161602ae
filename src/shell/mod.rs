//! Reads shell scripts: what they hand to psql, which migrations and scripts they run, which files
//! they write. Nothing is run; variables, functions, loops and here documents are followed as far
//! as the text says what they are.
//!
//! The same reading serves command lines that Python scripts start as subprocesses.

mod arithmetic;
mod assign;
mod branches;
mod builtins;
mod compound;
mod conditions;
mod emit;
mod expand;
mod here_document;
mod loops;
mod parser;
mod paths;
mod programs;
mod psql;
mod python_call;
mod redirections;
mod requests;
mod run;
mod simple;
mod split;
mod state;
mod text;
mod tools;
mod tree;
mod words;
mod wrappers;
mod written;

use crate::model::{Diagnostic, Effect, Guard, Level, Operation, Place, Reach, Template};
use crate::source::{Files, Source};

pub use requests::request;
use run::Interpreter;
use state::State;

/// What reading a script or a command line gives.
#[derive(Debug, Default)]
pub struct Reading {
    /// In the order in which a run would have them.
    pub effects: Vec<Effect>,
    /// Python that stands inside of the script (`python - <<EOF`, `python -c`), for evaluation.
    pub python: Vec<EmbeddedPython>,
    /// A client gets SQL text, be it only queries.
    pub asks_database: bool,
    /// It sends requests.
    pub reads_http: bool,
    pub diagnostics: Vec<Diagnostic>,
}

/// Python code inside of a shell script.
#[derive(Debug, Clone)]
pub struct EmbeddedPython {
    /// Its fragments say where it stands.
    pub code: Template,
    /// The command that runs it.
    pub call: Place,
    /// The calls between the script's top level and that command.
    pub via: Vec<Place>,
    pub guards: Vec<Guard>,
    pub reach: Reach,
}

/// Words without which a script can do nothing that is of interest here.
const SIGNS: &[&str] = &[
    "psql",
    "sql",
    "alembic",
    "python",
    "migrat",
    "flask",
    "manage.py",
    "prisma",
    "dbmate",
    "goose",
    "rails",
    "rake",
    ".sh",
    "pg_restore",
    "createdb",
    "dropdb",
];

/// Where only these stand, requests are all that is of interest.
const WEB_SIGNS: &[&str] = &["curl", "wget", "http "];

/// Reads a script of the estate.
pub fn read(source: &Source, files: &dyn Files) -> Reading {
    let shows = |signs: &[&str]| signs.iter().any(|sign| source.text.contains(sign));
    let only_requests = !shows(SIGNS);
    if only_requests && !shows(WEB_SIGNS) {
        return Reading::default();
    }
    let sides = sides(&source.text);
    let marker = (sides.len() > 1).then(|| marker_line(&source.text));
    let mut reading = Reading::default();
    for text in &sides {
        let start = Place::new(source.file.clone(), 1, 1);
        let template = Template::from_source(text.as_str(), start);
        merge(
            &mut reading,
            read_text(&template, files, &source.file, marker),
        );
    }
    if only_requests {
        reading.effects.retain(is_request);
    }
    if let Some(line) = marker {
        let place = Place::new(source.file.clone(), line, 1);
        reading.diagnostics.insert(0, unresolved(place));
    }
    reading
}

fn is_request(effect: &Effect) -> bool {
    effect.operation() == Operation::CallEndpoint
}

fn read_text(template: &Template, files: &dyn Files, file: &str, marker: Option<u32>) -> Reading {
    let text = text::Text::new(template);
    let parsed = parser::parse(&text);
    let complaint = parsed
        .diagnostics
        .iter()
        .filter_map(|each| each.place.as_ref());
    let broken = complaint.map(|place| place.line).chain(marker).min();
    let mut interpreter = Interpreter::new(files, file);
    interpreter.diagnostics = parsed.diagnostics;
    interpreter.script(&parsed.commands, broken, &mut State::default());
    interpreter.into_reading()
}

fn marker_line(text: &str) -> u32 {
    let line = text
        .split('\n')
        .position(|line| line.starts_with("<<<<<<< "));
    line.map_or(1, |idx| idx as u32 + 1)
}

fn unresolved(place: Place) -> Diagnostic {
    let message = "a merge conflict was never resolved: its markers stand in the file".to_owned();
    Diagnostic::new(parser::RULE, Level::Warning, Some(place), message).with_help(
        "resolve the conflict; until then the shell refuses the script, and both sides are listed",
    )
}

/// Reads a command line that another program starts through a shell.
pub fn read_command_line(
    command_line: &Template,
    call: &Place,
    input: Option<&Template>,
    files: &dyn Files,
) -> Reading {
    let text = text::Text::new(command_line);
    let parsed = parser::parse(&text);
    let mut interpreter = Interpreter::new(files, &call.file);
    interpreter.input = input.cloned();
    interpreter.script(&parsed.commands, None, &mut State::default());
    interpreter.at_call(call)
}

/// Reads a program with its arguments, started without a shell.
pub fn read_arguments(
    arguments: &[Template],
    call: &Place,
    input: Option<&Template>,
    files: &dyn Files,
) -> Reading {
    let mut interpreter = Interpreter::new(files, &call.file);
    interpreter.input = input.cloned();
    interpreter.arguments_as_command(arguments, call);
    interpreter.at_call(call)
}

/// A file with merge conflict markers has two readings: with the one side and with the other.
/// Lines keep their numbers.
fn sides(text: &str) -> Vec<String> {
    if !text.starts_with("<<<<<<< ") && !text.contains("\n<<<<<<< ") {
        return vec![text.to_owned()];
    }
    [true, false]
        .map(|takes_ours| side(text, takes_ours))
        .to_vec()
}

fn side(text: &str, takes_ours: bool) -> String {
    // `None`: outside of a conflict.
    let mut in_ours = None;
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let is_marker = match (line, in_ours) {
            (line, None) if line.starts_with("<<<<<<< ") => {
                in_ours = Some(true);
                true
            }
            (line, Some(true)) if line.starts_with("=======") => {
                in_ours = Some(false);
                true
            }
            (line, Some(false)) if line.starts_with(">>>>>>> ") => {
                in_ours = None;
                true
            }
            _ => false,
        };
        match is_marker || in_ours.is_some_and(|in_ours| in_ours != takes_ours) {
            true => kept.push('\n'),
            false => kept.push_str(line),
        }
    }
    kept
}

fn merge(reading: &mut Reading, other: Reading) {
    for effect in other.effects {
        let is_known = reading.effects.iter().any(|known| {
            known.action == effect.action && known.provenance.call == effect.provenance.call
        });
        if !is_known {
            reading.effects.push(effect);
        }
    }
    reading.asks_database |= other.asks_database;
    reading.reads_http |= other.reads_http;
    reading.python.extend(other.python);
    for diagnostic in other.diagnostics {
        if !reading.diagnostics.contains(&diagnostic) {
            reading.diagnostics.push(diagnostic);
        }
    }
}
