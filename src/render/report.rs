//! The Markdown report of a consolidation.

use std::collections::BTreeMap;

use anyhow::Result;
use askama::Template;

use crate::plan::{Decision, Disposition, LeftOut, Plan, Step};

use super::{Migration, RenderedFile, filters, render};

struct ScriptRow<'a> {
    file: &'a str,
    counts: Vec<usize>,
}

#[derive(Template)]
#[template(path = "report/consolidation.md", escape = "none")]
struct Report<'a> {
    migration: &'a Migration,
    dispositions: Vec<(&'static str, usize)>,
    scripts: Vec<ScriptRow<'a>>,
    steps: &'a [Step],
    decisions: &'a [Decision],
    left_out: &'a [LeftOut],
}

pub fn file(plan: &Plan, migration: &Migration) -> Result<RenderedFile> {
    let report = Report {
        migration,
        dispositions: totals(plan),
        scripts: rows(plan),
        steps: &plan.steps,
        decisions: &plan.decisions,
        left_out: &plan.left_out,
    };
    render(&report, "report.md")
}

fn totals(plan: &Plan) -> Vec<(&'static str, usize)> {
    let mut counts: BTreeMap<Disposition, usize> = BTreeMap::new();
    for judged in plan.judged.values().flatten() {
        *counts.entry(judged.disposition).or_default() += 1;
    }
    Disposition::ALL
        .iter()
        .map(|known| (known.as_str(), counts.get(known).copied().unwrap_or(0)))
        .collect()
}

fn rows(plan: &Plan) -> Vec<ScriptRow<'_>> {
    let scripts = plan.judged.iter().filter(|(_, judged)| !judged.is_empty());
    scripts
        .map(|(file, judged)| {
            let count = |known: &Disposition| {
                judged
                    .iter()
                    .filter(|judged| judged.disposition == *known)
                    .count()
            };
            ScriptRow {
                file,
                counts: Disposition::ALL.iter().map(count).collect(),
            }
        })
        .collect()
}
