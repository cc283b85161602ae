//! golang-migrate: `<version>_name.up.sql` and `<version>_name.down.sql` in order of number, each file
//! sent as one message.

use crate::model::ChainLocation;
use crate::source::Files;

use super::sql_files::{Migration, line, names, number_key, numbered, path, whole, words};
use super::{Chain, TransactionMode};

pub(super) fn load(files: &dyn Files, location: &ChainLocation) -> Chain {
    let mut faults = Vec::new();
    let mut names = names(files, &location.anchor, ".up.sql");
    names.sort_by_key(|name| number_key(numbered(name).map_or("", |(digits, _)| digits)));
    let migrations = names.iter().filter_map(|name| {
        let (version, rest) = numbered(name)?;
        let file = path(&location.anchor, name);
        let up = whole(files, &file, TransactionMode::OneMessage, &mut faults)?;
        let down_file = file.replace(".up.sql", ".down.sql");
        let down = match files.exists(&down_file) {
            true => whole(files, &down_file, TransactionMode::OneMessage, &mut faults),
            false => None,
        };
        Some(Migration {
            id: version.to_owned(),
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
