//! dbmate: `<version>_name.sql` with `-- migrate:up` and `-- migrate:down`; `transaction:false` leaves the
//! transaction out.

use crate::model::ChainLocation;
use crate::source::Files;

use super::sections::{Markers, Section, divide};
use super::sql_files::{Migration, line, names, numbered, path, whole, words};
use super::{Chain, SqlPart, TransactionMode};

const MARKERS: Markers = Markers {
    up: "migrate:up",
    down: "migrate:down",
};

pub(super) fn load(files: &dyn Files, location: &ChainLocation) -> Chain {
    let mut faults = Vec::new();
    let names = names(files, &location.anchor, ".sql");
    let migrations = names.iter().filter_map(|name| {
        let (version, rest) = numbered(name)?;
        let file = path(&location.anchor, name);
        let whole = whole(files, &file, TransactionMode::PerFile, &mut faults)?;
        let (up, down) = divide(&whole, &MARKERS);
        let up = up.map(part)?;
        Some(Migration {
            id: version.to_owned(),
            message: words(rest),
            file,
            up,
            down: down.map(part),
        })
    });
    let mut chain = line(location, migrations.collect());
    chain.faults.extend(faults);
    chain
}

fn part(section: Section) -> SqlPart {
    let without = section.options.contains("transaction:false");
    let transaction = if without {
        TransactionMode::OneMessage
    } else {
        TransactionMode::PerFile
    };
    SqlPart {
        transaction,
        ..section.part
    }
}
