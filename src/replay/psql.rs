//! psql as it reads a script: statement by statement, with its own commands. Conditions (`\if`) are
//! decided by what `\set` and `\gset` have given; what is not known counts as false, and is noted.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Dialect, ObjectName, Place, RevisionId, Template};
use crate::sql::{self, Nature, PsqlCommand, ReadStatement};

use super::outcome::SentRun;
use super::script::{Exit, Program, ScriptReplay, is_rollback};
use super::session::{Run, RunOutcome, Session, TransactionState};

/// `psql -f`: statement by statement; errors are passed over unless `ON_ERROR_STOP` is set.
pub(super) fn psql(program: &Program<'_>, text: &Template) -> ScriptReplay {
    let mut session = Session::with_rows(program.start.catalog.clone(), program.start.rows.clone());
    let table = program
        .chain
        .map(|chain| chain.environment.version_table.as_str());
    let table = ObjectName::from_sql(table.unwrap_or("alembic_version"));
    session.follow(
        table,
        program.start.versions.iter().map(ToString::to_string),
    );
    let mut client = Psql {
        session,
        runs: Vec::new(),
        pending: Vec::new(),
        undecided: Vec::new(),
        stops: false,
        variables: BTreeMap::new(),
        branches: Vec::new(),
    };
    let stopped = client.text(text, program);
    client.settle(true);
    let Psql {
        mut session,
        runs,
        undecided,
        ..
    } = client;
    session.rollback();
    ScriptReplay {
        exit: Exit::Code(if stopped { 3 } else { 0 }),
        runs,
        versions: session
            .versions()
            .iter()
            .map(|id| RevisionId(id.as_str().into()))
            .collect(),
        rows: session.rows_known(),
        end: Arc::new(session.catalog),
        undecided,
    }
}

struct Psql {
    session: Session,
    runs: Vec<SentRun>,
    /// The runs of the transaction that is open.
    pending: Vec<usize>,
    undecided: Vec<(Option<Place>, String)>,
    /// `ON_ERROR_STOP`.
    stops: bool,
    variables: BTreeMap<String, String>,
    /// The conditions that what is read stands in, outermost first.
    branches: Vec<Branch>,
}

/// A `\if` up to its `\endif`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Branch {
    /// What stands here is carried out.
    Taken,
    /// Not yet: a later `\elif` or `\else` may be.
    Waiting,
    /// Another part has been, or nothing around it is carried out.
    Over,
}

/// How the reading of a file goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    /// `\q`: this file is at its end.
    Quit,
    /// An error stops all of it.
    Stop,
}

impl Psql {
    /// Tells whether an error has stopped it.
    fn text(&mut self, text: &Template, program: &Program<'_>) -> bool {
        let reading = sql::read(text, Dialect::Postgres);
        let outside = self.branches.len();
        for statement in &reading.statements {
            match self.statement(statement, program) {
                Next::GoOn => {}
                Next::Quit => break,
                Next::Stop => return true,
            }
        }
        self.branches.truncate(outside);
        false
    }

    fn statement(&mut self, statement: &ReadStatement, program: &Program<'_>) -> Next {
        if let Nature::PsqlCommand(command) = &statement.nature {
            return match self.branch(command, statement) {
                true => Next::GoOn,
                false => self.command(command, program),
            };
        }
        if !self.is_carried_out() {
            return Next::GoOn;
        }
        let was_failed = self.session.transaction() == TransactionState::Failed;
        let run = self.session.run(statement);
        self.undecided.extend(run.undecided.iter().cloned());
        let failed = run.error().is_some();
        self.runs.push(sent(run, program));
        self.pending.push(self.runs.len() - 1);
        if self.session.transaction() == TransactionState::None {
            self.settle(was_failed || is_rollback(statement));
        }
        match failed && self.stops {
            true => Next::Stop,
            false => Next::GoOn,
        }
    }

    fn is_carried_out(&self) -> bool {
        self.branches.iter().all(|branch| *branch == Branch::Taken)
    }

    /// Tells whether the command is one of conditions, and follows it.
    fn branch(&mut self, command: &PsqlCommand, statement: &ReadStatement) -> bool {
        match command {
            PsqlCommand::If(text) => {
                let branch = match self.is_carried_out() {
                    true => self.decided(text, statement),
                    false => Branch::Over,
                };
                self.branches.push(branch);
            }
            PsqlCommand::Elif(text) => {
                let branch = match self.branches.pop() {
                    Some(Branch::Waiting) => self.decided(text, statement),
                    _ => Branch::Over,
                };
                self.branches.push(branch);
            }
            PsqlCommand::Else => {
                let branch = match self.branches.pop() {
                    Some(Branch::Waiting) => Branch::Taken,
                    _ => Branch::Over,
                };
                self.branches.push(branch);
            }
            PsqlCommand::Endif => drop(self.branches.pop()),
            _ => return false,
        }
        true
    }

    fn decided(&mut self, text: &str, statement: &ReadStatement) -> Branch {
        match self.truth(text) {
            Some(true) => Branch::Taken,
            Some(false) => Branch::Waiting,
            None => {
                let what = format!("whether psql finds `{text}` true is not known");
                self.undecided.push((statement.place.clone(), what));
                Branch::Waiting
            }
        }
    }

    /// A Boolean as psql reads it (manual, psql, `\if`): an unambiguous beginning of `true`, `false`,
    /// `yes`, `no`, or `on`, `off`, `1`, `0`; after `:name` and `:{?name}` have their values.
    fn truth(&self, text: &str) -> Option<bool> {
        let text = text.trim();
        if let Some(name) = text.strip_prefix(":{?") {
            return Some(self.variables.contains_key(name.strip_suffix('}')?));
        }
        let value = match text.strip_prefix(':') {
            Some(name) => self.variables.get(name.trim_matches(['\'', '"']))?,
            None => text,
        };
        let value = value.trim_matches('\'').to_lowercase();
        let begins = |word: &str| !value.is_empty() && word.starts_with(&value);
        if begins("true") || begins("yes") || ["on", "1"].contains(&&*value) {
            return Some(true);
        }
        let is_false = begins("false") || begins("no") || ["of", "off", "0"].contains(&&*value);
        is_false.then_some(false)
    }

    /// `\gset`: the columns of the last query's only row become variables.
    fn take_row(&mut self) {
        let Some(RunOutcome::Rows(rows)) = self.runs.last().map(|sent| &sent.run.outcome) else {
            return;
        };
        let table = &rows.0;
        let [row] = table.rows.as_slice() else {
            return;
        };
        for (name, datum) in table.columns.iter().zip(row) {
            match datum.known_text() {
                Some(value) => drop(self.variables.insert(name.to_string(), value.to_string())),
                None => drop(self.variables.remove(&**name)),
            }
        }
    }

    fn settle(&mut self, undone: bool) {
        let number = self.pending.first().map_or(0, |first| first + 1);
        for index in self.pending.drain(..) {
            self.runs[index].undone = undone;
            self.runs[index].transaction = number;
        }
    }

    fn command(&mut self, command: &PsqlCommand, program: &Program<'_>) -> Next {
        if !self.is_carried_out() {
            return Next::GoOn;
        }
        match command {
            PsqlCommand::Set { name, value } if name == "ON_ERROR_STOP" => {
                self.stops = !matches!(value.to_lowercase().as_str(), "off" | "0" | "false");
            }
            PsqlCommand::Set { name, value } => {
                self.variables.insert(name.clone(), value.clone());
            }
            PsqlCommand::Go { command } if command == "gset" => self.take_row(),
            PsqlCommand::Include { path, .. } => return self.include(path, program),
            PsqlCommand::Other { name, arguments } => match name.as_str() {
                "q" | "quit" => return Next::Quit,
                "unset" => drop(self.variables.remove(arguments.trim())),
                _ => {}
            },
            _ => {}
        }
        Next::GoOn
    }

    fn include(&mut self, path: &str, program: &Program<'_>) -> Next {
        let folder = program
            .file
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let beside = format!("{folder}/{path}");
        let candidates = [path, beside.trim_start_matches('/')];
        let found = candidates
            .iter()
            .find_map(|file| Some((*file, program.ground.estate.text(file)?)));
        let stopped = match found {
            Some((file, text)) => self.text(
                &Template::from_source(&*text, Place::new(file, 1, 1)),
                program,
            ),
            None => self.stops,
        };
        match stopped {
            true => Next::Stop,
            false => Next::GoOn,
        }
    }
}

fn sent(run: Run, program: &Program<'_>) -> SentRun {
    let call = run
        .place
        .clone()
        .unwrap_or_else(|| Place::new(program.file, 1, 1));
    SentRun {
        run,
        call,
        via: Vec::new(),
        sink: "psql".into(),
        undone: false,
        transaction: 0,
    }
}
