//! Where databases get stuck: a script has run at some point of the chain, and a later revision
//! fails on what it left.
//!
//! The simulation applies the revisions' known effects to the modelled catalog. A block that looks
//! before it acts is run again as a whole where one of its effects would fail: what it does there may
//! be something else, or nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use crate::catalog::{Applied, Catalog};
use crate::graph::{ChainHistory, RevisionStep};
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
}

/// Runs a statement on a catalog: what is there afterwards, or `None` where it fails or the model
/// cannot tell.
pub type RunStatement<'a> = &'a (dyn Fn(&Catalog, &str) -> Option<Catalog> + Sync);

/// Every failure that some script causes from some point of the chain, and all scripts together in
/// the given order and in reverse; sorted by revision and effect.
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
    let points = (0..chain.steps.len()).into_par_iter();
    let found: BTreeSet<Stuck> = points
        .flat_map_iter(|point| walker.from_point(point, &scripts))
        .collect();
    found.into_iter().collect()
}

struct Walker<'a> {
    chain: &'a ChainHistory,
    run_statement: RunStatement<'a>,
}

impl Walker<'_> {
    fn from_point(&self, point: usize, scripts: &[&Script]) -> Vec<Stuck> {
        let alone = scripts.iter();
        let mut found: Vec<Stuck> = alone
            .flat_map(|script| self.walk(point, &[*script]))
            .collect();
        found.extend(self.walk(point, scripts));
        let reversed: Vec<&Script> = scripts.iter().rev().copied().collect();
        found.extend(self.walk(point, &reversed));
        found
    }

    /// Runs the scripts on the catalog before step `point`, then the chain from there to its end.
    fn walk(&self, point: usize, scripts: &[&Script]) -> Vec<Stuck> {
        let mut catalog = self.chain.before(point).clone();
        let changed = scripts.iter().fold(false, |changed, script| {
            run(&mut catalog, script) || changed
        });
        if !changed {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (index, step) in self.chain.steps.iter().enumerate().skip(point) {
            let failures = self.step(&mut catalog, index, step).into_iter();
            found.extend(failures.map(|failure| Stuck {
                step: index,
                effect: failure.effect,
                cause: failure.cause,
                point: point.checked_sub(1),
                scripts: scripts.iter().map(|script| script.file.clone()).collect(),
                state: failure.error.state.to_string(),
                message: failure.error.message,
            }));
        }
        found
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

/// The statement of the revision that passed over what was there, and that would have made what this
/// effect needs; with the catalog as it is where that statement completes what it finds, and the
/// effect has taken place.
fn completed(
    catalog: &Catalog,
    step: &RevisionStep,
    passed_over: &[usize],
    effect: &Effect,
) -> Option<(usize, Catalog)> {
    passed_over.iter().rev().find_map(|&position| {
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
