//! A script or a revision: a sequence of effects that starts on a known catalog.

use crate::catalog::Catalog;
use crate::graph::{ObjectKey, ObjectKind, Relation, touches};
use crate::model::{Action, Dialect, Effect, GuardKind, InertReason, ObjectName, Reach, Revision};

#[derive(Clone, Copy)]
pub(super) struct Unit<'a> {
    pub file: &'a str,
    pub effects: &'a [Effect],
    /// The schema on which it starts.
    pub before: &'a Catalog,
    /// `None`: a script.
    pub revision: Option<&'a Revision>,
}

impl<'a> Unit<'a> {
    /// The effects that a run on PostgreSQL can have, with their indexes.
    pub fn possible(&self) -> impl Iterator<Item = (usize, &'a Effect)> + use<'a> {
        let effects = self.effects.iter().enumerate();
        effects
            .filter(|(_, effect)| !effect.reach.is_inert() && effect.dialect == Dialect::Postgres)
    }

    /// The effects that PostgreSQL is asked for, also where its refusal takes their transaction with
    /// them, with their indexes.
    pub fn sent(&self) -> impl Iterator<Item = (usize, &'a Effect)> + use<'a> {
        let effects = self.effects.iter().enumerate();
        effects.filter(|(_, effect)| {
            let is_aborted = matches!(
                effect.reach,
                Reach::Inert(InertReason::AbortedTransaction(_))
            );
            (is_aborted || !effect.reach.is_inert()) && effect.dialect == Dialect::Postgres
        })
    }

    /// Whether it makes the object itself before effect `index`.
    pub fn makes_before(&self, index: usize, object: &ObjectKey) -> bool {
        self.touches_before(index, object, Relation::Creates)
    }

    /// Whether it drops the object itself before effect `index`.
    pub fn drops_before(&self, index: usize, object: &ObjectKey) -> bool {
        self.touches_before(index, object, Relation::Drops)
    }

    /// Whether it drops the object itself after effect `index`.
    pub fn drops_after(&self, index: usize, object: &ObjectKey) -> bool {
        let later = self.possible().skip_while(|(other, _)| *other <= index);
        let mut touched = later.flat_map(|(_, effect)| touches(&effect.action));
        touched.any(|touch| touch.relation == Relation::Drops && touch.object == *object)
    }

    /// `relation` is one of schema changes.
    fn touches_before(&self, index: usize, object: &ObjectKey, relation: Relation) -> bool {
        let earlier = self.possible().take_while(|(other, _)| *other < index);
        // Of rows there can be many thousands, and each is asked about in turn.
        let earlier = earlier.filter(|(_, effect)| !matches!(effect.action, Action::Rows(_)));
        let mut touched = earlier.flat_map(|(_, effect)| touches(&effect.action));
        touched.any(|touch| touch.relation == relation && touch.object == *object)
    }

    /// Whether the table can have rows when effect `index` comes: it was there before the unit
    /// started, or nobody knows who makes it.
    pub fn may_have_rows(&self, index: usize, table: &ObjectName) -> bool {
        let key = ObjectKey::new(ObjectKind::Relation, table.to_string());
        !self.makes_before(index, &key)
    }
}

/// Whether a second run, or a run on a database that has the object, passes the effect by.
pub(super) fn is_guarded(effect: &Effect) -> bool {
    effect.guards.iter().any(|guard| match guard.kind {
        GuardKind::IfNotExists
        | GuardKind::IfExists
        | GuardKind::OrReplace
        | GuardKind::OnConflict
        | GuardKind::WhereNotExists
        | GuardKind::CatalogProbe
        | GuardKind::RowProbe
        | GuardKind::ExceptionHandler => true,
        GuardKind::InHandler
        | GuardKind::ForEachRow
        | GuardKind::CommandLineFlag
        | GuardKind::EnvironmentVariable
        | GuardKind::ConfirmationPrompt
        | GuardKind::Condition => false,
    })
}
