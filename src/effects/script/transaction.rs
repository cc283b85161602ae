//! Which sent statements are ever committed: by the marks that a connection's stream of calls holds.

use std::collections::BTreeMap;

use crate::eval::{ConnectionId, SinkCall, Value};
use crate::model::InertReason;
use crate::registry::SinkKind;

/// The marks of each connection, by their position in the stream.
pub(super) struct Transactions {
    commits: BTreeMap<ConnectionId, Vec<usize>>,
    rollbacks: BTreeMap<ConnectionId, Vec<usize>>,
    autocommits: BTreeMap<ConnectionId, Vec<usize>>,
}

impl Transactions {
    pub(super) fn of(calls: &[SinkCall]) -> Self {
        let mut found = Self {
            commits: BTreeMap::new(),
            rollbacks: BTreeMap::new(),
            autocommits: BTreeMap::new(),
        };
        for (index, call) in calls.iter().enumerate() {
            let Some(connection) = call.connection else {
                continue;
            };
            let marks = match call.sink.kind {
                SinkKind::Commit => &mut found.commits,
                SinkKind::Rollback => &mut found.rollbacks,
                SinkKind::SetAutocommit if switches_on(call) => &mut found.autocommits,
                _ => continue,
            };
            marks.entry(connection).or_default().push(index);
        }
        found
    }

    /// Why what the call sends is never committed, if that is sure.
    pub(super) fn inert(&self, index: usize, call: &SinkCall) -> Option<InertReason> {
        let connection = call.connection?;
        let waits = matches!(
            call.sink.kind,
            SinkKind::Sql | SinkKind::Orm | SinkKind::TableCopy
        );
        if !waits || call.sink.autocommits || !call.needs_commit || is_made_autocommit(call) {
            return None;
        }
        let has = |marks: &BTreeMap<ConnectionId, Vec<usize>>| {
            marks
                .get(&connection)
                .is_some_and(|marks| marks.iter().any(|mark| *mark > index))
        };
        if self.is_switched(index, connection) || has(&self.commits) {
            return None;
        }
        Some(if has(&self.rollbacks) {
            InertReason::RolledBack
        } else {
            InertReason::Uncommitted
        })
    }

    /// Does the statement commit by itself?
    pub(super) fn is_autocommit(&self, index: usize, call: &SinkCall) -> bool {
        is_made_autocommit(call)
            || call
                .connection
                .is_some_and(|connection| self.is_switched(index, connection))
    }

    fn is_switched(&self, index: usize, connection: ConnectionId) -> bool {
        let marks = self.autocommits.get(&connection);
        marks.is_some_and(|marks| marks.iter().any(|mark| *mark < index))
    }
}

/// `create_engine(url, isolation_level="AUTOCOMMIT")`, `connection.execution_options(...)`,
/// `connect(dsn, autocommit=True)`: whatever the connection is made of says so.
pub fn is_made_autocommit(call: &SinkCall) -> bool {
    let mut current = call.receiver.as_ref().and_then(Value::as_external);
    while let Some(external) = current {
        let options = external.arguments.as_ref();
        let is_set = options.is_some_and(|options| {
            matches!(options.keyword("autocommit"), Some(Value::Bool(true)))
                || options
                    .keyword("isolation_level")
                    .is_some_and(is_autocommit_level)
        });
        if is_set {
            return true;
        }
        current = external.receiver_external();
    }
    false
}

fn is_autocommit_level(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.display().eq_ignore_ascii_case("autocommit"),
        Value::External(external) => external.path.ends_with("AUTOCOMMIT"),
        // sqlite3 begins no transactions then.
        Value::None => true,
        _ => false,
    }
}

/// `autocommit = True`, `set_session(autocommit=True)`, `ISOLATION_LEVEL_AUTOCOMMIT`, `"AUTOCOMMIT"`.
pub fn switches_on(call: &SinkCall) -> bool {
    let values = call
        .arguments
        .positional
        .iter()
        .chain(call.arguments.keywords.iter().map(|(_, value)| value));
    let mut known_off = false;
    for value in values {
        match value {
            Value::Bool(true) | Value::Integer(0) | Value::None => return true,
            Value::Bool(false) => known_off = true,
            Value::External(external) if external.path.ends_with("AUTOCOMMIT") => return true,
            Value::Text(text) if text.display().eq_ignore_ascii_case("autocommit") => {
                // The attribute's own name comes first among the arguments.
            }
            _ => {}
        }
    }
    !known_off
}
