//! Supabase: `supabase/migrations/<digits>_<name>.sql`. Its command line tool reads neither subfolders
//! nor other names: old migrations are put there, and scripts that people run by hand.

use super::{ChainFormat, ChainLocation, Chains, View};
use crate::discover::folder::{is_within, name, parent};
use crate::model::ScriptLanguage;

pub(super) fn find(view: &View<'_>, found: &mut Chains) {
    let mut roots: Vec<&str> = Vec::new();
    for candidate in view.candidates {
        let folder = parent(candidate.file());
        let is_root = folder == "supabase/migrations" || folder.ends_with("/supabase/migrations");
        if is_root && !roots.contains(&folder) {
            roots.push(folder);
        }
    }
    for root in roots {
        from_root(view, root, found);
    }
}

fn from_root(view: &View<'_>, root: &str, found: &mut Chains) {
    let (read, unread): (Vec<_>, Vec<_>) = view
        .candidates
        .iter()
        .filter(|candidate| is_within(candidate.file(), root))
        .filter(|candidate| candidate.language == ScriptLanguage::Sql)
        .map(|candidate| candidate.file().to_owned())
        .filter(|file| parent(file) != root || is_migration(name(file)))
        .partition(|file| parent(file) == root);
    if read.is_empty() {
        return;
    }
    found.chains.push(chain(root, read));
    let mut folders: Vec<(String, Vec<String>)> = Vec::new();
    for file in unread {
        let folder = parent(&file).to_owned();
        match folders.last_mut() {
            Some((known, files)) if *known == folder => files.push(file),
            _ => folders.push((folder, vec![file])),
        }
    }
    for (folder, files) in folders {
        found.decoy(
            chain(&folder, files),
            "Supabase does not read subfolders".to_owned(),
        );
    }
}

fn chain(root: &str, files: Vec<String>) -> ChainLocation {
    ChainLocation {
        format: ChainFormat::Supabase,
        root: root.to_owned(),
        config: None,
        version_folders: vec![root.to_owned()],
        files,
        reason: "Supabase's command line tool reads this folder".to_owned(),
    }
}

fn is_migration(name: &str) -> bool {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && name[digits..].starts_with('_') && name.ends_with(".sql")
}
