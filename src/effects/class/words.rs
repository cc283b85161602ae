//! What names and commands give away.

use crate::model::RowChange;

/// Rows about who may do what: a role, a permission, an administrator's flag.
pub(super) fn is_about_access(change: &RowChange) -> bool {
    const WORDS: &[&str] = &[
        "role",
        "permission",
        "access",
        "admin",
        "superuser",
        "grant",
        "privilege",
        "is_staff",
    ];
    let columns = change.columns.iter().map(|column| column.as_str());
    let mut names = columns.chain([change.table.name.as_str()]);
    names.any(|name| holds(name, WORDS))
}

/// The trace that such a change leaves.
pub(super) fn is_log(change: &RowChange) -> bool {
    let table = change.table.name.as_str();
    holds(table, &["audit", "history", "event"]) || is_word(table, &["log", "logs"])
}

pub(super) fn names_access(file: &str) -> bool {
    const WORDS: &[&str] = &[
        "access",
        "admin",
        "role",
        "permission",
        "promote",
        "privilege",
        "grant",
    ];
    holds(&stem(file), WORDS)
}

/// Whether the name says that it looks before it says that it mends.
pub(in crate::effects) fn is_diagnostic(file: &str) -> bool {
    const LOOKS: &[&str] = &[
        "check", "debug", "diagnos", "verif", "validat", "test", "inspect", "probe", "analy",
        "audit", "monitor", "smoke", "demo", "simulat", "stress", "load", "bench", "e2e",
    ];
    const MENDS: &[&str] = &[
        "fix",
        "hotfix",
        "repair",
        "emergency",
        "restore",
        "patch",
        "add",
        "create",
        "apply",
        "update",
        "migrat",
        "setup",
        "promote",
        "rebuild",
        "backfill",
        "reset",
        "clear",
        "clean",
        "delete",
        "remove",
        "drop",
        "truncate",
        "purge",
        "wipe",
        "grant",
        "assign",
        "recreate",
        "rename",
        "convert",
        "correct",
        "populate",
        "insert",
    ];
    let starts = |part: &str, words: &[&str]| words.iter().any(|word| part.starts_with(word));
    let stem = stem(file);
    let mut parts = stem.split(['_', '-']);
    let telling = parts.find(|part| starts(part, LOOKS) || starts(part, MENDS));
    telling.is_some_and(|part| starts(part, LOOKS))
}

/// An endpoint that speaks of mending a database.
pub(super) fn mends_database(endpoint: &str) -> bool {
    const WORDS: &[&str] = &[
        "emergency",
        "database",
        "schema",
        "migrat",
        "repair",
        "fix",
        "seed",
        "enum",
        "sql",
        "backfill",
        "rollback",
    ];
    holds(path_of(endpoint), WORDS) || is_word(path_of(endpoint), &["db"])
}

/// An endpoint by which one gets in.
pub(super) fn is_sign_in(endpoint: &str) -> bool {
    const WORDS: &[&str] = &["auth", "login", "token", "callback", "session"];
    holds(path_of(endpoint), WORDS)
}

/// A URL without its host, whose name tells nothing.
fn path_of(endpoint: &str) -> &str {
    let rest = endpoint.split_once("://").map(|(_, rest)| rest);
    rest.map_or(endpoint, |rest| {
        rest.find('/').map_or("", |start| &rest[start..])
    })
}

pub(super) fn is_seed(file: &str) -> bool {
    is_word(file, &["seed", "seeds", "seeder", "fixtures"])
}

pub(super) fn deploys(file: &str) -> bool {
    stem(file).split(['_', '-']).next() == Some("deploy")
}

pub(super) fn is_deployment(command: &str) -> bool {
    const COMMANDS: &[&str] = &[
        "git push",
        "git commit",
        "docker push",
        "kubectl",
        "heroku",
        "railway up",
        "render deploy",
        "fly deploy",
    ];
    holds(command, COMMANDS)
}

fn holds(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    words.iter().any(|word| name.contains(word))
}

fn is_word(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    name.split(['/', '_', '.', '-'])
        .any(|part| words.contains(&part))
}

fn stem(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split('.').next().unwrap_or(name).to_lowercase()
}
