//! Walks the tree of states with several workers, each on databases of its own.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::check::{Checker, Journey};
use super::crash::{Connections, Crashes, crash};
use super::report::Failure;
use super::send::{failure_at, run_steps};
use super::settle::Place;
use super::station::Filling;
use super::tree::{Move, Tree, moves};
use super::{Progress, StartState, VerifyOptions, VerifyPlan};
use crate::database::{Client, Cluster, DatabaseError, Step};

/// A database that others are cloned from; the last worker to let go drops it.
pub(super) struct Template {
    pub(super) name: String,
    pub(super) path: Path,
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
pub(super) struct Path {
    /// Revisions that are applied.
    pub(super) revisions: usize,
    /// What gave rows to all that scripts made, once that is done.
    pub(super) filled: Option<Filling>,
    /// Statements of scripts that failed.
    pub(super) failures: Vec<Failure>,
    /// The revision that failed, if one did: nothing after it means anything.
    pub(super) stuck: Option<Failure>,
}

/// A clone to make, and the node that it becomes by these moves.
pub(super) struct Work {
    pub(super) from: Arc<Template>,
    pub(super) steps: Vec<Move>,
    pub(super) node: usize,
    /// The states that this node is are to be put right: what comes after it is other work, but for
    /// version tables that are tampered with.
    pub(super) ends_here: bool,
}

#[derive(Default)]
pub(super) struct Shared {
    /// By worker.
    waiting: Vec<VecDeque<Work>>,
    /// Work that is waiting or being done.
    open: usize,
    pub(super) arrivals: BTreeMap<usize, Outcome>,
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
pub(super) struct Worker {
    number: usize,
    pub(super) admin: Client,
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
    pub(super) fn release(&mut self, template: Arc<Template>) -> Result<(), DatabaseError> {
        match Arc::into_inner(template) {
            Some(template) => self.discard(template.name),
            None => Ok(()),
        }
    }
}

pub(super) struct Verification<'a> {
    pub(super) plan: &'a VerifyPlan,
    pub(super) checker: &'a Checker<'a>,
    pub(super) states: &'a [StartState],
    pub(super) tree: Tree,
    empty: Arc<Template>,
    crash_points: usize,
    with_rows: bool,
    pub(super) cluster: &'a Cluster,
    shared: Mutex<Shared>,
    changed: Condvar,
    pub(super) progress: Progress<'a>,
}

impl Runner<'_> {
    fn verification<'r>(
        &'r self,
        states: &'r [StartState],
        crash_points: usize,
        progress: Progress<'r>,
    ) -> Verification<'r> {
        // Whoever lets go of a template last drops the database: this one stays.
        let empty = Arc::new(Template::empty());
        let first = Work {
            from: Arc::clone(&empty),
            steps: Vec::new(),
            node: 0,
            ends_here: false,
        };
        Verification {
            plan: self.plan,
            checker: self.checker,
            states,
            tree: Tree::of(states, self.options.with_rows),
            empty,
            crash_points,
            with_rows: self.options.with_rows,
            cluster: self.cluster,
            shared: Mutex::new(Shared {
                waiting: vec![VecDeque::from([first])],
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
        let verification = self.verification(std::slice::from_ref(state), 0, &|_, _| {});
        let mut path = Path::default();
        for step in moves(state, self.options.with_rows) {
            verification.apply(&mut client, &step, &mut path)?;
        }
        if path.stuck.is_none() {
            let ground = self.checker.ground(&mut client, path.revisions, None)?;
            self.checker.arrive(&mut client, ground, false)?;
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
        let verification = self.verification(states, crash_points, progress);
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let jobs = self.options.jobs.map_or(processors, NonZeroUsize::get);
        let verification = &verification;
        std::thread::scope(|scope| {
            for number in 0..jobs {
                scope.spawn(move || verification.work(number));
            }
        });
        let shared = std::mem::take(&mut *verification.shared());
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
    pub(super) fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One worker: takes work until there is none left.
    fn work(&self, number: usize) {
        let mut worker = match self.cluster.connect("postgres") {
            Ok(admin) => Worker {
                number,
                admin,
                finished: None,
            },
            Err(error) => return self.give_up(error),
        };
        while let Some(work) = self.next(number) {
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

    /// A worker's own newest work first, so that few templates are alive at a time, and so that states
    /// that are nearly alike come one after the other: the second of them may find its journey made. Who has
    /// nothing to do takes the oldest work of another, the largest part of the tree.
    fn next(&self, number: usize) -> Option<Work> {
        let mut shared = self.shared();
        loop {
            if shared.failed.is_some() {
                return None;
            }
            let own = shared.waiting.get_mut(number);
            if let Some(work) = own.and_then(VecDeque::pop_back) {
                return Some(work);
            }
            let mut others = shared.waiting.iter_mut();
            if let Some(work) = others.find_map(VecDeque::pop_front) {
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
        for step in &work.steps {
            self.apply(&mut client, step, &mut path)?;
        }
        let mut node = work.node;
        loop {
            let here = &self.tree.nodes[node];
            match (here.states.is_empty(), here.children.len()) {
                _ if work.ends_here => break,
                // Nobody else needs this point: go on in the same database.
                (true, 1) => {
                    for (step, child) in &here.children {
                        self.apply(&mut client, step, &mut path)?;
                        node = *child;
                    }
                }
                _ if self.is_end(node) => break,
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
        let place = Place {
            node,
            name: &name,
            path,
            started,
        };
        let arrives = self.settle(worker, client, place)?;
        worker.discard(name)?;
        match copy {
            Some(copy) if arrives => self.crash(worker, &copy, revisions),
            Some(copy) => worker.discard(copy),
            None => Ok(()),
        }
    }

    /// Nothing comes after it but version tables that are tampered with, which is tried in its own database.
    fn is_end(&self, node: usize) -> bool {
        let here = &self.tree.nodes[node];
        let mut steps = here.children.keys();
        match here.states.is_empty() {
            true => here.children.is_empty(),
            false => steps.all(Move::is_of_version_table),
        }
    }

    /// The first state, the one with the most scripts at the head, and some in between.
    pub(super) fn is_to_crash(&self, node: usize) -> bool {
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
        let has_states = !here.states.is_empty();
        let work = |steps: Vec<Move>, node: usize| Work {
            from: Arc::clone(&template),
            ends_here: steps.is_empty(),
            steps,
            node,
        };
        let children = here.children.iter().rev();
        let children = children.filter(|(step, _)| !(has_states && step.is_of_version_table()));
        let mut works: Vec<Work> = children
            .map(|(step, child)| work(vec![step.clone()], *child))
            .collect();
        works.extend(has_states.then(|| work(Vec::new(), node)));
        self.add(worker, works);
        worker.release(template)
    }

    pub(super) fn add(&self, worker: &Worker, works: Vec<Work>) {
        let mut shared = self.shared();
        shared.open += works.len();
        let least = worker.number + 1;
        if shared.waiting.len() < least {
            shared.waiting.resize_with(least, VecDeque::new);
        }
        shared.waiting[worker.number].extend(works);
        drop(shared);
        self.changed.notify_all();
    }

    /// A state made from the beginning, in a database of its own.
    pub(super) fn anew(&self, node: usize) -> Option<Work> {
        let state = self.states.get(*self.tree.nodes[node].states.first()?)?;
        Some(Work {
            from: Arc::clone(&self.empty),
            steps: moves(state, self.with_rows),
            node,
            ends_here: true,
        })
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
}

pub(crate) fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
