//! `fixfold show`: one script, effect by effect.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::ledger::known_ledger;
use super::trouble::Trouble;
use super::{Outcome, Terminal};
use crate::pipeline::{self, Audit, Estate};
use crate::report::{self, ScriptView};

/// Show one script: each effect beside its source, its guards, its conflicts, and what the chain
/// says of it.
#[derive(Args)]
#[command(after_help = "Example:
  fixfold show scripts/emergency_fix.py")]
pub(super) struct ShowArguments {
    script: PathBuf,
}

pub(super) fn run(arguments: &ShowArguments, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let mut estate = Estate::open(&arguments.script)?;
    // Conflicts are with others: the whole estate is read.
    let Some(file) = estate.only.take() else {
        let folder = arguments.script.display();
        let trouble = Trouble::new(format!("`{folder}` is a folder, not a script"));
        return Err(trouble
            .with_help(format!("`fixfold scan {folder}` shows all scripts"))
            .into());
    };
    let (known, _) = known_ledger(&estate)?;
    let progress = terminal.progress("reading");
    let audit = pipeline::audit(&estate, &known, &progress);
    drop(progress);
    let human = known.scripts.iter().find(|record| record.file == file);
    let mut view = view(&audit, &file)?;
    view.human = human.map(|record| &record.human);
    terminal.answer(&report::show_text(&view, &estate.files))?;
    Ok(Outcome::Clean)
}

fn view<'audit>(audit: &'audit Audit, file: &str) -> anyhow::Result<ScriptView<'audit>> {
    let script = audit
        .script(file)
        .with_context(|| format!("`{file}` changes no database, as far as can be read"))?;
    let conflicts = audit.conflicts.iter();
    Ok(ScriptView {
        script,
        judged: audit.plan.judged.get(file).map_or(&[], Vec::as_slice),
        conflicts: conflicts
            .filter(|conflict| *conflict.script == *file)
            .collect(),
        human: None,
    })
}
