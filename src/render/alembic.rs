//! The Alembic revision.

use anyhow::Result;
use askama::Template;

use super::{Migration, RenderedFile, filters, render};

#[derive(Template)]
#[template(path = "alembic/revision.py", escape = "none")]
struct Revision<'a> {
    migration: &'a Migration,
}

pub fn files(migration: &Migration) -> Result<Vec<RenderedFile>> {
    let path = format!("{}_fixfold_consolidation.py", migration.id);
    Ok(vec![render(&Revision { migration }, path)?])
}
