//! The Alembic revision.

use anyhow::Result;
use askama::Template;

use super::{Migration, RenderedFile, render};

#[derive(Template)]
#[template(path = "alembic/revision.py", escape = "none")]
struct Revision<'a> {
    migration: &'a Migration,
}

pub fn files(migration: &Migration) -> Result<Vec<RenderedFile>> {
    let path = format!("{}_fixfold_consolidation.py", migration.id);
    Ok(vec![render(&Revision { migration }, path)?])
}

/// Text inside a Python `r"""` literal: SQL can hold anything but that delimiter at its end.
mod filters {
    #[askama::filter_fn]
    pub fn python(text: &str, _values: &dyn askama::Values) -> askama::Result<String> {
        if text.contains("\"\"\"") || text.ends_with('"') || text.ends_with('\\') {
            return Ok(format!("{text:?}"));
        }
        Ok(format!("r\"\"\"{text}\"\"\""))
    }
}
