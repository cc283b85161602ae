//! The runbook and the checklist: what a person does on the night, computed from the plan.

use std::collections::BTreeMap;

use anyhow::Result;
use askama::Template;

use crate::plan::{Decision, Disposition, Lock, Plan, Step};

use super::{Migration, RenderedFile, Target, filters, render};

/// A script with what becomes of it.
struct ScriptFate<'a> {
    file: &'a str,
    /// Everything that it does is in the chain or in the consolidated migration.
    may_go: bool,
    left: usize,
}

#[derive(Template)]
#[template(path = "runbook/runbook.md", escape = "none")]
struct Runbook<'a> {
    migration: &'a Migration,
    target: Target,
    files: &'a [String],
    locking: Vec<&'a Step>,
    decisions: Vec<&'a Decision>,
    by_hand: Vec<&'a crate::plan::LeftOut>,
    scripts: &'a [ScriptFate<'a>],
}

#[derive(Template)]
#[template(path = "runbook/checklist.md", escape = "none")]
struct Checklist<'a> {
    migration: &'a Migration,
    target: Target,
    open: usize,
    locking: usize,
    by_hand: usize,
    scripts: &'a [ScriptFate<'a>],
}

/// `runbook.md` and `checklist.md`; `files` are the migration files in the order to run them.
pub fn files(
    plan: &Plan,
    migration: &Migration,
    target: Target,
    files: &[String],
) -> Result<Vec<RenderedFile>> {
    let scripts = fates(plan);
    let locking: Vec<&Step> = plan
        .steps
        .iter()
        .filter(|step| step.price().lock > Lock::None)
        .collect();
    let open: Vec<&Decision> = plan
        .decisions
        .iter()
        .filter(|decision| decision.answer.is_none())
        .collect();
    let by_hand: Vec<_> = plan
        .left_out
        .iter()
        .filter(|item| item.disposition != Disposition::Inert)
        .collect();
    let checklist = Checklist {
        migration,
        target,
        open: open.len(),
        locking: locking.len(),
        by_hand: by_hand.len(),
        scripts: &scripts,
    };
    let checklist = render(&checklist, "checklist.md")?;
    let runbook = Runbook {
        migration,
        target,
        files,
        locking,
        decisions: open,
        by_hand,
        scripts: &scripts,
    };
    Ok(vec![render(&runbook, "runbook.md")?, checklist])
}

fn fates(plan: &Plan) -> Vec<ScriptFate<'_>> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for item in &plan.left_out {
        *left.entry(&item.place.file).or_default() += 1;
    }
    let scripts = plan.judged.iter().filter(|(_, judged)| !judged.is_empty());
    scripts
        .map(|(file, judged)| {
            let settled = judged.iter().all(|judged| {
                matches!(
                    judged.disposition,
                    Disposition::Absorbed
                        | Disposition::Missing
                        | Disposition::Superseded
                        | Disposition::Inert
                )
            });
            ScriptFate {
                file,
                may_go: settled,
                left: left.get(&**file).copied().unwrap_or(0),
            }
        })
        .collect()
}
