//! What the laws look at: the project's own files.

use std::path::{Path, PathBuf};

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub struct TextFile {
    /// Relative to the project's root.
    pub path: String,
    pub text: String,
}

impl TextFile {
    /// The room of a source file: `sql` for `src/sql/split.rs` as for `src/sql.rs`.
    pub fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let first = inside.split('/').next()?;
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }

    /// The text without comments, so that a law is not broken by a sentence about it.
    pub fn code(&self) -> String {
        let lines = self.text.lines().map(|line| match line.trim_start() {
            start if start.starts_with("//") => "",
            _ => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The code before the unit tests, which end a file.
    pub fn code_without_tests(&self) -> String {
        if self.path.ends_with("/tests.rs") {
            return String::new();
        }
        let code = self.code();
        match code.find("#[cfg(test)]") {
            Some(tests) => code[..tests].to_owned(),
            None => code,
        }
    }
}

/// The text files below `folder`, sorted, without what git ignores.
pub fn files_below(folder: &str) -> Vec<TextFile> {
    let root = root();
    let mut files: Vec<TextFile> = ignore::WalkBuilder::new(root.join(folder))
        .hidden(false)
        .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some(".git" | "target")))
        .build()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter_map(|entry| read(&root, entry.path()))
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// `None` for what is not UTF-8.
fn read(root: &Path, path: &Path) -> Option<TextFile> {
    let name = path.strip_prefix(root).ok()?.to_str()?.to_owned();
    let text = std::fs::read_to_string(path).ok()?;
    Some(TextFile { path: name, text })
}

pub fn sources() -> Vec<TextFile> {
    let mut files = files_below("src");
    files.retain(|file| file.path.ends_with(".rs"));
    files
}

/// Fails with all that was found, so that one run shows everything.
pub fn assert_none(found: &[String], advice: &str) {
    assert!(found.is_empty(), "{advice}\n{}", found.join("\n"));
}
