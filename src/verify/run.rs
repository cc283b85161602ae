//! Walks the tree of states with several workers, each on databases of its own.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::check::{Checker, Journey};
use super::crash::{Connections, Crashes, crash};
use super::report::Failure;
use super::send::{failure_at, run_steps};
use super::tree::{Move, Tree, moves};
use super::{Progress, StartState, VerifyOptions, VerifyPlan};
use crate::database::{Client, Cluster, DatabaseError, Step};

/// A database that others are cloned from; the last worker to let go drops it.
struct Template {
    name: String,
    path: Path,
}

impl Template {
    fn empty() -> Self {
        Self {
            name: "empty".to_owned(),
            path: Path::default(),
        }
    }
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
    /// Only the states that this node is are to be put right: what comes after it is other work.
    ends_here: bool,
}

#[derive(Default)]
struct Shared {
    waiting: Vec<Work>,
    /// Work that is waiting or being done.
    open: usize,
    arrivals: BTreeMap<usize, Outcome>,
    crashes: Crashes,
    failed: Option<DatabaseError>,
}

/// What became of one state.
pub(crate) struct Outcome {
    pub(crate) journey: Journey,
    pub(crate) script_failures: Vec<Failure>,
    pub(crate) milliseconds: u64,
}

/// What became of all of them, by index.
pub(crate) struct Done {
    pub(crate) outcomes: BTreeMap<usize, Outcome>,
    pub(crate) crashes: Crashes,
}

/// What every batch of states shares: the database `empty` on the cluster stays for the next one.
pub(crate) struct Runner<'a> {
    pub(crate) plan: &'a VerifyPlan,
    pub(crate) checker: &'a Checker<'a>,
    pub(crate) options: &'a VerifyOptions,
    pub(crate) cluster: &'a Cluster,
}

/// Makes and drops databases.
struct Worker {
    admin: Client,
    /// Nobody needs it any more. It is dropped after the next one is done: the server waits a tenth of
    /// a second for a connection that has only just been closed.
    finished: Option<String>,
}

impl Worker {
    fn discard(&mut self, name: String) -> Result<(), DatabaseError> {
        self.tidy_up()?;
        self.finished = Some(name);
        Ok(())
    }

    fn tidy_up(&mut self) -> Result<(), DatabaseError> {
        match self.finished.take() {
            Some(name) => self.admin.drop_database(&name),
            None => Ok(()),
        }
    }

    /// A database like the template: it itself, where nobody else needs it any more.
    fn database(
        &mut self,
        template: Arc<Template>,
        cluster: &Cluster,
    ) -> Result<(String, Path), DatabaseError> {
        match Arc::try_unwrap(template) {
            Ok(template) => Ok((template.name, template.path)),
            Err(template) => {
                let name = cluster.fresh_name("state");
                self.admin.clone_database(&template.name, &name)?;
                let path = template.path.clone();
                self.release(template)?;
                Ok((name, path))
            }
        }
    }

    /// Discards a template that nobody will clone any more.
    fn release(&mut self, template: Arc<Template>) -> Result<(), DatabaseError> {
        match Arc::into_inner(template) {
            Some(template) => self.discard(template.name),
            None => Ok(()),
        }
    }
}

struct Verification<'a> {
    plan: &'a VerifyPlan,
    checker: &'a Checker<'a>,
    states: &'a [StartState],
    tree: Tree,
    crash_points: usize,
    cluster: &'a Cluster,
    shared: Mutex<Shared>,
    changed: Condvar,
    progress: Progress<'a>,
}

impl Runner<'_> {
    /// `empty` must outlive it: whoever lets go of a template last drops the database.
    fn verification<'r>(
        &'r self,
        empty: &Arc<Template>,
        states: &'r [StartState],
        crash_points: usize,
        progress: Progress<'r>,
    ) -> Verification<'r> {
        let first = Work {
            from: Arc::clone(empty),
            step: None,
            node: 0,
            ends_here: false,
        };
        Verification {
            plan: self.plan,
            checker: self.checker,
            states,
            tree: Tree::of(states, self.options.with_rows),
            crash_points,
            cluster: self.cluster,
            shared: Mutex::new(Shared {
                waiting: vec![first],
                open: 1,
                ..Shared::default()
            }),
            changed: Condvar::new(),
            progress,
        }
    }

    /// Makes the state once more, in a database that stays, and takes it as far as it gets: its name.
    pub(crate) fn keep(&self, state: &StartState) -> Result<String, DatabaseError> {
        // What is known of its journey would be told and not done.
        self.checker.forget();
        let name = self.cluster.fresh_name("kept");
        let mut admin = self.cluster.connect("postgres")?;
        admin.clone_database("empty", &name)?;
        let mut client = self.cluster.connect(&name)?;
        let empty = Arc::new(Template::empty());
        let verification = self.verification(&empty, std::slice::from_ref(state), 0, &|_, _| {});
        let mut path = Path::default();
        for step in moves(state, self.options.with_rows) {
            verification.apply(&mut client, &step, &mut path)?;
        }
        if path.stuck.is_none() {
            self.checker.arrive(&mut client, path.revisions, false)?;
        }
        Ok(name)
    }

    /// Builds the states and puts each right.
    pub(crate) fn run(
        &self,
        states: &[StartState],
        crash_points: usize,
        progress: Progress<'_>,
    ) -> Result<Done, DatabaseError> {
        let empty = Arc::new(Template::empty());
        let verification = self.verification(&empty, states, crash_points, progress);
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let jobs = self.options.jobs.map_or(processors, NonZeroUsize::get);
        std::thread::scope(|scope| {
            for _ in 0..jobs {
                scope.spawn(|| verification.work());
            }
        });
        let shared = verification
            .shared
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        match shared.failed {
            Some(error) => Err(error),
            None => Ok(Done {
                outcomes: shared.arrivals,
                crashes: shared.crashes,
            }),
        }
    }
}

impl Verification<'_> {
    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One worker: takes work until there is none left.
    fn work(&self) {
        let mut worker = match self.cluster.connect("postgres") {
            Ok(admin) => Worker {
                admin,
                finished: None,
            },
            Err(error) => return self.give_up(error),
        };
        while let Some(work) = self.next() {
            if let Err(error) = self.do_work(&mut worker, work) {
                return self.give_up(error);
            }
            self.shared().open -= 1;
            self.changed.notify_all();
        }
        if let Err(error) = worker.tidy_up() {
            self.give_up(error);
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

    fn do_work(&self, worker: &mut Worker, work: Work) -> Result<(), DatabaseError> {
        let started = Instant::now();
        let (name, mut path) = worker.database(work.from, self.cluster)?;
        let mut client = self.cluster.connect(&name)?;
        let (mut node, mut step) = (work.node, work.step);
        loop {
            if let Some(step) = &step {
                self.apply(&mut client, step, &mut path)?;
            }
            if work.ends_here {
                break;
            }
            let here = &self.tree.nodes[node];
            match (here.states.is_empty(), here.children.len()) {
                // Nobody else needs this point: go on in the same database.
                (true, 1) => match here.children.iter().next() {
                    Some((next, child)) => (step, node) = (Some(next.clone()), *child),
                    None => break,
                },
                (_, 0) => break,
                _ => {
                    drop(client);
                    return self.branch(worker, Template { name, path }, node);
                }
            }
        }
        let copy = self
            .is_to_crash(node)
            .then(|| self.cluster.fresh_name("crash"));
        if let Some(copy) = &copy {
            drop(client);
            worker.admin.clone_database(&name, copy)?;
            client = self.cluster.connect(&name)?;
        }
        let revisions = path.revisions;
        let arrives = self.settle(&mut client, node, path, started)?;
        drop(client);
        worker.discard(name)?;
        match copy {
            Some(copy) if arrives => self.crash(worker, &copy, revisions),
            Some(copy) => worker.discard(copy),
            None => Ok(()),
        }
    }

    /// The first state, the one with the most scripts at the head, and some in between.
    fn is_to_crash(&self, node: usize) -> bool {
        let at_head = self
            .states
            .iter()
            .enumerate()
            .filter(|(_, state)| state.revisions == self.plan.chain.len());
        let fullest = at_head
            .max_by_key(|(index, state)| (state.scripts.len(), std::cmp::Reverse(*index)))
            .map_or(0, |(index, _)| index);
        let count = self.states.len();
        let chosen = [0, fullest, count / 4, count / 2, count * 3 / 4];
        let states = &self.tree.nodes[node].states;
        self.crash_points > 0 && chosen.iter().any(|index| states.contains(index))
    }

    fn crash(
        &self,
        worker: &mut Worker,
        copy: &str,
        revisions: usize,
    ) -> Result<(), DatabaseError> {
        let connect = || self.cluster.connect(copy);
        let mut client = connect()?;
        let failure = self.checker.reach_head(&mut client, revisions)?;
        drop(client);
        if failure.is_none() {
            let mut connections = Connections {
                admin: &mut worker.admin,
                connect: &connect,
            };
            let crashes = crash(self.checker, &mut connections, self.crash_points)?;
            let mut shared = self.shared();
            shared.crashes.points += crashes.points;
            shared.crashes.troubles.extend(crashes.troubles);
        }
        worker.discard(copy.to_owned())
    }

    /// What comes after a database, and the states that it is, which are put right first: the last of
    /// them gets the database itself.
    fn branch(
        &self,
        worker: &mut Worker,
        template: Template,
        node: usize,
    ) -> Result<(), DatabaseError> {
        let template = Arc::new(template);
        let here = &self.tree.nodes[node];
        let work = |step: Option<Move>, node: usize| Work {
            from: Arc::clone(&template),
            ends_here: step.is_none(),
            step,
            node,
        };
        let children = here.children.iter().rev();
        let mut works: Vec<Work> = children
            .map(|(step, child)| work(Some(step.clone()), *child))
            .collect();
        works.extend((!here.states.is_empty()).then(|| work(None, node)));
        {
            let mut shared = self.shared();
            shared.open += works.len();
            shared.waiting.extend(works);
        }
        self.changed.notify_all();
        worker.release(template)
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
                path.stuck = self.checker.migrator.revision_as_it_was(client, *index)?;
                path.revisions += 1;
            }
            Move::Rows => {
                if let Some(filling) = self.checker.walked.filling(path.revisions) {
                    client.attempt(&filling)?.ok();
                }
            }
            Move::Script(index) => {
                if let Some(script) = self.plan.scripts.get(*index) {
                    let steps = self.plan.script_steps(path.revisions, *index);
                    let run = client.run_script(steps)?;
                    path.failures.extend(
                        run.errors().map(|(step, error)| {
                            failure_at(&script.name, steps, step, error.clone())
                        }),
                    );
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

    fn is_chain_alone(&self, state: usize) -> bool {
        let state = self.states.get(state);
        state.is_some_and(|state| state.scripts.is_empty())
    }

    /// Puts the states of a node right and notes where they arrive, if they do.
    fn settle(
        &self,
        client: &mut Client,
        node: usize,
        path: Path,
        started: Instant,
    ) -> Result<bool, DatabaseError> {
        let journey = match path.stuck {
            Some(failure) => Journey::stuck(None, failure),
            None => {
                let states = &self.tree.nodes[node].states;
                let only_chain = states.iter().any(|&state| self.is_chain_alone(state));
                self.checker.arrive(client, path.revisions, only_chain)?
            }
        };
        let arrives = journey.arrival.is_ok();
        let done = {
            let mut shared = self.shared();
            for &state in &self.tree.nodes[node].states {
                let outcome = Outcome {
                    journey: journey.clone(),
                    script_failures: path.failures.clone(),
                    milliseconds: milliseconds(started),
                };
                shared.arrivals.insert(state, outcome);
            }
            shared.arrivals.len()
        };
        (self.progress)(done, self.states.len());
        Ok(arrives)
    }
}

pub(crate) fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
