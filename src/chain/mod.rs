//! Migration chains: which files they are made of, in which order they run, and what is wrong with
//! their structure. One file a format; nothing here runs a revision.

mod alembic;
mod dbmate;
mod diesel;
mod faults;
mod flyway;
mod golang_migrate;
mod goose;
mod libraries;
mod map;
mod plain;
mod prisma;
mod sections;
mod sql_files;
mod sqlx;
mod supabase;
mod versions;

use std::sync::Arc;

use crate::model::{
    ChainFault, ChainFormat, ChainLocation, Diagnostic, Place, Revision, RevisionId,
};
use crate::source::Files;

pub use alembic::Environment;
pub use libraries::{Libraries, Version};
pub use map::RevisionMap;
pub use versions::{VersionChange, VersionFault, Versions};

/// A chain as its files say, before anything in it is run.
#[derive(Debug, Clone)]
pub struct Chain {
    pub location: ChainLocation,
    /// The folders that hold its files.
    pub version_folders: Vec<Arc<str>>,
    /// Where the imports of its files start from, besides the configuration's folder.
    pub import_roots: Vec<Arc<str>>,
    pub environment: Environment,
    /// What runs an Alembic chain.
    pub libraries: Libraries,
    /// In order of the files; ids may occur twice.
    pub steps: Vec<ChainStep>,
    pub faults: Vec<ChainFault>,
    pub diagnostics: Vec<Diagnostic>,
    pub map: RevisionMap,
}

/// A revision with what it runs.
#[derive(Debug, Clone)]
pub struct ChainStep {
    pub revision: Revision,
    pub code: Code,
}

#[derive(Debug, Clone)]
pub enum Code {
    /// `upgrade()` and `downgrade()` of a module.
    Python {
        file: Arc<str>,
    },
    Sql {
        up: SqlPart,
        down: Option<SqlPart>,
    },
}

/// Text that a migration tool sends.
#[derive(Debug, Clone)]
pub struct SqlPart {
    pub text: Arc<str>,
    /// Where the text starts.
    pub place: Place,
    pub transaction: TransactionMode,
}

/// How a tool wraps a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionMode {
    /// `BEGIN` before and `COMMIT` after.
    PerFile,
    /// All statements go in one message: PostgreSQL makes one transaction of those that bring none
    /// of their own (manual, 55.2.2.1).
    OneMessage,
    /// Each statement by itself.
    Autocommit,
}

impl Chain {
    fn new(location: ChainLocation) -> Self {
        Self {
            location,
            version_folders: Vec::new(),
            import_roots: Vec::new(),
            environment: Environment::default(),
            libraries: Libraries::default(),
            steps: Vec::new(),
            faults: Vec::new(),
            diagnostics: Vec::new(),
            map: RevisionMap::default(),
        }
    }

    /// The step that counts for an id: of several files, the last.
    pub fn step(&self, id: &RevisionId) -> Option<&ChainStep> {
        self.steps.iter().rev().find(|step| step.revision.id == *id)
    }

    /// Parents of a merge that another one of its parents follows: Alembic fails on them.
    pub fn redundant_parents(&self, id: &RevisionId) -> Vec<RevisionId> {
        let faults = self.faults.iter().filter_map(|fault| match fault {
            ChainFault::RedundantParent {
                revision, parent, ..
            } if revision.id == *id => Some(parent.clone()),
            _ => None,
        });
        faults.collect()
    }

    /// The chain without parents that are redundant.
    pub fn mended(&self) -> Self {
        let mut mended = self.clone();
        for step in &mut mended.steps {
            let redundant = self.redundant_parents(&step.revision.id);
            step.revision.parents.retain(|id| !redundant.contains(id));
        }
        mended.map = map_of(&mended.steps);
        mended
    }

    /// The steps from an empty database to all heads, in the order in which the tool runs them.
    pub fn in_order(&self) -> Vec<&ChainStep> {
        let order = self.map.upgrade_order(&[], &self.map.heads());
        order.iter().filter_map(|id| self.step(id)).collect()
    }
}

/// Reads a chain.
pub fn load(files: &dyn Files, location: &ChainLocation) -> Chain {
    let mut chain = match location.format {
        ChainFormat::Alembic => alembic::load(files, location),
        ChainFormat::Supabase => supabase::load(files, location),
        ChainFormat::Flyway => flyway::load(files, location),
        ChainFormat::Diesel => diesel::load(files, location),
        ChainFormat::GolangMigrate => golang_migrate::load(files, location),
        ChainFormat::Dbmate => dbmate::load(files, location),
        ChainFormat::Goose => goose::load(files, location),
        ChainFormat::Sqlx => sqlx::load(files, location),
        ChainFormat::Prisma => prisma::load(files, location),
        ChainFormat::Plain => plain::load(files, location),
    };
    let revisions = revisions(&chain.steps);
    chain.map = map_of(&chain.steps);
    chain
        .faults
        .extend(faults::find(&revisions, &chain.map, location.format));
    chain
}

fn revisions(steps: &[ChainStep]) -> Vec<Revision> {
    steps.iter().map(|step| step.revision.clone()).collect()
}

fn map_of(steps: &[ChainStep]) -> RevisionMap {
    RevisionMap::new(&effective(&revisions(steps)))
}

/// Where files share an id the last one counts, at the place of the first.
fn effective(revisions: &[Revision]) -> Vec<Revision> {
    let mut kept: Vec<Revision> = Vec::new();
    for revision in revisions {
        match kept.iter_mut().find(|known| known.id == revision.id) {
            Some(known) => *known = revision.clone(),
            None => kept.push(revision.clone()),
        }
    }
    kept
}
