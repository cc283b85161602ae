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
        if !waits || call.sink.autocommits || !call.needs_commit {
            return None;
        }
        let has = |marks: &BTreeMap<ConnectionId, Vec<usize>>| {
            marks
                .get(&connection)
                .is_some_and(|marks| marks.iter().any(|mark| *mark > index))
        };
        let is_autocommit = self
            .autocommits
            .get(&connection)
            .is_some_and(|marks| marks.iter().any(|mark| *mark < index));
        if is_autocommit || has(&self.commits) {
            return None;
        }
        Some(if has(&self.rollbacks) {
            InertReason::RolledBack
        } else {
            InertReason::Uncommitted
        })
    }
}

/// `autocommit = True`, `set_session(autocommit=True)`, `ISOLATION_LEVEL_AUTOCOMMIT`, `"AUTOCOMMIT"`.
fn switches_on(call: &SinkCall) -> bool {
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
