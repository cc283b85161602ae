//! Alembic: named by a configuration file, or an env.py beside files with revisions.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::alembic_config::{self, AlembicConfig};
use super::{ChainFormat, ChainLocation, Chains, View};
use crate::discover::Candidate;
use crate::discover::folder::{is_backup, join, name, parent};
use crate::model::{Diagnostic, Level, Place, ScriptLanguage};
use crate::python;
use crate::python::tree::{Expression, ExpressionKind, Statement, StatementKind};

/// Alembic reads every .py file of a version folder but `__init__.py` and editors' locks.
fn is_revision_name(file: &str) -> bool {
    let name = name(file);
    name.ends_with(".py") && !name.starts_with("__init__") && !name.starts_with(".#")
}

static REVISION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?m)^revision\s*(?::[^=\n]+)?=\s*["']([^"'\n]+)["']"#)
        .expect("a constant pattern")
});

/// The id that a text declares at its left margin.
pub(super) fn revision_id(text: &str) -> Option<&str> {
    let found = REVISION.captures(text)?;
    found.get(1).map(|id| id.as_str())
}

pub(super) fn find(view: &View<'_>, found: &mut Chains) {
    let mut roots: Vec<String> = Vec::new();
    for config in view
        .paths
        .iter()
        .filter(|path| alembic_config::may_be(path))
    {
        for section in alembic_config::read(view.files, config) {
            from_config(view, config, section, &mut roots, found);
        }
    }
    let environments = view
        .candidates
        .iter()
        .filter(|each| name(each.file()) == "env.py");
    for environment in environments {
        let root = parent(environment.file());
        if !roots.iter().any(|known| known == root) {
            from_environment(view, root, found);
        }
    }
    without_environment(view, found);
}

fn from_config(
    view: &View<'_>,
    config: &str,
    section: AlembicConfig,
    roots: &mut Vec<String>,
    found: &mut Chains,
) {
    let Some(root) = section.script_location else {
        return;
    };
    let folders = match section.version_folders.is_empty() {
        true => vec![join(&root, "versions")],
        false => section.version_folders,
    };
    let files = revision_files(view, &folders, section.is_recursive);
    if files.is_empty() && !view.files.exists(&root) {
        // Flask-Migrate's own file: the folder that it stands in is the environment.
        if view.files.exists(&join(parent(config), "env.py")) {
            return;
        }
        let place = Place::new(config, section.line, 1);
        let message = format!("`script_location` is `{root}`, which is no folder of the estate");
        found.diagnostics.push(
            Diagnostic::new("missing-chain", Level::Warning, Some(place), message)
                .with_help("correct the path; no revision was read from it"),
        );
        return;
    }
    roots.push(root.clone());
    found.chains.push(ChainLocation {
        format: ChainFormat::Alembic,
        reason: format!("`{config}` names it in line {}", section.line),
        root,
        config: Some(config.to_owned()),
        version_folders: folders,
        files,
    });
}

/// No configuration: what the application sets at run time cannot be known, the default can.
fn from_environment(view: &View<'_>, root: &str, found: &mut Chains) {
    let folders = vec![join(root, "versions")];
    let files = revision_files(view, &folders, false);
    if !files.is_empty() {
        found.chains.push(ChainLocation {
            format: ChainFormat::Alembic,
            reason: format!("`{}` stands beside revisions", join(root, "env.py")),
            root: root.to_owned(),
            config: None,
            version_folders: folders,
            files,
        });
    }
}

fn revision_files(view: &View<'_>, folders: &[String], is_recursive: bool) -> Vec<String> {
    let mut files: Vec<String> = folders
        .iter()
        .flat_map(|folder| view.within(folder, is_recursive))
        .map(|candidate| candidate.file().to_owned())
        .filter(|file| is_revision_name(file))
        .collect();
    files.sort();
    files.dedup();
    files
}

/// Folders of revisions that no Alembic environment reads. A lone revision among other scripts is a
/// script.
fn without_environment(view: &View<'_>, found: &mut Chains) {
    let mut folders: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for candidate in view.candidates {
        let text = &candidate.source.text;
        let file = candidate.file();
        let is_read = || {
            let mut read = found.chains.iter().flat_map(|chain| &chain.files);
            read.any(|each| each == file)
        };
        if text.contains("down_revision") && !is_read() && is_revision(candidate) {
            folders
                .entry(parent(file))
                .or_default()
                .push(file.to_owned());
        }
    }
    for (folder, files) in folders {
        let n_python = view
            .within(folder, false)
            .filter(|each| each.language == ScriptLanguage::Python && is_revision_name(each.file()))
            .count();
        if files.len() == n_python {
            let chain = ChainLocation {
                format: ChainFormat::Alembic,
                root: folder.to_owned(),
                config: None,
                version_folders: vec![folder.to_owned()],
                files,
                reason: String::new(),
            };
            let backup = if is_backup(name(folder)) {
                "by its name a backup: "
            } else {
                ""
            };
            found.decoy(chain, format!("{backup}revisions that no env.py reads"));
        }
    }
}

/// A generator of revisions has `revision = ...` at the margin too, inside of a string.
fn is_revision(candidate: &Candidate) -> bool {
    is_revision_name(candidate.file())
        && revision_id(&candidate.source.text).is_some()
        && python::parse(&candidate.source.text, &candidate.source.file)
            .module
            .body
            .iter()
            .any(assigns_revision)
}

fn assigns_revision(statement: &Statement) -> bool {
    let is_revision = |target: &Expression| matches!(&target.kind, ExpressionKind::Name(name) if name == "revision");
    match &statement.kind {
        StatementKind::Assign { targets, .. } => targets.iter().any(is_revision),
        StatementKind::AnnotatedAssign { target, .. } => is_revision(target),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revision_ids_stand_at_the_margin() {
        assert_eq!(revision_id("x\nrevision = 'a1'\n"), Some("a1"));
        assert_eq!(revision_id("revision: str = \"b2\"\n"), Some("b2"));
        assert_eq!(revision_id("text = '''\n  revision = 'c3'\n'''"), None);
        assert_eq!(revision_id("down_revision = 'd4'\n"), None);
    }
}
