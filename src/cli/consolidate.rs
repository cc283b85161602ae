//! `fixfold consolidate`: what is missing at the chain's head, as one migration.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ledger::known_ledger;
use super::target_schema::TargetSchemaArguments;
use super::write::write_folder;
use super::{Outcome, Terminal};
use crate::pipeline::{self, ConsolidationOptions, Estate};
use crate::plan::{self, Plan};
use crate::render::Target;

/// Fold what the scripts did and the chain lacks into one migration that is safe on every database.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold consolidate . --out consolidated
  fixfold consolidate . --out sql --target sql

Where a script and the chain disagree, the chain wins unless the ledger answers otherwise.")]
pub(super) struct ConsolidateArguments {
    /// A repository.
    path: PathBuf,
    /// The folder to write to; it is made where it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The tool that runs the migration.
    #[arg(long, value_enum, default_value_t = TargetName::Alembic)]
    target: TargetName,
    /// Leave the chain's own revisions as they are, even where a script makes them fail: write SQL
    /// files to be run in their stead.
    #[arg(long)]
    no_chain_edits: bool,
    #[command(flatten)]
    target_schema: TargetSchemaArguments,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TargetName {
    Alembic,
    Sql,
    Supabase,
    Flyway,
}

impl From<TargetName> for Target {
    fn from(name: TargetName) -> Self {
        match name {
            TargetName::Alembic => Self::Alembic,
            TargetName::Sql => Self::Sql,
            TargetName::Supabase => Self::Supabase,
            TargetName::Flyway => Self::Flyway,
        }
    }
}

pub(super) fn run(
    arguments: &ConsolidateArguments,
    terminal: &Terminal,
) -> anyhow::Result<Outcome> {
    let estate = Estate::open(&arguments.path)?;
    let (known, _) = known_ledger(&estate)?;
    let progress = terminal.progress("reading");
    let target = arguments.target_schema.read(&estate, terminal)?;
    let audit = pipeline::audit_towards(&estate, &known, target.as_ref(), &progress);
    drop(progress);
    let options = ConsolidationOptions {
        target: arguments.target.into(),
        chain_edits: !arguments.no_chain_edits,
    };
    let files = pipeline::consolidation(&estate, &audit, &options)?;
    let answer = write_folder(&arguments.out, &files)?;
    terminal.answer(&answer)?;
    terminal.note(&summary(&audit.plan));
    terminal.notes(&audit.survey.diagnostics);
    Ok(Outcome::Clean)
}

fn summary(plan: &Plan) -> String {
    let questions = plan::questions(&plan.decisions);
    let open = questions
        .iter()
        .filter(|question| !question.is_settled())
        .count();
    let nothing = match plan.is_empty() {
        true => "nothing to fold: the chain brings all that can be told from the scripts' text\n",
        false => "",
    };
    format!(
        "{nothing}{} steps, {} data fixes, {} more to ask for, {} effects left out, {open} decisions by default\n",
        plan.steps.len(),
        plan.data.len(),
        plan.by_hand.len(),
        plan.left_out.len()
    )
}
