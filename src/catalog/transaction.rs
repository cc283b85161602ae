//! Transactions on a catalog: marks hold the state to go back to, which shares what did not change.
//!
//! That an error aborts the open transaction (25P02) is the caller's to keep: statements come in
//! there, not here.

use super::{
    Catalog, Extension, Function, FunctionSignature, Persistence, Relation, Role, Schema, Shelf,
    TypeKind, UserType,
};
use crate::model::{Identifier, ObjectName};

/// What stood on each shelf.
#[derive(Debug, Clone)]
pub struct Mark {
    schemas: Shelf<Identifier, Schema>,
    extensions: Shelf<Identifier, Extension>,
    roles: Shelf<Identifier, Role>,
    relations: Shelf<ObjectName, Relation>,
    types: Shelf<ObjectName, UserType>,
    functions: Shelf<FunctionSignature, Function>,
    others: Shelf<(String, String), String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Transactions {
    /// The transaction's own mark first, then those of its savepoints with their names.
    open: Vec<(String, Mark)>,
    /// The commit itself will change something.
    pending: bool,
}

/// Two catalogs are equal if they hold the same, whatever transaction is open on them.
impl PartialEq for Transactions {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Transactions {}

impl Catalog {
    pub fn in_transaction(&self) -> bool {
        !self.transactions.open.is_empty()
    }

    /// `BEGIN`. Inside a transaction it does nothing, as on the server (a warning there).
    pub fn begin(&mut self) {
        if !self.in_transaction() {
            let mark = self.mark();
            self.transactions.open.push((String::new(), mark));
        }
    }

    /// `COMMIT` of a transaction that no error has aborted.
    pub fn commit(&mut self) {
        if std::mem::take(&mut self.transactions.pending) {
            self.end_of_transaction();
        }
        self.transactions.open.clear();
    }

    /// Says that `commit` has something to do: a new enum value, a table `ON COMMIT DROP`.
    pub(crate) fn expect_commit(&mut self) {
        self.transactions.pending = true;
    }

    pub fn rollback(&mut self) {
        if let Some((_, mark)) = self.transactions.open.first().cloned() {
            self.rewind(mark);
        }
        self.transactions.open.clear();
    }

    pub fn savepoint(&mut self, name: &str) {
        let mark = self.mark();
        self.transactions.open.push((name.to_owned(), mark));
    }

    /// False if there is no such savepoint (the server answers 3B001). The savepoint stays open.
    pub fn rollback_to(&mut self, name: &str) -> bool {
        let Some(position) = self.savepoint_position(name) else {
            return false;
        };
        let mark = self.transactions.open[position].1.clone();
        self.rewind(mark);
        self.transactions.open.truncate(position + 1);
        true
    }

    /// False if there is no such savepoint.
    pub fn release(&mut self, name: &str) -> bool {
        let Some(position) = self.savepoint_position(name) else {
            return false;
        };
        self.transactions.open.truncate(position);
        true
    }

    /// The last one of that name; the transaction itself is none.
    fn savepoint_position(&self, name: &str) -> Option<usize> {
        let open = &self.transactions.open;
        (1..open.len())
            .rev()
            .find(|&position| open[position].0 == name)
    }

    /// A point to undo to, e.g. at the start of a statement with several actions.
    pub fn mark(&self) -> Mark {
        Mark {
            schemas: self.schemas.clone(),
            extensions: self.extensions.clone(),
            roles: self.roles.clone(),
            relations: self.relations.clone(),
            types: self.types.clone(),
            functions: self.functions.clone(),
            others: self.others.clone(),
        }
    }

    pub fn rewind(&mut self, mark: Mark) {
        self.schemas = mark.schemas;
        self.extensions = mark.extensions;
        self.roles = mark.roles;
        self.relations = mark.relations;
        self.types = mark.types;
        self.functions = mark.functions;
        self.others = mark.others;
    }

    /// What a commit changes by itself: new enum values become usable, tables `ON COMMIT DROP` go.
    fn end_of_transaction(&mut self) {
        self.types
            .update_all(|_, user_type| match &mut user_type.kind {
                TypeKind::Enum { labels } => labels.iter_mut().fold(false, |changed, label| {
                    changed | std::mem::take(&mut label.uncommitted)
                }),
                TypeKind::Domain { .. } | TypeKind::Composite { .. } | TypeKind::Other { .. } => {
                    false
                }
            });
        let dropped: Vec<_> = self
            .relations
            .iter()
            .filter(|(_, relation)| {
                relation.as_table().is_some_and(|table| {
                    table.persistence
                        == Persistence::Temporary {
                            drop_on_commit: true,
                        }
                })
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in dropped {
            self.forget_relation(&name);
        }
    }
}
