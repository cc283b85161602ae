//! The chain as the deciding wing sees it: revisions in order, their effects, and the catalog
//! after each.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::model::{Effect, Place, Revision, RevisionId, SqlError};

use super::touch::{ObjectKey, ObjectKind, Relation, touches};

/// One revision with what it does.
#[derive(Debug, Clone)]
pub struct RevisionStep {
    pub revision: Revision,
    pub effects: Vec<Effect>,
    /// The modelled catalog after it.
    pub after: Arc<Catalog>,
    /// What in it keeps the chain from walking from an empty database to its head; the effects and the
    /// catalog are those without it.
    pub blockers: Vec<Blocker>,
}

/// Something in a revision that stands in the way of every database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocker {
    /// The server refuses a statement.
    Refused {
        call: Place,
        /// The calls of the revision that lead to it, outermost first.
        via: Vec<Place>,
        statement: Arc<str>,
        error: SqlError,
    },
    /// The revision commits by itself: what the walk does after it in the same run is lost.
    OwnCommit(Place),
    /// The revision's id does not fit the version table: with this statement it does.
    LongId { length: usize, statement: Arc<str> },
    /// A merge names a parent that another one of its parents follows: the walk ends with a `KeyError`.
    RedundantParent(RevisionId),
}

/// One meeting of a revision with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainEvent {
    /// Index into the steps.
    pub step: usize,
    pub relation: Relation,
    pub place: Place,
}

/// Revisions in upgrade order with an index of every object that they touch.
#[derive(Debug, Default)]
pub struct ChainHistory {
    pub steps: Vec<RevisionStep>,
    events: BTreeMap<ObjectKey, Vec<ChainEvent>>,
    empty: Arc<Catalog>,
}

impl ChainHistory {
    pub fn new(mut steps: Vec<RevisionStep>) -> Self {
        // A chain may run in one transaction, of which the catalog of a step is a moment; here it is
        // what has come of it.
        for step in &mut steps {
            if step.after.in_transaction() {
                Arc::make_mut(&mut step.after).commit();
            }
        }
        let mut events: BTreeMap<ObjectKey, Vec<ChainEvent>> = BTreeMap::new();
        for (step, revision) in steps.iter().enumerate() {
            for effect in revision
                .effects
                .iter()
                .filter(|effect| !effect.reach.is_inert())
            {
                for touch in touches(&effect.action) {
                    let place = effect.provenance.call.clone();
                    let event = ChainEvent {
                        step,
                        relation: touch.relation,
                        place,
                    };
                    events.entry(touch.object).or_default().push(event);
                }
            }
        }
        Self {
            steps,
            events,
            empty: Arc::default(),
        }
    }

    /// The catalog at the end of the chain; an empty one where there is no chain.
    pub fn head(&self) -> &Catalog {
        self.steps.last().map_or(&self.empty, |step| &step.after)
    }

    /// The catalog before a step.
    pub fn before(&self, step: usize) -> &Catalog {
        step.checked_sub(1)
            .and_then(|index| self.steps.get(index))
            .map_or(&self.empty, |step| &step.after)
    }

    pub fn events(&self, object: &ObjectKey) -> &[ChainEvent] {
        self.events.get(object).map_or(&[], Vec::as_slice)
    }

    /// The revision that created the object last, if any did.
    pub fn creation(&self, object: &ObjectKey) -> Option<&ChainEvent> {
        self.events(object)
            .iter()
            .rev()
            .find(|event| event.relation == Relation::Creates)
    }

    /// The revision that gave the object its shape at head: the last that created or altered it.
    pub fn shaping(&self, object: &ObjectKey) -> Option<&ChainEvent> {
        self.events(object)
            .iter()
            .rev()
            .find(|event| matches!(event.relation, Relation::Creates | Relation::Alters))
    }

    /// The revision that clears away an object which head has: what was made by hand before the chain
    /// makes its own, or what an earlier revision made.
    pub fn clearing(&self, object: &ObjectKey) -> Option<&ChainEvent> {
        let events = self.events(object);
        let is = |event: &ChainEvent, relation| event.relation == relation;
        let drop = events
            .iter()
            .rposition(|event| is(event, Relation::Drops))?;
        let event = &events[drop];
        let mut makers = events[..drop]
            .iter()
            .filter(|event| is(event, Relation::Creates));
        // What one revision makes and drops again is its own affair.
        makers.all(|maker| maker.step < event.step).then_some(event)
    }

    /// The revision that dropped the object, itself or with the table it is part of.
    pub fn removal(&self, object: &ObjectKey) -> Option<&ChainEvent> {
        let own = self
            .events(object)
            .iter()
            .rev()
            .find(|event| event.relation == Relation::Drops);
        own.or_else(|| {
            let (table, _) = object.name.rsplit_once('.')?;
            let of_table = matches!(
                object.kind,
                ObjectKind::Column
                    | ObjectKind::Constraint
                    | ObjectKind::Trigger
                    | ObjectKind::Policy
            );
            of_table.then(|| self.removal(&ObjectKey::new(ObjectKind::Relation, table)))?
        })
    }
}
