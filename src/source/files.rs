//! Where files come from: a folder on disk, or memory in tests. Paths are relative to the estate's
//! root with forward slashes, and never lead out of it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{LARGEST_FILE, Source};
use crate::model::{Diagnostic, Level, Place};

/// The estate's files, as the reading wing may see them.
pub trait Files: Sync {
    /// Reads, decodes and redacts one file.
    fn read(&self, file: &str) -> Result<Source, ReadError>;

    fn exists(&self, file: &str) -> bool;

    /// Whether one of the words stands in the file; cheaper than reading it. False where there is no
    /// text.
    fn mentions(&self, file: &str, words: &[&str]) -> bool {
        let source = self.read(file);
        source.is_ok_and(|source| words.iter().any(|word| source.text.contains(word)))
    }

    /// Whether it is among the files, not the folders, of its folder.
    fn is_listed(&self, file: &str) -> bool {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        self.list(folder).iter().any(|each| each == name)
    }

    /// The names in a folder (`""` is the root), sorted; folders end in `/`. Empty where there is
    /// no such folder.
    fn list(&self, folder: &str) -> Vec<String>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadErrorKind {
    NotFound,
    /// A symbolic link that leads nowhere.
    BrokenLink,
    /// The path leads out of the estate.
    Outside,
    TooLarge {
        bytes: u64,
    },
    Binary,
    /// A folder, socket, device or pipe.
    NotAFile,
    /// What the operating system says.
    System(String),
}

/// Why there is no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    pub file: String,
    pub kind: ReadErrorKind,
}

impl ReadError {
    pub fn new(file: impl Into<String>, kind: ReadErrorKind) -> Self {
        let file = file.into();
        Self { file, kind }
    }

    pub fn diagnostic(&self) -> Diagnostic {
        let place = Some(Place::new(self.file.as_str(), 1, 1));
        let diagnostic =
            Diagnostic::new("unreadable-file", Level::Warning, place, self.to_string());
        match self.help() {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        }
    }

    /// The way out, where there is one.
    pub fn help(&self) -> Option<String> {
        match self.kind {
            ReadErrorKind::TooLarge { .. } => Some(format!(
                "split `{}`, or name it under `exclude` in fixfold.yaml",
                self.file
            )),
            ReadErrorKind::System(_) => Some(format!("make `{}` readable", self.file)),
            ReadErrorKind::NotFound
            | ReadErrorKind::BrokenLink
            | ReadErrorKind::Outside
            | ReadErrorKind::Binary
            | ReadErrorKind::NotAFile => None,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = &self.file;
        match &self.kind {
            ReadErrorKind::NotFound => write!(formatter, "`{file}` does not exist"),
            ReadErrorKind::BrokenLink => write!(formatter, "`{file}` is a link that leads nowhere"),
            ReadErrorKind::Outside => write!(formatter, "`{file}` lies outside the estate"),
            ReadErrorKind::TooLarge { bytes } => write!(
                formatter,
                "`{file}` is {} MB, more than the {} MB that are read",
                bytes / (1024 * 1024),
                LARGEST_FILE / (1024 * 1024)
            ),
            ReadErrorKind::Binary => write!(formatter, "`{file}` is binary"),
            ReadErrorKind::NotAFile => write!(formatter, "`{file}` is not a regular file"),
            ReadErrorKind::System(what) => write!(formatter, "cannot read `{file}`: {what}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// Resolves `.` and `..` in a path written with forward slashes. `None` where it leads out.
pub fn normalize(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    if path.starts_with('/') {
        return None;
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Files under one folder on disk.
#[derive(Debug)]
pub struct DiskFiles {
    root: PathBuf,
    /// Links may not lead out of this.
    real_root: PathBuf,
    /// Where folders really are: to find that out, the system looks at every part of a path.
    real_folders: Mutex<BTreeMap<PathBuf, PathBuf>>,
}

impl DiskFiles {
    /// Fails where `root` is no folder.
    pub fn new(root: impl Into<PathBuf>) -> Result<Self, ReadError> {
        let root = root.into();
        let name = root.display().to_string();
        let real_root = root.canonicalize().map_err(|error| system(&name, &error))?;
        if !real_root.is_dir() {
            return Err(ReadError::new(name, ReadErrorKind::NotAFile));
        }
        Ok(Self {
            root,
            real_root,
            real_folders: Mutex::default(),
        })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    fn path(&self, file: &str) -> Result<PathBuf, ReadError> {
        let outside = || ReadError::new(file, ReadErrorKind::Outside);
        let inside = normalize(file).ok_or_else(outside)?;
        let path = self.root.join(inside);
        let real = self.real(&path).map_err(|error| match path.is_symlink() {
            true => ReadError::new(file, ReadErrorKind::BrokenLink),
            false => system(file, &error),
        })?;
        if real.starts_with(&self.real_root) {
            Ok(real)
        } else {
            Err(outside())
        }
    }

    /// As `Path::canonicalize`.
    fn real(&self, path: &Path) -> std::io::Result<PathBuf> {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let (Some(folder), Some(name)) = (folder, path.file_name()) else {
            return path.canonicalize();
        };
        let real = self.real_folder(folder)?.join(name);
        match real.symlink_metadata()?.is_symlink() {
            true => path.canonicalize(),
            false => Ok(real),
        }
    }

    fn real_folder(&self, folder: &Path) -> std::io::Result<PathBuf> {
        let known = || {
            let known = self.real_folders.lock();
            known.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(real) = known().get(folder) {
            return Ok(real.clone());
        }
        let real = folder.canonicalize()?;
        known().insert(folder.to_owned(), real.clone());
        Ok(real)
    }
}

impl DiskFiles {
    fn bytes(&self, file: &str) -> Result<Vec<u8>, ReadError> {
        let path = self.path(file)?;
        let metadata = path.metadata().map_err(|error| system(file, &error))?;
        if !metadata.is_file() {
            return Err(ReadError::new(file, ReadErrorKind::NotAFile));
        }
        let bytes = metadata.len();
        if bytes > LARGEST_FILE {
            return Err(ReadError::new(file, ReadErrorKind::TooLarge { bytes }));
        }
        std::fs::read(&path).map_err(|error| system(file, &error))
    }
}

impl Files for DiskFiles {
    fn read(&self, file: &str) -> Result<Source, ReadError> {
        Source::from_bytes(file, &self.bytes(file)?)
    }

    fn exists(&self, file: &str) -> bool {
        self.path(file).is_ok_and(|path| path.exists())
    }

    fn mentions(&self, file: &str, words: &[&str]) -> bool {
        let bytes = self.bytes(file).ok();
        let text = bytes.and_then(|bytes| super::decode::decode(file, &bytes).ok());
        text.is_some_and(|(text, _)| words.iter().any(|word| text.contains(word)))
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = self
            .path(folder)
            .and_then(|path| std::fs::read_dir(path).map_err(|error| system(folder, &error)))
        else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .filter_map(Result::ok)
            .map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_folder { name + "/" } else { name }
            })
            .collect();
        names.sort();
        names
    }
}

fn system(file: &str, error: &std::io::Error) -> ReadError {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => ReadErrorKind::NotFound,
        _ => ReadErrorKind::System(error.to_string()),
    };
    ReadError::new(file, kind)
}

/// Files in memory: what literate test cases are made of.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryFiles {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with(mut self, file: impl Into<String>, text: impl Into<Vec<u8>>) -> Self {
        self.files.insert(file.into(), text.into());
        self
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

impl Files for MemoryFiles {
    fn read(&self, file: &str) -> Result<Source, ReadError> {
        let outside = || ReadError::new(file, ReadErrorKind::Outside);
        let path = normalize(file).ok_or_else(outside)?;
        match self.files.get(&path) {
            Some(bytes) => Source::from_bytes(file, bytes),
            None => Err(ReadError::new(file, ReadErrorKind::NotFound)),
        }
    }

    fn exists(&self, file: &str) -> bool {
        normalize(file)
            .is_some_and(|path| self.files.contains_key(&path) || !self.list(&path).is_empty())
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let Some(folder) = normalize(folder) else {
            return Vec::new();
        };
        let prefix = if folder.is_empty() {
            folder
        } else {
            folder + "/"
        };
        let mut names: Vec<String> = self
            .files
            .keys()
            .filter_map(|file| file.strip_prefix(&prefix))
            .map(|rest| match rest.split_once('/') {
                Some((first, _)) => format!("{first}/"),
                None => rest.to_owned(),
            })
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_never_lead_out() {
        assert_eq!(normalize("a/./b/../c.sql").as_deref(), Some("a/c.sql"));
        assert_eq!(normalize("../c.sql"), None);
        assert_eq!(normalize("/etc/passwd"), None);
    }

    #[test]
    fn memory_lists_folders_like_disk() {
        let files = MemoryFiles::new()
            .with("sql/a.sql", "")
            .with("sql/old/b.sql", "")
            .with("x.py", "");
        assert_eq!(files.list(""), ["sql/", "x.py"]);
        assert_eq!(files.list("sql"), ["a.sql", "old/"]);
        assert!(files.exists("sql/old"));
        assert!(!files.exists("sql/new"));
    }

    #[test]
    fn a_link_out_of_the_estate_is_refused() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("estate");
        std::fs::create_dir(&root).unwrap();
        std::fs::write(outer.path().join("other.sql"), "SELECT 1").unwrap();
        std::os::unix::fs::symlink("../other.sql", root.join("link.sql")).unwrap();
        let files = DiskFiles::new(&root).unwrap();
        let kind = files.read("link.sql").map_err(|error| error.kind);
        assert!(matches!(kind, Err(ReadErrorKind::Outside)), "{kind:?}");
    }
}
