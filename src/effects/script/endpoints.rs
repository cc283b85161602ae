//! What an estate's own endpoints do to its database: the handler that answers a request is read as a
//! script is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::effects::Routes;
use crate::effects::routes::Handler;
use crate::eval::Estate;
use crate::model::{Effect, InertReason, Operation, Place, Reach};
use crate::registry::Registry;

/// The endpoints of an estate. Nothing is read before the first request asks.
pub struct Endpoints<'e> {
    estate: &'e dyn Estate,
    registry: &'e Registry,
    routes: Routes<'e>,
    /// What is changed where in a file with handlers.
    changes: Mutex<BTreeMap<Arc<str>, Changes>>,
}

/// The lines from which a file changes a database.
type Changes = Arc<OnceLock<Vec<u32>>>;

/// What becomes of a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer<'e> {
    Changes(&'e Handler),
    ChangesNothing,
    /// The estate has routes, and none of them answers.
    Dangles,
    /// The estate has no routes: somebody else answers.
    Unknown,
}

impl<'e> Endpoints<'e> {
    pub fn new(estate: &'e dyn Estate, registry: &'e Registry) -> Self {
        Self {
            estate,
            registry,
            routes: Routes::new(estate),
            changes: Mutex::default(),
        }
    }

    /// Of the first handler that changes something, where several applications answer.
    pub(super) fn answer(&self, method: Option<&str>, url: &str) -> Answer<'_> {
        if self.routes.is_empty() {
            return Answer::Unknown;
        }
        let handlers = self.routes.handlers(method, url);
        if handlers.is_empty() {
            return Answer::Dangles;
        }
        let mut changing = handlers.into_iter().filter(|handler| self.changes(handler));
        changing
            .next()
            .map_or(Answer::ChangesNothing, Answer::Changes)
    }

    fn changes(&self, handler: &Handler) -> bool {
        let lines = self.lines(&handler.place.file);
        let lines = lines.get_or_init(|| self.read(&handler.place.file));
        let own = handler.place.line..=handler.end_line;
        lines.iter().any(|line| own.contains(line))
    }

    fn lines(&self, file: &Arc<str>) -> Changes {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(changes.entry(Arc::clone(file)).or_default())
    }

    fn read(&self, file: &Arc<str>) -> Vec<u32> {
        let reading = super::read(self.estate, self.registry, file, None);
        let changing = reading.effects.iter().filter(|effect| changes(effect));
        let places = changing.flat_map(places);
        let own = places.filter(|place| place.file == *file);
        own.map(|place| place.line).collect()
    }
}

/// The handler runs, whoever calls it: nothing in the file has to.
fn changes(effect: &Effect) -> bool {
    let runs = match &effect.reach {
        Reach::Live | Reach::Conditional => true,
        // Whoever hands the session in may commit.
        Reach::Inert(reason) => {
            matches!(
                reason,
                InertReason::NeverCalled(_) | InertReason::Uncommitted
            )
        }
    };
    let elsewhere = matches!(
        effect.operation(),
        Operation::WriteSource
            | Operation::WriteSqlFile
            | Operation::WriteMigration
            | Operation::CallEndpoint
    );
    runs && !elsewhere
}

/// Where an effect comes to be: the call, and the way to it.
pub(super) fn places(effect: &Effect) -> impl Iterator<Item = &Place> {
    let provenance = &effect.provenance;
    provenance.via.iter().chain([&provenance.call])
}
