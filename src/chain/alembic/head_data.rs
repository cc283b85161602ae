//! A revision's head data: the names that Alembic reads from its module.

use crate::model::{Revision, RevisionId};
use crate::python::tree::Module;

use super::constant::{Constant, Constants};

/// Reads `revision`, `down_revision`, `depends_on`, `branch_labels` and the docstring.
///
/// # Errors
/// Why the file declares no readable id or parent.
pub(super) fn read(module: &Module) -> Result<Revision, String> {
    let constants = Constants::read(&module.body);
    let id = match constants.get("revision") {
        Some(Constant::Text(id)) => id.clone(),
        Some(_) => return Err("`revision` is not a plain string".to_owned()),
        None => {
            legacy_id(&module.file).ok_or_else(|| "it does not declare `revision`".to_owned())?
        }
    };
    Ok(Revision {
        id: RevisionId::new(id),
        parents: ids(&constants, "down_revision")?,
        depends_on: ids(&constants, "depends_on")?,
        labels: constants
            .get("branch_labels")
            .and_then(Constant::texts)
            .unwrap_or_default(),
        message: message(module),
        file: module.file.clone(),
        line: constants.line("revision").unwrap_or(1),
    })
}

fn ids(constants: &Constants, name: &str) -> Result<Vec<RevisionId>, String> {
    match constants.get(name).map(Constant::texts) {
        None => Ok(Vec::new()),
        Some(Some(ids)) => Ok(ids.into_iter().map(RevisionId::new).collect()),
        Some(None) => Err(format!(
            "`{name}` is neither a plain string nor a list of them"
        )),
    }
}

/// Before Alembic 0.2 the file's name was the id.
fn legacy_id(file: &str) -> Option<String> {
    let stem = file.rsplit('/').next()?.strip_suffix(".py")?;
    let is_hex = stem
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (is_hex && !stem.is_empty()).then(|| stem.to_owned())
}

/// The docstring's first line that says something.
fn message(module: &Module) -> String {
    let lines = module
        .docstring
        .iter()
        .flat_map(|docstring| docstring.split('\n'));
    lines
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
        .to_owned()
}
