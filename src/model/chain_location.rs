//! Where a migration chain lies in the estate, and which tool it belongs to.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The tool that a chain belongs to: it decides how files are named, ordered and run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChainFormat {
    Alembic,
    Supabase,
    Flyway,
    /// `up.sql` and `down.sql` in a folder a migration.
    Diesel,
    /// `1_name.up.sql` and `1_name.down.sql`.
    GolangMigrate,
    /// `-- migrate:up` and `-- migrate:down` in one file.
    Dbmate,
    /// `-- +goose Up` and `-- +goose Down` in one file.
    Goose,
    Sqlx,
    /// `migration.sql` in a folder a migration.
    Prisma,
    /// Numbered or dated SQL files, run in order of their names.
    Plain,
}

impl ChainFormat {
    pub const ALL: &'static [ChainFormat] = &[
        Self::Alembic,
        Self::Supabase,
        Self::Flyway,
        Self::Diesel,
        Self::GolangMigrate,
        Self::Dbmate,
        Self::Goose,
        Self::Sqlx,
        Self::Prisma,
        Self::Plain,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alembic => "alembic",
            Self::Supabase => "supabase",
            Self::Flyway => "flyway",
            Self::Diesel => "diesel",
            Self::GolangMigrate => "golang-migrate",
            Self::Dbmate => "dbmate",
            Self::Goose => "goose",
            Self::Sqlx => "sqlx",
            Self::Prisma => "prisma",
            Self::Plain => "plain",
        }
    }
}

impl fmt::Display for ChainFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One chain. Everything else is read from here on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChainLocation {
    pub format: ChainFormat,
    /// Alembic: its `alembic.ini` or `pyproject.toml`, or, where there is none, the folder of its
    /// `env.py`. All others: the folder of the migrations. Relative to the estate's root.
    pub anchor: Arc<str>,
}
