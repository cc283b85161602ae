//! How long reading an estate takes, beside the time that merely parsing its scripts takes.
//!
//! `FIXFOLD_BENCH_ESTATE` names the estate; the reference estate is read without it.

use std::path::PathBuf;
use std::sync::Arc;

use divan::{Bencher, black_box};
use fixfold::discover::discover;
use fixfold::model::{Dialect, Place, ScriptLanguage, Template};
use fixfold::pipeline::{Estate, Progress, survey};
use fixfold::source::Source;
use fixfold::{python, sql};
use rayon::prelude::*;

/// The binary's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

struct Silent;

impl Progress for Silent {
    fn expect(&self, _: usize) {}
    fn step(&self) {}
}

fn estate() -> Estate {
    let named = std::env::var_os("FIXFOLD_BENCH_ESTATE").map(PathBuf::from);
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("inventory");
    Estate::open(&named.unwrap_or(here)).expect("an estate to read")
}

fn parse(language: ScriptLanguage, source: &Source) {
    match language {
        ScriptLanguage::Python => {
            black_box(python::parse(&source.text, &source.file));
        }
        ScriptLanguage::Sql => {
            let place = Place::new(Arc::clone(&source.file), 1, 1);
            let text = Template::from_source(source.text.to_string(), place);
            black_box(sql::read(&text, Dialect::Postgres));
        }
        ScriptLanguage::Shell => {}
    }
}

/// From the files on disk to the effects of every script, on all cores.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn read_estate(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(estate)
        .bench_local_values(|estate| black_box(survey(&estate, &Silent)));
}

/// From the files on disk to their trees, on all cores.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn parse_scripts(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(estate).bench_local_values(|estate| {
        let found = discover(&estate.files, &estate.settings);
        found
            .scripts
            .par_iter()
            .for_each(|script| parse(script.language, &script.source));
    });
}
