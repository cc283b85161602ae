//! Folders that hold copies of what stands elsewhere in the estate.

use std::collections::{BTreeMap, BTreeSet};

use super::folder::{folders, is_backup, is_dated, is_dated_backup, join, keeps_copies};

/// The folder of `path` whose name says that it is a backup of a certain day: it may stand in one for
/// backups.
pub(super) fn dated_backup(path: &str) -> Option<&str> {
    let mut end = 0;
    let mut is_among_backups = false;
    path.split('/').find_map(|name| {
        end += name.len();
        let folder = &path[..end];
        end += 1;
        let is_one = is_dated_backup(name) || is_among_backups && is_dated(name);
        is_among_backups = keeps_copies(name);
        is_one.then_some(folder)
    })
}

/// Backup folders, each with the folder that it copies.
pub(super) struct Copies {
    originals: BTreeMap<String, String>,
}

impl Copies {
    /// A folder with a backup's name is a copy if half of its files stand at the same path in the
    /// folder that holds it. `scripts/backup/` with scripts that make backups is none.
    pub(super) fn find(paths: &[String], scripts: &[&str]) -> Self {
        let all: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
        let mut counts: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
        for script in scripts {
            for (backup, home, rest) in backups_of(script) {
                let is_same = all.contains(join(&home, rest).as_str());
                let (n_files, n_same) = counts.entry((backup, home)).or_default();
                *n_files += 1;
                *n_same += usize::from(is_same);
            }
        }
        let originals = counts
            .into_iter()
            .filter(|(_, (n_files, n_same))| n_same * 2 >= *n_files)
            .map(|(folders, _)| folders);
        Self {
            originals: originals.collect(),
        }
    }

    /// The backup folder that holds `path`.
    pub(super) fn backup_of<'a>(&'a self, path: &'a str) -> Option<&'a str> {
        let mut found = backups_of(path)
            .filter_map(|(backup, _, _)| self.originals.get_key_value(&backup))
            .map(|(backup, _)| backup.as_str());
        found.next().or_else(|| {
            let end = path.rfind('/').unwrap_or(0);
            dated_backup(&path[..end])
        })
    }
}

/// For each folder of `path` that is named like a backup: it, the folder that holds it, and the rest.
fn backups_of(path: &str) -> impl Iterator<Item = (String, String, &str)> {
    let mut start = 0;
    folders(path).filter_map(move |name| {
        let (home, end) = (path[..start].trim_end_matches('/'), start + name.len());
        start = end + 1;
        is_backup(name).then(|| (path[..end].to_owned(), home.to_owned(), &path[end + 1..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_told_from_tools() {
        let paths: Vec<String> = [
            "app/a.py",
            "app/b.py",
            "backup/app/a.py",
            "backup/app/b.py",
            "backup/app/gone.py",
            "scripts/backup/restore.sh",
            "scripts/backup_20240101/restore.sh",
            "archived_files/work_20250817/fix.py",
            "backups/work_20250817/fix.py",
        ]
        .map(str::to_owned)
        .to_vec();
        let scripts: Vec<&str> = paths.iter().map(String::as_str).collect();
        let copies = Copies::find(&paths, &scripts);
        assert_eq!(copies.backup_of("backup/app/gone.py"), Some("backup"));
        assert_eq!(copies.backup_of("scripts/backup/restore.sh"), None);
        assert_eq!(
            copies.backup_of("scripts/backup_20240101/restore.sh"),
            Some("scripts/backup_20240101")
        );
        assert_eq!(copies.backup_of("app/a.py"), None);
        assert_eq!(
            copies.backup_of("archived_files/work_20250817/fix.py"),
            None
        );
        assert_eq!(
            copies.backup_of("backups/work_20250817/fix.py"),
            Some("backups/work_20250817")
        );
    }
}
