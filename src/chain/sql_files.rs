//! What the formats of SQL files share: listing, reading, and a line of revisions.

use std::sync::Arc;

use crate::model::{ChainFault, ChainLocation, Place, Revision, RevisionId};
use crate::source::Files;

use super::{Chain, ChainStep, Code, SqlPart, TransactionMode};

/// One migration as a format names it.
#[derive(Debug, Clone)]
pub(super) struct Migration {
    pub(super) id: String,
    pub(super) message: String,
    /// The file that the revision is known by.
    pub(super) file: String,
    pub(super) up: SqlPart,
    pub(super) down: Option<SqlPart>,
}

/// A chain in which each migration follows the one before.
pub(super) fn line(location: &ChainLocation, migrations: Vec<Migration>) -> Chain {
    let mut chain = Chain::new(location.clone());
    chain.version_folders = vec![location.anchor.clone()];
    let mut previous: Option<RevisionId> = None;
    for migration in migrations {
        let id = RevisionId::new(migration.id);
        let doubled = previous.as_ref() == Some(&id);
        let parents = if doubled {
            chain
                .steps
                .last()
                .map(|step| step.revision.parents.clone())
                .unwrap_or_default()
        } else {
            previous.replace(id.clone()).into_iter().collect()
        };
        let revision = Revision {
            id,
            parents,
            depends_on: Vec::new(),
            labels: Vec::new(),
            message: migration.message,
            file: migration.file.as_str().into(),
            line: 1,
        };
        let code = Code::Sql {
            up: migration.up,
            down: migration.down,
        };
        chain.steps.push(ChainStep { revision, code });
    }
    chain
}

/// The names of the files right in the folder that end so.
pub(super) fn names(files: &dyn Files, folder: &str, ending: &str) -> Vec<String> {
    let names = files.list(folder).into_iter();
    names.filter(|name| name.ends_with(ending)).collect()
}

/// The names of the folders in the folder.
pub(super) fn folders(files: &dyn Files, folder: &str) -> Vec<String> {
    let names = files.list(folder);
    names
        .iter()
        .filter_map(|name| name.strip_suffix('/'))
        .map(str::to_owned)
        .collect()
}

pub(super) fn path(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}

/// The text of a file; a fault where it cannot be read.
pub(super) fn whole(
    files: &dyn Files,
    file: &str,
    transaction: TransactionMode,
    faults: &mut Vec<ChainFault>,
) -> Option<SqlPart> {
    match files.read(file) {
        Ok(source) => {
            let text: Arc<str> = source.text.to_string().into();
            Some(SqlPart {
                text,
                place: Place::new(file, 1, 1),
                transaction,
            })
        }
        Err(error) => {
            let place = Place::new(file, 1, 1);
            faults.push(ChainFault::Unreadable {
                place,
                reason: error.to_string(),
            });
            None
        }
    }
}

/// `0001_add_users.sql` as number and words; `None` where it does not start with digits.
pub(super) fn numbered(name: &str) -> Option<(&str, &str)> {
    let digits = name.len() - name.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = &name[digits..];
    (digits > 0).then(|| {
        (
            &name[..digits],
            rest.trim_start_matches(['_', '-', '.', ' ']),
        )
    })
}

/// `add_users` as words.
pub(super) fn words(name: &str) -> String {
    let stem = name
        .trim_end_matches(".sql")
        .trim_end_matches(".up")
        .trim_end_matches(".down");
    stem.replace(['_', '-'], " ").trim().to_owned()
}

/// Digits compared as numbers, whatever their length.
pub(super) fn number_key(digits: &str) -> (usize, String) {
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits.to_owned())
}
