//! Why an effect is judged as it is: the server's answers by kind, and conflicts in words.

use crate::graph::{Conflict, ConflictKind, ObjectKey, ObjectKind};
use crate::model::{Action, SqlError, SqlState};

pub(super) fn is_duplicate(error: &SqlError) -> bool {
    [
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_COLUMN,
        SqlState::DUPLICATE_OBJECT,
        SqlState::DUPLICATE_FUNCTION,
        SqlState::DUPLICATE_SCHEMA,
    ]
    .contains(&error.state)
}

pub(super) fn is_absent(error: &SqlError) -> bool {
    [
        SqlState::UNDEFINED_TABLE,
        SqlState::UNDEFINED_COLUMN,
        SqlState::UNDEFINED_OBJECT,
        SqlState::UNDEFINED_FUNCTION,
    ]
    .contains(&error.state)
}

/// Drops and renames: where their object is not there, nothing is left to do.
pub(super) fn is_removal(action: &Action) -> bool {
    action.operation().as_str().starts_with("drop_")
        || action.operation().as_str().starts_with("rename_")
}

pub(super) fn describe(conflicts: &[Conflict], kind: ConflictKind) -> String {
    let of_kind = conflicts.iter().filter(|conflict| conflict.kind == kind);
    of_kind.map(sentence).collect::<Vec<_>>().join("; ")
}

/// One conflict in words.
pub(super) fn sentence(conflict: &Conflict) -> String {
    let ObjectKey { kind, name } = &conflict.object;
    let object = format!("{} `{name}`", kind.as_str());
    let by = conflict
        .counterpart
        .as_ref()
        .map_or(String::new(), |other| format!(" ({})", other.place));
    let detail = conflict
        .differences
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ");
    let detail = if detail.is_empty() {
        detail
    } else {
        format!(": {detail}")
    };
    match conflict.kind {
        ConflictKind::Duplicate => format!("the chain brings {object}{by}"),
        ConflictKind::StandsBeside => format!("the chain has the like of {object}{by}{detail}"),
        ConflictKind::RepeatsScript => format!("another script makes {object} too{by}"),
        ConflictKind::DifferentShape => {
            format!("{object} has another shape in the chain{by}{detail}")
        }
        ConflictKind::NeedsMissing if *kind == ObjectKind::Column => {
            format!("there is no {object} at head")
        }
        ConflictKind::NeedsMissing => format!("nobody creates {object}"),
        ConflictKind::UndoneLater => format!("the chain drops {object}{by}"),
        ConflictKind::DropsChainObject => {
            format!("the chain has {object}{by} and the script drops it")
        }
        ConflictKind::AltersChainObject => format!("the chain has {object} otherwise{by}{detail}"),
        ConflictKind::RowsDoNotFit => format!("the rows do not fit {object}{detail}"),
        ConflictKind::WritesVersion => format!("writes {object}"),
        ConflictKind::LastWriterWins => {
            format!("{object} is made otherwise by another script{by}{detail}")
        }
    }
}
