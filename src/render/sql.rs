//! The targets that are plain SQL files.

use anyhow::Result;
use askama::Template;

use super::{Migration, RenderedFile, Section, Statement, render};

#[derive(Template)]
#[template(path = "sql/up.sql", escape = "none")]
struct Up<'a> {
    migration: &'a Migration,
    helpers: Vec<String>,
    sections: &'a [Section],
    data: &'a [Statement],
    /// The tool does not open a transaction itself.
    own_transaction: bool,
}

#[derive(Template)]
#[template(path = "sql/down.sql", escape = "none")]
struct Down<'a> {
    migration: &'a Migration,
    statements: Vec<String>,
    own_transaction: bool,
}

/// `up` and `down` for any runner, psql included; labels in a file of their own.
pub fn plain(migration: &Migration) -> Result<Vec<RenderedFile>> {
    let mut files = Vec::new();
    if !migration.labels.is_empty() {
        files.push(labels(
            migration,
            "0001_fixfold_enum_labels.up.sql".to_owned(),
            true,
        )?);
    }
    files.push(main(
        migration,
        "0002_fixfold_consolidation.up.sql".to_owned(),
        true,
    )?);
    files.push(render(
        &Down {
            migration,
            statements: migration.undo_statements(),
            own_transaction: true,
        },
        "0002_fixfold_consolidation.down.sql",
    )?);
    Ok(files)
}

/// Supabase orders by the fourteen digits at the front; these sort behind every real timestamp of
/// this century and stay the same from run to run.
pub fn supabase(migration: &Migration) -> Result<Vec<RenderedFile>> {
    let mut files = Vec::new();
    if !migration.labels.is_empty() {
        files.push(labels(
            migration,
            "20991231000001_fixfold_enum_labels.sql".to_owned(),
            false,
        )?);
    }
    files.push(main(
        migration,
        "20991231000002_fixfold_consolidation.sql".to_owned(),
        false,
    )?);
    files.push(render(
        &Down {
            migration,
            statements: migration.undo_statements(),
            own_transaction: true,
        },
        "rollback/fixfold_consolidation.sql",
    )?);
    Ok(files)
}

/// Flyway runs each file in a transaction of its own.
pub fn flyway(migration: &Migration) -> Result<Vec<RenderedFile>> {
    let mut files = Vec::new();
    if !migration.labels.is_empty() {
        files.push(labels(
            migration,
            "V9990__fixfold_enum_labels.sql".to_owned(),
            false,
        )?);
    }
    files.push(main(
        migration,
        "V9991__fixfold_consolidation.sql".to_owned(),
        false,
    )?);
    files.push(render(
        &Down {
            migration,
            statements: migration.undo_statements(),
            own_transaction: false,
        },
        "U9991__fixfold_consolidation.sql",
    )?);
    Ok(files)
}

fn labels(migration: &Migration, path: String, own_transaction: bool) -> Result<RenderedFile> {
    let sections = [Section {
        title: "enum labels",
        statements: migration.labels.clone(),
    }];
    render(
        &Up {
            migration,
            helpers: migration.helpers_of(&sections, &[]),
            sections: &sections,
            data: &[],
            own_transaction,
        },
        path,
    )
}

fn main(migration: &Migration, path: String, own_transaction: bool) -> Result<RenderedFile> {
    render(
        &Up {
            migration,
            helpers: migration.helpers_of(&migration.sections, &migration.data),
            sections: &migration.sections,
            data: &migration.data,
            own_transaction,
        },
        path,
    )
}
