//! Diesel: a folder a migration, with `up.sql` and `down.sql`, in order of the folders' names.

use crate::model::ChainLocation;
use crate::source::Files;

use super::sql_files::{Migration, folders, line, path, whole, words};
use super::{Chain, TransactionMode};

pub(super) fn load(files: &dyn Files, location: &ChainLocation) -> Chain {
    let mut faults = Vec::new();
    let folders = folders(files, &location.anchor);
    let migrations = folders.iter().filter_map(|name| {
        let folder = path(&location.anchor, name);
        let file = path(&folder, "up.sql");
        files.exists(&file).then_some(())?;
        let mode = mode(files, &folder);
        let up = whole(files, &file, mode, &mut faults)?;
        let down_file = path(&folder, "down.sql");
        let down = match files.exists(&down_file) {
            true => whole(files, &down_file, mode, &mut faults),
            false => None,
        };
        let (version, rest) = name.split_once('_').unwrap_or((name, ""));
        Some(Migration {
            id: version.replace('-', ""),
            message: words(rest),
            file,
            up,
            down,
        })
    });
    let mut chain = line(location, migrations.collect());
    chain.faults.extend(faults);
    chain
}

/// `metadata.toml` may say `run_in_transaction = false`.
fn mode(files: &dyn Files, folder: &str) -> TransactionMode {
    let metadata = files.read(&path(folder, "metadata.toml"));
    let without = metadata.is_ok_and(|source| {
        let words: String = source.text.split_whitespace().collect();
        words.contains("run_in_transaction=false")
    });
    if without {
        TransactionMode::Autocommit
    } else {
        TransactionMode::PerFile
    }
}
