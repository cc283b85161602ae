//! No call of an estate that may change something is silent: each has an effect, an opaque
//! one where its text could not be read.

use fixfold::effects::script::{Endpoints, read_script};
use fixfold::model::ScriptLanguage;
use fixfold::pipeline::{Modules, Survey};
use fixfold::registry;
use fixfold::source::Files;

/// The calls of an estate's Python scripts that may change something.
#[derive(Default)]
pub struct Calls {
    pub changing: usize,
    /// Those of them that no effect tells of.
    pub silent: Vec<String>,
}

pub fn calls(files: &dyn Files, survey: &Survey) -> Calls {
    let modules = Modules::new(files, &survey.paths);
    let endpoints = Endpoints::new(&modules, registry::standard());
    let scripts = survey.scripts.iter();
    let python = scripts.filter(|script| script.language == ScriptLanguage::Python);
    let mut calls = Calls::default();
    for script in python {
        let reading = read_script(&modules, registry::standard(), &endpoints, &script.file);
        let silent = reading.silent.iter();
        calls.changing += reading.changing.len();
        calls
            .silent
            .extend(silent.map(|place| format!("{place} of {}", script.file)));
        modules.forget(&script.file);
    }
    calls
}
