//! Prisma: `migrations/<timestamp>_<name>/migration.sql`, beside a migration_lock.toml.

use std::collections::BTreeMap;

use super::{ChainFormat, ChainLocation, Chains, View};
use crate::discover::folder::{name, parent};

pub(super) fn find(view: &View<'_>, found: &mut Chains) {
    let mut roots: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for candidate in view.candidates {
        let file = candidate.file();
        let step = parent(file);
        let is_step = name(step).starts_with(|letter: char| letter.is_ascii_digit());
        if name(file) == "migration.sql" && is_step {
            roots.entry(parent(step)).or_default().push(file.to_owned());
        }
    }
    for (root, files) in roots {
        found.chains.push(ChainLocation {
            format: ChainFormat::Prisma,
            root: root.to_owned(),
            config: None,
            version_folders: vec![root.to_owned()],
            files,
            reason: "its folders each hold a migration.sql, as Prisma's do".to_owned(),
        });
    }
}
