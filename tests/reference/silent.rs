//! No call of the reference estate that may change something is silent: each has an effect, an opaque
//! one where its text could not be read.

use std::collections::BTreeSet;

use fixfold::effects::script::{Endpoints, read_script};
use fixfold::model::{Effect, Place};
use fixfold::pipeline::{Modules, Survey};
use fixfold::registry;
use fixfold::source::Files;

pub fn calls(files: &dyn Files, survey: &Survey) -> Vec<String> {
    let modules = Modules::new(files, &survey.paths);
    let endpoints = Endpoints::new(&modules, registry::standard());
    let scripts = survey.scripts.iter().map(|script| &*script.file);
    let python = scripts.filter(|file| modules.parsed(file).is_some() && !file.ends_with(".sh"));
    let mut silent = Vec::new();
    for file in python.filter(|file| !file.ends_with(".sql")) {
        let reading = read_script(&modules, registry::standard(), &endpoints, file);
        let told: BTreeSet<&Place> = reading.effects.iter().flat_map(places).collect();
        let missing = reading
            .changing
            .iter()
            .filter(|place| !told.contains(place));
        silent.extend(missing.map(ToString::to_string));
    }
    silent
}

fn places(effect: &Effect) -> impl Iterator<Item = &Place> {
    let provenance = &effect.provenance;
    provenance.via.iter().chain([&provenance.call])
}
