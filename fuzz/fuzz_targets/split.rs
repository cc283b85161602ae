//! The splitter: no text stops it, and every statement stands where it says.
#![no_main]

use fixfold::model::{Place, Template};
use fixfold::sql::split;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let template = Template::from_source(text, Place::new("fuzz.sql", 1, 1));
    let lines = text.split('\n').count();
    for statement in split(&template) {
        let line = statement.place.map_or(1, |place| place.line as usize);
        assert!((1..=lines).contains(&line));
    }
});
