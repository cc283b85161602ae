//! The runbook and the checklist: what a person does on the night, computed from the plan.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use askama::Template;

use crate::plan::{Cost, Lock, Plan, RevisionPatch, Step};

use super::{
    ChainEdits, Migration, RenderedFile, Target, archive, concurrent, filters, render, report,
};

/// All steps on one object, at their dearest.
struct LockRow {
    object: String,
    lock: Lock,
    /// What a database pays that has only walked the chain.
    at_head: Option<Cost>,
    /// What one pays in which a script left it otherwise, at worst.
    at_worst: Cost,
    steps: usize,
}

struct DecisionRow {
    question: &'static str,
    hint: &'static str,
    count: usize,
}

#[derive(Template)]
#[template(path = "runbook/runbook.md", escape = "none")]
struct Runbook<'a> {
    migration: &'a Migration,
    target: Target,
    files: &'a [String],
    patches: &'a [RevisionPatch],
    chain_edits: bool,
    locks: Vec<LockRow>,
    concurrent: Vec<&'a Step>,
    decisions: Vec<DecisionRow>,
    has_baseline: bool,
    /// The migration has nothing to do.
    is_empty: bool,
    n_steps: usize,
    n_objects: usize,
    n_data: usize,
    n_rewrites: usize,
    n_at_head: usize,
    n_rewrites_at_head: usize,
    n_open: usize,
    n_by_hand: usize,
    n_left_out: usize,
    n_may_go: usize,
    n_stay: usize,
}

#[derive(Template)]
#[template(path = "runbook/checklist.md", escape = "none")]
struct Checklist<'a> {
    migration: &'a Migration,
    target: Target,
    patches: &'a [RevisionPatch],
    chain_edits: bool,
    locks: &'a [LockRow],
    n_exclusive: usize,
    n_open: usize,
    n_by_hand: usize,
    n_may_go: usize,
}

/// `runbook.md` and `checklist.md`; `files` are the migration files in the order to run them.
pub fn files(
    plan: &Plan,
    migration: &Migration,
    target: Target,
    files: &[String],
    chain: &ChainEdits<'_>,
) -> Result<Vec<RenderedFile>> {
    let locks = locks(plan);
    let count = |wanted: fn(&LockRow) -> bool| locks.iter().filter(|row| wanted(row)).count();
    let n_exclusive = count(|row| row.lock == Lock::AccessExclusive);
    let n_rewrites = count(|row| row.at_worst == Cost::Rewrite);
    let n_at_head = count(|row| row.at_head.is_some());
    let n_rewrites_at_head = count(|row| row.at_head == Some(Cost::Rewrite));
    let (may_go, stay) = archive::fates(plan);
    let decisions = report::questions(plan);
    let n_open = decisions.iter().map(|(_, _, count)| count).sum();
    let checklist = Checklist {
        migration,
        target,
        patches: chain.patches,
        chain_edits: chain.in_chain,
        locks: &locks,
        n_exclusive,
        n_open,
        n_by_hand: plan.by_hand.len(),
        n_may_go: may_go.len(),
    };
    let checklist = render(&checklist, "checklist.md")?;
    let runbook = Runbook {
        migration,
        target,
        files,
        patches: chain.patches,
        chain_edits: chain.in_chain,
        n_objects: plan
            .steps
            .iter()
            .map(Step::subject)
            .collect::<BTreeSet<_>>()
            .len(),
        locks,
        concurrent: concurrent::steps(plan),
        decisions: decisions
            .into_iter()
            .map(|(question, hint, count)| DecisionRow {
                question,
                hint,
                count,
            })
            .collect(),
        has_baseline: chain.has_baseline,
        is_empty: plan.is_empty(),
        n_steps: plan.steps.len(),
        n_data: plan.data.len(),
        n_rewrites,
        n_at_head,
        n_rewrites_at_head,
        n_open,
        n_by_hand: plan.by_hand.len(),
        n_left_out: plan.left_out.len(),
        n_may_go: may_go.len(),
        n_stay: stay.len(),
    };
    Ok(vec![render(&runbook, "runbook.md")?, checklist])
}

/// The dearest first; what nobody waits for is left out.
fn locks(plan: &Plan) -> Vec<LockRow> {
    let mut rows: BTreeMap<String, LockRow> = BTreeMap::new();
    for step in &plan.steps {
        let price = step.price();
        if price.lock == Lock::None {
            continue;
        }
        let object = step.subject();
        let row = rows.entry(object.clone()).or_insert(LockRow {
            object,
            lock: Lock::None,
            at_head: None,
            at_worst: Cost::Instant,
            steps: 0,
        });
        row.lock = row.lock.max(price.lock);
        row.at_head = row.at_head.max(step.cost_at(&plan.at_head));
        row.at_worst = row.at_worst.max(price.missing).max(price.different);
        row.steps += 1;
    }
    let mut rows: Vec<LockRow> = rows.into_values().collect();
    rows.sort_by_key(|row| {
        let dearness = std::cmp::Reverse((row.at_head, row.lock, row.at_worst));
        (dearness, row.object.clone())
    });
    rows
}
