//! Which Python files belong to an application, and which are run by people.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use rayon::prelude::*;
use regex::Regex;

use super::Candidate;
use super::folder::{folders, is_script_folder, join, name, parent};
use crate::model::ScriptLanguage;
use crate::source::pattern;

pub(super) struct Applications {
    /// Folders with an `__init__.py`.
    packages: BTreeSet<String>,
    /// The last words of all modules that are imported somewhere.
    imported: BTreeSet<String>,
    /// The last two words of each: folder and module.
    imported_from: BTreeSet<(String, String)>,
}

impl Applications {
    pub(super) fn find(paths: &[String], candidates: &[Candidate]) -> Self {
        let packages = paths.iter().filter(|path| name(path) == "__init__.py");
        let python = candidates
            .par_iter()
            .filter(|candidate| candidate.language == ScriptLanguage::Python);
        let is_part = |each: &&Candidate| !is_script_folder(name(parent(each.file())));
        Self {
            imported_from: python
                .clone()
                .filter(is_part)
                .flat_map_iter(|each| imported_pairs(&each.source.text))
                .collect(),
            packages: packages.map(|path| parent(path).to_owned()).collect(),
            imported: python
                .flat_map_iter(|each| imported_words(&each.source.text))
                .collect(),
        }
    }

    /// Whether the file is part of an application, and not a program that merely stands there.
    pub(super) fn holds(&self, candidate: &Candidate) -> bool {
        let file = candidate.file();
        if self.is_in_package(file) {
            return !self.is_program(candidate);
        }
        let is_part = IS_WEB.is_match(&candidate.source.text) || self.is_in_namespace(file);
        name(file) == "__init__.py" || is_part && !runs_by_itself(candidate)
    }

    /// In a folder without an `__init__.py` that others import it from all the same, and a thing by its
    /// name.
    fn is_in_namespace(&self, file: &str) -> bool {
        let stem = name(file).split('.').next().unwrap_or_default();
        let folder = name(parent(file));
        let pair = (folder.to_owned(), stem.to_owned());
        let is_imported = !folder.is_empty() && self.imported_from.contains(&pair);
        is_imported && !is_named_for_deed(stem) && !folders(file).any(is_script_folder)
    }

    /// In a package, and in no folder of scripts inside of it.
    fn is_in_package(&self, file: &str) -> bool {
        let mut folder = String::new();
        let mut in_package = false;
        for name in folders(file) {
            folder = join(&folder, name);
            in_package |= self.packages.contains(&folder);
            if is_script_folder(name) {
                return false;
            }
        }
        in_package
    }

    /// Run by itself, works on a database, serves nobody, and is either used by nobody else or named
    /// for what it does.
    fn is_program(&self, candidate: &Candidate) -> bool {
        let text = &candidate.source.text;
        let stem = name(candidate.file()).split('.').next().unwrap_or_default();
        runs_by_itself(candidate)
            && TOUCHES_DATABASE.is_match(text)
            && !IS_WEB.is_match(text)
            && (is_named_for_deed(stem) || !self.imported.contains(stem))
    }
}

/// `fix_roles`, `init_db`, `create_admin`: a deed, not a thing.
fn is_named_for_deed(stem: &str) -> bool {
    const VERBS: &[&str] = &[
        "add",
        "apply",
        "backfill",
        "bootstrap",
        "clean",
        "cleanup",
        "clear",
        "convert",
        "create",
        "delete",
        "deploy",
        "drop",
        "emergency",
        "ensure",
        "execute",
        "fix",
        "generate",
        "grant",
        "import",
        "init",
        "initialize",
        "insert",
        "load",
        "make",
        "manual",
        "migrate",
        "patch",
        "populate",
        "promote",
        "purge",
        "rebuild",
        "remove",
        "repair",
        "reset",
        "restore",
        "run",
        "seed",
        "set",
        "setup",
        "stamp",
        "sync",
        "update",
        "upgrade",
    ];
    let first = stem.split(['_', '-']).next().unwrap_or_default();
    VERBS.contains(&first.to_ascii_lowercase().as_str())
}

/// A `__main__` block, or calls at the margin that connect to something or run a `main`.
pub(super) fn runs_by_itself(candidate: &Candidate) -> bool {
    candidate.language == ScriptLanguage::Python && RUNS_BY_ITSELF.is_match(&candidate.source.text)
}

fn imported_words(text: &str) -> impl Iterator<Item = String> {
    imports(text).flat_map(|found| {
        let from = found.get(1).map_or("", |part| part.as_str());
        let names = found.get(2).map_or("", |part| part.as_str());
        let last = from.rsplit('.').next().unwrap_or_default().to_owned();
        let names = names.split(',').filter_map(|each| {
            let word = each.split_whitespace().next()?;
            Some(word.rsplit('.').next().unwrap_or(word).to_owned())
        });
        std::iter::once(last).chain(names.collect::<Vec<_>>())
    })
}

/// `from app.core import database` names `app.core`, if that is a module, and `core.database`.
fn imported_pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    imports(text).flat_map(|found| {
        let from = found.get(1).map_or("", |part| part.as_str());
        let names = found.get(2).map_or("", |part| part.as_str());
        let names = names
            .split(',')
            .filter_map(|each| each.split_whitespace().next());
        let whole = names.map(|name| format!("{from}.{name}"));
        let paths: Vec<String> = whole.chain(std::iter::once(from.to_owned())).collect();
        paths.into_iter().filter_map(|path| {
            let (folder, module) = path.rsplit_once('.')?;
            let folder = folder.rsplit('.').next().unwrap_or(folder);
            Some((folder.to_owned(), module.to_owned()))
        })
    })
}

/// Line by line: a search through the whole text would try the pattern at every line.
fn imports(text: &str) -> impl Iterator<Item = regex::Captures<'_>> {
    let lines = text.split('\n').filter(|line| {
        let line = line.trim_start_matches([' ', '\t']);
        line.starts_with("from") || line.starts_with("import")
    });
    lines.filter_map(|line| IMPORT.captures(line))
}

static IMPORT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+)?import[ \t]+\(?([\w., \t]+)"));

static RUNS_BY_ITSELF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?m)^(if\s+__name__\s*==|asyncio\.run\(|main\(|run\(|django\.setup\(|(cur|cursor|conn|connection|session)\.(execute|commit)\(|with .*(connect|engine|cursor|Session|app_context).*:)"#,
    )
});

/// A web application's entry, or a module of routes. A script that only wants the application's
/// context makes an application too, but serves nothing.
static IS_WEB: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(APIRouter|Blueprint)\(|get_[aw]sgi_application|uvicorn\.run\(|\bapp\.run\(|\.include_router\(|(?m)^\s*@\w+\.(route|get|post|put|patch|delete)\(",
    )
});

static TOUCHES_DATABASE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)execute|connect\(|commit\(|cursor|engine|session|create_all|alembic|psql|subprocess|\.sql\b|requests\.|\.objects\.|\.save\(",
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_told_by_their_last_words() {
        let text = "from app.core import database, x as y\nimport a.b.c\n  from .d import (e,\n";
        let words: Vec<String> = imported_words(text).collect();
        for word in ["core", "database", "x", "c", "d", "e"] {
            assert!(words.iter().any(|each| each == word), "{word} of {words:?}");
        }
    }
}
