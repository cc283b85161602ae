//! Everything that a consolidation writes: the migration, the patched revisions or what stands in for
//! them, and the pages for people.

use anyhow::Result;

use super::revision_steps::patched_revision;
use super::{Audit, Estate, Patched, patches};
use crate::catalog::Catalog;
use crate::model::{Action, ChainFormat, Dialect, Place, SqlError, Template};
use crate::plan::{RevisionPatch, TargetSchema};
use crate::render::{self, ChainEdits, RenderedFile, Target};
use crate::replay::platform::Prelude;
use crate::sql;

/// What the user can choose about a consolidation.
pub struct ConsolidationOptions {
    pub target: Target,
    /// Revisions that some script makes fail are patched; else pre-flight files stand in for them.
    pub chain_edits: bool,
}

/// All files, their paths relative to the output folder.
///
/// # Errors
/// Where a template cannot be rendered.
pub fn consolidation(
    estate: &Estate,
    audit: &Audit,
    options: &ConsolidationOptions,
) -> Result<Vec<RenderedFile>> {
    let patched = patches(estate, audit)?;
    let patches: Vec<RevisionPatch> = patched
        .iter()
        .map(|patched| patched.patch.clone())
        .collect();
    let chain = ChainEdits {
        patches: &patches,
        in_chain: options.chain_edits,
        has_baseline: audit.baseline.is_some(),
        is_alembic: is_alembic(audit),
    };
    let mut files = render::files(&audit.plan, options.target, &chain)?;
    files.extend(audit.baseline.iter().map(baseline_file));
    files.extend(render::patch_page(&patches, options.chain_edits)?);
    if options.chain_edits {
        files.extend(render::patch_helpers(&patches));
        files.extend(patched.into_iter().flat_map(|patched| patched.files));
    } else {
        files.extend(preflights(audit, &patched)?);
    }
    Ok(files)
}

/// What stands before the first revision, for new databases.
fn baseline_file(baseline: &Prelude) -> RenderedFile {
    const HEADER: &str = "-- What the chain needs and no file creates, as the ledger's `baseline:` answers have it. Run it once on a
-- new database, after the platform's own objects and before the first revision; never on one that has
-- these objects. Types in stubs are guesses: where a database with the real ones exists, answer `dump FILE`.
";
    RenderedFile {
        path: baseline.name.to_string(),
        content: format!("{HEADER}\n{}", baseline.text),
    }
}

/// One file for each revision that fails somewhere: its statements as they are replayed from empty,
/// with those of the patch in their place.
fn preflights(audit: &Audit, patched: &[Patched]) -> Result<Vec<RenderedFile>> {
    let Some(replay) = &audit.replay else {
        return Ok(Vec::new());
    };
    let files = patched.iter().filter_map(|patched| {
        let step = replay
            .steps
            .iter()
            .find(|step| step.revision.id == patched.patch.revision)?;
        let steps = patched_revision(step, patched, false).steps.into_iter();
        let statements: Vec<String> = steps
            .map(|step| step.sql.trim().trim_end_matches(';').to_owned())
            .collect();
        Some(render::preflight(
            &patched.patch,
            &statements,
            is_alembic(audit),
        ))
    });
    files.collect()
}

/// The schema that a plain-text dump makes on a database as its platform gives it, and why the model could not
/// follow some of its statements.
///
/// # Errors
/// Where the prelude of the configuration fails.
pub fn schema_of_dump(
    estate: &Estate,
    text: &str,
    file: &str,
) -> Result<(TargetSchema, Vec<SqlError>)> {
    let template = Template::from_source(text, Place::new(file, 1, 1));
    let mut catalog = match super::chains(estate).first() {
        Some(chain) => super::start::start(estate, chain)?.catalog,
        None => Catalog::empty(),
    };
    let read = sql::read(&template, Dialect::Postgres).statements;
    let effects = read.into_iter().flat_map(|statement| statement.effects);
    let actions = effects.map(|effect| effect.action);
    let mut left: Vec<Action> = actions
        .filter(|action| !matches!(action, Action::Rows(_) | Action::SetOwner { .. }))
        .collect();
    // A dump has the bodies of functions before the tables that they ask, and switches their check off: what
    // fails is tried again for as long as that helps.
    let mut errors = Vec::new();
    loop {
        let before = left.len();
        errors.clear();
        left.retain(|action| match catalog.apply(action) {
            Ok(_) => false,
            Err(error) => {
                let is_there = error.message.ends_with("already exists");
                errors.extend((!is_there).then_some(error));
                true
            }
        });
        if left.is_empty() || left.len() == before {
            break;
        }
    }
    let source = file.to_owned();
    Ok((TargetSchema { catalog, source }, errors))
}

fn is_alembic(audit: &Audit) -> bool {
    let format = audit.chains.first().map(|chain| chain.location.format);
    format.is_none_or(|format| format == ChainFormat::Alembic)
}
