//! `discover`: chains and decoys, then scripts, then what was left out, each with its reason. A file
//! called `fixfold.yaml` gives the settings `exclude` and `chains`, one a line.

use fixfold::config::{ChainSetting, Settings};
use fixfold::discover::{Estate, discover, locate};
use fixfold::report::diagnostic_line;

use crate::document::Case;

pub fn run(case: &Case) -> String {
    let estate = discover(&case.memory(), &settings(case));
    // Looking for chains alone finds the same.
    let located = locate(&case.memory(), &settings(case));
    assert_eq!(estate.chains, located.chains);
    assert_eq!(estate.decoys, located.decoys);
    let findings = estate.diagnostics.iter().map(diagnostic_line);
    format!(
        "{}{}{}",
        chains(&estate),
        scripts(&estate),
        findings.collect::<String>()
    )
}

fn settings(case: &Case) -> Settings {
    let mut settings = Settings::default();
    let file = case.files.iter().find(|file| file.name == "fixfold.yaml");
    for line in file.map_or("", |file| file.text.as_str()).lines() {
        if let Some(pattern) = line.strip_prefix("exclude: ") {
            settings.exclude.push(pattern.to_owned());
        }
        if let Some(path) = line.strip_prefix("chain: ") {
            settings.chains.push(ChainSetting {
                path: path.to_owned(),
                format: None,
            });
        }
    }
    settings
}

fn chains(estate: &Estate) -> String {
    let chains = estate.chains.iter().map(|chain| {
        let files: Vec<&str> = chain.files.iter().map(String::as_str).collect();
        format!(
            "{} chain `{}`: {}\n  {}\n",
            chain.format,
            chain.root,
            chain.reason,
            files.join(" ")
        )
    });
    let decoys = estate.decoys.iter().map(|decoy| {
        let n_files = decoy.files.len();
        format!(
            "{} decoy `{}` of {n_files}: {}\n",
            decoy.format, decoy.root, decoy.reason
        )
    });
    chains.chain(decoys).collect()
}

fn scripts(estate: &Estate) -> String {
    let scripts = estate.scripts.iter().map(|script| {
        format!(
            "{} ({:?} {:?})\n",
            script.source.file, script.language, script.standing
        )
    });
    let left_out = estate
        .left_out
        .iter()
        .map(|each| format!("not {}: {}\n", each.file, each.reason));
    scripts.chain(left_out).collect()
}
