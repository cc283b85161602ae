//! Reads every script of an estate and says what it can do.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::{Estate, Modules, Progress, python_file, sql_file};
use crate::discover::{self, ChainLocation, LeftOut, ScriptFile};
use crate::effects::script::{Endpoints, settle_requests};
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
    let (survey, modules, ()) = surveyed_beside(estate, progress, |_, _| ());
    leave_behind(modules);
    survey
}

/// Taking every tree apart, leaf by leaf, would cost more than the memory is worth.
pub(super) fn leave_behind<T>(trees: T) {
    std::mem::forget(trees);
}

/// With the modules that were parsed for it, and what is to be made of the chains, which another core
/// does while the scripts are read.
pub(super) fn surveyed_beside<'e, T: Send>(
    estate: &'e Estate,
    progress: &dyn Progress,
    of_chains: impl FnOnce(&[ChainLocation], &Modules<'e>) -> T + Send,
) -> (Survey, Modules<'e>, T) {
    let (mut found, registry) = on_large_stacks(|| {
        rayon::join(
            || discover::discover(&estate.files, &estate.settings),
            registry::standard,
        )
    });
    progress.expect(found.scripts.len());
    let only = estate.only.as_deref();
    let mut files = std::mem::take(&mut found.scripts);
    let scripts = files.iter().map(|file| &*file.source.file);
    let modules = Modules::new(&estate.files, &found.paths).with_scripts(scripts);
    files.retain(|file| only.is_none_or(|only| *file.source.file == *only));
    let endpoints = Endpoints::new(&modules, registry);
    let read_script = |file: ScriptFile| {
        let script = script(&file, estate, &modules, &endpoints);
        progress.step();
        (script, file.source.text)
    };
    let (read, of_chains) = on_large_stacks(|| {
        rayon::join(
            || largest_first(files, read_script),
            || of_chains(&found.chains, &modules),
        )
    });
    leave_behind(endpoints);
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
    (survey, modules, of_chains)
}

/// Reads the files on all cores, in a queue: a large file that came last would have one core read it
/// while the others wait. What is read stands in the order of the files.
fn largest_first<T: Send>(
    files: Vec<ScriptFile>,
    read: impl Fn(ScriptFile) -> T + Sync + Send,
) -> Vec<T> {
    let mut queue: Vec<(usize, ScriptFile)> = files.into_iter().enumerate().collect();
    queue.sort_by_key(|(_, file)| Reverse(file.source.text.len()));
    let queue = queue.into_iter().par_bridge();
    let read = queue.map(|(index, file)| (index, read(file)));
    let mut read: Vec<(usize, T)> = read.collect();
    read.sort_by_key(|(index, _)| *index);
    read.into_iter().map(|(_, read)| read).collect()
}

/// Evaluation goes deep; threads with stacks of its size do the work. They live as long as the process.
pub(super) fn on_large_stacks<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static POOL: OnceLock<Option<rayon::ThreadPool>> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        let builder = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES);
        builder.build().ok()
    });
    match pool {
        Some(pool) => pool.install(work),
        None => work(),
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
    let effects = std::mem::take(&mut reading.effects);
    reading.effects = settle_requests(effects, &source.file, endpoints, &mut signals);
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
