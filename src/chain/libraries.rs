//! Which versions of SQLAlchemy and Alembic the estate runs with, as its requirements say.

use std::sync::LazyLock;

use regex::Regex;

use crate::source::Files;

/// Major, minor, patch.
pub type Version = [u32; 3];

/// The newest version of each that the requirements allow; `None` where they set no bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Libraries {
    pub sqlalchemy: Option<Version>,
    pub alembic: Option<Version>,
}

/// Files that pin versions, the most exact first.
const LOCK_FILES: &[&str] = &["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"];
const DECLARATIONS: &[&str] = &["pyproject.toml", "Pipfile", "setup.cfg", "setup.py"];

impl Libraries {
    /// Reads the requirements nearest to `folder`: its own, else those of the folders above.
    pub(super) fn read(files: &dyn Files, folder: &str) -> Self {
        let mut found = Self::default();
        let mut folder = folder;
        loop {
            for file in requirement_files(files, folder) {
                if let Ok(source) = files.read(&file) {
                    let name = file.rsplit('/').next().unwrap_or(&file);
                    let version = |library| version_in(&source.text, name, library);
                    found.sqlalchemy = found.sqlalchemy.or_else(|| version("sqlalchemy"));
                    found.alembic = found.alembic.or_else(|| version("alembic"));
                }
            }
            if folder.is_empty() || found.sqlalchemy.is_some() && found.alembic.is_some() {
                return found;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// SQLAlchemy before 2.0: texts need no `text()`, connections commit by themselves.
    pub fn is_sqlalchemy_1(&self) -> bool {
        self.sqlalchemy.is_some_and(|version| version[0] < 2)
    }
}

fn requirement_files(files: &dyn Files, folder: &str) -> Vec<String> {
    let inside = |name: &str| match folder.is_empty() {
        true => name.to_owned(),
        false => format!("{folder}/{name}"),
    };
    let entries = files.list(folder);
    let there = |names: &[&'static str]| -> Vec<String> {
        let known = names
            .iter()
            .filter(|name| entries.iter().any(|entry| entry == *name));
        known.map(|name| (*name).to_owned()).collect()
    };
    let mut names = there(LOCK_FILES);
    let is_requirements = |name: &str| name.contains("requirements") && name.ends_with(".txt");
    names.extend(entries.iter().filter(|name| is_requirements(name)).cloned());
    if entries.iter().any(|entry| entry == "requirements/") {
        let inner = files.list(&inside("requirements"));
        let texts = inner.iter().filter(|name| name.ends_with(".txt"));
        names.extend(texts.map(|name| format!("requirements/{name}")));
    }
    names.extend(there(DECLARATIONS));
    names.iter().map(|name| inside(name)).collect()
}

/// `name = "alembic"` and on the next line `version = "1.2.3"`, or JSON with `"==1.2.3"`.
static LOCKED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = r#"(?is)(?:^name = "(NAME)"\s*\nversion = "|"(NAME)":\s*\{[^{}]*?"version":\s*"==)([0-9][0-9.]*)"#;
    Regex::new(&format!("(?m){}", pattern.replace("NAME", "[a-z0-9_.-]+"))).ok()
});

/// A requirement with its conditions: `SQLAlchemy[asyncio]>=1.4,<2.0`, `alembic = "^1.8"`.
static REQUIRED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = r#"(?im)(?:^|["'\s])([a-z0-9_.-]+)(?:\[[^\]]*\])?["']?\s*(?:=\s*(?:\{\s*version\s*=\s*)?["'])?\s*((?:[~^<>=!]=?=?\s*[0-9][0-9a-z.*]*\s*,?\s*)+)"#;
    Regex::new(pattern).ok()
});

fn version_in(text: &str, file: &str, library: &str) -> Option<Version> {
    let is_lock = LOCK_FILES.contains(&file);
    let pattern = if is_lock {
        LOCKED.as_ref()
    } else {
        REQUIRED.as_ref()
    }?;
    pattern.captures_iter(text).find_map(|found| {
        let name = found.get(1).or_else(|| found.get(2))?.as_str();
        if !name.eq_ignore_ascii_case(library) {
            return None;
        }
        match is_lock {
            true => parsed(found.get(3)?.as_str()),
            false => newest(found.get(2)?.as_str()),
        }
    })
}

fn parsed(text: &str) -> Option<Version> {
    let mut version = [0; 3];
    for (index, part) in text.split('.').take(3).enumerate() {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        version[index] = digits.parse().ok()?;
    }
    Some(version)
}

/// The newest version that the conditions allow, where they set a bound.
fn newest(conditions: &str) -> Option<Version> {
    conditions.split(',').find_map(|condition| {
        let condition = condition.trim();
        let at = condition.find(|c: char| c.is_ascii_digit())?;
        let (operator, number) = condition.split_at(at);
        let bound = number.trim_end_matches(['.', '*']).trim_end_matches('.');
        let version = parsed(bound)?;
        let parts = bound.split('.').count();
        match operator.trim() {
            "==" | "===" if number.ends_with('*') => Some(filled(version, parts)),
            "==" | "===" | "<=" | "=" => Some(version),
            "<" => Some(below(version)),
            "~=" => Some(filled(version, parts.saturating_sub(1).max(1))),
            "~" => Some(filled(version, parts.min(2))),
            "^" => Some(filled(version, 1)),
            _ => None,
        }
    })
}

/// The last version that begins with the first `kept` numbers.
fn filled(mut version: Version, kept: usize) -> Version {
    for number in version.iter_mut().skip(kept) {
        *number = u32::MAX;
    }
    version
}

fn below(version: Version) -> Version {
    match version {
        [major, 0, 0] => [major.saturating_sub(1), u32::MAX, u32::MAX],
        [major, minor, 0] => [major, minor - 1, u32::MAX],
        [major, minor, patch] => [major, minor, patch - 1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: u32 = u32::MAX;

    #[test]
    fn requirements_bound_versions() {
        let cases = [
            ("SQLAlchemy==1.3.2  # comment\n", Some([1, 3, 2])),
            ("sqlalchemy[asyncio]>=1.4,<2.0\n", Some([1, MAX, MAX])),
            ("sqlalchemy>=2.0.0\n", None),
            ("sqlalchemy\n", None),
            ("sqlalchemy~=1.4\n", Some([1, MAX, MAX])),
            ("sqlalchemy == 1.4.*\n", Some([1, 4, MAX])),
            ("Flask-SQLAlchemy==2.5.1\nsqlalchemy-utils==0.1\n", None),
        ];
        for (text, expected) in cases {
            assert_eq!(
                version_in(text, "requirements.txt", "sqlalchemy"),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn declarations_and_locks_are_read() {
        let poetry = "[tool.poetry.dependencies]\nalembic = \"^1.8.1\"\nx = 1\n";
        assert_eq!(
            version_in(poetry, "pyproject.toml", "alembic"),
            Some([1, MAX, MAX])
        );
        let table = "alembic = { version = \"==1.9.2\", optional = true }\n";
        assert_eq!(
            version_in(table, "pyproject.toml", "alembic"),
            Some([1, 9, 2])
        );
        let list = "dependencies = [\n  \"alembic>=1.8,<1.12\",\n]\n";
        assert_eq!(
            version_in(list, "pyproject.toml", "alembic"),
            Some([1, 11, MAX])
        );
        let lock = "[[package]]\nname = \"alembic\"\nversion = \"1.13.1\"\n";
        assert_eq!(version_in(lock, "poetry.lock", "alembic"), Some([1, 13, 1]));
        let pipfile =
            "{\"default\": {\"alembic\": {\"hashes\": [\"x\"], \"version\": \"==1.7.7\"}}}";
        assert_eq!(
            version_in(pipfile, "Pipfile.lock", "alembic"),
            Some([1, 7, 7])
        );
    }
}
