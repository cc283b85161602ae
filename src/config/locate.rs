//! Which folder is the estate's root, given what the user named.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::{DEFAULT_LEDGER, FILE_NAME};

/// What the user named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub root: PathBuf,
    /// One file of it, relative to `root`; `None`: all of it.
    pub file: Option<String>,
}

/// A folder is an estate. A file belongs to the nearest folder above it that holds a repository, a
/// configuration or a ledger, else to its own folder.
///
/// # Errors
/// Where there is no such file or folder.
pub fn locate(path: &Path) -> anyhow::Result<Target> {
    if !path.exists() {
        bail!("`{}` does not exist", path.display());
    }
    if path.is_dir() {
        return Ok(Target {
            root: path.to_owned(),
            file: None,
        });
    }
    let path = path
        .canonicalize()
        .with_context(|| format!("cannot open `{}`", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let marks = [".git", FILE_NAME, DEFAULT_LEDGER];
    let root = path
        .ancestors()
        .skip(1)
        .find(|above| marks.iter().any(|mark| above.join(mark).exists()))
        .unwrap_or(folder);
    let file = path.strip_prefix(root).unwrap_or(&path);
    let file = file.to_string_lossy().replace('\\', "/");
    Ok(Target {
        root: root.to_owned(),
        file: Some(file),
    })
}

/// From the root of the repository down to `root`, with forward slashes; empty where they are the
/// same, or where there is no repository.
pub fn path_from_repository(root: &Path) -> String {
    let Ok(root) = root.canonicalize() else {
        return String::new();
    };
    let mut above = root.ancestors();
    let repository = above.find(|folder| folder.join(".git").exists());
    let inside = repository.and_then(|repository| root.strip_prefix(repository).ok());
    inside.map_or_else(String::new, |path| {
        path.to_string_lossy().replace('\\', "/")
    })
}
