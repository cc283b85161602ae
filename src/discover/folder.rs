//! What folder names mean to people.

/// The folders of a path, without the file's own name.
pub(super) fn folders(path: &str) -> impl Iterator<Item = &str> {
    let end = path.rfind('/').unwrap_or(0);
    path[..end].split('/').filter(|name| !name.is_empty())
}

pub(super) fn parent(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..at])
}

pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

pub(super) fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_string(),
        _ => format!("{folder}/{name}"),
    }
}

/// Whether `path` is `folder` or lies below it.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The words of a name: `_archived_all_old` has `archived`, `all` and `old`.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn has_word(name: &str, wanted: &[&str]) -> bool {
    let lower = name.to_ascii_lowercase();
    words(&lower).any(|word| wanted.contains(&word))
}

/// A folder that people put old copies in.
pub(super) fn is_backup(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "backup",
        "backups",
        "bak",
        "old",
        "archive",
        "archived",
        "archives",
        "deprecated",
        "legacy",
        "obsolete",
        "trash",
        "attic",
        "orig",
        "original",
        "copy",
        "copies",
        "snapshot",
        "snapshots",
        "unused",
    ];
    has_word(name, WORDS)
}

/// A backup that names its day: `backup_20250902_120252`.
pub(super) fn is_dated_backup(name: &str) -> bool {
    is_backup(name) && is_dated(name)
}

/// A folder that only copies are put in. What lies in an archive has been put away: it stands nowhere
/// else, and has once been run.
pub(super) fn keeps_copies(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "backup",
        "backups",
        "bak",
        "copies",
        "snapshot",
        "snapshots",
    ];
    has_word(name, WORDS)
}

/// A folder that names a day: `cutover_20250902_120252`.
pub(super) fn is_dated(name: &str) -> bool {
    words(name).any(is_date)
}

fn is_date(word: &str) -> bool {
    word.len() >= 8 && word.starts_with("20") && word.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_test(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "test", "tests", "testing", "spec", "specs", "e2e", "fixtures", "testdata", "pytest",
    ];
    let lower = name.to_ascii_lowercase();
    WORDS.contains(&lower.as_str())
        || lower.starts_with("tests_")
        || lower.starts_with("__tests")
        || lower.ends_with("_tests")
}

pub(super) fn is_example(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "demos",
        "template",
        "templates",
        "cookiecutter",
        "vendor",
        "vendored",
        "third",
        "external",
    ];
    has_word(name, WORDS)
}

/// A folder that scripts are kept in, even inside an application's package.
pub(super) fn is_script_folder(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "script",
        "scripts",
        "bin",
        "tool",
        "tools",
        "ops",
        "hotfix",
        "hotfixes",
        "fix",
        "fixes",
        "patches",
        "maintenance",
        "emergency",
        "oneoff",
        "commands",
        "seed",
        "seeds",
        "seeders",
        "jobs_manual",
        "adhoc",
        "sql",
        "devops",
        "deploy",
        "deployment",
        "repair",
        "repairs",
    ];
    has_word(name, WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_their_words() {
        assert!(is_backup("backup_20250902_120252"));
        assert!(is_dated_backup("backup_20250902_120252"));
        assert!(is_backup("_archived_all_old"));
        assert!(!is_backup("household"));
        assert!(!is_dated_backup("backup"));
        assert!(is_test("tests"));
        assert!(is_test("tests_openshift"));
        assert!(!is_test("latest"));
        assert!(is_script_folder("db_scripts"));
        assert!(!is_script_folder("descriptions"));
    }

    #[test]
    fn within_means_whole_names() {
        assert!(is_within("a/b/c.py", "a/b"));
        assert!(is_within("a/b", "a/b"));
        assert!(!is_within("a/bc.py", "a/b"));
        assert!(is_within("a.py", ""));
    }
}
