//! Chains from decoys, and the best chain first.

use std::collections::BTreeSet;

use super::{ChainFormat, ChainLocation, Chains, View};
use crate::config::{ChainSetting, Settings};
use crate::discover::copies;
use crate::discover::folder::{folders, is_backup, is_example, is_test, is_within, name};
use crate::model::{Diagnostic, Level};

/// Settings name chains, or the looks decide.
pub(super) fn choose(found: Chains, view: &View<'_>, settings: &Settings) -> Chains {
    let mut chosen = Chains {
        chains: Vec::new(),
        decoys: found.decoys,
        diagnostics: found.diagnostics,
    };
    let mut candidates = found.chains;
    candidates.sort_by_key(order);
    for chain in candidates {
        let is_known =
            |other: &ChainLocation| other.root == chain.root && other.format == chain.format;
        if let Some(known) = chosen.chains.iter_mut().find(|other| is_known(other)) {
            if let Some(config) = &chain.config {
                known.reason = format!("{}, and so does `{config}`", known.reason);
            }
            continue;
        }
        let refused = match settings.chains.is_empty() {
            true => refusal(&chain, &chosen.chains, view),
            false => not_named(&chain, &settings.chains),
        };
        match refused {
            Some(reason) => chosen.decoy(chain, reason),
            None => chosen.chains.push(chain),
        }
    }
    missing_settings(&settings.chains, &mut chosen);
    explain_first(&mut chosen.chains);
    chosen
        .decoys
        .sort_by(|a, b| (&a.root, a.format).cmp(&(&b.root, b.format)));
    chosen
}

/// No backup or example, not empty, named by a configuration, of a tool's own format, long, near the
/// root; of two configurations the one that stands nearest to the root.
fn order(chain: &ChainLocation) -> impl Ord + use<> {
    let config = chain.config.clone().unwrap_or_default();
    (
        odd_folder(&chain.root).is_some(),
        chain.files.is_empty(),
        chain.config.is_none() && chain.format == ChainFormat::Alembic,
        chain.format,
        usize::MAX - chain.files.len(),
        chain.root.split('/').count(),
        chain.root.clone(),
        config.split('/').count(),
        config,
    )
}

fn odd_folder(root: &str) -> Option<String> {
    let inside = format!("{root}/x");

    folders(&inside).find_map(|folder| {
        let what = match folder {
            _ if is_backup(folder) => "a backup",
            _ if is_test(folder) => "tests",
            _ if is_example(folder) => "an example or a vendored copy",
            _ => return None,
        };
        Some(format!("`{folder}` is by its name {what}"))
    })
}

/// Why a chain is none, seen from those before it.
fn refusal(chain: &ChainLocation, taken: &[ChainLocation], view: &View<'_>) -> Option<String> {
    if let Some(same) = taken.iter().find(|other| other.root == chain.root) {
        return Some(format!(
            "`{}` is read as a chain of {}",
            same.root, same.format
        ));
    }
    if let Some(original) = original(chain, taken, view) {
        return Some(original);
    }
    if let Some(backup) = copies::dated_backup(&chain.root) {
        return Some(format!("`{backup}` is by its name a backup"));
    }
    // An estate may keep its only chain in an odd place.
    let odd = odd_folder(&chain.root)?;
    let has_better = taken.iter().any(|other| odd_folder(&other.root).is_none());
    (has_better || chain.format == ChainFormat::PlainSql).then_some(odd)
}

/// A chain that shares half of its revisions (ids, or names of files) with a better one.
fn original(chain: &ChainLocation, taken: &[ChainLocation], view: &View<'_>) -> Option<String> {
    let own = keys(chain, view);
    let same = |other: &&ChainLocation| {
        let theirs = keys(other, view);
        let n_shared = own.intersection(&theirs).count();
        other.format == chain.format && n_shared > 0 && n_shared * 2 >= own.len()
    };
    let original = taken.iter().find(same)?;
    Some(format!("a copy of `{}`: the same revisions", original.root))
}

fn keys(chain: &ChainLocation, view: &View<'_>) -> BTreeSet<String> {
    let files = chain.files.iter().filter_map(|file| match chain.format {
        ChainFormat::Alembic => {
            let found = view
                .candidates
                .binary_search_by(|each| each.file().cmp(file))
                .ok()?;
            let text = &view.candidates[found].source.text;
            super::alembic::revision_id(text).map(str::to_owned)
        }
        ChainFormat::Django => Some(file.strip_prefix(&chain.root)?.to_owned()),
        ChainFormat::Supabase
        | ChainFormat::Flyway
        | ChainFormat::Prisma
        | ChainFormat::UpDown
        | ChainFormat::PlainSql => Some(name(file).to_owned()),
    });
    files.collect()
}

fn not_named(chain: &ChainLocation, settings: &[ChainSetting]) -> Option<String> {
    let is_named = settings.iter().any(|setting| {
        let is_format = setting
            .format
            .as_deref()
            .is_none_or(|format| format == chain.format.as_str());
        is_format && names(setting, chain)
    });
    (!is_named).then(|| "fixfold.yaml names other chains".to_owned())
}

/// The folder itself, one of its version folders, or a folder that holds nothing but it.
fn names(setting: &ChainSetting, chain: &ChainLocation) -> bool {
    let path = setting.path.trim_matches('/');
    let path = path.strip_prefix("./").unwrap_or(path);
    chain.root == path
        || chain.config.as_deref() == Some(path)
        || chain.version_folders.iter().any(|folder| folder == path)
        || (!path.is_empty() && is_within(&chain.root, path))
}

fn missing_settings(settings: &[ChainSetting], chosen: &mut Chains) {
    for setting in settings {
        if chosen.chains.iter().any(|chain| names(setting, chain)) {
            continue;
        }
        let message = format!(
            "no chain was found at `{}`, which fixfold.yaml names",
            setting.path
        );
        let diagnostic = Diagnostic::new("missing-chain", Level::Error, None, message);
        chosen.diagnostics.push(diagnostic.with_help(
            "give the folder with env.py or with the SQL files, relative to the estate's root",
        ));
    }
}

fn explain_first(chains: &mut [ChainLocation]) {
    let n_chains = chains.len();
    if let [first, second, ..] = chains {
        let why = if second.files.is_empty() && !first.files.is_empty() {
            "has revisions"
        } else if first.config.is_some() && second.config.is_none() {
            "is named by a configuration"
        } else if first.format != second.format {
            "is kept by a tool of its own"
        } else if first.files.len() > second.files.len() {
            "is the longest"
        } else if first.root.split('/').count() < second.root.split('/').count() {
            "stands nearest to the root"
        } else {
            "comes first by its path"
        };
        first.reason = format!("{}; of {n_chains} chains it {why}", first.reason);
    }
}
