//! Who is right about the schema: the chain, a database, or a dump.

use anyhow::Context as _;
use clap::Args;

use super::Terminal;
use super::trouble::Trouble;
use crate::database::Client;
use crate::pipeline::{self, Estate};
use crate::plan::TargetSchema;

#[derive(Args)]
pub(super) struct TargetSchemaArguments {
    /// Who is right about the schema: `chain` (with what the scripts add to it), `live` (the database
    /// of --database-url) or `dump FILE` (a plain-text dump).
    #[arg(long, value_names = ["WHO", "FILE"], num_args = 1..=2, default_value = "chain")]
    target_schema: Vec<String>,
    /// The database that `--target-schema live` reads; it is opened read only.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl TargetSchemaArguments {
    /// The schema that somebody says is right; none where it is the chain.
    pub(super) fn read(
        &self,
        estate: &Estate,
        terminal: &Terminal,
    ) -> anyhow::Result<Option<TargetSchema>> {
        let words: Vec<&str> = self.target_schema.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["chain"] => Ok(None),
            ["live"] => live(self.database_url.as_deref()).map(Some),
            ["dump", file] => {
                let text = std::fs::read_to_string(file)
                    .with_context(|| format!("cannot read `{file}`"))?;
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
