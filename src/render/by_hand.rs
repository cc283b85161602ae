//! Data fixes that run only where somebody asks for them, as one psql file.

use anyhow::Result;
use askama::Template;

use super::{Migration, RenderedFile, render};

#[derive(Template)]
#[template(path = "sql/by_hand.sql", escape = "none")]
struct ByHand<'a> {
    migration: &'a Migration,
}

/// `by_hand.sql`, where there is anything to ask for.
pub fn file(migration: &Migration) -> Result<Option<RenderedFile>> {
    if migration.by_hand.is_empty() {
        return Ok(None);
    }
    render(&ByHand { migration }, "by_hand.sql").map(Some)
}
