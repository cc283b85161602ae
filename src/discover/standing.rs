//! Whether a file counts as a script: everything that could change a database outside of the chain,
//! but not the chain itself, tests, copies, dumps, and the daily work of the application.

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

use super::Candidate;
use super::application::Applications;
use super::chain::{ChainFormat, ChainLocation, Decoy};
use super::copies::Copies;
use super::folder::{folders, is_test, is_within, name, parent};
use crate::model::ScriptLanguage;
use crate::source::pattern;

/// In what capacity a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is there to be run: all its effects count.
    Script,
    /// Part of an application. Rows that it writes through its models are its daily work; what
    /// counts is SQL of its own and schema changes.
    Application,
}

/// Why a file in a script's language is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOutReason {
    Test,
    /// Part of the chain at this root.
    Migration(String),
    /// Part of a decoy at this root.
    Decoy(String),
    /// In this backup folder.
    Backup(String),
    /// Written by pg_dump.
    Dump,
    /// Application code without SQL of its own.
    Application,
}

impl fmt::Display for LeftOutReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Test => formatter.write_str("a test"),
            Self::Migration(root) if root.is_empty() => formatter.write_str("part of the chain"),
            Self::Migration(root) => write!(formatter, "part of the chain `{root}`"),
            Self::Decoy(root) => write!(formatter, "part of `{root}`, which is no chain"),
            Self::Backup(folder) => write!(formatter, "in the backup `{folder}`"),
            Self::Dump => formatter.write_str("a dump of a database"),
            Self::Application => formatter.write_str("application code without SQL of its own"),
        }
    }
}

/// What is known of the estate when a file is judged.
pub(super) struct Judge<'a> {
    chains: &'a [ChainLocation],
    decoys: &'a [Decoy],
    copies: Copies,
    applications: Applications,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        paths: &[String],
        candidates: &[Candidate],
        chains: &'a [ChainLocation],
        decoys: &'a [Decoy],
    ) -> Self {
        let scripts: Vec<&str> = candidates.iter().map(Candidate::file).collect();
        let (copies, applications) = rayon::join(
            || Copies::find(paths, &scripts),
            || Applications::find(paths, candidates),
        );
        Self {
            chains,
            decoys,
            copies,
            applications,
        }
    }

    pub(super) fn verdict(&self, candidate: &Candidate) -> Result<Standing, LeftOutReason> {
        let file = candidate.file();
        if let Some(chain) = self
            .chains
            .iter()
            .find(|chain| is_of_chain(chain, candidate))
        {
            return Err(LeftOutReason::Migration(chain.root.clone()));
        }
        if let Some(backup) = self.copies.backup_of(file) {
            return Err(LeftOutReason::Backup(backup.to_owned()));
        }
        if let Some(decoy) = self.decoys.iter().find(|decoy| is_of_decoy(decoy, file)) {
            return Err(LeftOutReason::Decoy(decoy.root.clone()));
        }
        if folders(file).any(is_test) || name(file) == "conftest.py" {
            return Err(LeftOutReason::Test);
        }
        match candidate.language {
            ScriptLanguage::Python => self.python(candidate),
            ScriptLanguage::Sql if is_dump(&candidate.source.text) => Err(LeftOutReason::Dump),
            ScriptLanguage::Sql | ScriptLanguage::Shell => Ok(Standing::Script),
        }
    }

    fn python(&self, candidate: &Candidate) -> Result<Standing, LeftOutReason> {
        if !self.applications.holds(candidate) {
            return Ok(Standing::Script);
        }
        let text = &candidate.source.text;
        let is_emergency = || EMERGENCY.is_match(text) && WRITES_ROWS.is_match(text);
        match CHANGES_SCHEMA.is_match(text) || is_emergency() {
            true => Ok(Standing::Application),
            false => Err(LeftOutReason::Application),
        }
    }
}

/// Alembic's folder holds its environment and helpers too; a program of its own in there is a
/// script all the same.
fn is_of_chain(chain: &ChainLocation, candidate: &Candidate) -> bool {
    let file = candidate.file();
    let is_revision = || chain.files.iter().any(|each| each == file);
    match chain.format {
        ChainFormat::Alembic => {
            let is_version = chain
                .version_folders
                .iter()
                .any(|folder| parent(file) == folder);
            let is_inside = !chain.root.is_empty() && is_within(file, &chain.root);
            is_version
                || is_revision()
                || is_inside && !super::application::runs_by_itself(candidate)
        }
        ChainFormat::Django => chain
            .version_folders
            .iter()
            .any(|folder| parent(file) == folder),
        ChainFormat::Supabase
        | ChainFormat::Flyway
        | ChainFormat::Prisma
        | ChainFormat::UpDown
        | ChainFormat::PlainSql => is_revision(),
    }
}

fn is_of_decoy(decoy: &Decoy, file: &str) -> bool {
    decoy.files.iter().any(|each| each == file)
        || decoy.format == ChainFormat::Alembic
            && !decoy.root.is_empty()
            && is_within(file, &decoy.root)
}

fn is_dump(text: &str) -> bool {
    let head = text.split('\n').take(20);
    head.into_iter()
        .any(|line| line.starts_with("-- PostgreSQL database dump"))
}

static CHANGES_SCHEMA: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)\b(create|alter|drop)\s+(table|type|(unique\s+)?index|schema|sequence|(materialized\s+)?view|trigger|policy|extension)\s+["\w{]|\.create_all\s*\(|\.drop_all\s*\("#,
    )
});

static WRITES_ROWS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)\binsert\s+into\s+["\w{]|\bdelete\s+from\s+["\w{]|\bupdate\s+["\w.{}]+\s+set\s|\btruncate\s"#,
    )
});

static EMERGENCY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)emergency|hot-?fix|repair|backfill|one-?off|quick.?fix|fix-production|make-admin|super-?admin-setup",
    )
});
