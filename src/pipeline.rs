//! The stages in order: from a path to scripts with their effects, to the ledger. What each stage
//! does is its own room's affair.

mod alembic;
mod audit;
mod baseline;
mod chain;
mod chain_touches;
mod consolidation;
mod embedded;
mod explanations;
mod history;
mod ledger;
mod made_by_runs;
mod modules;
mod patches;
mod plausible;
mod python_file;
mod replay;
mod revision_steps;
mod script_runs;
mod shared_roles;
mod sql_file;
mod start;
mod survey;
mod trial;
mod verification;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::config::{self, Settings};
use crate::discover;
use crate::source::{DiskFiles, RememberedFiles};

pub use alembic::alembic_project;
pub use audit::{Audit, audit, audit_towards};
pub use chain::chains;
pub use consolidation::{ConsolidationOptions, consolidation, schema_of_dump};
pub use history::replay;
pub use ledger::ledger;
pub use modules::Modules;
pub use patches::{Patched, patches};
pub use replay::{ReplayRequest, replay_request, round_trips};
pub use script_runs::with_script_runs;
pub use survey::{Survey, survey};
pub use trial::{Cell, TrialRequest, trials};
pub use verification::{verify_inputs, verify_plan};

/// Somebody who watches the work.
pub trait Progress: Sync {
    fn expect(&self, files: usize);
    fn step(&self);
}

/// A repository as the user named it, ready to be read.
pub struct Estate {
    pub files: RememberedFiles,
    pub settings: Settings,
    /// The one file that the user named, relative to the root.
    pub only: Option<String>,
    found: OnceLock<discover::Estate>,
}

impl Estate {
    /// # Errors
    /// Where `path` does not exist or cannot be opened, and where the configuration is wrong.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let target = config::locate(path)?;
        Ok(Self {
            settings: config::load(&target.root)?,
            files: RememberedFiles::new(DiskFiles::new(&target.root)?),
            only: target.file,
            found: OnceLock::new(),
        })
    }

    /// Its files and chains, looked for once.
    fn located(&self) -> &discover::Estate {
        self.found
            .get_or_init(|| discover::locate(&self.files, &self.settings))
    }

    pub fn root(&self) -> &Path {
        self.files.root()
    }

    /// From the repository's root to the estate's; empty where they are the same.
    pub fn path_from_repository(&self) -> String {
        config::path_from_repository(self.root())
    }

    /// Where the ledger is kept.
    pub fn ledger_path(&self) -> PathBuf {
        self.root().join(&self.settings.ledger)
    }
}
