//! Writes files so that an old one stays whole whatever happens: beside it, to the disk, then in
//! its place.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path};

use anyhow::{Context, anyhow};

use crate::discover::OUTPUT_MARK;
use crate::render::RenderedFile;

/// Puts `text` at `path`. Returns whether anything changed.
///
/// # Errors
/// Where the folder cannot be written or the disk is full; then the old file is as it was.
pub(super) fn write_file(path: &Path, text: &str) -> anyhow::Result<bool> {
    // A link is followed, so that it stays one.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(false);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    replace(folder, &path, text).map_err(|error| {
        // The error's own text names the file beside, which is no concern of the user's.
        let what = error.to_string();
        let what = what.split(" at path ").next().unwrap_or_default();
        let old = if path.exists() {
            " (the old file is as it was)"
        } else {
            ""
        };
        anyhow!("cannot write `{}`: {what}{old}", path.display())
    })?;
    Ok(true)
}

/// Writes a folder of generated files and takes away those that an earlier run left there. A mark in
/// it keeps scans from taking it for a part of the estate. Returns the paths, one a line.
///
/// # Errors
/// Where the folder or a file cannot be written.
pub(super) fn write_folder(folder: &Path, files: &[RenderedFile]) -> anyhow::Result<String> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    let mark = folder.join(OUTPUT_MARK);
    let earlier = read_if_there(&mark)?;
    // A folder with files of somebody else's is not ours to mark.
    let is_ours = earlier.is_some()
        || fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    let mut answer = String::new();
    for file in files {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)
                .with_context(|| format!("cannot make the folder `{}`", parent.display()))?;
        }
        write_file(&path, &file.content)?;
        answer.push_str(&format!("{}\n", path.display()));
    }
    if is_ours {
        for old in earlier.iter().flat_map(|text| text.lines()) {
            let is_below = Path::new(old)
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            if is_below && !old.is_empty() && files.iter().all(|file| file.path != old) {
                // One that is gone already is as it should be.
                let _ = fs::remove_file(folder.join(old));
            }
        }
        let listing: String = files
            .iter()
            .map(|file| format!("{}\n", file.path))
            .collect();
        write_file(&mark, &listing)?;
    }
    Ok(answer)
}

fn replace(folder: &Path, path: &Path, text: &str) -> anyhow::Result<()> {
    let mut beside = tempfile::Builder::new()
        .prefix(".fixfold-")
        .tempfile_in(folder)?;
    beside.write_all(text.as_bytes())?;
    let mode = fs::metadata(path).map(|old| old.permissions()).ok();
    beside
        .as_file()
        .set_permissions(mode.map_or_else(default_permissions, Ok)?)?;
    beside.as_file().sync_all()?;
    beside.persist(path)?;
    Ok(())
}

/// As `open(2)` would make a new file; temporary files are for their owner alone.
fn default_permissions() -> std::io::Result<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::Permissions::from_mode(0o644))
}

/// Reads a file that may not be there.
pub(super) fn read_if_there(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            Err(anyhow!(error)).with_context(|| format!("cannot read `{}`", path.display()))
        }
    }
}
