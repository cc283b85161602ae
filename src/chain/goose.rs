//! goose: `<version>_name.sql` with `-- +goose Up` and `-- +goose Down`; `-- +goose NO TRANSACTION` leaves
//! the transaction out. Statements between `StatementBegin` and `StatementEnd` need no reading of
//! their own: dollar quotes are known.

use crate::model::ChainLocation;
use crate::source::Files;

use super::sections::{Markers, divide};
use super::sql_files::{Migration, line, names, number_key, numbered, path, whole, words};
use super::{Chain, SqlPart, TransactionMode};

const MARKERS: Markers = Markers {
    up: "+goose up",
    down: "+goose down",
};

pub(super) fn load(files: &dyn Files, location: &ChainLocation) -> Chain {
    let mut faults = Vec::new();
    let mut names = names(files, &location.anchor, ".sql");
    names.sort_by_key(|name| number_key(numbered(name).map_or("", |(digits, _)| digits)));
    let migrations = names.iter().filter_map(|name| {
        let (version, rest) = numbered(name)?;
        let file = path(&location.anchor, name);
        let whole = whole(files, &file, TransactionMode::PerFile, &mut faults)?;
        let without = whole
            .text
            .to_lowercase()
            .contains("-- +goose no transaction");
        let transaction = if without {
            TransactionMode::Autocommit
        } else {
            TransactionMode::PerFile
        };
        let (up, down) = divide(&whole, &MARKERS);
        let up = SqlPart {
            transaction,
            ..up?.part
        };
        let down = down.map(|section| SqlPart {
            transaction,
            ..section.part
        });
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
