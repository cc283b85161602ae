//! Chains of SQL files: file by file, forwards or back, each in the transaction that its tool gives it.

use std::sync::Arc;

use crate::chain::{Chain, ChainStep, Code, SqlPart, TransactionMode};
use crate::model::{Dialect, Place, RevisionId, Template};
use crate::sql;

use super::Start;
use super::outcome::{AfterFailure, Replay, SentRun, StepFailure, StepReplay};
use super::python::Direction;
use super::session::{Run, Session};

/// What sends the statements of a file.
pub const SINK: &str = "sql file";

/// Runs the files of a chain that lead from the start to the targets.
pub(super) fn upgrade(
    chain: &Chain,
    start: Start,
    targets: &[RevisionId],
    after_failure: AfterFailure,
) -> Replay {
    let current: Vec<_> = start.versions.iter().cloned().collect();
    let order = chain.map.upgrade_order(&current, targets);
    run(chain, start, &order, Direction::Up, after_failure)
}

/// Runs the files that lead back; `None`: to the empty database.
pub(super) fn downgrade(
    chain: &Chain,
    start: Start,
    target: Option<&RevisionId>,
    after_failure: AfterFailure,
) -> Replay {
    let current: Vec<_> = start.versions.iter().cloned().collect();
    let order = chain.map.downgrade_order(&current, target);
    run(chain, start, &order, Direction::Down, after_failure)
}

/// Runs these steps, whatever the versions say about their turn.
pub(super) fn run(
    chain: &Chain,
    start: Start,
    order: &[RevisionId],
    direction: Direction,
    after_failure: AfterFailure,
) -> Replay {
    let mut session = Session::with_rows(start.catalog, start.rows);
    let mut steps = Vec::new();
    let mut versions: Vec<_> = start.versions.into_iter().collect();
    for step in order.iter().filter_map(|id| chain.step(id)) {
        let Code::Sql { up, down } = &step.code else {
            continue;
        };
        let part = match direction {
            Direction::Up => Some(up),
            Direction::Down => down.as_ref(),
        };
        let replayed = match part {
            Some(part) => run_file(&mut session, step, part, after_failure),
            None => without_a_way_back(&session, step),
        };
        let failed = replayed.failure.is_some();
        if !failed {
            versions = match direction {
                Direction::Up => vec![step.revision.id.clone()],
                Direction::Down => step.revision.parents.clone(),
            };
        }
        steps.push(replayed);
        if failed && after_failure == AfterFailure::Stop {
            break;
        }
    }
    Replay {
        steps,
        rows: session.rows_known(),
        end: Arc::new(session.catalog),
        versions,
        failure: None,
    }
}

/// There is no file that leads back.
fn without_a_way_back(session: &Session, step: &ChainStep) -> StepReplay {
    let file = &step.revision.file;
    let failure = StepFailure::Chain {
        message: format!("`{file}` has no way back: nothing undoes it"),
        place: Some(Place::new(Arc::clone(file), step.revision.line, 1)),
    };
    StepReplay {
        revision: step.revision.clone(),
        runs: Vec::new(),
        failure: Some(failure),
        after: Arc::new(session.catalog.clone()),
        undecided: Vec::new(),
        own_commits: Vec::new(),
    }
}

/// Runs one file; its failure, if any, has been rolled back.
fn run_file(
    session: &mut Session,
    step: &ChainStep,
    part: &SqlPart,
    after_failure: AfterFailure,
) -> StepReplay {
    let template = Template::from_source(part.text.to_string(), part.place.clone());
    let reading = sql::read(&template, Dialect::Postgres);
    let wrapped = match part.transaction {
        TransactionMode::PerFile => true,
        TransactionMode::OneMessage => reading.statements.len() > 1,
        TransactionMode::Autocommit => false,
    };
    if wrapped {
        session.begin();
    }
    let mut runs = Vec::new();
    let mut failure = None;
    for statement in &reading.statements {
        let savepoint = after_failure.is_lenient();
        let run = match savepoint {
            true => session.run_in_savepoint(statement),
            false => session.run(statement),
        };
        let failed = failure_of(&run);
        runs.push(sent(run, part));
        if failed.is_some() {
            failure = failure.or(failed);
            if !savepoint {
                break;
            }
        }
    }
    match failure.is_some() && !after_failure.is_lenient() {
        true => session.rollback(),
        false => drop(session.commit()),
    }
    let undecided = runs
        .iter()
        .flat_map(|sent| sent.run.undecided.clone())
        .collect();
    StepReplay {
        revision: step.revision.clone(),
        runs,
        failure,
        after: Arc::new(session.catalog.clone()),
        undecided,
        own_commits: Vec::new(),
    }
}

fn sent(run: Run, part: &SqlPart) -> SentRun {
    let call = run.place.clone().unwrap_or_else(|| part.place.clone());
    SentRun {
        run,
        call,
        via: Vec::new(),
        sink: SINK.into(),
        undone: false,
        transaction: 0,
    }
}

pub(super) fn failure_of(run: &Run) -> Option<StepFailure> {
    let error = run.error()?.clone();
    Some(StepFailure::Sql {
        error,
        place: run.error_place().cloned(),
    })
}
