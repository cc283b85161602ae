//! `fixfold consolidate`: what is missing at the chain's head, as one migration.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::ledger::known_ledger;
use super::trouble::Trouble;
use super::write::write_folder;
use super::{Outcome, Terminal};
use crate::database::Client;
use crate::pipeline::{self, ConsolidationOptions, Estate};
use crate::plan::{self, Plan, TargetSchema};
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
    /// Who is right about the schema: `chain` (with what the scripts add to it), `live` (the database
    /// of --database-url) or `dump FILE` (a plain-text dump).
    #[arg(long, value_names = ["WHO", "FILE"], num_args = 1..=2, default_value = "chain")]
    target_schema: Vec<String>,
    /// The database that `--target-schema live` reads; it is opened read only.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
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
    let target = target_schema(&estate, arguments, terminal)?;
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

/// The schema that somebody says is right; none where it is the chain.
fn target_schema(
    estate: &Estate,
    arguments: &ConsolidateArguments,
    terminal: &Terminal,
) -> anyhow::Result<Option<TargetSchema>> {
    let words: Vec<&str> = arguments.target_schema.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["chain"] => Ok(None),
        ["live"] => live(arguments.database_url.as_deref()).map(Some),
        ["dump", file] => {
            let text =
                std::fs::read_to_string(file).with_context(|| format!("cannot read `{file}`"))?;
            let (schema, passed_over) = pipeline::schema_of_dump(estate, &text, file)?;
            if let Some(first) = passed_over.first() {
                terminal.note(&format!(
                    "{} statements of `{file}` could not be followed, of the first: {first}\n",
                    passed_over.len()
                ));
            }
            Ok(Some(schema))
        }
        other => Err(Trouble::new(format!(
            "`--target-schema {}` is no choice",
            other.join(" ")
        ))
        .with_help("say `chain`, `live` or `dump FILE`; the repository's path comes before it")
        .into()),
    }
}

fn live(url: Option<&str>) -> anyhow::Result<TargetSchema> {
    let Some(url) = url else {
        return Err(
            Trouble::new("`--target-schema live` needs a database".to_owned())
                .with_help("name it with `--database-url URL`; it is opened read only")
                .into(),
        );
    };
    let mut client = Client::open_read_only(url)?;
    let catalog = client.introspect()?;
    let source = "live database".to_owned();
    Ok(TargetSchema { catalog, source })
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
