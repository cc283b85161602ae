//! sqlx: `<version>_name.sql`, or `.up.sql` with `.down.sql`; a first line `-- no-transaction` leaves the
//! transaction out.

use crate::model::{ChainFault, ChainLocation};
use crate::source::Files;

use super::sql_files::{Migration, line, names, number_key, numbered, path, whole, words};
use super::{Chain, SqlPart, TransactionMode};

pub(super) fn load(files: &dyn Files, location: &ChainLocation) -> Chain {
    let mut faults = Vec::new();
    let mut names = names(files, &location.anchor, ".sql");
    names.retain(|name| numbered(name).is_some() && !name.ends_with(".down.sql"));
    names.sort_by_key(|name| number_key(numbered(name).map_or("", |(digits, _)| digits)));
    let migrations = names.iter().filter_map(|name| {
        let (version, rest) = numbered(name)?;
        let file = path(&location.anchor, name);
        let up = sql(files, &file, &mut faults)?;
        let down_file = file.replace(".up.sql", ".down.sql");
        let down = match down_file != file && files.exists(&down_file) {
            true => sql(files, &down_file, &mut faults),
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

fn sql(files: &dyn Files, file: &str, faults: &mut Vec<ChainFault>) -> Option<SqlPart> {
    let mut part = whole(files, file, TransactionMode::PerFile, faults)?;
    if part.text.starts_with("-- no-transaction") {
        part.transaction = TransactionMode::OneMessage;
    }
    Some(part)
}
