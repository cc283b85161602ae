//! The paths of an estate's files. Links to folders are not followed, so no loop can be walked.
//!
//! What git ignores is walked all the same: people hide scripts there. Only folders that tools fill
//! (environments, installed packages, caches, build results) are passed over.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::folder::join;
use crate::model::{Diagnostic, Level};
use crate::source::Files;

/// Folders that tools fill, by whatever name.
const ALWAYS_SKIPPED: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".bzr",
    ".jj",
    "node_modules",
    "bower_components",
    "site-packages",
    "dist-packages",
    "__pycache__",
    ".venv",
    "venv",
    ".virtualenv",
    "virtualenv",
    ".tox",
    ".nox",
    ".eggs",
    ".terraform",
    ".gradle",
    ".next",
    ".nuxt",
    ".turbo",
    ".idea",
    ".vscode",
    ".yarn",
    ".npm",
    ".pnpm-store",
    ".direnv",
    "htmlcov",
    "Pods",
    "DerivedData",
    ".dart_tool",
];

/// Folders that tools fill where git ignores them, and people where it does not.
const SKIPPED_IF_IGNORED: &[&str] = &[
    "build",
    "dist",
    "target",
    "out",
    "vendor",
    "third_party",
    "env",
    "lib",
    "lib64",
    "wheels",
    "coverage",
    "_build",
    "obj",
];

/// Marks a folder as written by `fixfold consolidate`: what stands there is no script of the estate.
pub const OUTPUT_MARK: &str = ".fixfold-output";

/// Deeper folders are not looked at: a mount that holds itself must end somewhere.
const MAX_DEPTH: usize = 64;

/// All files, sorted, and what is wrong with the exclude patterns.
pub(super) fn paths(files: &dyn Files, exclude: &[String]) -> (Vec<String>, Vec<Diagnostic>) {
    let (excluded, diagnostics) = patterns(exclude);
    let mut walk = Walk {
        files,
        excluded,
        ignored: Vec::new(),
        found: Vec::new(),
    };
    walk.folder("", 0);
    walk.found.sort();
    (walk.found, diagnostics)
}

fn patterns(exclude: &[String]) -> (Gitignore, Vec<Diagnostic>) {
    let mut builder = GitignoreBuilder::new("");
    let mut diagnostics = Vec::new();
    for pattern in exclude {
        if let Err(error) = builder.add_line(None, pattern) {
            let message = format!("`{pattern}` under `exclude` is no pattern: {error}");
            let diagnostic = Diagnostic::new("bad-exclude", Level::Warning, None, message);
            diagnostics.push(diagnostic.with_help("patterns are written as in .gitignore"));
        }
    }
    (
        builder.build().unwrap_or_else(|_| Gitignore::empty()),
        diagnostics,
    )
}

struct Walk<'a> {
    files: &'a dyn Files,
    excluded: Gitignore,
    /// The .gitignore files of the folders above, outermost first.
    ignored: Vec<Gitignore>,
    found: Vec<String>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &str, depth: usize) {
        let names = self.files.list(folder);
        let is_filled = names
            .iter()
            .any(|name| name == "pyvenv.cfg" || name == OUTPUT_MARK);
        if depth > MAX_DEPTH || (depth > 0 && is_filled) {
            return;
        }
        let ignore = names
            .iter()
            .any(|name| name == ".gitignore")
            .then(|| self.read_ignore(folder));
        let n_ignored = self.ignored.len();
        self.ignored.extend(ignore);
        for name in &names {
            let path = join(folder, name.trim_end_matches('/'));
            let is_folder = name.ends_with('/');
            if self.excluded.matched(&path, is_folder).is_ignore() {
                continue;
            }
            match is_folder {
                false => self.found.push(path),
                true if self.is_skipped(name.trim_end_matches('/'), &path) => {}
                true => self.folder(&path, depth + 1),
            }
        }
        self.ignored.truncate(n_ignored);
    }

    fn read_ignore(&self, folder: &str) -> Gitignore {
        let mut builder = GitignoreBuilder::new(folder);
        if let Ok(source) = self.files.read(&join(folder, ".gitignore")) {
            for line in source.text.split('\n') {
                // A pattern that git cannot read either hides nothing.
                let _ = builder.add_line(None, line.trim_end_matches('\r'));
            }
        }
        builder.build().unwrap_or_else(|_| Gitignore::empty())
    }

    fn is_skipped(&self, name: &str, path: &str) -> bool {
        ALWAYS_SKIPPED.contains(&name)
            || (name.starts_with('.') && name.contains("cache"))
            || name.ends_with(".egg-info")
            || (SKIPPED_IF_IGNORED.contains(&name) && self.is_ignored(path))
    }

    fn is_ignored(&self, path: &str) -> bool {
        let matches = self
            .ignored
            .iter()
            .rev()
            .map(|each| each.matched(path, true));
        matches
            .into_iter()
            .find(|found| !found.is_none())
            .is_some_and(|found| found.is_ignore())
    }
}
