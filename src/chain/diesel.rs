//! Diesel: a folder a migration, with `up.sql` and `down.sql`. They run in order of their versions, which
//! are the folders' names up to the first `_`, without hyphens: `20200101` stands before `2020-02-01`.

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
    let mut migrations: Vec<Migration> = migrations.collect();
    migrations.sort_by(|one, other| one.id.cmp(&other.id));
    let mut chain = line(location, migrations);
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

#[cfg(test)]
mod tests {
    use super::load;
    use crate::model::{ChainFormat, ChainLocation};
    use crate::source::MemoryFiles;

    #[test]
    fn versions_are_ordered_without_their_hyphens() {
        let files = MemoryFiles::new()
            .with(
                "migrations/2019-05-01-000000_shops/up.sql",
                "CREATE TABLE shops ();",
            )
            .with(
                "migrations/20200101000000_orders/up.sql",
                "CREATE TABLE orders ();",
            )
            .with(
                "migrations/2020-02-01-000000_notes/up.sql",
                "CREATE TABLE notes ();",
            );
        let location = ChainLocation {
            format: ChainFormat::Diesel,
            anchor: "migrations".into(),
        };
        let chain = load(&files, &location);
        let messages = chain
            .steps
            .iter()
            .map(|step| step.revision.message.as_str());
        assert_eq!(messages.collect::<Vec<_>>(), ["shops", "orders", "notes"]);
    }
}
