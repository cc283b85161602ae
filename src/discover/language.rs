//! A file's language, by its name and then by its text: fixes get renamed away (`fix.py.bak`,
//! `database.py.enum_fix_backup`), scripts have no extension, and a `.sql` file may be Python.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::ScriptLanguage;
use crate::source::pattern;

/// What a file's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Script(ScriptLanguage),
    /// The text must say.
    Unknown,
    /// No script, whatever is in it.
    Other,
}

/// Extensions of files that hold no script, also behind a script's own (`fix.sql.gz`,
/// `env.py.mako`).
const OTHER: &[&str] = &[
    "7z",
    "avif",
    "bmp",
    "bz2",
    "c",
    "cfg",
    "class",
    "coffee",
    "conf",
    "cpp",
    "cs",
    "css",
    "csv",
    "dart",
    "diff",
    "dist",
    "dll",
    "doc",
    "docx",
    "dump",
    "dylib",
    "ejs",
    "enc",
    "env",
    "eot",
    "erb",
    "example",
    "exe",
    "flake8",
    "gif",
    "gitignore",
    "gitkeep",
    "go",
    "gpg",
    "gradle",
    "gz",
    "h",
    "hbs",
    "htm",
    "html",
    "ico",
    "in",
    "ini",
    "ipynb",
    "j2",
    "jar",
    "java",
    "jinja",
    "jinja2",
    "jpeg",
    "jpg",
    "js",
    "json",
    "json5",
    "jsonl",
    "jsx",
    "kt",
    "less",
    "lock",
    "log",
    "lua",
    "m",
    "mako",
    "map",
    "md",
    "mdx",
    "mjs",
    "mp3",
    "mp4",
    "out",
    "parquet",
    "patch",
    "pdf",
    "pem",
    "php",
    "pkl",
    "plist",
    "png",
    "po",
    "prisma",
    "proto",
    "ps1",
    "pyc",
    "pyd",
    "pyi",
    "pyo",
    "r",
    "rb",
    "rs",
    "rst",
    "sample",
    "sass",
    "scala",
    "scss",
    "snap",
    "so",
    "sqlite",
    "sqlite3",
    "svg",
    "swift",
    "swp",
    "tar",
    "template",
    "tf",
    "tgz",
    "tmpl",
    "toml",
    "tpl",
    "ts",
    "tsbuildinfo",
    "tsx",
    "ttf",
    "vue",
    "wasm",
    "wav",
    "webm",
    "webp",
    "whl",
    "woff",
    "woff2",
    "xls",
    "xlsx",
    "xml",
    "xz",
    "yaml",
    "yml",
    "zip",
    "zst",
    "db",
    "bin",
    "dat",
    "cjs",
    "bat",
    "cmd",
    "parq",
];

/// Extensions that say nothing: they matter only behind a script's own.
const TEXT: &[&str] = &["txt", "text"];

pub(super) fn by_name(path: &str) -> Named {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.trim_end_matches('~').to_ascii_lowercase();
    let mut is_text = false;
    for extension in name
        .split('.')
        .skip(1)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
    {
        if let Some(language) = by_extension(extension) {
            return Named::Script(language);
        }
        if OTHER.contains(&extension) {
            return Named::Other;
        }
        is_text |= TEXT.contains(&extension);
    }
    match is_text || NEVER.contains(&name.as_str()) {
        true => Named::Other,
        false => Named::Unknown,
    }
}

/// Files without an extension that are well known.
const NEVER: &[&str] = &[
    "license",
    "licence",
    "readme",
    "makefile",
    "dockerfile",
    "procfile",
    "changelog",
    "authors",
    "notice",
    "copying",
    "codeowners",
    "gemfile",
    "pipfile",
    "vagrantfile",
    "jenkinsfile",
];

fn by_extension(extension: &str) -> Option<ScriptLanguage> {
    match extension {
        "py" | "pyw" | "py3" => Some(ScriptLanguage::Python),
        "sql" | "psql" | "pgsql" | "ddl" => Some(ScriptLanguage::Sql),
        "sh" | "bash" | "zsh" | "ksh" => Some(ScriptLanguage::Shell),
        _ => None,
    }
}

/// The language of a text; `None` where it is no script.
pub(super) fn of_text(named: Named, text: &str) -> Option<ScriptLanguage> {
    match named {
        Named::Other => None,
        Named::Script(ScriptLanguage::Sql) => match looks_like_python(text) {
            true => Some(ScriptLanguage::Python),
            false => Some(ScriptLanguage::Sql),
        },
        Named::Script(language) => Some(language),
        Named::Unknown => shebang(text).or_else(|| by_content(text)),
    }
}

fn shebang(text: &str) -> Option<ScriptLanguage> {
    let line = text.strip_prefix("#!")?.split('\n').next()?;
    let program = line
        .split_whitespace()
        .flat_map(|word| word.rsplit('/').next())
        .find(|word| !matches!(*word, "env") && !word.starts_with('-'))?;
    match program.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.') {
        "python" | "pypy" => Some(ScriptLanguage::Python),
        "sh" | "bash" | "dash" | "zsh" | "ksh" | "ash" => Some(ScriptLanguage::Shell),
        "psql" => Some(ScriptLanguage::Sql),
        _ => None,
    }
}

fn by_content(text: &str) -> Option<ScriptLanguage> {
    if PYTHON_LINE.find_iter(text).nth(1).is_some() && looks_like_python(text) {
        return Some(ScriptLanguage::Python);
    }
    let first = significant_lines(text, &["--", "\\"]).next()?;
    (SQL_START.is_match(first) && text.contains(';')).then_some(ScriptLanguage::Sql)
}

static PYTHON_LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?m)^(import [\w.]+( as \w+)?$|from [\w.]+ import |def \w+\(.*|class \w+[(:].*)")
});

static PYTHON_START: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^([rbfu]{0,2}("""|''')|import [\w., ]+|from [\w.]+ import\b|(async )?def \w+\(|class \w+[(:]|@\w|print\(|if __name__|\w+(: *[\w\[\], .]+)? *= *[rbfu]{0,2}("|'|\[|\{|\(|[\w.]+\())"#,
    )
});

static SQL_START: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(BEGIN|START TRANSACTION|CREATE|ALTER|DROP|INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|DO \$|GRANT|REVOKE|COMMENT ON|SET|WITH)\b",
    )
});

/// Whether the first line that says something is Python's. PostgreSQL has no `#` comments, and no
/// statement of it begins like these.
fn looks_like_python(text: &str) -> bool {
    significant_lines(text, &["#"])
        .next()
        .is_some_and(|line| PYTHON_START.is_match(line))
}

fn significant_lines<'a>(text: &'a str, comments: &'a [&str]) -> impl Iterator<Item = &'a str> {
    text.split('\n')
        .map(str::trim)
        .filter(|line| !line.is_empty() && !comments.iter().any(|mark| line.starts_with(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_language() {
        use ScriptLanguage::{Python, Shell, Sql};
        for (name, expected) in [
            ("fix.py", Named::Script(Python)),
            ("a/database.py.enum_fix_backup", Named::Script(Python)),
            ("fix.py.bak", Named::Script(Python)),
            ("fix.py~", Named::Script(Python)),
            ("fix.sql.txt", Named::Script(Sql)),
            ("v1.2.sql", Named::Script(Sql)),
            ("fix.SQL", Named::Script(Sql)),
            ("run.sh", Named::Script(Shell)),
            ("script.py.mako", Named::Other),
            ("dump.sql.gz", Named::Other),
            ("notes.txt", Named::Other),
            ("fix_prod", Named::Unknown),
            ("config.production", Named::Unknown),
        ] {
            assert_eq!(by_name(name), expected, "{name}");
        }
    }

    #[test]
    fn texts_say_the_language() {
        use ScriptLanguage::{Python, Shell, Sql};
        let sql = Named::Script(Sql);
        for (named, text, expected) in [
            (sql, "-- fix\nCREATE TABLE a (b int);", Some(Sql)),
            (sql, "\"\"\"\nSQL\n\"\"\"\nX = 1\n", Some(Python)),
            (sql, "# run me\nimport psycopg2\n", Some(Python)),
            (sql, "\\set x 1\nSELECT 1;", Some(Sql)),
            (Named::Unknown, "#!/usr/bin/env python3\nx", Some(Python)),
            (Named::Unknown, "#!/bin/bash -e\nx", Some(Shell)),
            (Named::Unknown, "import os\nimport sys\n", Some(Python)),
            (
                Named::Unknown,
                "-- a\nALTER TABLE a ADD b int;\n",
                Some(Sql),
            ),
            (Named::Unknown, "SET a few things right\n", None),
            (Named::Unknown, "KEY=value\nOTHER=1\n", None),
        ] {
            assert_eq!(of_text(named, text), expected, "{text}");
        }
    }
}
