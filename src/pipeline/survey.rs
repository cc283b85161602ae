//! Reads every script of an estate and says what it can do.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Estate, Modules, Progress, python_file, sql_file};
use crate::discover::{self, ChainLocation, LeftOut, ScriptFile};
use crate::effects::script::Endpoints;
use crate::effects::{self, Signals};
use crate::eval::limits::STACK_BYTES;
use crate::model::{Diagnostic, Level, Place, Script, ScriptLanguage};
use crate::registry;
use crate::shell;
use crate::source::{Files, Source};

/// All scripts of an estate as they were read, sorted by file.
#[derive(Debug, Default)]
pub struct Survey {
    pub scripts: Vec<Script>,
    /// The scripts' texts, redacted.
    pub texts: BTreeMap<Arc<str>, Arc<str>>,
    /// The best one first.
    pub chains: Vec<ChainLocation>,
    /// Every file of the estate.
    pub paths: Vec<String>,
    /// Files that could be scripts and are none.
    pub left_out: Vec<LeftOut>,
    /// Troubles that belong to no script.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that cannot be read is a diagnostic.
pub fn survey(estate: &Estate, progress: &dyn Progress) -> Survey {
    let found = discover::discover(&estate.files, &estate.settings);
    progress.expect(found.scripts.len());
    let only = estate.only.as_deref();
    let wanted = |file: &ScriptFile| only.is_none_or(|only| *file.source.file == *only);
    let modules = Modules::new(&estate.files, &found.paths);
    let endpoints = Endpoints::new(&modules, registry::standard());
    let files = found.scripts.into_par_iter().filter(wanted);
    let read = files.map(|file| {
        let script = script(&file, estate, &modules, &endpoints);
        progress.step();
        (script, file.source.text)
    });
    let read = on_large_stacks(|| read.collect::<Vec<_>>());
    let mut survey = Survey {
        chains: found.chains,
        left_out: found.left_out,
        paths: found.paths,
        diagnostics: found.diagnostics,
        ..Survey::default()
    };
    survey
        .diagnostics
        .extend(only.and_then(|only| not_a_script(&survey, only)));
    for (script, text) in read {
        survey.texts.insert(Arc::clone(&script.file), text);
        survey.scripts.push(script);
    }
    survey
}

/// Evaluation goes deep; threads with stacks of its size do the work.
pub(super) fn on_large_stacks<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_BYTES)
        .build();
    match pool {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// The user named a file that is no script: why.
fn not_a_script(survey: &Survey, only: &str) -> Option<Diagnostic> {
    let left_out = survey
        .left_out
        .iter()
        .find(|left_out| left_out.file == only)?;
    let message = format!(
        "`{only}` is not read as a script: it is {}",
        left_out.reason
    );
    let place = Some(Place::new(only, 1, 1));
    Some(Diagnostic::new("not-a-script", Level::Note, place, message))
}

fn script(
    file: &ScriptFile,
    estate: &Estate,
    modules: &Modules<'_>,
    endpoints: &Endpoints<'_>,
) -> Script {
    match file.language {
        ScriptLanguage::Sql => sql_file::script(&file.source, &estate.files),
        ScriptLanguage::Shell => shell_script(&file.source, &estate.files, modules, endpoints),
        ScriptLanguage::Python => python_file::script(&file.source, modules, endpoints),
    }
}

fn shell_script(
    source: &Source,
    files: &dyn Files,
    modules: &Modules<'_>,
    endpoints: &Endpoints<'_>,
) -> Script {
    let mut reading = shell::read(source, files);
    let start = Place::new(Arc::clone(&source.file), 1, 1);
    let mut signals = Signals {
        asks_database: reading.asks_database.then(|| start.clone()),
        sends_requests: reading.reads_http.then_some(start),
        ..Signals::default()
    };
    for embedded in std::mem::take(&mut reading.python) {
        let python = super::embedded::read(&embedded, &source.file, modules, endpoints);
        reading.effects.extend(python.effects);
        reading.diagnostics.extend(python.diagnostics);
        signals.add(python.signals);
    }
    let (class, evidence) = effects::classify(&source.file, &reading.effects, &signals);
    let mut diagnostics = source.diagnostics.clone();
    diagnostics.extend(reading.diagnostics);
    Script {
        file: Arc::clone(&source.file),
        language: ScriptLanguage::Shell,
        class,
        evidence,
        effects: reading.effects,
        diagnostics,
    }
}
