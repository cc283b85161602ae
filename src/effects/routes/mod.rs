//! The routes of an estate's web applications: which function answers a request. Read from the
//! decorators and calls of FastAPI, Starlette, Flask and Quart, and from Django's `urlpatterns`,
//! without running anything. What a handler does is not asked here.

mod declared;
mod django;
mod imports;
mod path;
mod table;

use std::sync::{Arc, OnceLock};

use crate::eval::Estate;
use crate::model::Place;

pub(in crate::effects) use imports::module_files;
use table::Table;

/// All routes of an estate, read when the first request asks for one.
pub struct Routes<'e> {
    estate: &'e dyn Estate,
    table: OnceLock<Table>,
}

/// A function that answers requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handler {
    /// Where its definition begins.
    pub place: Place,
    pub end_line: u32,
    pub name: Arc<str>,
}

impl<'e> Routes<'e> {
    pub fn new(estate: &'e dyn Estate) -> Self {
        Self {
            estate,
            table: OnceLock::new(),
        }
    }

    /// Does the estate have no route at all?
    pub(in crate::effects) fn is_empty(&self) -> bool {
        self.table().is_empty()
    }

    /// Who answers such a request: several where several applications have such a route. Holes of
    /// `url` are written `{label}`; without a method every one is meant.
    pub(in crate::effects) fn handlers(&self, method: Option<&str>, url: &str) -> Vec<&Handler> {
        self.table().handlers(method, url)
    }

    fn table(&self) -> &Table {
        self.table.get_or_init(|| Table::read(self.estate))
    }
}
