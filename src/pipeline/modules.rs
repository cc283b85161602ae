//! The estate's files as evaluation asks for them: each Python file is parsed once, when the first
//! script needs it, and shared by all threads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::eval;
use crate::python::{self, Parsed, tree::Module};
use crate::source::{Files, Source};

pub struct Modules<'files> {
    files: &'files dyn Files,
    paths: BTreeSet<Arc<str>>,
    /// Every folder with a file somewhere below it.
    folders: BTreeSet<Arc<str>>,
    /// The files that stand in a folder itself.
    in_folder: BTreeMap<Arc<str>, Vec<Arc<str>>>,
    /// Importable names, each with the folders that hold it.
    holders: BTreeMap<String, BTreeSet<Arc<str>>>,
    /// The files that are read as scripts of their own.
    discovered: BTreeSet<Arc<str>>,
    parsed: Mutex<BTreeMap<Arc<str>, Cell>>,
    /// The scripts that are being read: these are parsed to the last line.
    scripts: Mutex<BTreeMap<Arc<str>, Arc<Parsed>>>,
}

/// A file that is parsed, or being parsed; nothing in it where there is no text.
type Cell = Arc<OnceLock<Option<Arc<Module>>>>;

impl<'files> Modules<'files> {
    /// `paths` are those of all files of the estate.
    pub fn new(files: &'files dyn Files, paths: &[String]) -> Self {
        let mut modules = Self {
            files,
            paths: paths.iter().map(|path| Arc::from(path.as_str())).collect(),
            folders: BTreeSet::new(),
            in_folder: BTreeMap::new(),
            holders: BTreeMap::new(),
            discovered: BTreeSet::new(),
            parsed: Mutex::default(),
            scripts: Mutex::default(),
        };
        for path in paths {
            modules.add(path);
        }
        for path in &modules.paths {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            match modules.in_folder.get_mut(folder) {
                Some(files) => files.push(Arc::clone(path)),
                None => {
                    let files = vec![Arc::clone(path)];
                    modules.in_folder.insert(folder.into(), files);
                }
            }
        }
        modules
    }

    /// With the files that are read as scripts of their own: what they send when they are imported is
    /// told there, once, and not again in each script that imports them.
    pub fn with_scripts<'f>(mut self, files: impl IntoIterator<Item = &'f str>) -> Self {
        self.discovered = files.into_iter().map(Arc::from).collect();
        self
    }

    fn add(&mut self, path: &str) {
        let (mut folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_python = name.ends_with(".py");
        if let Some(stem) = name.strip_suffix(".py") {
            self.hold(stem, folder);
        }
        // A folder with Python somewhere in it is a package of its parent.
        while !folder.is_empty() {
            self.folders.insert(folder.into());
            let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
            if is_python {
                self.hold(name, above);
            }
            folder = above;
        }
    }

    fn hold(&mut self, name: &str, folder: &str) {
        let holders = self.holders.entry(name.to_owned()).or_default();
        holders.insert(folder.into());
    }

    /// A script, read to its last line.
    pub fn parsed_source(&self, source: &Source) -> Arc<Parsed> {
        let parsed = Arc::new(python::parse(&source.text, &source.file));
        let script = (Arc::clone(&source.file), Arc::clone(&parsed));
        self.scripts().extend([script]);
        parsed
    }

    /// Lets go of a script. It is parsed anew if it must be.
    pub fn forget(&self, file: &str) {
        self.scripts().remove(file);
    }

    fn scripts(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Arc<Parsed>>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cell(&self, file: &Arc<str>) -> Cell {
        Arc::clone(self.cells().entry(Arc::clone(file)).or_default())
    }

    fn cells(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Cell>> {
        self.parsed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl eval::Estate for Modules<'_> {
    fn is_script(&self, file: &str) -> bool {
        self.discovered.contains(file)
    }

    fn module(&self, file: &str) -> Option<Arc<Module>> {
        if let Some(script) = self.scripts().get(file) {
            return Some(Arc::clone(&script.module));
        }
        let file = self.paths.get(file)?;
        let parse = || {
            let source = self.files.read(file).ok()?;
            Some(python::parse_outline(&source.text, file))
        };
        self.cell(file).get_or_init(parse).clone()
    }

    fn text(&self, file: &str) -> Option<Arc<str>> {
        self.paths.get(file)?;
        Some(self.files.read(file).ok()?.text)
    }

    fn is_file(&self, file: &str) -> bool {
        self.paths.contains(file)
    }

    fn is_folder(&self, folder: &str) -> bool {
        self.folders.contains(folder)
    }

    fn list(&self, folder: &str) -> Vec<Arc<str>> {
        self.in_folder.get(folder).cloned().unwrap_or_default()
    }

    fn folders_with(&self, name: &str) -> Vec<Arc<str>> {
        let holders = self.holders.get(name);
        holders.into_iter().flatten().cloned().collect()
    }

    fn python_files(&self) -> Vec<Arc<str>> {
        let python = self.paths.iter().filter(|path| path.ends_with(".py"));
        python.cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Estate;
    use crate::source::MemoryFiles;

    fn texts(paths: Vec<Arc<str>>) -> Vec<String> {
        paths.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_are_found_where_they_can_be_imported_from() {
        let files = MemoryFiles::new()
            .with("app/core/db.py", "x = 1")
            .with("app/db.py", "")
            .with("app/sql/a.sql", "SELECT 1");
        let paths: Vec<String> = files.names().map(str::to_owned).collect();
        let modules = Modules::new(&files, &paths);
        assert_eq!(texts(modules.folders_with("db")), ["app", "app/core"]);
        assert_eq!(texts(modules.folders_with("core")), ["app"]);
        assert_eq!(texts(modules.folders_with("app")), [""]);
        assert!(modules.folders_with("sql").is_empty());
        assert_eq!(texts(modules.list("app")), ["app/db.py"]);
        assert!(modules.is_folder("app/sql") && !modules.is_folder("sql"));
        assert!(modules.module("app/core/db.py").is_some());
        assert!(modules.module("other.py").is_none());
    }
}
