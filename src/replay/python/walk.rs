//! The walk over a chain: steps in order, transactions around them, the version table after them.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::chain::{Chain, ChainStep, Code, VersionFault, Versions};
use crate::effects::sqlalchemy::NamingConvention;
use crate::eval::{Arguments, Exception, Interpreter, Interrupt, Limits, Value};
use crate::model::{ChainFault, Place, RevisionId, RevisionSpot};
use crate::replay::outcome::{AfterFailure, Replay, StepFailure, StepReplay};
use crate::replay::{Ground, Start};

use super::host::{RunHost, Task};
use super::state::{Shared, State};

/// What a walk starts from and works with.
pub(crate) struct Walk<'a> {
    pub(crate) chain: &'a Chain,
    pub(crate) ground: Ground<'a>,
    pub(crate) start: Start,
}

/// Runs one revision, whatever the version table says about its turn.
pub(crate) fn one(walk: Walk<'_>, revision: &RevisionId, direction: Direction) -> Replay {
    run(walk, std::slice::from_ref(revision), direction)
}

/// Which way a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// `alembic upgrade <targets>`.
pub(crate) fn upgrade(walk: Walk<'_>, targets: &[RevisionId]) -> Replay {
    let current: Vec<_> = walk.start.versions.iter().cloned().collect();
    let order = walk.chain.map.upgrade_order(&current, targets);
    run(walk, &order, Direction::Up)
}

/// `alembic downgrade <target>`; `None`: to the base.
pub(crate) fn downgrade(walk: Walk<'_>, target: Option<&RevisionId>) -> Replay {
    let current: Vec<_> = walk.start.versions.iter().cloned().collect();
    let order = walk.chain.map.downgrade_order(&current, target);
    run(walk, &order, Direction::Down)
}

fn run(walk: Walk<'_>, order: &[RevisionId], direction: Direction) -> Replay {
    let Walk {
        chain,
        ground,
        start,
    } = walk;
    let stops = ground.after_failure == AfterFailure::Stop;
    let unknown = unknown_version(chain, &start);
    if let Some(failure) = cannot_load(chain).or(unknown).filter(|_| stops) {
        return Replay {
            steps: Vec::new(),
            end: Arc::new(start.catalog),
            rows: start.rows,
            versions: start.versions.into_iter().collect(),
            failure: Some(failure),
        };
    }
    let Ground {
        estate,
        registry,
        after_failure,
    } = ground;
    let per_migration = chain.environment.transaction_per_migration;
    let heads = Versions::new(start.versions.iter().cloned());
    let state = State::new(Some(chain), NamingConvention::default(), start);
    let state: Shared = Rc::new(RefCell::new(state));
    state.borrow_mut().widens = after_failure.is_lenient();
    state.borrow_mut().own_commits = (after_failure == AfterFailure::Mended).then(Vec::new);
    let mut host = RunHost {
        state: state.clone(),
        estate,
        registry,
        task: Task::Revisions,
    };
    let mut interpreter = Interpreter::new(estate, registry, &mut host, Limits::REPLAY);
    state.borrow_mut().naming = super::naming::convention(&mut interpreter, estate, chain);
    let mut walker = Walker {
        chain,
        state: state.clone(),
        interpreter,
        heads,
        direction,
        per_migration,
        after_failure,
    };
    if !per_migration {
        state.borrow_mut().begin();
    }
    let mut steps = walker.steps(order);
    drop(walker);
    let mut state = state.borrow_mut();
    let failed = steps.last().is_some_and(|step| step.failure.is_some());
    match failed && stops {
        true => state.rollback(),
        false => state.finish(),
    }
    // What no commit has reached is lost when the connection closes.
    state.rollback();
    if let Some(last) = steps.last_mut() {
        last.runs.append(&mut state.runs);
    }
    Replay {
        end: Arc::new(state.session.catalog.clone()),
        rows: state.session.rows_known(),
        versions: state.versions().into_iter().collect(),
        failure: None,
        steps,
    }
}

fn sorted_ids(revisions: &[RevisionSpot]) -> String {
    let mut ids: Vec<_> = revisions.iter().map(|spot| spot.id.as_str()).collect();
    ids.sort_unstable();
    ids.join(", ")
}

/// The version table holds what no file declares.
fn unknown_version(chain: &Chain, start: &Start) -> Option<StepFailure> {
    let unknown = start.versions.iter().find(|id| chain.step(id).is_none())?;
    Some(StepFailure::Chain {
        message: format!("Can't locate revision identified by '{unknown}'"),
        place: None,
    })
}

/// Faults that stop Alembic before any revision runs.
fn cannot_load(chain: &Chain) -> Option<StepFailure> {
    chain.faults.iter().find_map(|fault| match fault {
        ChainFault::Unreadable { place, reason } => Some(StepFailure::Chain {
            message: match reason.contains("Python refuses") {
                true => format!("SyntaxError: the revision cannot be loaded: {reason}"),
                false => format!("the revision cannot be loaded: {reason}"),
            },
            place: Some(place.clone()),
        }),
        ChainFault::MissingParent {
            revision, parent, ..
        } => Some(StepFailure::Chain {
            message: format!("KeyError: '{parent}'"),
            place: Some(revision.place.clone()),
        }),
        ChainFault::Cycle { revisions } => Some(StepFailure::Chain {
            message: format!("Cycle is detected in revisions ({})", sorted_ids(revisions)),
            place: revisions.first().map(|spot| spot.place.clone()),
        }),
        ChainFault::SeveralHeads { .. }
        | ChainFault::SeveralRoots { .. }
        | ChainFault::DuplicateId { .. }
        | ChainFault::RedundantParent { .. }
        | ChainFault::IdTooLong { .. }
        | ChainFault::Fails { .. } => None,
    })
}

struct Walker<'a> {
    chain: &'a Chain,
    state: Shared,
    interpreter: Interpreter<'a>,
    /// As Alembic keeps them in memory.
    heads: Versions,
    direction: Direction,
    per_migration: bool,
    after_failure: AfterFailure,
}

impl Walker<'_> {
    fn steps(&mut self, order: &[RevisionId]) -> Vec<StepReplay> {
        let mut steps = Vec::new();
        for (index, id) in order.iter().enumerate() {
            let Some(step) = self.chain.step(id) else {
                continue;
            };
            let place = step_place(step);
            let made = match index == 0 && self.heads.is_empty() {
                true => self.state.borrow_mut().ensure_version_table(&place),
                false => Ok(()),
            };
            let failure = match made {
                Err(error) => Some(StepFailure::Sql {
                    error,
                    place: Some(place),
                }),
                Ok(()) if self.after_failure == AfterFailure::Stop => self.step(step),
                Ok(()) => self.step_anyhow(step),
            };
            let stops = failure.is_some() && self.after_failure == AfterFailure::Stop;
            steps.push(self.finished(step, failure));
            if stops {
                break;
            }
        }
        steps
    }

    /// Runs one revision in its transaction.
    fn step(&mut self, step: &ChainStep) -> Option<StepFailure> {
        if self.per_migration {
            self.state.borrow_mut().begin();
        }
        let failure = self.migrate(step).or_else(|| self.bookkeep(step));
        let mut state = self.state.borrow_mut();
        match &failure {
            None if self.per_migration => state.finish(),
            Some(_) => state.rollback(),
            None => {}
        }
        failure
    }

    /// Runs one revision; where it fails the walk goes on: after the revision, or after the
    /// statement.
    fn step_anyhow(&mut self, step: &ChainStep) -> Option<StepFailure> {
        let before = (self.state.borrow().clone(), self.heads.clone());
        let failure = self.step(step)?;
        let tried = std::mem::replace(&mut *self.state.borrow_mut(), before.0);
        self.heads = before.1;
        if self.per_migration {
            self.state.borrow_mut().begin();
        }
        match self.after_failure {
            AfterFailure::Savepoints | AfterFailure::Mended => {
                self.state.borrow_mut().lenient = true;
                // What it fails with now is what it failed with before, or follows from that.
                let _ = self.migrate(step);
                self.state.borrow_mut().lenient = false;
            }
            AfterFailure::Stop | AfterFailure::PassOver => {
                self.state.borrow_mut().runs = tried.runs;
            }
        }
        let _ = self.bookkeep(step);
        if self.per_migration {
            self.state.borrow_mut().finish();
        }
        Some(failure)
    }

    fn migrate(&mut self, step: &ChainStep) -> Option<StepFailure> {
        let Code::Python { file } = &step.code else {
            return None;
        };
        let place = step_place(step);
        let name = module_name(file);
        let Some((scope, flow)) = self.interpreter.run_file(file, &name) else {
            let message = "the revision cannot be read".to_owned();
            return Some(StepFailure::Chain {
                message,
                place: Some(place),
            });
        };
        if let Err(interrupt) = flow {
            return self.failure(&interrupt, &place);
        }
        let function = match self.direction {
            Direction::Up => "upgrade",
            Direction::Down => "downgrade",
        };
        let Some(callee) = scope.get(function) else {
            return Some(StepFailure::Python {
                exception: "builtins.AttributeError".to_owned(),
                message: format!("module has no attribute '{function}'"),
                place: Some(place),
            });
        };
        let place = function_place(&callee).unwrap_or(place);
        match self.interpreter.call(&callee, Arguments::default(), &place) {
            Ok(_) => None,
            Err(interrupt) => self.failure(&interrupt, &place),
        }
    }

    fn failure(&self, interrupt: &Interrupt, place: &Place) -> Option<StepFailure> {
        match interrupt {
            Interrupt::Raise(exception) => Some(self.raised(exception)),
            Interrupt::Exit(_) => Some(StepFailure::Python {
                exception: "builtins.SystemExit".to_owned(),
                message: "the revision ends the process".to_owned(),
                place: Some(place.clone()),
            }),
            Interrupt::Stop => {
                self.state
                    .borrow_mut()
                    .note(place, "the revision is longer than is followed");
                None
            }
            Interrupt::Return(_) | Interrupt::Break | Interrupt::Continue | Interrupt::Skip(_) => {
                None
            }
        }
    }

    /// The server's error where the exception carries it, else Python's own.
    fn raised(&self, exception: &Exception) -> StepFailure {
        let state = self.state.borrow();
        let carried = state.last_error.as_ref().filter(|(error, _)| {
            let message = exception.message.as_deref().unwrap_or_default();
            exception.class.starts_with("sqlalchemy.exc.") && message.contains(&error.message)
                || exception.class.starts_with("psycopg2.errors.")
        });
        match carried {
            Some((error, place)) => StepFailure::Sql {
                error: error.clone(),
                place: place.clone().or_else(|| Some(exception.place.clone())),
            },
            None => StepFailure::Python {
                exception: exception.class.to_string(),
                message: exception.message.clone().unwrap_or_default(),
                place: Some(exception.place.clone()),
            },
        }
    }

    /// Writes the version table.
    fn bookkeep(&mut self, step: &ChainStep) -> Option<StepFailure> {
        let id = &step.revision.id;
        let place = step_place(step);
        let (changes, fault) = match self.direction {
            Direction::Up => self.heads.upgrade(&self.chain.map, id),
            Direction::Down => self.heads.downgrade(&self.chain.map, id),
        };
        let mut state = self.state.borrow_mut();
        for change in &changes {
            if let Err(error) = state.change_version(change, &place) {
                return Some(StepFailure::Sql {
                    error,
                    place: Some(place),
                });
            }
        }
        fault.map(|fault| StepFailure::Python {
            exception: match &fault {
                VersionFault::NotHeld(_) => "builtins.KeyError",
                VersionFault::Held(_) | VersionFault::Ambiguous => "builtins.AssertionError",
            }
            .to_owned(),
            message: match fault {
                VersionFault::NotHeld(id) => format!("'{id}'"),
                VersionFault::Held(id) => format!("{id} is in the version table already"),
                VersionFault::Ambiguous => {
                    "Can't do an UPDATE because downrevision is ambiguous".to_owned()
                }
            },
            place: Some(place),
        })
    }

    fn finished(&self, step: &ChainStep, failure: Option<StepFailure>) -> StepReplay {
        let mut state = self.state.borrow_mut();
        state.last_error = None;
        StepReplay {
            revision: step.revision.clone(),
            runs: std::mem::take(&mut state.runs),
            failure,
            after: Arc::new(state.session.catalog.clone()),
            undecided: std::mem::take(&mut state.undecided),
            own_commits: state
                .own_commits
                .as_mut()
                .map(std::mem::take)
                .unwrap_or_default(),
        }
    }
}

fn step_place(step: &ChainStep) -> Place {
    Place::new(step.revision.file.clone(), step.revision.line, 1)
}

fn function_place(value: &Value) -> Option<Place> {
    match value {
        Value::Function(function) => Some(function.definition.place.clone()),
        _ => None,
    }
}

/// Alembic loads revision files under their own name with `_py` behind it.
fn module_name(file: &str) -> String {
    let stem = file.rsplit('/').next().unwrap_or(file);
    stem.replace('.', "_")
}
