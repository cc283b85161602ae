//! Where databases get stuck: a script has run at some point of the chain, and a later revision
//! fails on what it left.
//!
//! The simulation applies the revisions' known effects to the modelled catalog. A block that looks
//! before it acts is run again as a whole where one of its effects would fail: what it does there may
//! be something else, or nothing.

mod pairs;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use crate::catalog::{Applied, Catalog};
use crate::graph::{ChainHistory, ObjectKey, RevisionStep, touches};
use crate::model::{Action, Dialect, Effect, GuardKind, Script, SqlError, SqlState};

use super::mend;

/// One failure on the way from a start state to head.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Stuck {
    /// The step that fails, and the effect in it.
    pub step: usize,
    pub effect: usize,
    pub cause: Cause,
    /// The revision at which the database stood when the scripts ran; `None`: before the first.
    pub point: Option<usize>,
    pub scripts: Vec<Arc<str>>,
    pub state: String,
    pub message: String,
}

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// What the revision creates is there already.
    AlreadyThere,
    /// What the revision takes away is gone.
    Gone,
    /// What the revision needs is gone, or has another shape.
    NotAsExpected,
    /// A view that scripts made hangs on the column that the revision changes.
    InTheWay,
}

/// Runs a statement on a catalog: what is there afterwards, or `None` where it fails or the model
/// cannot tell.
pub type RunStatement<'a> = &'a (dyn Fn(&Catalog, &str) -> Option<Catalog> + Sync);

/// Every failure that some script causes from some point of the chain, some pair of scripts that touch a
/// common object, and all scripts together in the given order and in reverse; sorted by revision and effect.
pub fn stuck(
    chain: &ChainHistory,
    scripts: &[&Script],
    run_statement: RunStatement<'_>,
) -> Vec<Stuck> {
    let walker = Walker {
        chain,
        run_statement,
    };
    let scripts: Vec<&Script> = scripts
        .iter()
        .copied()
        .filter(|script| script.effects.iter().any(takes_place))
        .collect();
    let mut groups: Vec<Vec<&Script>> = scripts.iter().map(|script| vec![*script]).collect();
    groups.push(scripts.clone());
    groups.push(scripts.iter().rev().copied().collect());
    let mut found = walker.of_groups(&groups);
    // Of pairs only what nobody brings about alone.
    let key = |stuck: &Stuck| (stuck.step, stuck.effect, stuck.cause, stuck.message.clone());
    let known: BTreeSet<_> = found.iter().map(key).collect();
    let pairs = walker.of_groups(&pairs::worth_a_look(chain, &scripts));
    found.extend(
        pairs
            .into_iter()
            .filter(|stuck| !known.contains(&key(stuck))),
    );
    found.into_iter().collect()
}

struct Walker<'a> {
    chain: &'a ChainHistory,
    run_statement: RunStatement<'a>,
}

/// A walk to the end of the chain: what it sets out with, and what it fails on.
struct Walked {
    catalog: Catalog,
    found: Vec<Stuck>,
    /// Effects that were applied; one that fails counts as many.
    cost: usize,
}

/// After so many effects of a group of scripts only every so-manieth point of the chain is looked at: what
/// fails at one mostly fails at its neighbours.
const MOST_EFFECTS: usize = 100_000;
const STRIDE: usize = 16;
const COST_OF_FAILURE: usize = 50;

impl Walker<'_> {
    fn of_groups(&self, groups: &[Vec<&Script>]) -> BTreeSet<Stuck> {
        let found = groups
            .par_iter()
            .flat_map_iter(|group| self.of_group(group));
        found.collect()
    }

    /// From every point, the last one first: where a revision leaves what the scripts would have left
    /// after it, the rest of the walk is known.
    fn of_group(&self, scripts: &[&Script]) -> Vec<Stuck> {
        let mut found = Vec::new();
        let mut later: Option<Walked> = None;
        let mut spent = 0;
        for point in (0..self.chain.steps.len()).rev() {
            if spent > MOST_EFFECTS && point % STRIDE != 0 {
                later = None;
                continue;
            }
            let walked = self.walk(point, scripts, later.as_ref());
            found.extend(walked.found.iter().cloned());
            spent += walked.cost;
            later = Some(walked);
        }
        found
    }

    /// Runs the scripts on the catalog before step `point`, then the chain from there to its end.
    fn walk(&self, point: usize, scripts: &[&Script], later: Option<&Walked>) -> Walked {
        let mut catalog = self.chain.before(point).clone();
        let changed = scripts.iter().fold(false, |changed, script| {
            run(&mut catalog, script) || changed
        });
        let mut walked = Walked {
            catalog: catalog.clone(),
            found: Vec::new(),
            cost: scripts.iter().map(|script| script.effects.len()).sum(),
        };
        if !changed {
            return walked;
        }
        for (index, step) in self.chain.steps.iter().enumerate().skip(point) {
            if let Some(later) =
                later.filter(|later| index == point + 1 && later.catalog == catalog)
            {
                let known = later.found.iter().cloned();
                walked.found.extend(known.map(|stuck| Stuck {
                    point: point.checked_sub(1),
                    ..stuck
                }));
                break;
            }
            let failures = self.step(&mut catalog, index, step);
            walked.cost += step.effects.len() + COST_OF_FAILURE * failures.len();
            let failures = failures.into_iter();
            walked.found.extend(failures.map(|failure| Stuck {
                step: index,
                effect: failure.effect,
                cause: failure.cause,
                point: point.checked_sub(1),
                scripts: scripts.iter().map(|script| script.file.clone()).collect(),
                state: failure.error.state.to_string(),
                message: failure.error.message,
            }));
        }
        walked
    }

    /// Runs one revision; each failure is mended as its patch would.
    fn step(&self, catalog: &mut Catalog, index: usize, step: &RevisionStep) -> Vec<Failure> {
        let mut found = Vec::new();
        // What the revision left as it was: something of the name was there, or a block that looks
        // found nothing to do.
        let mut passed_over: Vec<usize> = Vec::new();
        let mut statement = Unfinished::default();
        for (position, effect) in step.effects.iter().enumerate() {
            if !statement.goes_on(effect, catalog) {
                passed_over.push(position);
                continue;
            }
            let error = match catalog.apply(&effect.action) {
                Ok(Applied::Skipped { .. }) => {
                    passed_over.push(position);
                    continue;
                }
                Ok(Applied::Changed(_) | Applied::Outside) => continue,
                Err(error) => error,
            };
            if effect.reach.is_inert() {
                continue;
            }
            if let Some(after) = self.decided_by_itself(&statement, effect) {
                *catalog = after;
                statement.is_done = true;
                passed_over.push(position);
                continue;
            }
            let mut cause = cause(&error, &effect.action);
            if is_tolerant(effect, cause) {
                if cause == Cause::AlreadyThere {
                    passed_over.push(position);
                }
                continue;
            }
            let mut culprit = position;
            if cause == Cause::NotAsExpected
                && let Some((made, next)) = completed(catalog, step, &passed_over, effect)
            {
                (culprit, cause, *catalog) = (made, Cause::AlreadyThere, next);
            } else {
                repair(catalog, self.chain, index, effect, cause);
            }
            found.push(Failure {
                effect: culprit,
                cause,
                error,
            });
        }
        found
    }

    /// A block whose effects hang on what it finds, run on the catalog as it was before it.
    fn decided_by_itself(&self, statement: &Unfinished, effect: &Effect) -> Option<Catalog> {
        let looks = [GuardKind::Condition, GuardKind::ExceptionHandler];
        let mut guards = effect.guards.iter();
        guards.find(|guard| looks.contains(&guard.kind))?;
        (self.run_statement)(statement.before.as_ref()?, &effect.statement)
    }
}

struct Failure {
    effect: usize,
    cause: Cause,
    error: SqlError,
}

/// The statement to which the effects belong that are being applied.
#[derive(Default)]
struct Unfinished {
    text: Option<Arc<str>>,
    before: Option<Catalog>,
    /// The rest of its effects is in the catalog.
    is_done: bool,
}

impl Unfinished {
    /// Whether the effect is still to be applied.
    fn goes_on(&mut self, effect: &Effect, catalog: &Catalog) -> bool {
        let same = self.text.as_ref();
        if same.is_none_or(|text| !Arc::ptr_eq(text, &effect.statement)) {
            *self = Self {
                text: Some(Arc::clone(&effect.statement)),
                before: Some(catalog.clone()),
                is_done: false,
            };
        }
        !self.is_done
    }
}

/// So many statements of a revision are tried for one failure: each is a table that goes and comes.
const MOST_CANDIDATES: usize = 8;

/// What the effect touches, with the tables of their parts.
fn met(effect: &Effect) -> BTreeSet<ObjectKey> {
    let touches = touches(&effect.action);
    pairs::with_tables(touches.iter())
}

/// The statement of the revision that passed over what was there, and that would have made what this
/// effect needs; with the catalog as it is where that statement completes what it finds, and the
/// effect has taken place.
fn completed(
    catalog: &Catalog,
    step: &RevisionStep,
    passed_over: &[usize],
    effect: &Effect,
) -> Option<(usize, Catalog)> {
    let wanted = met(effect);
    let makes_some = |position: &&usize| !met(&step.effects[**position]).is_disjoint(&wanted);
    let candidates = passed_over.iter().rev().filter(makes_some);
    candidates.take(MOST_CANDIDATES).find_map(|&position| {
        let mut next = mend::made_anew(catalog, &step.effects[position].action)?;
        next.apply(&effect.action).ok()?;
        Some((position, next))
    })
}

/// Applies what a script can do; what fails on this catalog is passed over, as its run would fail
/// or go on there. Says whether anything changed.
fn run(catalog: &mut Catalog, script: &Script) -> bool {
    let before = catalog.clone();
    for effect in script.effects.iter().filter(|effect| takes_place(effect)) {
        // A failing statement changes nothing, which is what a copy would show.
        let _ = catalog.apply(&effect.action);
    }
    before != *catalog
}

/// The effect can take place in a database of the chain, and its object is known.
pub(super) fn takes_place(effect: &Effect) -> bool {
    !effect.reach.is_inert()
        && effect.dialect == Dialect::Postgres
        && !effect.object().contains('{')
}

/// Guards that ask the catalog or catch the failure; IF [NOT] EXISTS helps against one kind alone.
fn is_tolerant(effect: &Effect, cause: Cause) -> bool {
    effect.guards.iter().any(|guard| match guard.kind {
        GuardKind::CatalogProbe | GuardKind::ExceptionHandler => true,
        GuardKind::IfNotExists => cause == Cause::AlreadyThere,
        GuardKind::IfExists => cause == Cause::Gone,
        _ => false,
    })
}

fn cause(error: &SqlError, action: &Action) -> Cause {
    const DUPLICATES: &[SqlState] = &[
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_COLUMN,
        SqlState::DUPLICATE_OBJECT,
        SqlState::DUPLICATE_FUNCTION,
        SqlState::DUPLICATE_SCHEMA,
    ];
    const ABSENT: &[SqlState] = &[
        SqlState::UNDEFINED_TABLE,
        SqlState::UNDEFINED_COLUMN,
        SqlState::UNDEFINED_OBJECT,
        SqlState::UNDEFINED_FUNCTION,
    ];
    if DUPLICATES.contains(&error.state) {
        Cause::AlreadyThere
    } else if ABSENT.contains(&error.state) && mend::is_removal(action) {
        Cause::Gone
    } else if error.state == SqlState::FEATURE_NOT_SUPPORTED
        && matches!(action, Action::AlterColumnType { .. })
    {
        Cause::InTheWay
    } else {
        Cause::NotAsExpected
    }
}

/// Goes on as a patched revision would.
fn repair(catalog: &mut Catalog, chain: &ChainHistory, step: usize, effect: &Effect, cause: Cause) {
    match cause {
        Cause::AlreadyThere => {
            if let Some(next) = mend::made_anew(catalog, &effect.action) {
                *catalog = next;
                return;
            }
        }
        Cause::Gone => return,
        Cause::InTheWay => {
            if let Some(next) = mend::around(catalog, chain.before(step), &effect.action) {
                *catalog = next;
                return;
            }
        }
        Cause::NotAsExpected => {
            let mut next = mend::prepared(catalog, chain.before(step), &effect.action);
            if next.apply(&effect.action).is_ok() {
                *catalog = next;
                return;
            }
        }
    }
    *catalog = (*chain.steps[step].after).clone();
}
