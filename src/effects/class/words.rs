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

pub(super) fn is_diagnostic(file: &str) -> bool {
    const WORDS: &[&str] = &[
        "check", "debug", "diagnos", "verify", "verif", "validate", "test", "inspect", "probe",
        "analyze", "audit", "monitor",
    ];
    let stem = stem(file);
    WORDS.iter().any(|word| stem.starts_with(word))
}

pub(super) fn is_seed(file: &str) -> bool {
    is_word(file, &["seed", "seeds", "seeder", "fixtures"])
}

pub(super) fn deploys(file: &str) -> bool {
    stem(file).starts_with("deploy")
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
