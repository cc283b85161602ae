//! What becomes of each statement when a client sends them one after the other: which transactions
//! are aborted, rolled back or never committed, and where psql stops.
//!
//! Only what the texts themselves tell; whether a table is there, nobody asks.

use crate::model::{Action, Identifier, InertReason, Place};

use super::reading::{Nature, PsqlCommand, ReadStatement, TransactionStatement};

/// Why each statement has no effect, `None` where nothing speaks against it. Outside of a
/// transaction every statement commits itself (PostgreSQL manual, 3.4).
pub fn fates(statements: &[ReadStatement]) -> Vec<Option<InertReason>> {
    let mut session = Session::new(statements.len());
    for (index, statement) in statements.iter().enumerate() {
        session.step(index, statement);
    }
    session.end()
}

struct Session {
    fates: Vec<Option<InertReason>>,
    open: Option<Transaction>,
    /// `\set ON_ERROR_STOP 1`.
    stops_at_errors: bool,
    stopped: Option<InertReason>,
}

struct Transaction {
    start: usize,
    savepoints: Vec<(Identifier, usize)>,
    /// Labels that it has added to enums, as literals.
    labels: Vec<String>,
    failed: Option<(usize, String)>,
}

impl Transaction {
    fn begin(start: usize) -> Self {
        Self {
            start,
            savepoints: Vec::new(),
            labels: Vec::new(),
            failed: None,
        }
    }

    /// Forgets what came after the savepoint, and gives the statement that set it.
    fn back_to(&mut self, name: &Identifier) -> Option<usize> {
        let position = self.savepoints.iter().rposition(|(own, _)| own == name)?;
        self.savepoints.truncate(position + 1);
        let set = self.savepoints[position].1;
        self.failed = self.failed.take().filter(|(failed, _)| *failed < set);
        Some(set)
    }
}

impl Session {
    fn new(length: usize) -> Self {
        Self {
            fates: vec![None; length],
            open: None,
            stops_at_errors: false,
            stopped: None,
        }
    }

    fn step(&mut self, index: usize, statement: &ReadStatement) {
        if let Some(reason) = &self.stopped {
            self.fates[index] = Some(reason.clone());
            return;
        }
        match &statement.nature {
            Nature::Transaction(transaction) => self.transaction(index, transaction),
            Nature::PsqlCommand(PsqlCommand::Set { name, value }) if name == "ON_ERROR_STOP" => {
                let off = ["0", "off", "false", "no"];
                self.stops_at_errors = !off.contains(&value.trim().to_lowercase().as_str());
            }
            Nature::PsqlCommand(_) => {}
            _ => self.send(index, statement),
        }
    }

    fn transaction(&mut self, index: usize, statement: &TransactionStatement) {
        match statement {
            TransactionStatement::Begin => {
                self.open.get_or_insert_with(|| Transaction::begin(index));
            }
            TransactionStatement::Commit { chain } => {
                if let Some((_, why)) = self.open.as_ref().and_then(|open| open.failed.clone()) {
                    self.undo(index, &InertReason::AbortedTransaction(why));
                }
                self.open = chain.then(|| Transaction::begin(index));
            }
            TransactionStatement::Rollback { chain } => {
                self.undo(index, &InertReason::RolledBack);
                self.open = chain.then(|| Transaction::begin(index));
            }
            TransactionStatement::Savepoint(name) => {
                if let Some(open) = &mut self.open {
                    open.savepoints.push((name.clone(), index));
                }
            }
            TransactionStatement::RollbackTo(name) => {
                if let Some(set) = self.open.as_mut().and_then(|open| open.back_to(name)) {
                    let why = format!("rolled back to savepoint `{name}`");
                    self.fill(set, index, &InertReason::Other(why));
                }
            }
            // Committed later, by whoever knows the name.
            TransactionStatement::TwoPhase(_) => self.open = None,
            TransactionStatement::Release(_) | TransactionStatement::Characteristics(_) => {}
        }
    }

    fn send(&mut self, index: usize, statement: &ReadStatement) {
        if let Some((_, why)) = self.open.as_ref().and_then(|open| open.failed.clone()) {
            self.fates[index] = Some(InertReason::AbortedTransaction(why));
            return;
        }
        let Some(why) = failure(statement, self.open.as_ref()) else {
            if let Some(open) = &mut self.open {
                open.labels.extend(added_labels(statement));
            }
            return;
        };
        let at = at_line(statement.place.as_ref());
        if let Some(open) = &mut self.open {
            let why = format!("the statement{at} fails: {why}");
            open.failed = Some((index, why.clone()));
            self.fates[index] = Some(InertReason::AbortedTransaction(why));
        } else {
            self.fates[index] = Some(InertReason::InvalidSql(why));
        }
        if self.stops_at_errors {
            let why = format!("psql stops at the error{at}, since ON_ERROR_STOP is set");
            self.stopped = Some(InertReason::Other(why));
        }
    }

    /// What the open transaction has done so far never happens.
    fn undo(&mut self, end: usize, reason: &InertReason) {
        if let Some(start) = self.open.as_ref().map(|open| open.start) {
            self.fill(start, end, reason);
        }
    }

    fn fill(&mut self, start: usize, end: usize, reason: &InertReason) {
        for fate in &mut self.fates[start..end] {
            fate.get_or_insert_with(|| reason.clone());
        }
    }

    /// A session that ends rolls back what it has not committed.
    fn end(mut self) -> Vec<Option<InertReason>> {
        let failed = self.open.as_ref().and_then(|open| open.failed.clone());
        let reason = match failed {
            Some((_, why)) => InertReason::AbortedTransaction(why),
            None => InertReason::Uncommitted,
        };
        self.undo(self.fates.len(), &reason);
        self.fates
    }
}

fn at_line(place: Option<&Place>) -> String {
    place.map_or(String::new(), |place| format!(" in line {}", place.line))
}

/// Why PostgreSQL refuses the statement, whatever the database holds.
fn failure(statement: &ReadStatement, open: Option<&Transaction>) -> Option<String> {
    if let Nature::Invalid(error) = &statement.nature {
        return Some(error.message.clone());
    }
    let actions = || statement.effects.iter().map(|effect| &effect.action);
    let dropped_at_once = actions()
        .filter(|action| drops_concurrently(action))
        .count();
    if dropped_at_once > 1 {
        return Some("DROP INDEX CONCURRENTLY takes one index only (0A000)".to_owned());
    }
    let open = open?;
    if actions().any(|action| drops_concurrently(action) || creates_concurrently(action)) {
        return Some("CONCURRENTLY cannot run inside a transaction block (25001)".to_owned());
    }
    let is_new = |literal: &&String| statement.text.contains(literal.as_str());
    let used = open.labels.iter().find(is_new)?;
    let only_adds = actions().all(|action| matches!(action, Action::AddEnumValue { .. }));
    (!only_adds)
        .then(|| format!("enum label {used} is used in the transaction that adds it (55P04)"))
}

fn creates_concurrently(action: &Action) -> bool {
    matches!(
        action,
        Action::CreateIndex {
            concurrently: true,
            ..
        }
    )
}

fn drops_concurrently(action: &Action) -> bool {
    matches!(
        action,
        Action::DropIndex {
            concurrently: true,
            ..
        }
    )
}

fn added_labels(statement: &ReadStatement) -> impl Iterator<Item = String> {
    statement
        .effects
        .iter()
        .filter_map(|effect| match &effect.action {
            Action::AddEnumValue { label, .. } => Some(format!("'{}'", label.replace('\'', "''"))),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Dialect, Template};

    /// Each statement's fate in one word.
    fn words(text: &str) -> Vec<String> {
        let template = Template::from_source(text, Place::new("a.sql", 1, 1));
        let statements = super::super::read(&template, Dialect::Postgres).statements;
        let words = fates(&statements).into_iter().map(|fate| match fate {
            None => "done".to_owned(),
            Some(reason) => reason.describe(),
        });
        let changes =
            |statement: &&ReadStatement| !matches!(statement.nature, Nature::Transaction(_));
        let kept = statements.iter().map(|statement| changes(&statement));
        words
            .zip(kept)
            .filter(|(_, kept)| *kept)
            .map(|(word, _)| word)
            .collect()
    }

    #[test]
    fn what_is_rolled_back_never_happens() {
        let text = "BEGIN; DROP TABLE a; ROLLBACK; DROP TABLE b; BEGIN; DROP TABLE c;";
        assert_eq!(
            words(text),
            [
                "the transaction is rolled back",
                "done",
                "the transaction is never committed"
            ]
        );
    }

    #[test]
    fn a_savepoint_keeps_what_came_before_it() {
        let text =
            "BEGIN; DROP TABLE a; SAVEPOINT s; DROP TABLE b; ROLLBACK TO s; DROP TABLE c; COMMIT;";
        assert_eq!(
            words(text),
            ["done", "rolled back to savepoint `s`", "done"]
        );
    }

    #[test]
    fn an_error_takes_its_transaction_with_it() {
        let text = "BEGIN;\nDROP TABLE a;\nCREATE INDEX CONCURRENTLY i ON b (c);\nDROP TABLE b;\nCOMMIT;\nDROP TABLE d;";
        let found = words(text);
        assert!(
            found[0].contains("the statement in line 3 fails"),
            "{found:?}"
        );
        assert!(found[1].contains("25001"), "{found:?}");
        assert!(found[2].contains("is aborted"), "{found:?}");
        assert_eq!(found[3], "done");
    }

    #[test]
    fn a_savepoint_outlives_the_error_after_it() {
        let text = "BEGIN; SAVEPOINT s; CREATE INDEX CONCURRENTLY i ON b (c); ROLLBACK TO s; DROP TABLE b; COMMIT;";
        assert_eq!(words(text)[1..], ["done"]);
    }

    #[test]
    fn a_new_label_cannot_be_used_at_once() {
        let text = "BEGIN; ALTER TYPE mood ADD VALUE 'sad'; UPDATE a SET m = 'sad'; COMMIT;";
        assert!(words(text)[1].contains("55P04"));
    }

    #[test]
    fn psql_stops_where_it_was_told_to() {
        let text = "\\set ON_ERROR_STOP 1\nDROP TABLE a;\nCREATE POLICY IF NOT EXISTS p ON a USING (true);\nDROP TABLE b;";
        let found = words(text);
        assert_eq!(found[1], "done");
        assert!(
            found[3].contains("psql stops at the error in line 3"),
            "{found:?}"
        );
    }
}
