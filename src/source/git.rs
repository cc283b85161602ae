//! What git knows about files: the days of their first and last commits. Asked once for a whole
//! tree; where there is no git, or only a part of the history, nothing is known.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// Days as `2026-01-31`, in the committer's own time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitDays {
    pub first: String,
    pub last: String,
}

/// The commit days of each file under `root`, by path relative to it.
pub fn commit_days(root: &Path) -> BTreeMap<String, CommitDays> {
    let is_shallow = git(root, &["rev-parse", "--is-shallow-repository"]);
    if is_shallow.as_deref().map(str::trim) != Some("false") {
        return BTreeMap::new();
    }
    let arguments = [
        "log",
        "-z",
        "--relative",
        "--name-only",
        "--no-renames",
        "--format=%x01%cs",
        "--",
        ".",
    ];
    days_of_log(&git(root, &arguments).unwrap_or_default())
}

/// `\u{1}day\0\nfile\0file\0`, the newest commit first.
fn days_of_log(log: &str) -> BTreeMap<String, CommitDays> {
    let mut found: BTreeMap<String, CommitDays> = BTreeMap::new();
    for commit in log.split('\u{1}').skip(1) {
        let mut fields = commit
            .split('\0')
            .map(|field| field.trim_start_matches('\n'));
        let day = fields.next().unwrap_or_default().trim();
        for file in fields.filter(|file| !file.is_empty()) {
            found
                .entry(file.to_owned())
                .and_modify(|days| days.first = day.to_owned())
                .or_insert_with(|| CommitDays {
                    first: day.to_owned(),
                    last: day.to_owned(),
                });
        }
    }
    found
}

/// Runs git so that no setting of the repository can start another program.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("--no-pager")
        .args([
            "-c",
            "core.fsmonitor=false",
            "-c",
            "log.showSignature=false",
        ])
        .args(arguments)
        .current_dir(root)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_day_are_found() {
        let log = "\u{1}2026-03-02\0\na.py\0b.py\0\u{1}2026-01-01\0\na.py\0";
        let days = days_of_log(log);
        assert_eq!(
            (&*days["a.py"].first, &*days["a.py"].last),
            ("2026-01-01", "2026-03-02")
        );
        assert_eq!(
            (&*days["b.py"].first, &*days["b.py"].last),
            ("2026-03-02", "2026-03-02")
        );
    }

    #[test]
    fn without_git_nothing_is_known() {
        let folder = tempfile::tempdir().unwrap();
        assert!(commit_days(folder.path()).is_empty());
    }
}
