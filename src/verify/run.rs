//! Walks the tree of states with several workers, each on databases of its own.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::check::{Arrival, arrive, compare, failure_at, run_steps};
use super::report::{Failure, StateReport, Verdict, VerifyReport};
use super::tree::{Move, Tree};
use super::{StartState, VerifyPlan};
use crate::database::{Client, Cluster, ClusterOptions, DatabaseError, Step};

/// How to verify.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    pub cluster: ClusterOptions,
    /// Workers; as many as there are processors if not given.
    pub jobs: Option<NonZeroUsize>,
}

/// Told after each state: how many are done, of how many.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// A database that others are cloned from; the last worker to let go drops it.
struct Template {
    name: String,
    path: Path,
}

/// What happened on the way to a database.
#[derive(Debug, Clone, Default)]
struct Path {
    /// Revisions that are applied.
    revisions: usize,
    /// Statements of scripts that failed.
    failures: Vec<Failure>,
    /// The revision that failed, if one did: nothing after it means anything.
    stuck: Option<Failure>,
}

/// A clone to make, and the node that it becomes.
struct Work {
    from: Arc<Template>,
    step: Option<Move>,
    node: usize,
}

#[derive(Default)]
struct Shared {
    waiting: Vec<Work>,
    /// Work that is waiting or being done.
    open: usize,
    arrivals: BTreeMap<usize, Outcome>,
    failed: Option<DatabaseError>,
}

struct Outcome {
    arrival: Result<Arrival, Verdict>,
    script_failures: Vec<Failure>,
    milliseconds: u64,
}

struct Verification<'a> {
    plan: &'a VerifyPlan,
    states: &'a [StartState],
    tree: Tree,
    cluster: &'a Cluster,
    shared: Mutex<Shared>,
    changed: Condvar,
    progress: Progress<'a>,
}

/// Builds every state, puts it right, and compares where it arrives with the first state.
///
/// # Errors
/// If there is no server, or it is lost. What the migration does wrong is in the report.
pub fn verify(
    plan: &VerifyPlan,
    states: &[StartState],
    options: &VerifyOptions,
    progress: Progress<'_>,
) -> Result<VerifyReport, DatabaseError> {
    let started = Instant::now();
    let cluster = Cluster::start(&options.cluster)?;
    prepare(&cluster, plan)?;
    let from = Arc::new(Template {
        name: "empty".to_owned(),
        path: Path::default(),
    });
    let first = Work {
        from,
        step: None,
        node: 0,
    };
    let verification = Verification {
        plan,
        states,
        tree: Tree::of(states),
        cluster: &cluster,
        shared: Mutex::new(Shared {
            waiting: vec![first],
            open: 1,
            ..Shared::default()
        }),
        changed: Condvar::new(),
        progress,
    };
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = options.jobs.map_or(processors, NonZeroUsize::get);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| verification.work());
        }
    });
    let shared = verification
        .shared
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = shared.failed {
        return Err(error);
    }
    Ok(VerifyReport {
        server_version: cluster.version().to_owned(),
        states: reports(plan, states, shared.arrivals),
        milliseconds: milliseconds(started),
    })
}

/// The empty database, with what the plan wants to be there first.
fn prepare(cluster: &Cluster, plan: &VerifyPlan) -> Result<(), DatabaseError> {
    let mut admin = cluster.connect("postgres")?;
    admin.clone_database("template0", "empty")?;
    let mut client = cluster.connect("empty")?;
    match run_steps(&mut client, "prelude", &plan.prelude)? {
        None => Ok(()),
        Some(failure) => {
            let message = format!(
                "the prelude fails: {}: {}",
                failure.error, failure.statement
            );
            Err(DatabaseError {
                message,
                help: None,
                sql: Some(failure.error),
            })
        }
    }
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn reports(
    plan: &VerifyPlan,
    states: &[StartState],
    mut outcomes: BTreeMap<usize, Outcome>,
) -> Vec<StateReport> {
    let reference = states.iter().enumerate().find_map(|(index, _)| {
        outcomes
            .get(&index)
            .and_then(|outcome| outcome.arrival.as_ref().ok())
            .cloned()
    });
    let mut reports = Vec::new();
    for (index, state) in states.iter().enumerate() {
        let Some(outcome) = outcomes.remove(&index) else {
            continue;
        };
        let fingerprint = outcome
            .arrival
            .as_ref()
            .map_or_else(|_| String::new(), |one| one.fingerprint.clone());
        let verdict = match (outcome.arrival, &reference) {
            (Ok(arrival), Some(reference)) => compare(&arrival, reference),
            (Ok(_), None) => Verdict::Converges,
            (Err(verdict), _) => verdict,
        };
        reports.push(StateReport {
            state: state.clone(),
            name: state.describe(plan),
            script_failures: outcome.script_failures,
            verdict,
            fingerprint,
            milliseconds: outcome.milliseconds,
        });
    }
    reports
}

impl Verification<'_> {
    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One worker: takes work until there is none left.
    fn work(&self) {
        let mut admin = match self.cluster.connect("postgres") {
            Ok(admin) => admin,
            Err(error) => return self.give_up(error),
        };
        while let Some(work) = self.next() {
            if let Err(error) = self.do_work(&mut admin, work) {
                return self.give_up(error);
            }
            self.shared().open -= 1;
            self.changed.notify_all();
        }
    }

    fn give_up(&self, error: DatabaseError) {
        self.shared().failed.get_or_insert(error);
        self.changed.notify_all();
    }

    /// The newest work first, so that few templates are alive at a time.
    fn next(&self) -> Option<Work> {
        let mut shared = self.shared();
        loop {
            if shared.failed.is_some() {
                return None;
            }
            if let Some(work) = shared.waiting.pop() {
                return Some(work);
            }
            if shared.open == 0 {
                return None;
            }
            shared = self
                .changed
                .wait(shared)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn do_work(&self, admin: &mut Client, work: Work) -> Result<(), DatabaseError> {
        let started = Instant::now();
        let name = self.cluster.fresh_name("state");
        admin.clone_database(&work.from.name, &name)?;
        let mut path = work.from.path.clone();
        release(admin, work.from)?;
        let mut client = self.cluster.connect(&name)?;
        let (mut node, mut step) = (work.node, work.step);
        loop {
            if let Some(step) = &step {
                self.apply(&mut client, step, &mut path)?;
            }
            let here = &self.tree.nodes[node];
            match (here.states.is_empty(), here.children.len()) {
                // Nobody else needs this point: go on in the same database.
                (true, 1) => match here.children.iter().next() {
                    Some((next, child)) => (step, node) = (Some(next.clone()), *child),
                    None => break,
                },
                (_, 0) => break,
                _ => return self.branch(admin, client, name, node, path),
            }
        }
        self.settle(&mut client, node, path, started)?;
        drop(client);
        admin.drop_database(&name)
    }

    /// Makes the database a template for what comes after it, and for the states that it is.
    fn branch(
        &self,
        admin: &mut Client,
        client: Client,
        name: String,
        node: usize,
        path: Path,
    ) -> Result<(), DatabaseError> {
        drop(client);
        let template = Arc::new(Template {
            name: name.clone(),
            path: path.clone(),
        });
        let here = &self.tree.nodes[node];
        {
            let mut shared = self.shared();
            for (step, child) in here.children.iter().rev() {
                let (from, step) = (template.clone(), Some(step.clone()));
                shared.waiting.push(Work {
                    from,
                    step,
                    node: *child,
                });
                shared.open += 1;
            }
        }
        self.changed.notify_all();
        if !here.states.is_empty() {
            let started = Instant::now();
            let copy = self.cluster.fresh_name("state");
            admin.clone_database(&name, &copy)?;
            let mut client = self.cluster.connect(&copy)?;
            self.settle(&mut client, node, path, started)?;
            drop(client);
            admin.drop_database(&copy)?;
        }
        release(admin, template)
    }

    /// Runs one move. Failing statements of scripts are part of the state; a failing revision is
    /// the end of the path.
    fn apply(
        &self,
        client: &mut Client,
        step: &Move,
        path: &mut Path,
    ) -> Result<(), DatabaseError> {
        if path.stuck.is_some() {
            return Ok(());
        }
        match step {
            Move::Revision(index) => {
                if let Some(revision) = self.plan.chain.get(*index) {
                    path.stuck = run_steps(client, &revision.id, &revision.steps)?;
                }
                path.revisions += 1;
            }
            Move::Script(index) => {
                if let Some(script) = self.plan.scripts.get(*index) {
                    let run = client.run_script(&script.steps)?;
                    path.failures.extend(run.errors().map(|(step, error)| {
                        failure_at(&script.name, &script.steps, step, error.clone())
                    }));
                }
            }
            Move::Version(statements) => {
                let steps: Vec<_> = statements.iter().map(Step::new).collect();
                path.failures
                    .extend(run_steps(client, "version table", &steps)?);
            }
        }
        Ok(())
    }

    /// Puts the states of a node right and notes where they arrive.
    fn settle(
        &self,
        client: &mut Client,
        node: usize,
        path: Path,
        started: Instant,
    ) -> Result<(), DatabaseError> {
        let arrival = match path.stuck {
            Some(failure) => Err(Verdict::Stuck(failure)),
            None => arrive(client, self.plan, path.revisions)?,
        };
        let done = {
            let mut shared = self.shared();
            for &state in &self.tree.nodes[node].states {
                let outcome = Outcome {
                    arrival: arrival.clone(),
                    script_failures: path.failures.clone(),
                    milliseconds: milliseconds(started),
                };
                shared.arrivals.insert(state, outcome);
            }
            shared.arrivals.len()
        };
        (self.progress)(done, self.states.len());
        Ok(())
    }
}

/// Drops a template that nobody will clone any more.
fn release(admin: &mut Client, template: Arc<Template>) -> Result<(), DatabaseError> {
    match Arc::into_inner(template) {
        Some(template) => admin.drop_database(&template.name),
        None => Ok(()),
    }
}
