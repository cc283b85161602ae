//! Runs every rule on the two examples of its own prose, as the command line would.
//!
//! The fenced blocks of a section that carry a file's name make up a small estate. The rule must
//! fire on the section "Example" and be silent on "Instead".

use std::collections::BTreeMap;
use std::path::Path;

use fixfold::inventory::Ledger;
use fixfold::lint::{Rule, rules};
use fixfold::model::Diagnostic;
use fixfold::pipeline::{Estate, Progress, audit};

type Files = BTreeMap<String, String>;

struct Silent;

impl Progress for Silent {
    fn expect(&self, _: usize) {}
    fn step(&self) {}
}

/// Text by file name. A block within prose without a name is no file.
fn files_of(rule: &Rule, heading: &str) -> Files {
    let start = format!("\n## {heading}\n");
    let after = rule.documentation.split_once(&start);
    let section = after.map_or("", |(_, after)| after);
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut files = Files::new();
    for block in section.split("\n```").skip(1).step_by(2) {
        if let Some((info, text)) = block.split_once('\n')
            && let Some((_, name)) = info.split_once(' ')
        {
            files.insert(name.to_owned(), format!("{text}\n"));
        }
    }
    files
}

fn findings(files: &Files) -> anyhow::Result<Vec<Diagnostic>> {
    let folder = tempfile::tempdir()?;
    // Without a repository's mark the search for one would leave the folder.
    std::fs::create_dir(folder.path().join(".git"))?;
    for (name, text) in files {
        write(folder.path(), &place_in_estate(name), text)?;
    }
    if files.keys().any(|name| name.starts_with("alembic/")) {
        write(
            folder.path(),
            "alembic.ini",
            "[alembic]\nscript_location = alembic\n",
        )?;
        write(
            folder.path(),
            "alembic/env.py",
            "from alembic import context\n",
        )?;
    }
    let estate = Estate::open(folder.path())?;
    Ok(audit(&estate, &Ledger::default(), &Silent).findings)
}

/// Prose keeps paths short. Numbered SQL files are taken for a chain, even a chain of one, where a
/// tool keeps its own.
fn place_in_estate(name: &str) -> String {
    match name.strip_prefix("migrations/") {
        Some(file) => format!("supabase/migrations/{file}"),
        None => name.to_owned(),
    }
}

fn write(folder: &Path, name: &str, text: &str) -> std::io::Result<()> {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
    std::fs::write(path, text)
}

#[test]
fn every_rule_fires_on_its_example_only() -> anyhow::Result<()> {
    let mut wrong = Vec::new();
    for rule in rules() {
        for (heading, must_fire) in [("Example", true), ("Instead", false)] {
            let files = files_of(rule, heading);
            // What goes wrong with reading is shown as text only.
            if files.is_empty() {
                continue;
            }
            let found = findings(&files)?;
            if found.iter().any(|found| found.rule == rule.id) != must_fire {
                let found: Vec<String> = found.iter().map(line).collect();
                wrong.push(format!("{} under {heading}: {found:#?}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

fn line(found: &Diagnostic) -> String {
    fixfold::report::diagnostic_line(found)
}
