//! Chains with a way back: `<version>/up.sql` and `down.sql` (Diesel), `<version>_<name>.up.sql` and
//! `.down.sql` (golang-migrate, sqlx), and one file with both parts (dbmate, goose).

use std::collections::BTreeMap;

use super::{ChainFormat, ChainLocation, Chains, View};
use crate::discover::Candidate;
use crate::discover::folder::{name, parent};

pub(super) fn find(view: &View<'_>, found: &mut Chains) {
    let mut roots: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for candidate in view.candidates {
        if let Some(key) = root(candidate) {
            let file = candidate.file().to_owned();
            roots.entry(key).or_default().push(file);
        }
    }
    for ((root, looks), files) in roots {
        found.chains.push(ChainLocation {
            format: ChainFormat::UpDown,
            root: root.to_owned(),
            config: None,
            version_folders: vec![root.to_owned()],
            files,
            reason: format!("its files are {looks}"),
        });
    }
}

/// The chain's folder, and what gives it away.
fn root(candidate: &Candidate) -> Option<(&str, &'static str)> {
    let file = candidate.file();
    let name = name(file);
    let folder = parent(file);
    let starts_with_digit = |name: &str| name.starts_with(|letter: char| letter.is_ascii_digit());
    if matches!(name, "up.sql" | "down.sql")
        && starts_with_digit(super::super::folder::name(folder))
    {
        return Some((
            parent(folder),
            "named `up.sql` and `down.sql`, as Diesel's are",
        ));
    }
    if !starts_with_digit(name) {
        return None;
    }
    if name.ends_with(".up.sql") || name.ends_with(".down.sql") {
        return Some((
            folder,
            "named `.up.sql` and `.down.sql`, as golang-migrate's and sqlx's are",
        ));
    }
    let text = &candidate.source.text;
    if name.ends_with(".sql") && text.contains("-- migrate:up") {
        return Some((folder, "marked `-- migrate:up`, as dbmate's are"));
    }
    let is_goose = name.ends_with(".sql") && text.contains("-- +goose Up");
    is_goose.then_some((folder, "marked `-- +goose Up`"))
}
