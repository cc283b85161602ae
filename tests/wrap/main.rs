//! Wrap invariance: a statement has the same effects however a script comes by its text.

mod places;
mod statements;
mod wrappers;

use std::collections::BTreeSet;

use fixfold::effects::script::{Endpoints, read_script};
use fixfold::eval::limits::STACK_BYTES;
use fixfold::model::{Dialect, Effect, Template};
use fixfold::pipeline::Modules;
use fixfold::source::{Files, MemoryFiles};
use fixfold::{registry, shell, sql};

use statements::STATEMENTS;
use wrappers::{WRAPPERS, Wrapped};

/// An operation and the object that it is done to.
type Told = BTreeSet<(String, String)>;

#[test]
fn every_wrapper_gives_the_effects_of_the_bare_statement() {
    let work = || {
        let mut wrong = Vec::new();
        for statement in STATEMENTS {
            let bare = bare(statement);
            assert!(!bare.is_empty(), "`{statement}` has no effect");
            for (name, wrap) in WRAPPERS {
                let Some(wrapped) = wrap(statement) else {
                    continue;
                };
                let found = read(&wrapped);
                if found != bare {
                    wrong.push(format!(
                        "{name}: `{statement}`\n  is {bare:?}\n  not {found:?}"
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    };
    std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(work)
        .expect("a thread starts")
        .join()
        .expect("all wrappers agree");
}

fn bare(statement: &str) -> Told {
    let reading = sql::read(&Template::from_text(statement), Dialect::Postgres);
    let effects = reading.statements.iter().flat_map(|it| &it.effects);
    effects
        .map(|effect| {
            let operation = effect.action.operation().as_str().to_owned();
            (operation, effect.action.object())
        })
        .collect()
}

fn read(wrapped: &Wrapped) -> Told {
    let files = wrapped.iter();
    let files = files.fold(MemoryFiles::new(), |files, (name, text)| {
        files.with(name.as_str(), text.as_str())
    });
    let effects = match wrapped.iter().find(|(name, _)| name == "fix.sh") {
        Some((name, _)) => {
            let source = files.read(name).expect("the script is there");
            shell::read(&source, &files).effects
        }
        None => {
            let paths: Vec<String> = wrapped.iter().map(|(name, _)| name.clone()).collect();
            let modules = Modules::new(&files, &paths);
            let endpoints = Endpoints::new(&modules, registry::standard());
            read_script(&modules, registry::standard(), &endpoints, "fix.py").effects
        }
    };
    effects.iter().filter_map(told).collect()
}

/// Which file the text came from is another matter.
fn told(effect: &Effect) -> Option<(String, String)> {
    let operation = effect.operation().as_str();
    (operation != "run_sql_file").then(|| (operation.to_owned(), effect.object()))
}
