//! Reads every script of an estate and says what it can do.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Estate, Progress, sql_file, walk};
use crate::model::{Diagnostic, Script};
use crate::source::Files;

/// All scripts of an estate as they were read, sorted by file.
#[derive(Debug, Default)]
pub struct Survey {
    pub scripts: Vec<Script>,
    /// The scripts' texts, redacted.
    pub texts: BTreeMap<Arc<str>, Arc<str>>,
    /// Troubles that belong to no script.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that cannot be read is a diagnostic.
pub fn survey(estate: &Estate, progress: &dyn Progress) -> Survey {
    let names = match &estate.only {
        Some(file) => vec![file.clone()],
        None => walk::files(estate.root()),
    };
    progress.expect(names.len());
    let read = names.par_iter().map(|file| {
        let script = estate.files.read(file);
        let script = script.map(|source| (sql_file::script(&source), source.text));
        progress.step();
        script.map_err(|error| error.diagnostic())
    });
    let mut survey = Survey::default();
    for result in read.collect::<Vec<_>>() {
        match result {
            Ok((script, text)) => {
                survey.texts.insert(Arc::clone(&script.file), text);
                survey.scripts.push(script);
            }
            Err(diagnostic) => survey.diagnostics.push(diagnostic),
        }
    }
    survey
}
