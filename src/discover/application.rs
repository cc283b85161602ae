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
        let read = python.map(|each| {
            let is_part = !is_script_folder(name(parent(each.file())));
            (is_part, imports(&each.source.text).collect::<Vec<_>>())
        });
        let read: Vec<(bool, Vec<Import<'_>>)> = read.collect();
        let imports = read.iter().flat_map(|(_, imports)| imports);
        let of_parts = read.iter().filter(|(is_part, _)| *is_part);
        let of_parts = of_parts.flat_map(|(_, imports)| imports);
        Self {
            packages: packages.map(|path| parent(path).to_owned()).collect(),
            imported_from: of_parts.flat_map(Import::pairs).collect(),
            imported: imports.flat_map(Import::words).map(str::to_owned).collect(),
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

/// A `__main__` block, or calls outside of functions that connect to something, change it or run a
/// `main`.
pub(super) fn runs_by_itself(candidate: &Candidate) -> bool {
    let text = &candidate.source.text;
    candidate.language == ScriptLanguage::Python
        && (RUNS_BY_ITSELF.is_match(text) || works_outside_functions(text))
}

/// `try: cursor.execute(...)` at the margin: the module works as soon as it is loaded.
fn works_outside_functions(text: &str) -> bool {
    let mut in_definition = false;
    let mut in_text = false;
    for line in text.lines() {
        let was_in_text = in_text;
        let quotes = triple_quotes(line, b'"') + triple_quotes(line, b'\'');
        in_text ^= quotes % 2 == 1;
        if was_in_text {
            continue;
        }
        if !line.starts_with([' ', '\t', '#', ')', ']', '}']) && !line.is_empty() {
            in_definition = DEFINITIONS.iter().any(|word| line.starts_with(word));
        }
        if !in_definition && WORKS.is_match(line) {
            return true;
        }
    }
    false
}

/// How many there are of `"""`, or of `'''`.
fn triple_quotes(line: &str, quote: u8) -> usize {
    let mut rest = line.as_bytes();
    let mut count = 0;
    while let Some(at) = memchr::memchr(quote, rest) {
        let is_triple = rest[at..].starts_with(&[quote; 3]);
        count += usize::from(is_triple);
        rest = &rest[at + if is_triple { 3 } else { 1 }..];
    }
    count
}

const DEFINITIONS: &[&str] = &["def ", "async def ", "class ", "@"];

/// `from app.core import database, x as y`: a module, where one is named, and the names.
#[derive(Debug, Clone, Copy)]
struct Import<'t> {
    from: &'t str,
    names: &'t str,
}

impl<'t> Import<'t> {
    fn of_line(line: &'t str) -> Option<Self> {
        let line = line.trim_start_matches(BLANKS);
        let (from, rest) = match after_word(line, "from") {
            Some(rest) => rest.split_once(BLANKS)?,
            None => ("", line),
        };
        let names = after_word(rest.trim_start_matches(BLANKS), "import")?;
        Some(Self {
            from,
            names: names.strip_prefix('(').unwrap_or(names),
        })
    }

    /// The names as they are where they come from: `x` of `x as y`.
    fn names(self) -> impl Iterator<Item = &'t str> {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "_., \t".contains(letter);
        let end = self.names.find(|letter| !is_part(letter));
        let names = &self.names[..end.unwrap_or(self.names.len())];
        let names = names.split(',');
        names.filter_map(|each| each.split_whitespace().next())
    }

    /// The last words of all modules that this may name.
    fn words(&self) -> impl Iterator<Item = &'t str> {
        let last = |path: &'t str| path.rsplit('.').next().unwrap_or(path);
        std::iter::once(last(self.from)).chain(self.names().map(last))
    }

    /// `from app.core import database` names `app.core`, if that is a module, and `core.database`.
    fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        let pair = |folder: &str, module: &str| {
            let folder = folder.rsplit('.').next().unwrap_or(folder);
            (folder.to_owned(), module.to_owned())
        };
        let of_names = self.names().map(move |name| match name.rsplit_once('.') {
            Some((folder, module)) => pair(folder, module),
            None => pair(self.from, name),
        });
        let of_module = self.from.rsplit_once('.');
        of_names.chain(of_module.map(move |(folder, module)| pair(folder, module)))
    }
}

const BLANKS: [char; 2] = [' ', '\t'];

fn after_word<'t>(line: &'t str, word: &str) -> Option<&'t str> {
    let rest = line.strip_prefix(word)?;
    let bare = rest.trim_start_matches(BLANKS);
    (bare.len() < rest.len()).then_some(bare)
}

fn imports(text: &str) -> impl Iterator<Item = Import<'_>> {
    let mut looked_at = 0;
    let words = memchr::memmem::find_iter(text.as_bytes(), "import");
    words.filter_map(move |at| {
        // One line may have the word twice.
        let before = text.get(looked_at..at)?;
        let start = before
            .rfind('\n')
            .map_or(looked_at, |end| looked_at + end + 1);
        let rest = &text[at..];
        looked_at = at + rest.find('\n').map_or(rest.len(), |end| end + 1);
        Import::of_line(&text[start..looked_at])
    })
}

static RUNS_BY_ITSELF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?m)^(if\s+__name__\s*==|asyncio\.run\(|main\(|run\(|django\.setup\(|with .*(connect|engine|cursor|Session|app_context).*:)"#,
    )
});

/// Something is sent or saved.
static WORKS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\.(execute|executemany|executescript|commit|add_all|create_all|drop_all)\(")
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
        let imports: Vec<Import<'_>> = imports(text).collect();
        let words: Vec<&str> = imports.iter().flat_map(Import::words).collect();
        for word in ["core", "database", "x", "c", "d", "e"] {
            assert!(words.contains(&word), "{word} of {words:?}");
        }
    }
}
