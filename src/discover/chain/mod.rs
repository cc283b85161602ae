//! Finds migration chains: one file a format, each of which names the folders that look like its
//! own. Which of them are chains and which are decoys (backups, copies, examples) is decided here,
//! for all formats alike.

mod alembic;
mod alembic_config;
mod django;
mod flyway;
mod plain;
mod prisma;
mod rank;
mod supabase;
mod up_down;

use std::fmt;

use super::Candidate;
use super::folder::is_within;
use crate::config::Settings;
use crate::model::Diagnostic;
use crate::source::Files;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChainFormat {
    Alembic,
    /// One chain for the project; every application has a `migrations` package of its own.
    Django,
    /// `supabase/migrations/<timestamp>_<name>.sql`.
    Supabase,
    /// `V<version>__<name>.sql`, `U…`, `R__…`.
    Flyway,
    /// `prisma/migrations/<timestamp>_<name>/migration.sql`.
    Prisma,
    /// A file or a part of one for each direction: Diesel, golang-migrate, sqlx, dbmate, goose.
    UpDown,
    /// Numbered SQL files.
    PlainSql,
}

impl ChainFormat {
    pub const ALL: &'static [ChainFormat] = &[
        Self::Alembic,
        Self::Django,
        Self::Supabase,
        Self::Flyway,
        Self::Prisma,
        Self::UpDown,
        Self::PlainSql,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alembic => "alembic",
            Self::Django => "django",
            Self::Supabase => "supabase",
            Self::Flyway => "flyway",
            Self::Prisma => "prisma",
            Self::UpDown => "up-down",
            Self::PlainSql => "plain-sql",
        }
    }
}

impl fmt::Display for ChainFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A folder with a migration history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainLocation {
    pub format: ChainFormat,
    /// The folder of it all (Alembic: where env.py stands), relative to the estate's root; `""` is
    /// the root itself.
    pub root: String,
    /// The file that names it, if any does: `alembic.ini`, `pyproject.toml`.
    pub config: Option<String>,
    /// The folders that revisions are looked for in, in the order in which they are named.
    pub version_folders: Vec<String>,
    /// The revisions' files, sorted by path.
    pub files: Vec<String>,
    /// Why it is taken for a chain, and why it comes before the others.
    pub reason: String,
}

/// What looks like a chain and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoy {
    pub format: ChainFormat,
    pub root: String,
    /// Sorted by path.
    pub files: Vec<String>,
    pub reason: String,
}

#[derive(Debug, Default)]
pub(super) struct Chains {
    pub(super) chains: Vec<ChainLocation>,
    pub(super) decoys: Vec<Decoy>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Chains {
    fn decoy(&mut self, chain: ChainLocation, reason: String) {
        self.decoys.push(Decoy {
            format: chain.format,
            root: chain.root,
            files: chain.files,
            reason,
        });
    }
}

/// What the formats look at.
struct View<'a> {
    files: &'a dyn Files,
    paths: &'a [String],
    candidates: &'a [Candidate],
}

impl<'a> View<'a> {
    /// Candidates right in `folder`, or anywhere below it.
    fn within(&self, folder: &'a str, is_recursive: bool) -> impl Iterator<Item = &'a Candidate> {
        self.candidates.iter().filter(move |candidate| {
            let file = candidate.file();
            match is_recursive {
                true => is_within(file, folder),
                false => super::folder::parent(file) == folder,
            }
        })
    }
}

/// One file a format; the order is the order of preference between formats.
const FORMATS: &[fn(&View<'_>, &mut Chains)] = &[
    alembic::find,
    django::find,
    supabase::find,
    flyway::find,
    prisma::find,
    up_down::find,
    plain::find,
];

pub(super) fn find(
    files: &dyn Files,
    paths: &[String],
    candidates: &[Candidate],
    settings: &Settings,
) -> Chains {
    let view = View {
        files,
        paths,
        candidates,
    };
    let mut found = Chains::default();
    for format in FORMATS {
        format(&view, &mut found);
    }
    rank::choose(found, &view, settings)
}
