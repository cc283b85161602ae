//! Names that a script changed and the target keeps: the object is there, under another name, and
//! with all its rows.

use crate::catalog::Catalog;
use crate::model::{Action, Identifier, ObjectName, Script};

use super::Citation;
use super::step::{Renamed, Step, StepKind};

/// One step for each rename that the target does not follow.
pub(super) fn back(target: &Catalog, touched: &[(Citation, Action)]) -> Vec<Step> {
    let steps = touched.iter().filter_map(|(citation, action)| {
        let kind = step(target, action)?;
        Some(Step {
            kind,
            citations: vec![citation.clone()],
        })
    });
    steps.collect()
}

/// The rename of a table, type, index or constraint as a step that looks first.
pub(super) fn forward(action: &Action) -> Option<StepKind> {
    let (renamed, now, before) = match action {
        Action::RenameTable {
            table, new_name, ..
        } => {
            let schema = table.schema.clone();
            (Renamed::Table { schema }, &table.name, new_name)
        }
        Action::RenameType { name, new_name } => {
            let schema = name.schema.clone();
            (Renamed::Type { schema }, &name.name, new_name)
        }
        Action::RenameIndex {
            index, new_name, ..
        } => {
            let schema = index.schema.clone();
            (Renamed::Index { schema }, &index.name, new_name)
        }
        Action::RenameConstraint {
            table,
            constraint,
            new_name,
        } => {
            let table = table.clone();
            (Renamed::Constraint { table }, constraint, new_name)
        }
        _ => return None,
    };
    Some(StepKind::RenameBack {
        renamed,
        now: now.clone(),
        before: before.clone(),
    })
}

/// Whether the script gives what this effect makes the name of something that the chain has: `CREATE TYPE
/// x_new ...; ALTER TYPE x_new RENAME TO x`. Under its first name nobody wants it.
pub(super) fn takes_place_of(head: &Catalog, script: &Script, index: usize) -> bool {
    let Some(made) = script.effects.get(index) else {
        return false;
    };
    let later = script.effects.iter().skip(index + 1);
    later
        .filter(|effect| !effect.reach.is_inert())
        .any(|effect| renames_onto(head, &made.action, &effect.action))
}

fn renames_onto(head: &Catalog, made: &Action, rename: &Action) -> bool {
    let named = |name: &ObjectName, new: &Identifier| {
        ObjectName::qualified(name.schema.clone(), new.clone())
    };
    match (made, rename) {
        (
            Action::AddColumn { table, column, .. },
            Action::RenameColumn {
                table: other,
                column: before,
                new_name,
            },
        ) => {
            table == other
                && column.name == *before
                && head.column(table, new_name.as_str()).is_some()
        }
        (
            Action::CreateTable { table, .. } | Action::CreateTableAs { table, .. },
            Action::RenameTable {
                table: other,
                new_name,
                ..
            },
        ) => table == other && head.relation(&named(table, new_name)).is_some(),
        (
            Action::CreateEnum { name, .. } | Action::CreateType { name, .. },
            Action::RenameType {
                name: other,
                new_name,
            },
        ) => name == other && head.user_type(&named(name, new_name)).is_some(),
        _ => false,
    }
}

fn step(target: &Catalog, action: &Action) -> Option<StepKind> {
    let named = |name: &ObjectName, now| ObjectName::qualified(name.schema.clone(), now);
    let (kept, renamed, now, before) = match action {
        Action::RenameTable {
            table, new_name, ..
        } => {
            let kept = target.relation(table).is_some()
                && target.relation(&named(table, new_name.clone())).is_none();
            let renamed = Renamed::Table {
                schema: table.schema.clone(),
            };
            (kept, renamed, new_name, &table.name)
        }
        Action::RenameType { name, new_name } => {
            let kept = target.user_type(name).is_some()
                && target.user_type(&named(name, new_name.clone())).is_none();
            (
                kept,
                Renamed::Type {
                    schema: name.schema.clone(),
                },
                new_name,
                &name.name,
            )
        }
        Action::RenameEnumValue {
            name,
            label,
            new_label,
        } => {
            let labels = target.enum_labels(name)?;
            let kept = labels.contains(&label.as_str()) && !labels.contains(&new_label.as_str());
            let renamed = Renamed::Label { of: name.clone() };
            return kept.then(|| StepKind::RenameBack {
                renamed,
                now: Identifier::exact(new_label.as_str()),
                before: Identifier::exact(label.as_str()),
            });
        }
        Action::RenameIndex {
            index, new_name, ..
        } => {
            let kept = target.find_index(index).is_some();
            (
                kept,
                Renamed::Index {
                    schema: index.schema.clone(),
                },
                new_name,
                &index.name,
            )
        }
        Action::RenameColumn {
            table,
            column,
            new_name,
        } => {
            // A generated column of the new name has no values of its own.
            let kept = target.column(table, column.as_str()).is_some()
                && target
                    .column(table, new_name.as_str())
                    .is_none_or(|column| column.generated.is_some());
            (
                kept,
                Renamed::Column {
                    table: table.clone(),
                },
                new_name,
                column,
            )
        }
        Action::RenameConstraint {
            table,
            constraint,
            new_name,
        } => {
            let kept = target.constraint(table, constraint.as_str()).is_some();
            (
                kept,
                Renamed::Constraint {
                    table: table.clone(),
                },
                new_name,
                constraint,
            )
        }
        _ => return None,
    };
    kept.then(|| StepKind::RenameBack {
        renamed,
        now: now.clone(),
        before: before.clone(),
    })
}
