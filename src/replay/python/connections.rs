//! A script's connections: each has its own session on one database.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Catalog;
use crate::eval::ConnectionId;
use crate::replay::query::Table;
use crate::replay::session::{Session, TransactionState};

use super::state::State;

/// What all sessions see of the database: the catalog, and the rows that are followed.
#[derive(Debug, Clone)]
struct Committed {
    catalog: Catalog,
    rows: BTreeMap<String, Table>,
    /// Counts the commits, so that a session knows whether it is behind.
    generation: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Connections {
    committed: Committed,
    active: Option<ConnectionId>,
    /// The generation that the session at hand has seen.
    seen: u64,
    parked: BTreeMap<Option<ConnectionId>, (Session, u64)>,
    /// The runs of the transactions that are open, by connection.
    pending: BTreeMap<Option<ConnectionId>, Vec<usize>>,
    /// Connections whose statements commit by themselves.
    autocommits: BTreeSet<Option<ConnectionId>>,
    /// The first statement on the connection at hand begins a transaction.
    pub(super) begins_by_itself: bool,
}

impl Connections {
    pub(super) fn on(session: &Session) -> Self {
        Self {
            committed: Committed {
                catalog: session.catalog.clone(),
                rows: session.surroundings.tables.clone(),
                generation: 0,
            },
            active: None,
            seen: 0,
            parked: BTreeMap::new(),
            pending: BTreeMap::new(),
            autocommits: BTreeSet::new(),
            begins_by_itself: false,
        }
    }
}

impl State {
    /// The next statement goes through this connection; in a run of revisions there is only one.
    pub(super) fn select(&mut self, connection: Option<ConnectionId>, begins_by_itself: bool) {
        let Some(connections) = &mut self.connections else {
            return;
        };
        connections.begins_by_itself =
            begins_by_itself && !connections.autocommits.contains(&connection);
        if connections.active != connection {
            let new = connections.parked.remove(&connection).unwrap_or_else(|| {
                let mut session = Session::new(connections.committed.catalog.clone());
                session
                    .version_table
                    .clone_from(&self.session.version_table);
                session
                    .surroundings
                    .tables
                    .clone_from(&connections.committed.rows);
                (session, connections.committed.generation)
            });
            let old = std::mem::replace(&mut self.session, new.0);
            let before = std::mem::replace(&mut connections.active, connection);
            connections.parked.insert(before, (old, connections.seen));
            connections.seen = new.1;
        }
        self.refresh();
    }

    /// `connection.autocommit = True` and the like.
    pub(super) fn set_autocommit(&mut self, connection: Option<ConnectionId>, on: bool) {
        if let Some(connections) = &mut self.connections {
            match on {
                true => connections.autocommits.insert(connection),
                false => connections.autocommits.remove(&connection),
            };
        }
    }

    /// A session without a transaction sees what others have committed.
    pub(super) fn refresh(&mut self) {
        let Some(connections) = &mut self.connections else {
            return;
        };
        let is_idle = self.session.transaction() == TransactionState::None;
        if !is_idle || connections.seen == connections.committed.generation {
            return;
        }
        let path = self.session.catalog.search_path.clone();
        let role = self.session.catalog.current_role.clone();
        self.session.catalog = connections.committed.catalog.clone();
        self.session.catalog.search_path = path;
        self.session.catalog.current_role = role;
        self.session
            .surroundings
            .tables
            .clone_from(&connections.committed.rows);
        connections.seen = connections.committed.generation;
    }

    /// What the session at hand has done outside a transaction, or has just committed, is there for
    /// all.
    pub(super) fn publish(&mut self) {
        let Some(connections) = &mut self.connections else {
            return;
        };
        if self.session.transaction() == TransactionState::None {
            let generation = connections.committed.generation + 1;
            connections.committed = Committed {
                catalog: self.session.catalog.clone(),
                rows: self.session.surroundings.tables.clone(),
                generation,
            };
            connections.seen = generation;
        }
    }

    /// The last runs await the end of their transaction.
    pub(super) fn await_end(&mut self, count: usize) {
        let is_open = self.session.transaction() != TransactionState::None;
        let Some(connections) = &mut self.connections else {
            return;
        };
        let pending = connections.pending.entry(connections.active).or_default();
        pending.extend(self.runs.len() - count..self.runs.len());
        if !is_open {
            // The text itself may have ended it.
            let last = self.runs.last().map(|sent| sent.run.statement.trim_start());
            let is_rollback = last.is_some_and(|text| {
                let word = text.split(|c: char| !c.is_ascii_alphabetic()).next();
                word.is_some_and(|word| word.eq_ignore_ascii_case("rollback"))
            });
            self.settle(is_rollback);
        }
    }

    /// The transaction of the connection at hand has ended.
    pub(super) fn settle(&mut self, undone: bool) {
        let Some(connections) = &mut self.connections else {
            return;
        };
        let pending = connections.pending.remove(&connections.active);
        let pending = pending.unwrap_or_default();
        let number = pending.first().map_or(0, |first| first + 1);
        for index in pending {
            self.runs[index].undone = undone;
            self.runs[index].transaction = number;
        }
    }

    /// All connections are closed: what is not committed is lost.
    pub(super) fn close_all(&mut self) {
        self.rollback();
        let open = self.connections.iter().flat_map(|all| all.pending.values());
        for pending in open {
            for index in pending {
                self.runs[*index].undone = true;
                self.runs[*index].transaction = pending[0] + 1;
            }
        }
        if let Some(connections) = self.connections.take() {
            self.session.catalog = connections.committed.catalog;
            self.session.surroundings.tables = connections.committed.rows;
        }
    }
}
