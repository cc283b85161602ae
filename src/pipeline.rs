//! The stages in order: from a path to scripts with their effects. What each stage does is its own
//! room's affair.

mod sql_file;
mod walk;

use std::path::Path;

use rayon::prelude::*;

use crate::config;
use crate::model::{Diagnostic, Script};
use crate::source::{DiskFiles, Files};

/// Somebody who watches the work.
pub trait Progress: Sync {
    fn expect(&self, files: usize);
    fn step(&self);
}

/// All scripts of an estate as they were read, sorted by file.
#[derive(Debug, Default)]
pub struct Survey {
    pub scripts: Vec<Script>,
    /// Troubles that belong to no script.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads an estate (a folder) or one script of it.
///
/// # Errors
/// Where `path` does not exist or cannot be opened: a single file's trouble is a diagnostic.
pub fn survey(path: &Path, progress: &dyn Progress) -> anyhow::Result<Survey> {
    let target = config::locate(path)?;
    let files = DiskFiles::new(&target.root)?;
    let names = match target.file {
        Some(file) => vec![file],
        None => walk::files(files.root()),
    };
    progress.expect(names.len());
    let read = names.par_iter().map(|file| {
        let script = files.read(file).map(|source| sql_file::script(&source));
        progress.step();
        script.map_err(|error| error.diagnostic())
    });
    let mut survey = Survey::default();
    for result in read.collect::<Vec<_>>() {
        match result {
            Ok(script) => survey.scripts.push(script),
            Err(diagnostic) => survey.diagnostics.push(diagnostic),
        }
    }
    Ok(survey)
}
