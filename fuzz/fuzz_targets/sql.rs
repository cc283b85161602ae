//! The SQL reader: no text stops it.
#![no_main]

use fixfold::model::{Dialect, Place, Template};
use fixfold::sql::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let template = Template::from_source(text, Place::new("fuzz.sql", 1, 1));
    for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
        let _ = read(&template, dialect);
    }
});
