//! Django: a `migrations` package in each application, one history for the project.

use std::collections::BTreeMap;

use super::{ChainFormat, ChainLocation, Chains, View};
use crate::discover::Candidate;
use crate::discover::folder::{is_within, name, parent};
use crate::model::ScriptLanguage;

pub(super) fn find(view: &View<'_>, found: &mut Chains) {
    let projects: Vec<&str> = view
        .candidates
        .iter()
        .filter(|candidate| name(candidate.file()) == "manage.py")
        .map(|candidate| parent(candidate.file()))
        .collect();
    let mut chains: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for candidate in view
        .candidates
        .iter()
        .filter(|candidate| is_migration(candidate))
    {
        let file = candidate.file();
        // The innermost project; without a manage.py the applications' common home is unknown.
        let within = projects.iter().filter(|project| is_within(file, project));
        let project = within.max_by_key(|project| project.len());
        let root = project
            .copied()
            .unwrap_or_else(|| parent(parent(parent(file))));
        chains.entry(root).or_default().push(file.to_owned());
    }
    for (root, files) in chains {
        let mut folders: Vec<String> = files.iter().map(|file| parent(file).to_owned()).collect();
        folders.dedup();
        found.chains.push(ChainLocation {
            format: ChainFormat::Django,
            root: root.to_owned(),
            config: None,
            version_folders: folders,
            files,
            reason: "Django's `manage.py migrate` reads these packages".to_owned(),
        });
    }
}

fn is_migration(candidate: &Candidate) -> bool {
    let file = candidate.file();
    candidate.language == ScriptLanguage::Python
        && name(parent(file)) == "migrations"
        && name(file).ends_with(".py")
        && candidate.source.text.contains("class Migration(")
}
