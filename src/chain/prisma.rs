//! Prisma: `migration.sql` in a folder a migration, in order of the folders' names, each sent as one
//! message.

use crate::model::ChainLocation;
use crate::source::Files;

use super::sql_files::{Migration, folders, line, numbered, path, whole, words};
use super::{Chain, TransactionMode};

pub(super) fn load(files: &dyn Files, location: &ChainLocation) -> Chain {
    let mut faults = Vec::new();
    let folders = folders(files, &location.anchor);
    let migrations = folders.iter().filter_map(|name| {
        let file = path(&path(&location.anchor, name), "migration.sql");
        files.exists(&file).then_some(())?;
        let up = whole(files, &file, TransactionMode::OneMessage, &mut faults)?;
        let rest = numbered(name).map_or(name.as_str(), |(_, rest)| rest);
        Some(Migration {
            id: name.clone(),
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
