//! The one door to askama: plans become files. Nothing here decides what is to be done.

mod alembic;
mod archive;
mod by_hand;
mod concurrent;
mod definition;
mod grade;
mod helpers;
mod migration;
mod patch;
mod put_aside;
mod quote;
mod removal;
mod repair;
mod report;
mod runbook;
mod schema;
mod sql;
mod statement;
mod verification;

use anyhow::{Context as _, Result};
use askama::Template;

use crate::plan::{Plan, RevisionPatch};

pub use helpers::{announcement, used_by as helpers_used_by};
pub use migration::{Migration, Section, Statement};
pub use patch::{
    Language, RevisionFile, around as patch_statements, files as patched,
    helper_file as patch_helpers, page as patch_page, preflight, preparation as patch_preparation,
};
pub use quote::{quote_identifier, quote_literal, quote_name};
pub use schema::schema;

/// For which tool the consolidated migration is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Alembic,
    /// Plain SQL, `up` and `down`.
    Sql,
    Supabase,
    Flyway,
}

impl Target {
    pub const ALL: &'static [Target] = &[Self::Alembic, Self::Sql, Self::Supabase, Self::Flyway];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alembic => "alembic",
            Self::Sql => "sql",
            Self::Supabase => "supabase",
            Self::Flyway => "flyway",
        }
    }
}

/// One file to write; the path is relative to the output folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedFile {
    pub path: String,
    pub content: String,
}

/// What becomes of revisions that some script makes fail.
pub struct ChainEdits<'a> {
    pub patches: &'a [RevisionPatch],
    /// The revisions' files are patched; else pre-flight files stand in for them.
    pub in_chain: bool,
    /// People have said what stands in a database before the first revision.
    pub has_baseline: bool,
    /// Alembic walks the chain and keeps its version table.
    pub is_alembic: bool,
}

/// All files of a consolidation: the migration for the target, what a person may ask for, the
/// verifications and the reports.
pub fn files(plan: &Plan, target: Target, chain: &ChainEdits<'_>) -> Result<Vec<RenderedFile>> {
    let migration = Migration::of(plan);
    let mut files = match target {
        Target::Alembic => alembic::files(&migration)?,
        Target::Sql => sql::plain(&migration)?,
        Target::Supabase => sql::supabase(&migration)?,
        Target::Flyway => sql::flyway(&migration)?,
    };
    let names: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    files.extend(by_hand::file(&migration)?);
    files.extend(verification::files(plan, &migration)?);
    files.push(report::file(plan, &migration)?);
    files.extend(runbook::files(plan, &migration, target, &names, chain)?);
    files.extend(concurrent::file(plan, &migration)?);
    files.extend(repair::files(plan, &migration, chain)?);
    files.extend(archive::files(plan, &migration)?);
    Ok(files)
}

/// Filters of the templates. Askama looks for them beside the template's struct.
pub(crate) mod filters {
    /// A Python string literal.
    #[askama::filter_fn]
    pub fn python(
        text: impl std::fmt::Display,
        _values: &dyn askama::Values,
    ) -> askama::Result<String> {
        Ok(super::quote::python_literal(&text.to_string()))
    }

    /// Text inside a string literal of SQL.
    #[askama::filter_fn]
    pub fn quotes(
        text: impl std::fmt::Display,
        _values: &dyn askama::Values,
    ) -> askama::Result<String> {
        Ok(text.to_string().replace('\'', "''"))
    }

    /// Text inside a Markdown table's cell.
    #[askama::filter_fn]
    pub fn cell(
        text: impl std::fmt::Display,
        _values: &dyn askama::Values,
    ) -> askama::Result<String> {
        Ok(text
            .to_string()
            .replace('|', "\\|")
            .replace(['\n', '\r'], " "))
    }
}

fn render(template: &impl Template, path: impl Into<String>) -> Result<RenderedFile> {
    let path = path.into();
    let mut content = template
        .render()
        .with_context(|| format!("cannot render `{path}`"))?;
    // Templates come without their last line end.
    if !content.ends_with('\n') {
        content.push('\n');
    }
    Ok(RenderedFile { path, content })
}
