//! `supabase/migrations`: `<timestamp>_name.sql` in order of their names. The command line tool passes
//! over files with other names, and sends a file's statements in one transaction.

use crate::model::ChainLocation;
use crate::source::Files;

use super::sql_files::{Migration, line, names, numbered, path, whole, words};
use super::{Chain, TransactionMode};

pub(super) fn load(files: &dyn Files, location: &ChainLocation) -> Chain {
    let mut faults = Vec::new();
    let names = names(files, &location.anchor, ".sql");
    let migrations = names.iter().filter_map(|name| {
        let (version, rest) = numbered(name)?;
        name[version.len()..].starts_with('_').then_some(())?;
        let file = path(&location.anchor, name);
        let up = whole(files, &file, TransactionMode::PerFile, &mut faults)?;
        Some(Migration {
            id: version.to_owned(),
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
