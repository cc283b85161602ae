//! What the real Alembic needs to run an estate's chain: where its files are, and what they become.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::{Audit, ConsolidationOptions, Estate, consolidation};
use crate::database::AlembicProject;
use crate::discover;
use crate::plan::Plan;
use crate::render::{Migration, Target};

/// The estate's Alembic, run by the first of these Pythons that has it.
///
/// # Errors
/// Where the chain is another tool's, or its files cannot be rendered.
pub fn alembic_project(
    estate: &Estate,
    audit: &Audit,
    pythons: Vec<PathBuf>,
) -> Result<AlembicProject> {
    let chains = audit.survey.chains.iter();
    let mut chains = chains.filter(|chain| chain.format == discover::ChainFormat::Alembic);
    let is_first = audit.survey.chains.first().map(|chain| chain.format)
        == Some(discover::ChainFormat::Alembic);
    let chain = chains
        .next()
        .filter(|_| is_first)
        .context("`--runner alembic` needs a chain of Alembic's")?;
    let options = ConsolidationOptions {
        target: Target::Alembic,
        chain_edits: true,
    };
    let files = consolidation(estate, audit, &options)?;
    let mended = files.iter().filter_map(|file| {
        let path = file.path.strip_prefix("chain/")?;
        Some((path.to_owned(), file.content.clone()))
    });
    let mended = mended.filter(|(path, _)| !path.ends_with(".diff") && !path.ends_with(".md"));
    let is_revision = |path: &str| path.ends_with("_fixfold_consolidation.py");
    let consolidated = files
        .iter()
        .find(|file| is_revision(&file.path))
        .context("no consolidated revision was rendered")?;
    let absolute = |path: &std::path::Path| std::path::absolute(path);
    Ok(AlembicProject {
        pythons,
        root: absolute(estate.root()).context("the estate's folder has no absolute path")?,
        config: chain.config.clone(),
        script_location: chain.root.clone(),
        version_folders: chain.version_folders.clone(),
        mended: mended.collect(),
        consolidated: (consolidated.path.clone(), consolidated.content.clone()),
        last: Migration::of(&audit.plan).id,
        last_but_one: parent(&audit.plan),
    })
}

fn parent(plan: &Plan) -> String {
    let head = plan.head.as_ref();
    head.map_or_else(|| "base".to_owned(), ToString::to_string)
}
