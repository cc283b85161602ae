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

type Changes = Arc<OnceLock<Lines>>;

/// Lines of a file with handlers.
#[derive(Default)]
struct Lines {
    /// From which it changes a database.
    changing: Vec<u32>,
    /// From which it sends anything.
    asking: Vec<u32>,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer<'e> {
    Changes(&'e Handler),
    /// Its handler sends nothing that could be read: it may do its work in what the estate lacks.
    Unread(&'e Handler),
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
        let mut changing = handlers.iter();
        if let Some(handler) = changing.find(|handler| self.has(handler, |it| &it.changing)) {
            return Answer::Changes(handler);
        }
        let asks = |handler: &&Handler| self.has(handler, |it| &it.asking);
        match handlers.iter().any(asks) {
            true => Answer::ChangesNothing,
            false => Answer::Unread(handlers[0]),
        }
    }

    fn has(&self, handler: &Handler, which: fn(&Lines) -> &Vec<u32>) -> bool {
        let lines = self.lines(&handler.place.file);
        let lines = lines.get_or_init(|| self.read(&handler.place.file));
        let own = handler.place.line..=handler.end_line;
        which(lines).iter().any(|line| own.contains(line))
    }

    fn lines(&self, file: &Arc<str>) -> Changes {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(changes.entry(Arc::clone(file)).or_default())
    }

    fn read(&self, file: &Arc<str>) -> Lines {
        let reading = super::read(self.estate, self.registry, file, None);
        let changing = reading.effects.iter().filter(|effect| changes(effect));
        let places = changing.flat_map(places);
        let own = places.filter(|place| place.file == *file);
        Lines {
            changing: own.map(|place| place.line).collect(),
            asking: reading.asked.iter().map(|place| place.line).collect(),
        }
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
