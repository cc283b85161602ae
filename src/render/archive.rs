//! Which scripts may go, and the commands that move them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use askama::Template;

use crate::plan::{Disposition, Judged, LeftOut, Plan};

use super::{Migration, RenderedFile, filters, render};

/// A script with what became of its work, or what it waits for.
pub struct Fate<'a> {
    pub file: &'a str,
    pub became: String,
    /// Paths as the shell reads them.
    from: String,
    to: String,
}

#[derive(Template)]
#[template(path = "runbook/archive.md", escape = "none")]
struct ArchivePlan<'a> {
    migration: &'a Migration,
    may_go: &'a [Fate<'a>],
    stay: &'a [Fate<'a>],
}

#[derive(Template)]
#[template(path = "runbook/archive.sh", escape = "none")]
struct ArchiveCommands<'a> {
    migration: &'a Migration,
    may_go: &'a [Fate<'a>],
    folders: BTreeSet<String>,
}

/// `archive.md` and `archive.sh`.
pub fn files(plan: &Plan, migration: &Migration) -> Result<Vec<RenderedFile>> {
    let (may_go, stay) = fates(plan);
    let archive = ArchivePlan {
        migration,
        may_go: &may_go,
        stay: &stay,
    };
    let mut files = vec![render(&archive, "archive.md")?];
    if !may_go.is_empty() {
        let folders = may_go.iter().map(|fate| folder_of(fate.file)).collect();
        let commands = ArchiveCommands {
            migration,
            may_go: &may_go,
            folders,
        };
        files.push(render(&commands, "archive.sh")?);
    }
    Ok(files)
}

/// The scripts that may go and those that stay.
pub fn fates(plan: &Plan) -> (Vec<Fate<'_>>, Vec<Fate<'_>>) {
    let mut waiting: BTreeMap<&str, Vec<&LeftOut>> = BTreeMap::new();
    for item in &plan.left_out {
        if item.disposition != Disposition::Skipped {
            waiting.entry(&item.place.file).or_default().push(item);
        }
    }
    let scripts = plan.judged.iter().filter(|(_, judged)| !judged.is_empty());
    let mut may_go = Vec::new();
    let mut stay = Vec::new();
    for (file, judged) in scripts {
        match waiting.get(&**file) {
            None if plan.modules.contains(file) => {
                let why =
                    "the package that it stands in may import it: take out what is done by hand";
                stay.push(fate(file, why.to_owned()));
            }
            None => may_go.push(fate(file, became(judged))),
            Some(items) => stay.push(fate(file, waits_for(items))),
        }
    }
    (may_go, stay)
}

fn fate(file: &str, became: String) -> Fate<'_> {
    Fate {
        file,
        became,
        from: quoted(file),
        to: quoted(&format!("archive/{file}")),
    }
}

fn folder_of(file: &str) -> String {
    let folder = file
        .rsplit_once('/')
        .map_or("archive".to_owned(), |(folder, _)| {
            format!("archive/{folder}")
        });
    quoted(&folder)
}

/// A word of the shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

fn became(judged: &[Judged]) -> String {
    let mut counts: BTreeMap<Disposition, usize> = BTreeMap::new();
    for judged in judged {
        *counts.entry(judged.disposition).or_default() += 1;
    }
    let words = counts.into_iter().map(|(disposition, count)| {
        let what = match disposition {
            Disposition::Absorbed => "in the chain already",
            Disposition::Missing => "folded in",
            Disposition::Conflicting => "settled by decisions",
            Disposition::Superseded => "undone later, or not wanted",
            Disposition::Data => "data fixes folded in",
            Disposition::Inert => "never took place",
            Disposition::Skipped => "left out by decision",
            Disposition::Environment | Disposition::Opaque => "done by hand",
        };
        format!("{count} {what}")
    });
    words.collect::<Vec<_>>().join(", ")
}

fn waits_for(items: &[&LeftOut]) -> String {
    let (asked, other): (Vec<&LeftOut>, Vec<&LeftOut>) =
        items.iter().copied().partition(|item| item.key.is_some());
    let mut words = Vec::new();
    if !asked.is_empty() {
        words.push(format!(
            "{} of its data fixes are run from `by_hand.sql` or given up",
            asked.len()
        ));
    }
    if !other.is_empty() {
        let mut reasons: Vec<&str> = other.iter().map(|item| item.reason.as_str()).collect();
        reasons.sort_unstable();
        reasons.dedup();
        words.push(format!(
            "{} effects are looked at: {}",
            other.len(),
            reasons.join("; ")
        ));
    }
    words.join("; ")
}
