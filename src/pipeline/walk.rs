//! The files of an estate, sorted.

use std::path::Path;

/// SQL files under `root` that no ignore file leaves out.
pub(super) fn files(root: &Path) -> Vec<String> {
    let mut files: Vec<String> = ignore::Walk::new(root)
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter(|entry| entry.path().extension().is_some_and(|name| name == "sql"))
        .filter_map(|entry| Some(entry.path().strip_prefix(root).ok()?.to_owned()))
        .map(|path| path.to_string_lossy().replace('\\', "/"))
        .collect();
    files.sort();
    files
}
