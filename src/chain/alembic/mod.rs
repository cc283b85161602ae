//! Alembic's chains: the configuration, env.py's settings, and the head data of each revision. What
//! a revision does when it runs is the replay room's matter.

mod constant;
mod environment;
mod head_data;
mod ini;

use std::sync::Arc;

use crate::model::{ChainFault, ChainLocation, Place, Revision};
use crate::python;
use crate::source::{Files, normalize};

pub use environment::Environment;
use ini::Configuration;

use super::{Chain, ChainStep, Code, Libraries};

/// Reads the chain that `alembic` would see with this configuration.
pub(super) fn load(files: &dyn Files, location: &ChainLocation) -> Chain {
    let configuration = Configuration::read(files, &location.anchor);
    let folders = configuration.version_folders(files);
    let mut chain = Chain::new(location.clone());
    chain.version_folders = folders
        .iter()
        .map(|folder| folder.as_str().into())
        .collect();
    chain.import_roots = configuration.import_roots.clone();
    let env_file = join(&configuration.script_folder, "env.py");
    chain.environment = Environment::read(files, &env_file);
    chain.libraries = Libraries::read(files, &configuration.script_folder);
    for folder in &folders {
        for file in python_files(files, folder, configuration.recursive) {
            read_revision(files, &file, &mut chain);
        }
    }
    chain
}

/// Revision files in the order in which Alembic lists them: a folder's own files, sorted, then the
/// folders in it.
fn python_files(files: &dyn Files, folder: &str, recursive: bool) -> Vec<String> {
    let entries = files.list(folder);
    let is_revision = |name: &&String| {
        name.ends_with(".py") && !name.starts_with("__init__") && !name.starts_with(".#")
    };
    let mut found: Vec<_> = entries
        .iter()
        .filter(is_revision)
        .map(|name| join(folder, name))
        .collect();
    let folders = entries.iter().filter_map(|name| name.strip_suffix('/'));
    for inner in folders.filter(|name| recursive && *name != "__pycache__") {
        found.extend(python_files(files, &join(folder, inner), recursive));
    }
    found
}

fn read_revision(files: &dyn Files, file: &str, chain: &mut Chain) {
    let start = Place::new(file, 1, 1);
    let source = match files.read(file) {
        Ok(source) => source,
        Err(error) => {
            let reason = error.to_string();
            chain.faults.push(ChainFault::Unreadable {
                place: start,
                reason,
            });
            return;
        }
    };
    let name: Arc<str> = file.into();
    let parsed = python::parse(&source.text, &name);
    chain.diagnostics.extend(source.diagnostics);
    if !parsed.parses_in_cpython {
        let trouble = parsed.diagnostics.first();
        let place = trouble
            .and_then(|trouble| trouble.place.clone())
            .unwrap_or(start.clone());
        let reason = trouble.map_or("it does not parse", |trouble| trouble.message.as_str());
        chain.faults.push(ChainFault::Unreadable {
            place,
            reason: reason.to_owned(),
        });
    }
    match head_data::read(&parsed.module) {
        Ok(revision) => chain.steps.push(step(revision)),
        Err(reason) if parsed.parses_in_cpython => {
            chain.faults.push(ChainFault::Unreadable {
                place: start,
                reason,
            });
        }
        Err(_) => {}
    }
}

fn step(revision: Revision) -> ChainStep {
    let file = revision.file.clone();
    ChainStep {
        revision,
        code: Code::Python { file },
    }
}

/// `folder/name`, dots resolved; the root is the empty folder.
fn join(folder: &str, name: &str) -> String {
    let joined = if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    };
    normalize(&joined).unwrap_or(joined)
}
