//! Numbered or dated SQL files, run in order of their names: by number where every name starts with
//! one, else by letters.

use crate::model::ChainLocation;
use crate::source::Files;

use super::sql_files::{Migration, line, names, number_key, numbered, path, whole, words};
use super::{Chain, TransactionMode};

pub(super) fn load(files: &dyn Files, location: &ChainLocation) -> Chain {
    let mut faults = Vec::new();
    let mut names = names(files, &location.anchor, ".sql");
    names.retain(|name| !is_undo(name));
    if names.iter().all(|name| numbered(name).is_some()) {
        names.sort_by_key(|name| {
            let digits = numbered(name).map_or("", |(digits, _)| digits);
            (number_key(digits), name.clone())
        });
    }
    let migrations = names.iter().filter_map(|name| {
        let file = path(&location.anchor, name);
        let up = whole(files, &file, TransactionMode::PerFile, &mut faults)?;
        let rest = numbered(name).map_or(name.as_str(), |(_, rest)| rest);
        let id = name.trim_end_matches(".sql").to_owned();
        Some(Migration {
            id,
            message: words(rest),
            file,
            up,
            down: None,
        })
    });
    let mut chain = line(location, migrations.collect());
    chain.faults.extend(faults);
    chain
}

/// Files that take a migration back lie among the others in some folders.
fn is_undo(name: &str) -> bool {
    let stem = name.trim_end_matches(".sql").to_lowercase();
    let words = ["down", "rollback", "undo", "revert"];
    let parts: Vec<_> = stem.split(['.', '_', '-']).collect();
    parts.last().is_some_and(|last| words.contains(last))
}
