//! What a patched statement is made of, piece by piece, in the order in which it is to be done.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::graph::{ObjectKey, Relation, touches};
use crate::model::{Action, Effect, Identifier, ObjectName};

use super::builder::{Builder, unnamed_part};
use super::step::{Group, Step};
use super::{Citation, mend, renames};

#[derive(Debug, Clone)]
pub enum Piece {
    Ensure(Box<Step>),
    /// What the statement takes away goes where it is there.
    Remove(Box<Action>, Arc<str>),
    /// The column of the first name gets the second, with its rows.
    RenameColumn {
        table: ObjectName,
        before: Identifier,
        after: Identifier,
    },
    /// Columns of the table that the revision does not know may be null: it never fills them.
    OthersOptional {
        table: ObjectName,
        known: Vec<Identifier>,
    },
    /// A statement of the replaced lines that stays as it was sent.
    Keep(Arc<str>),
    /// The lines themselves: what comes before it goes before them, and what comes after it behind them.
    AsWritten,
    /// Triggers that fail at every row are disabled, where they are there and enabled.
    PutAside {
        table: ObjectName,
        triggers: BTreeSet<Identifier>,
    },
    /// Those that were put aside are enabled again.
    BringBack {
        table: ObjectName,
    },
}

pub(super) fn keys(action: &Action, relation: Relation) -> Vec<ObjectKey> {
    let touches = touches(action).into_iter();
    let wanted = touches.filter(|touch| touch.relation == relation);
    wanted.map(|touch| touch.object).collect()
}

#[derive(Default)]
pub(super) struct Pieces {
    pub(super) pieces: Vec<Piece>,
    ensured: BTreeSet<(Group, String)>,
    kept: Option<Arc<str>>,
}

impl Pieces {
    /// The object keeps its rows: it is renamed first, and then completed.
    fn add_rename(&mut self, effect: &Effect) {
        if let Action::RenameColumn {
            table,
            column,
            new_name,
        } = &effect.action
        {
            self.pieces.push(Piece::RenameColumn {
                table: table.clone(),
                before: column.clone(),
                after: new_name.clone(),
            });
        } else if let Some(kind) = renames::forward(&effect.action) {
            let citations = vec![Citation::of(effect)];
            self.pieces
                .push(Piece::Ensure(Box::new(Step { kind, citations })));
        }
    }

    /// What a statement takes away only to make it anew in another shape stays, and is brought into
    /// that shape: its values are somebody's.
    fn spare(&mut self, made: &[ObjectKey], statement: &Arc<str>) {
        self.pieces.retain(|piece| match piece {
            Piece::Remove(action, taken_by) => {
                let taken = keys(action, Relation::Drops);
                !Arc::ptr_eq(taken_by, statement) || !taken.iter().any(|key| made.contains(key))
            }
            _ => true,
        });
    }

    /// The objects in the shape that they have after the effect, whatever hangs on them.
    pub(super) fn ensure(&mut self, keys: Vec<ObjectKey>, effect: &Effect, builder: &Builder<'_>) {
        for key in keys {
            for step in builder.of_object(&key, &[Citation::of(effect)]) {
                if self.ensured.insert((step.group(), step.object())) {
                    self.pieces.push(Piece::Ensure(Box::new(step)));
                }
            }
        }
    }

    pub(super) fn add(&mut self, effect: &Effect, builder: &Builder<'_>) {
        self.add_rename(effect);
        if mend::is_removal(&effect.action) {
            let statement = effect.statement.clone();
            self.pieces
                .push(Piece::Remove(Box::new(effect.action.clone()), statement));
            return;
        }
        let mut keys = keys(&effect.action, Relation::Creates);
        self.spare(&keys, &effect.statement);
        keys.extend(unnamed_part(builder.target, &effect.action));
        if keys.is_empty() {
            // A statement of several actions is kept once.
            if self.kept.as_ref() != Some(&effect.statement) {
                self.pieces.push(Piece::Keep(effect.statement.clone()));
                self.kept = Some(effect.statement.clone());
            }
            return;
        }
        self.ensure(keys, effect, builder);
        if let Action::CreateTable { table, .. } = &effect.action
            && let Some(known) = builder.target.table(table)
        {
            let columns = known.columns.iter().map(|column| column.name.clone());
            self.pieces.push(Piece::OthersOptional {
                table: table.clone(),
                known: columns.collect(),
            });
        }
    }
}
