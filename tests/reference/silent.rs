//! No call of an estate that may change something is silent: each has an effect, an opaque
//! one where its text could not be read.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use fixfold::effects::script::{Endpoints, read_and_prove};
use fixfold::eval::limits::STACK_BYTES;
use fixfold::model::{Action, Script, ScriptLanguage};
use fixfold::pipeline::{Modules, Survey};
use fixfold::registry;
use fixfold::source::Files;

/// The calls of an estate's Python scripts that may change something.
#[derive(Default)]
pub struct Calls {
    scripts: usize,
    pub changing: usize,
    effects: usize,
    opaque: usize,
    /// Those of them that no effect tells of.
    pub silent: Vec<String>,
}

impl fmt::Display for Calls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scripts,
            changing,
            effects,
            opaque,
            silent,
        } = self;
        let silent = silent.len();
        write!(
            formatter,
            "{scripts} Python scripts, {changing} calls that may change something, {effects} effects of \
             which {opaque} opaque, {silent} silent calls"
        )
    }
}

pub fn calls(files: &(dyn Files + Sync), survey: &Survey) -> Calls {
    let scripts = survey.scripts.iter();
    let is_python = |script: &&Script| script.language == ScriptLanguage::Python;
    let python: Vec<&Script> = scripts.filter(is_python).collect();
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let started = (0..threads).map(|_| {
            let work = || of_scripts(files, survey, &python, &next);
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
            thread.spawn_scoped(scope, work).expect("a thread starts")
        });
        let started: Vec<_> = started.collect();
        let parts = started
            .into_iter()
            .map(|thread| thread.join().expect("reading never fails"));
        parts.fold(Calls::default(), Calls::and)
    })
}

/// The calls of those scripts that no other thread has taken.
fn of_scripts(
    files: &(dyn Files + Sync),
    survey: &Survey,
    scripts: &[&Script],
    next: &AtomicUsize,
) -> Calls {
    let modules = Modules::new(files, &survey.paths);
    let endpoints = Endpoints::new(&modules, registry::standard());
    let mut calls = Calls::default();
    while let Some(script) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
        calls = calls.and(of_script(&modules, &endpoints, script));
        modules.forget(&script.file);
    }
    calls
}

fn of_script(modules: &Modules<'_>, endpoints: &Endpoints<'_>, script: &Script) -> Calls {
    let (reading, told) = read_and_prove(modules, registry::standard(), endpoints, &script.file);
    let is_opaque = |action: &Action| matches!(action, Action::Opaque(_));
    let silent = told.silent.iter();
    Calls {
        scripts: 1,
        changing: told.told.union(&told.silent).count(),
        effects: reading.effects.len(),
        opaque: reading
            .effects
            .iter()
            .filter(|effect| is_opaque(&effect.action))
            .count(),
        silent: silent
            .map(|place| format!("{place} of {}", script.file))
            .collect(),
    }
}

impl Calls {
    fn and(mut self, other: Self) -> Self {
        self.scripts += other.scripts;
        self.changing += other.changing;
        self.effects += other.effects;
        self.opaque += other.opaque;
        self.silent.extend(other.silent);
        self
    }
}
