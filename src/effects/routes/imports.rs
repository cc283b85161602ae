//! What a name of one module means in another, as far as imports say it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::eval::Estate;
use crate::python::tree::{Expression, ExpressionKind, Statement, StatementKind};

/// A module-level name that some module gives.
pub(super) type Global = (Arc<str>, String);

/// The imports of one module: local name to what it stands for.
#[derive(Debug, Default)]
pub(super) struct Imports(BTreeMap<String, Imported>);

#[derive(Debug, Clone)]
struct Imported {
    module: String,
    level: u32,
    /// `None`: the module itself.
    name: Option<String>,
}

impl Imports {
    pub(super) fn add(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Import(names) => {
                for each in names {
                    let local = each.alias.as_ref().unwrap_or(&each.name);
                    let imported = Imported {
                        module: each.name.clone(),
                        level: 0,
                        name: None,
                    };
                    self.0.insert(local.clone(), imported);
                }
            }
            StatementKind::ImportFrom {
                module,
                names,
                level,
            } => {
                for each in names {
                    let imported = Imported {
                        module: module.clone(),
                        level: *level,
                        name: Some(each.name.clone()),
                    };
                    let local = each.alias.as_ref().unwrap_or(&each.name);
                    self.0.insert(local.clone(), imported);
                }
            }
            _ => {}
        }
    }

    /// The modules that `dotted` can lead to from `file`, each with the name that is left to be
    /// looked up there (empty: the module itself).
    pub(super) fn leads_to(&self, estate: &dyn Estate, file: &str, dotted: &str) -> Vec<Global> {
        let mut found = Vec::new();
        for (end, _) in dotted.match_indices('.').chain([(dotted.len(), "")]) {
            let Some(imported) = self.0.get(&dotted[..end]) else {
                continue;
            };
            let rest = dotted[end..].trim_start_matches('.');
            let name = imported.name.as_deref().unwrap_or_default();
            if let Some(module) = module_file(estate, file, imported.level, &imported.module, name)
            {
                found.push((module, rest.to_owned()));
            } else if let Some(module) =
                module_file(estate, file, imported.level, &imported.module, "")
            {
                found.push((module, join(name, rest)));
            }
        }
        found
    }
}

fn join(left: &str, right: &str) -> String {
    match (left, right) {
        ("", rest) | (rest, "") => rest.to_owned(),
        (left, right) => format!("{left}.{right}"),
    }
}

/// The file of a module, looked for beside the importer first.
pub(super) fn module_file(
    estate: &dyn Estate,
    importer: &str,
    level: u32,
    module: &str,
    name: &str,
) -> Option<Arc<str>> {
    let mut files = module_files(estate, importer, level, &join(module, name));
    (!files.is_empty()).then(|| files.swap_remove(0))
}

/// All files that may be meant, those above the importer first.
pub(in crate::effects) fn module_files(
    estate: &dyn Estate,
    importer: &str,
    level: u32,
    dotted: &str,
) -> Vec<Arc<str>> {
    let path = dotted.replace('.', "/");
    if level > 0 {
        let file = file_in(estate, &ancestor(importer, level), &path);
        return file.into_iter().collect();
    }
    let root = dotted.split('.').next().unwrap_or_default();
    let mut folders = estate.folders_with(root);
    folders.sort_by_key(|folder| !is_above(folder, importer));
    let files = folders
        .iter()
        .filter_map(|folder| file_in(estate, folder, &path));
    files.collect()
}

fn is_above(folder: &str, file: &str) -> bool {
    folder.is_empty() || file.starts_with(&format!("{folder}/"))
}

/// The folder that so many dots name.
fn ancestor(file: &str, level: u32) -> String {
    let mut folder = file;
    for _ in 0..level {
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    folder.to_owned()
}

fn file_in(estate: &dyn Estate, folder: &str, path: &str) -> Option<Arc<str>> {
    let below = match (folder, path) {
        ("", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, path) => format!("{folder}/{path}"),
    };
    [format!("{below}.py"), format!("{below}/__init__.py")]
        .into_iter()
        .find(|file| estate.is_file(file))
        .map(Arc::from)
}

/// `a.b.c` of names and attributes.
pub(super) fn dotted(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name.clone()),
        ExpressionKind::Attribute { value, name } => Some(format!("{}.{name}", dotted(value)?)),
        _ => None,
    }
}
