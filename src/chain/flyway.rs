//! Flyway: `V<version>__name.sql` in order of version, undone by `U<version>__name.sql`; then
//! `R__name.sql` in order of name, each time they change.

use crate::model::{ChainFault, ChainLocation};
use crate::source::Files;

use super::sql_files::{Migration, folders, line, names, number_key, path, whole, words};
use super::{Chain, SqlPart, TransactionMode};

pub(super) fn load(files: &dyn Files, location: &ChainLocation) -> Chain {
    let mut faults = Vec::new();
    let found = below(files, &location.anchor);
    let mut versioned: Vec<_> = found
        .iter()
        .filter_map(|file| versioned(file, 'V'))
        .collect();
    versioned.sort_by_key(|(version, _, _)| version_key(version));
    let mut migrations: Vec<Migration> = versioned
        .into_iter()
        .filter_map(|(version, name, file)| {
            let up = sql(files, file, &mut faults)?;
            let undo = found
                .iter()
                .find(|other| versioned_of(other, 'U').is_some_and(|other| other == version));
            let down = undo.and_then(|file| sql(files, file, &mut faults));
            Some(Migration {
                id: version,
                message: words(name),
                file: file.to_owned(),
                up,
                down,
            })
        })
        .collect();
    migrations.extend(repeatable(files, &found, &mut faults));
    let mut chain = line(location, migrations);
    chain.faults.extend(faults);
    chain
}

fn repeatable(files: &dyn Files, found: &[String], faults: &mut Vec<ChainFault>) -> Vec<Migration> {
    let mut named: Vec<_> = found
        .iter()
        .filter_map(|file| Some((file_name(file).strip_prefix("R__")?, file)))
        .collect();
    named.sort();
    let migrations = named.into_iter().filter_map(|(name, file)| {
        let up = sql(files, file, faults)?;
        let id = format!("R__{}", name.trim_end_matches(".sql"));
        Some(Migration {
            id,
            message: words(name),
            file: file.clone(),
            up,
            down: None,
        })
    });
    migrations.collect()
}

/// A file that no transaction can hold is run without one.
fn sql(files: &dyn Files, file: &str, faults: &mut Vec<ChainFault>) -> Option<SqlPart> {
    let mut part = whole(files, file, TransactionMode::PerFile, faults)?;
    let text = part.text.to_uppercase();
    if ["CONCURRENTLY", "CREATE DATABASE", "VACUUM"]
        .iter()
        .any(|words| text.contains(words))
    {
        part.transaction = TransactionMode::Autocommit;
    }
    Some(part)
}

/// SQL files of the folder and of those in it.
fn below(files: &dyn Files, folder: &str) -> Vec<String> {
    let mut found: Vec<_> = names(files, folder, ".sql")
        .iter()
        .map(|name| path(folder, name))
        .collect();
    for inner in folders(files, folder) {
        found.extend(below(files, &path(folder, &inner)));
    }
    found
}

fn file_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

fn versioned(file: &str, prefix: char) -> Option<(String, &str, &str)> {
    let (version, name) = file_name(file).strip_prefix(prefix)?.split_once("__")?;
    let is_version = version
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '_'));
    (is_version && !version.is_empty()).then(|| (version.replace('_', "."), name, file))
}

fn versioned_of(file: &str, prefix: char) -> Option<String> {
    versioned(file, prefix).map(|(version, _, _)| version)
}

/// `1.10` comes after `1.9`; trailing zeros do not count.
fn version_key(version: &str) -> Vec<(usize, String)> {
    let mut key: Vec<_> = version.split('.').map(number_key).collect();
    while key.last().is_some_and(|(length, _)| *length == 0) {
        key.pop();
    }
    key
}
