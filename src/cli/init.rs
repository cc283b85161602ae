//! `fixfold init`: writes a documented configuration.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::write::write_file;
use super::{Outcome, Terminal};
use crate::config::{FILE_NAME, TEMPLATE};

/// Write a fixfold.yaml in which every key is explained.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold init
  fixfold init backend")]
pub(super) struct InitArguments {
    /// The folder to write it to.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Replace one that is there.
    #[arg(long)]
    force: bool,
}

pub(super) fn run(arguments: &InitArguments, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let file = arguments.path.join(FILE_NAME);
    if !arguments.path.is_dir() {
        bail!("`{}` is no folder", arguments.path.display());
    }
    if file.exists() && !arguments.force {
        bail!(
            "`{}` is there already: edit it, or replace it with --force",
            file.display()
        );
    }
    write_file(&file, TEMPLATE)?;
    terminal.note(&format!("wrote {}\n", file.display()));
    Ok(Outcome::Clean)
}
