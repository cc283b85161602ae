//! Hands what discovery found to the room that reads chains.

use super::Estate;
use crate::chain::{self, Chain};
use crate::discover;
use crate::model::{ChainFormat, ChainLocation, Diagnostic, Level, Place};
use crate::source::Files;

/// The estate's chains, the one that counts first.
pub fn chains(estate: &Estate) -> Vec<Chain> {
    let found = estate.located();
    let locations = found.chains.iter();
    let readable = locations.filter_map(|found| location(&estate.files, found));
    readable
        .map(|location| chain::load(&estate.files, &location))
        .collect()
}

/// The chains that the survey has found. Formats that no room reads are left out, with a
/// word in `diagnostics`.
pub(super) fn load(
    estate: &Estate,
    located: &[discover::ChainLocation],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Chain> {
    let mut chains = Vec::new();
    for found in located {
        match location(&estate.files, found) {
            Some(location) => chains.push(chain::load(&estate.files, &location)),
            None => diagnostics.push(not_read(found)),
        }
    }
    if let [first, _, ..] = located {
        diagnostics.push(several(first, located.len()));
    }
    chains
}

fn location(files: &dyn Files, found: &discover::ChainLocation) -> Option<ChainLocation> {
    let format = match found.format {
        discover::ChainFormat::Alembic => ChainFormat::Alembic,
        discover::ChainFormat::Supabase => ChainFormat::Supabase,
        discover::ChainFormat::Flyway => ChainFormat::Flyway,
        discover::ChainFormat::Prisma => ChainFormat::Prisma,
        discover::ChainFormat::PlainSql => ChainFormat::Plain,
        discover::ChainFormat::UpDown => up_down(files, found),
        discover::ChainFormat::Django => return None,
    };
    let config = found
        .config
        .as_ref()
        .filter(|_| format == ChainFormat::Alembic);
    let folder = found
        .version_folders
        .first()
        .filter(|_| format != ChainFormat::Alembic);
    let anchor = config.or(folder).unwrap_or(&found.root);
    Some(ChainLocation {
        format,
        anchor: anchor.as_str().into(),
    })
}

/// Which of the tools with a file or a part of one for each direction.
fn up_down(files: &dyn Files, found: &discover::ChainLocation) -> ChainFormat {
    let Some(first) = found.files.first() else {
        return ChainFormat::Plain;
    };
    let text = files.read(first).map(|source| source.text.to_lowercase());
    let text = text.unwrap_or_default();
    match first.rsplit('/').next().unwrap_or(first) {
        "up.sql" | "down.sql" => ChainFormat::Diesel,
        _ if text.contains("-- migrate:up") => ChainFormat::Dbmate,
        _ if text.contains("-- +goose up") => ChainFormat::Goose,
        // sqlx dates its files by the second, golang-migrate mostly counts.
        name if name.bytes().take_while(u8::is_ascii_digit).count() >= 14 => ChainFormat::Sqlx,
        _ => ChainFormat::GolangMigrate,
    }
}

fn not_read(found: &discover::ChainLocation) -> Diagnostic {
    let (root, format) = (shown(&found.root), found.format);
    let message = format!("the {format} chain `{root}` is found, but its migrations are not read");
    Diagnostic::new("unread-chain", Level::Warning, place(found), message)
}

fn several(first: &discover::ChainLocation, number: usize) -> Diagnostic {
    let root = shown(&first.root);
    let message = format!("the estate has {number} chains; scripts are compared with `{root}`");
    let help = "name the one that counts under `chains` in fixfold.yaml";
    Diagnostic::new("several-chains", Level::Note, place(first), message).with_help(help)
}

fn place(found: &discover::ChainLocation) -> Option<Place> {
    let file = found
        .config
        .as_deref()
        .or(found.files.first().map(String::as_str))?;
    Some(Place::new(file, 1, 1))
}

fn shown(root: &str) -> &str {
    if root.is_empty() { "." } else { root }
}
