//! The ledger's file.

use std::path::Path;

use super::trouble::Trouble;
use super::write::read_if_there;
use crate::inventory::{self, Ledger};
use crate::pipeline::Estate;

/// The estate's ledger, with its text; an empty one where there is no file.
///
/// # Errors
/// A broken ledger ends the command before anything is written.
pub(super) fn known_ledger(estate: &Estate) -> anyhow::Result<(Ledger, Option<String>)> {
    let path = estate.ledger_path();
    let text = read_if_there(&path)?;
    let ledger = match &text {
        Some(text) => parse(&path, text)?,
        None => Ledger::default(),
    };
    Ok((ledger, text))
}

fn parse(path: &Path, text: &str) -> anyhow::Result<Ledger> {
    inventory::read(text).map_err(|error| {
        Trouble::new(format!("{}:{error}", path.display()))
            .with_help("mend the ledger, or move it away to start anew; nothing was written")
            .into()
    })
}
