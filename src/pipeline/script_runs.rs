//! Scripts as they run on a database at a point of the chain: the statements that a replay sends, in
//! their own transactions.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::shared_roles::share_roles;
use super::survey::on_large_stacks;
use super::{Audit, Estate, Modules, Progress, start};
use crate::chain::Chain;
use crate::database::{OnError, Step};
use crate::model::{ChainFormat, Operation, RevisionId, SqlState};
use crate::registry;
use crate::replay::{
    AfterFailure, Exit, FollowedRows, Ground, Program, Replay, RunOutcome, ScriptReplay, SentRun,
    Start, run_script,
};
use crate::source::Files as _;
use crate::verify::{StartState, VerifyPlan};

/// The plan with what scripts really send on the databases of these states: by the number of revisions that
/// are applied and the script's place. A script is not among them if it does nothing on any database of
/// the chain as it stands (it waits for an answer, a flag, a variable), or if its replay cannot be followed
/// to its end.
pub fn with_script_runs(
    estate: &Estate,
    audit: &Audit,
    plan: VerifyPlan,
    states: &[StartState],
    progress: &dyn Progress,
) -> VerifyPlan {
    let Some(chain) = audit.chains.first() else {
        return plan;
    };
    let start = start::founded(estate, chain, audit.baseline.as_ref());
    let (Some(replay), Ok(empty)) = (&audit.replay, start) else {
        return plan;
    };
    let modules = Modules::new(&estate.files, &audit.survey.paths);
    let ground = Ground {
        estate: &modules,
        registry: registry::standard(),
        after_failure: AfterFailure::Stop,
    };
    let runner = ScriptRunner {
        chain,
        ground,
        starts: starts(replay, empty),
    };
    let wanted = wanted(states);
    progress.expect(wanted.len());
    let script_runs = on_large_stacks(|| {
        let found = wanted.par_iter().filter_map(|(place, points)| {
            let file = &plan.scripts.get(*place)?.name;
            let runs =
                match file.ends_with(".sql") && is_for_psql(&estate.files.read(file).ok()?.text) {
                    true => None,
                    false => runner.runs(file, points),
                };
            progress.step();
            Some(
                runs?
                    .into_iter()
                    .map(|(point, steps)| ((point, *place), steps)),
            )
        });
        found.flatten_iter().collect()
    });
    let mut plan = VerifyPlan {
        script_runs,
        ..plan
    };
    share_roles(&mut plan);
    plan
}

/// By script: the points at which it runs in some state.
fn wanted(states: &[StartState]) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut wanted: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for state in states {
        for script in &state.scripts {
            wanted.entry(*script).or_default().insert(state.revisions);
        }
    }
    wanted
}

/// So many databases, spread over the chain, tell whether a script does nothing anywhere.
const MOST_PROBES: usize = 8;

struct ScriptRunner<'a> {
    chain: &'a Chain,
    ground: Ground<'a>,
    starts: Vec<Start>,
}

impl ScriptRunner<'_> {
    fn runs(&self, file: &str, points: &BTreeSet<usize>) -> Option<BTreeMap<usize, Vec<Step>>> {
        let runs = points
            .iter()
            .map(|point| Some((*point, self.run(file, *point)?)));
        let runs: BTreeMap<usize, Vec<Step>> = runs.collect::<Option<_>>()?;
        let stride = self.starts.len().div_ceil(MOST_PROBES).max(1);
        let does_something = runs.values().any(|steps| !steps.is_empty());
        let mut others = (0..self.starts.len()).rev().step_by(stride);
        let does_something = does_something
            || others.any(|point| self.run(file, point).is_some_and(|steps| !steps.is_empty()));
        does_something.then_some(runs)
    }

    fn run(&self, file: &str, point: usize) -> Option<Vec<Step>> {
        let start = self.starts.get(point)?;
        let of_alembic = self.chain.location.format == ChainFormat::Alembic;
        let chain = of_alembic.then_some(self.chain);
        let program = Program::new(file, &[], self.ground, chain, start.clone());
        sent(&run_script(&program), start)
    }
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
