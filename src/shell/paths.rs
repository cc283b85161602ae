//! Paths and patterns of file names.

use crate::source::normalize;

pub(super) fn join(folder: &str, path: &str) -> String {
    match (folder, path) {
        ("" | ".", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, path) => format!("{}/{path}", folder.trim_end_matches('/')),
    }
}

pub(super) fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(at) => &path[..at],
        None => ".",
    }
}

pub(super) fn name(path: &str) -> &str {
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path)
}

/// Without `.` and `..`; as it is where it leads out of the estate.
pub(super) fn clean(path: &str) -> String {
    match normalize(path) {
        Some(clean) if clean.is_empty() => ".".to_owned(),
        Some(clean) => clean,
        None => path.to_owned(),
    }
}
