//! Numbered SQL files in a folder that is named for migrations, of no tool in particular.

use std::collections::BTreeMap;

use super::{ChainFormat, ChainLocation, Chains, View};
use crate::discover::folder::{is_within, name, parent};
use crate::model::ScriptLanguage;

/// One numbered file is no history.
const FEWEST_FILES: usize = 2;

pub(super) fn find(view: &View<'_>, found: &mut Chains) {
    let mut folders: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for candidate in view.candidates {
        let file = candidate.file();
        let is_numbered = candidate.language == ScriptLanguage::Sql && is_numbered(name(file));
        if is_numbered && is_for_migrations(name(parent(file))) && !is_taken(file, found) {
            folders
                .entry(parent(file))
                .or_default()
                .push(file.to_owned());
        }
    }
    for (root, files) in folders {
        if files.len() >= FEWEST_FILES {
            found.chains.push(ChainLocation {
                format: ChainFormat::PlainSql,
                root: root.to_owned(),
                config: None,
                version_folders: vec![root.to_owned()],
                files,
                reason: "its SQL files are numbered".to_owned(),
            });
        }
    }
}

fn is_taken(file: &str, found: &Chains) -> bool {
    found
        .chains
        .iter()
        .any(|chain| is_within(file, &chain.root))
        || found
            .decoys
            .iter()
            .any(|decoy| is_within(file, &decoy.root))
}

fn is_for_migrations(folder: &str) -> bool {
    let folder = folder.to_ascii_lowercase();
    folder.contains("migration") || matches!(folder.as_str(), "migrate" | "changelog" | "changes")
}

/// `001_name.sql`, `20240102-name.sql`; not a day in words, as `2024-01-02-name.sql`.
fn is_numbered(name: &str) -> bool {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &name[digits..];
    digits > 0 && rest.starts_with(['_', '-', '.']) && !is_rest_of_day(rest)
}

fn is_rest_of_day(rest: &str) -> bool {
    let mut parts = rest.split('-').skip(1);
    let is_pair = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.next().is_some_and(is_pair)
}
