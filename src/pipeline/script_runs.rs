//! Scripts as they run on a database at a point of the chain: the statements that a replay sends, in
//! their own transactions.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::survey::on_large_stacks;
use super::{Audit, Estate, Modules};
use crate::chain::Chain;
use crate::database::{OnError, Step};
use crate::model::{ChainFormat, Operation, RevisionId, SqlState};
use crate::registry;
use crate::replay::{
    AfterFailure, Exit, FollowedRows, Ground, Program, Replay, RunOutcome, ScriptReplay, SentRun,
    Start, run_script,
};
use crate::source::Files as _;

/// By the number of revisions that are applied and the script's place: what it sends there. A script is
/// not among them if it does nothing on any of the databases as it stands (it waits for an answer, a
/// flag, a variable), or if its replay cannot be followed to its end.
pub(super) fn script_runs(
    estate: &Estate,
    audit: &Audit,
    chain: &Chain,
    replay: &Replay,
    scripts: &[String],
) -> BTreeMap<(usize, usize), Vec<Step>> {
    let modules = Modules::new(&estate.files, &audit.survey.paths);
    let Ok(empty) = super::start::founded(estate, chain, audit.baseline.as_ref()) else {
        return BTreeMap::new();
    };
    let starts = starts(replay, empty);
    let of_alembic = chain.location.format == ChainFormat::Alembic;
    on_large_stacks(|| {
        let ground = Ground {
            estate: &modules,
            registry: registry::standard(),
            after_failure: AfterFailure::Stop,
        };
        let places = scripts.par_iter().enumerate();
        let found = places.filter_map(|(place, file)| {
            if file.ends_with(".sql") && is_for_psql(&estate.files.read(file).ok()?.text) {
                return None;
            }
            let runs = starts.iter().map(|start| {
                let chain = of_alembic.then_some(chain);
                let program = Program::new(file, &[], ground, chain, start.clone());
                sent(&run_script(&program), start)
            });
            let runs: Vec<Vec<Step>> = runs.collect::<Option<_>>()?;
            let does_something = runs.iter().any(|steps| !steps.is_empty());
            does_something.then(|| {
                let runs = runs.into_iter().enumerate();
                runs.map(move |(point, steps)| ((point, place), steps))
                    .collect::<Vec<_>>()
            })
        });
        found.flatten_iter().collect()
    })
}

/// psql commands of its own that change what is sent (variables, rows, another database): the survey
/// tells of these, the replay sends texts as they stand.
fn is_for_psql(text: &str) -> bool {
    let quiet = [
        "echo", "qecho", "warn", "timing", "pset", "x", "t", "a", "i", "ir", ".", "q", "quit",
        "if", "elif", "else", "endif", "gset", "unset",
    ];
    let commands = text
        .split('\n')
        .filter_map(|line| line.trim_start().strip_prefix('\\'));
    let mut steering = commands.filter(|command| {
        let mut words = command.split_whitespace();
        match (words.next(), words.next()) {
            (Some("set"), Some("ON_ERROR_STOP" | "VERBOSITY" | "QUIET")) => false,
            (Some(word), _) => !quiet.contains(&word),
            (None, _) => false,
        }
    });
    steering.next().is_some()
}

/// The databases after each number of revisions.
fn starts(replay: &Replay, empty: Start) -> Vec<Start> {
    let mut versions: BTreeSet<RevisionId> = empty.versions.clone();
    let mut starts = vec![empty];
    for step in &replay.steps {
        versions.retain(|id| !step.revision.parents.contains(id));
        versions.insert(step.revision.id.clone());
        starts.push(Start {
            catalog: (*step.after).clone(),
            versions: versions.clone(),
            rows: FollowedRows::default(),
        });
    }
    starts
}

/// The statements in their transactions, each transaction where it ends; nothing where all of it is
/// taken back by the script itself. `None` where the replay does not know what is sent, or where the
/// script moves the database along the chain: that makes another state.
fn sent(replay: &ScriptReplay, start: &Start) -> Option<Vec<Step>> {
    let versions: BTreeSet<_> = replay.versions.iter().cloned().collect();
    let changing = replay.runs.iter().filter(|sent| changes(sent));
    let has_holes = changing.clone().any(|sent| sent.run.has_holes);
    if matches!(replay.exit, Exit::Unknown(_)) || versions != start.versions || has_holes {
        return None;
    }
    let mut transactions: BTreeMap<usize, Vec<&SentRun>> = BTreeMap::new();
    for sent in &replay.runs {
        transactions.entry(sent.transaction).or_default().push(sent);
    }
    let mut ended: Vec<(usize, Vec<&SentRun>)> = transactions.into_iter().collect();
    ended.sort_by_key(|(number, runs)| number + runs.len());
    let ended = ended.into_iter().map(|(_, runs)| runs);
    let steps = ended.filter(|runs| runs.iter().any(|sent| changes(sent)));
    Some(steps.flat_map(|runs| transaction(&runs)).collect())
}

fn changes(sent: &SentRun) -> bool {
    !sent.run.effects.is_empty() || sent.run.error().is_some()
}

/// One transaction. What fails in it although the rest is committed stood behind a savepoint. A single
/// statement commits by itself: some can be in no transaction.
fn transaction(runs: &[&SentRun]) -> Vec<Step> {
    let is_committed = runs.iter().any(|sent| !sent.undone && !sent.is_failed());
    let begins = runs.first().is_some_and(|sent| is_word(sent, "BEGIN"));
    let mut steps = Vec::new();
    let needs_none = |sent: &&SentRun| -> bool {
        let error = sent.run.error();
        error.is_some_and(|error| error.state == SqlState::ACTIVE_SQL_TRANSACTION)
    };
    let is_open = (runs.len() > 1 || runs.iter().any(needs_none)) && !begins;
    if is_open {
        steps.push(passing("BEGIN"));
    }
    let sent = runs.iter().filter(|sent| {
        let is_sent = changes(sent) || matches!(sent.run.outcome, RunOutcome::Done);
        is_sent && !waits_for_rows(sent)
    });
    for sent in sent {
        let is_apart = runs.len() > 1 && is_committed && (sent.is_failed() || sent.undone);
        if is_apart {
            steps.push(passing("SAVEPOINT fixfold_apart"));
        }
        steps.push(passing(&sent.run.statement));
        if is_apart {
            steps.push(passing("ROLLBACK TO SAVEPOINT fixfold_apart"));
        }
    }
    if is_open {
        steps.push(passing(if is_committed { "COMMIT" } else { "ROLLBACK" }));
    }
    steps
}

/// The rows of a COPY come with the connection, and nobody would send them here.
fn waits_for_rows(sent: &SentRun) -> bool {
    let mut effects = sent.run.effects.iter();
    let copies = effects.any(|done| done.effect.action.operation() == Operation::Copy);
    copies || (is_word(sent, "COPY") && sent.run.statement.to_uppercase().contains("STDIN"))
}

fn is_word(sent: &SentRun, word: &str) -> bool {
    let text = sent.run.statement.trim_start();
    let first = text.split(|one: char| !one.is_ascii_alphabetic()).next();
    first.is_some_and(|first| first.eq_ignore_ascii_case(word))
}

fn passing(sql: &str) -> Step {
    Step {
        sql: sql.to_owned(),
        on_error: OnError::Continue,
    }
}
