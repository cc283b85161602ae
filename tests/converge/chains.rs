//! Chains of SQL files, statement by statement on a server and in the model. Each of the folders
//! in `chains/` is one; `FIXFOLD_TEST_CHAINS` names others, separated by colons.
//!
//! Both go in step: what only one of them takes is undone on both, so that one run finds all that is
//! answered unlike.

// Figures for whoever runs it with `--no-capture`.
#![allow(clippy::disallowed_macros)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fixfold::chain::{Chain, Code, SqlPart, TransactionMode};
use fixfold::database::{Client, Cluster, ClusterOptions};
use fixfold::model::{ChainFormat, Dialect, SqlError, Template};
use fixfold::pipeline::{self, Estate};
use fixfold::replay::platform::{self, Prelude};
use fixfold::replay::{RunOutcome, Session, Start};
use fixfold::sql::{Nature, ReadStatement, read};

use super::model::{counted, same_state, show};

/// What became of a chain.
#[derive(Default)]
struct Comparison {
    files: usize,
    /// Files that end alike if the first error ends them.
    alike: usize,
    statements: usize,
    refused: usize,
    undecided: usize,
    /// Refused alike, but in other words.
    worded: usize,
    wrong: Vec<String>,
}

/// A server's session and the model's.
struct Pair {
    client: Client,
    session: Session,
}

impl Pair {
    /// What steers both alike.
    fn both(&mut self, text: &str) {
        let _ = self.client.attempt(text).expect("the connection lasts");
        self.session.execute(&Template::from_text(text));
    }

    fn statement(
        &mut self,
        statement: &ReadStatement,
    ) -> (Result<(), SqlError>, fixfold::replay::Run) {
        let real = match statement.nature {
            Nature::PsqlCommand(_) => Ok(()),
            _ => self
                .client
                .attempt(&statement.text)
                .expect("the connection lasts"),
        };
        (real, self.session.run(statement))
    }
}

fn answer(run: &fixfold::replay::Run) -> Result<(), SqlError> {
    run.error().map_or(Ok(()), |error| Err(error.clone()))
}

/// Runs the files as a tool would that passes over those that fail, then all statements one by one.
fn compare(pair: &mut Pair, file: &str, part: &SqlPart, found: &mut Comparison) {
    let template = Template::from_source(part.text.to_string(), part.place.clone());
    let reading = read(&template, Dialect::Postgres);
    let wrapped = match part.transaction {
        TransactionMode::PerFile => true,
        TransactionMode::OneMessage => reading.statements.len() > 1,
        TransactionMode::Autocommit => false,
    };
    found.files += 1;
    if wrapped {
        pair.both("BEGIN");
    }
    let mut alike = true;
    let mut ended = false;
    for statement in &reading.statements {
        found.statements += 1;
        if wrapped {
            pair.both("SAVEPOINT fixfold_test");
        }
        let (real, run) = pair.statement(statement);
        let modelled = answer(&run);
        let undecided =
            !run.undecided.is_empty() || matches!(run.outcome, RunOutcome::UnknownRows(_));
        found.undecided += usize::from(undecided);
        if let Err(error) = &real {
            found.refused += 1;
            println!("  {file}: {error}");
        }
        let same = same_state(&real, &modelled);
        if same && show(&real) != show(&modelled) {
            found.worded += 1;
        }
        if !same && !(undecided && real.is_err()) {
            let line = statement.place.as_ref().map_or(0, |place| place.line);
            let text: Vec<_> = statement.text.split_whitespace().take(25).collect();
            let text = text.join(" ");
            let (real, modelled) = (show(&real), show(&modelled));
            found.wrong.push(format!(
                "{file}:{line}: {text}\n  server: {real}\n  model:  {modelled}"
            ));
        }
        if !ended {
            alike &= same;
            ended = real.is_err() || modelled.is_err();
        }
        if wrapped && (real.is_err() || modelled.is_err()) {
            pair.both("ROLLBACK TO fixfold_test");
        }
        if wrapped {
            pair.both("RELEASE fixfold_test");
        }
    }
    if wrapped {
        pair.both("COMMIT");
    }
    found.alike += usize::from(alike);
}

fn run_chain(cluster: &Cluster, admin: &mut Client, chain: &Chain) -> Comparison {
    let database = cluster.fresh_name("chain");
    admin
        .clone_database("template0", &database)
        .expect("a database");
    let mut client = cluster.connect(&database).expect("a connection");
    if chain.location.format == ChainFormat::Supabase {
        let prelude = platform::SUPABASE;
        for statement in &read(&Template::from_text(prelude), Dialect::Postgres).statements {
            let _ = client
                .attempt(&statement.text)
                .expect("the connection lasts");
        }
        client
            .execute("SET search_path = \"$user\", public, extensions")
            .expect("it is set");
    }
    let prelude: Vec<_> = Prelude::implied(chain.location.format)
        .into_iter()
        .collect();
    let start = Start::after(&prelude).expect("the prelude goes through");
    let session = Session::new(start.catalog);
    let mut pair = Pair { client, session };
    let mut found = Comparison::default();
    for step in chain.in_order() {
        if let Code::Sql { up, .. } = &step.code {
            compare(&mut pair, &step.revision.file, up, &mut found);
        }
    }
    pair.both("ROLLBACK");
    let differences = counted(&pair.session.catalog, &mut pair.client);
    found.wrong.extend(
        differences
            .into_iter()
            .map(|one| format!("model -> server: {one}")),
    );
    drop(pair);
    admin.drop_database(&database).expect("it goes");
    found
}

fn folders() -> Vec<PathBuf> {
    if let Ok(named) = std::env::var("FIXFOLD_TEST_CHAINS") {
        return named.split(':').map(PathBuf::from).collect();
    }
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/converge/chains");
    let mut found: Vec<_> = std::fs::read_dir(own)
        .expect("the folder")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

#[test]
fn chains_of_files_go_as_on_the_server() {
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
    let mut admin = cluster.connect("postgres").expect("a connection");
    let mut report = BTreeMap::new();
    let mut wrong = Vec::new();
    for folder in folders() {
        let estate = Estate::open(&folder).expect("an estate");
        let chains = pipeline::chains(&estate);
        assert!(!chains.is_empty(), "no chain in {}", folder.display());
        for chain in &chains {
            let mut found = run_chain(&cluster, &mut admin, chain);
            let name = format!(
                "{}/{} ({})",
                folder.display(),
                chain.location.anchor,
                chain.location.format
            );
            let Comparison {
                files,
                alike,
                statements,
                refused,
                undecided,
                worded,
                ..
            } = found;
            let figures = format!(
                "{alike} of {files} files alike; {statements} statements, {refused} refused, \
                 {worded} in other words, {undecided} undecided"
            );
            println!("{name}: {figures}");
            report.insert(name, figures);
            wrong.append(&mut found.wrong);
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
