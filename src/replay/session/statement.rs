//! One statement of any kind.

use crate::model::{Action, Identifier, ObjectName, SqlError, SqlState};
use crate::replay::block;
use crate::replay::query::{Answer, Reader};
use crate::sql::query::Query;
use crate::sql::{Nature, ReadStatement, TransactionStatement};

use super::run::AnsweredRows;
use super::{Run, RunEffect, RunOutcome, Session, TransactionState};

impl Session {
    pub(super) fn dispatch(&mut self, statement: &ReadStatement) -> Run {
        if let Nature::Transaction(transaction) = &statement.nature {
            return self.transaction_statement(statement, transaction);
        }
        if let Some(refused) = self.refused()
            && !matches!(statement.nature, Nature::PsqlCommand(_))
        {
            return Run::failed(statement, refused);
        }
        match &statement.nature {
            Nature::Change => self.change(statement),
            Nature::Query(query) => self.query(statement, query),
            Nature::Setting(setting) => {
                self.set(setting);
                Run::of(statement, RunOutcome::Done)
            }
            Nature::Block(block) => self.block(statement, block),
            Nature::Invalid(error) => Run::failed(statement, error.clone()),
            Nature::Utility(relations) => self.utility(statement, relations),
            Nature::PsqlCommand(_) => Run::of(statement, RunOutcome::Done),
            Nature::Transaction(_) | Nature::Unknown => {
                let mut run = Run::of(statement, RunOutcome::Done);
                run.note(
                    statement.place.clone(),
                    "the statement is not known well enough",
                );
                run
            }
        }
    }

    /// A statement that changes something: all its actions or none.
    pub(crate) fn change(&mut self, statement: &ReadStatement) -> Run {
        if let Some(error) = self.forbidden_in_transaction(statement) {
            return Run::failed(statement, error);
        }
        let version_changes: Vec<_> = statement
            .effects
            .iter()
            .map(|effect| self.version_change(&effect.action))
            .collect();
        let actions: Vec<&Action> = statement
            .effects
            .iter()
            .zip(&version_changes)
            .map(|(effect, change)| change.as_ref().unwrap_or(&effect.action))
            .collect();
        self.begin_following(&actions);
        let refused = self.refused_by_rows(&actions);
        let mut run = Run::of(statement, RunOutcome::Done);
        run.row_count = self.row_count(&actions);
        match self.apply(&actions, refused) {
            Ok(applied) => {
                for (effect, applied) in statement.effects.iter().zip(applied) {
                    if let crate::catalog::Applied::Changed(changes) = &applied {
                        for what in &changes.undecided {
                            run.note(effect.place.clone(), what.clone());
                        }
                        for what in &changes.conditions {
                            let question = format!("it goes through if {what}");
                            run.note(effect.place.clone(), question);
                        }
                    }
                    run.effects.push(RunEffect {
                        effect: effect.clone(),
                        applied,
                    });
                }
                self.lasting(statement);
                if !self.follow_rows(&actions) {
                    run.note(None, "what the statement does to the rows is not known");
                }
                run
            }
            Err(error) => Run::failed(statement, error),
        }
    }

    /// What the catalog refuses comes before what the rows refuse.
    fn apply(
        &mut self,
        actions: &[&Action],
        refused: Option<SqlError>,
    ) -> Result<Vec<crate::catalog::Applied>, SqlError> {
        let Some(refused) = refused else {
            return self.catalog.apply_statement(actions);
        };
        let before = self.catalog.mark();
        let applied = self.catalog.apply_statement(actions);
        self.catalog.rewind(before);
        applied.and(Err(refused))
    }

    /// Statements that PostgreSQL runs outside transaction blocks only.
    fn forbidden_in_transaction(&self, statement: &ReadStatement) -> Option<SqlError> {
        if self.transaction != TransactionState::Open {
            return None;
        }
        let what = statement
            .effects
            .iter()
            .find_map(|effect| concurrent(&effect.action));
        what.or_else(|| outside_only(&statement.text)).map(|what| {
            let message = format!("{what} cannot run inside a transaction block");
            SqlError::new(SqlState::ACTIVE_SQL_TRANSACTION, message, "")
        })
    }

    fn query(&mut self, statement: &ReadStatement, query: &Query) -> Run {
        match self.rows(query) {
            Ok(Answer::Rows(table)) => Run::of(statement, RunOutcome::Rows(AnsweredRows(table))),
            Ok(Answer::Undecided(reason)) => {
                Run::of(statement, RunOutcome::UnknownRows(reason.to_string()))
            }
            Err(error) => Run::failed(statement, error),
        }
    }

    /// The rows of a query, or the error with which the server refuses it.
    pub(crate) fn rows(&self, query: &Query) -> Result<Answer, SqlError> {
        let answer = Reader::new(&self.catalog, &self.surroundings).answer(query);
        match self.catalog.check_query(&query.text) {
            Err(error) if self.is_certain(&error) => Err(error),
            _ => Ok(answer),
        }
    }

    /// Names of variables and of columns that are not modelled look like missing columns.
    fn is_certain(&self, error: &SqlError) -> bool {
        let names = [SqlState::UNDEFINED_COLUMN, SqlState::AMBIGUOUS_COLUMN];
        let field = error.message.starts_with("missing FROM-clause entry");
        self.surroundings.variables.is_empty() || !(field || names.contains(&error.state))
    }

    fn block(&mut self, statement: &ReadStatement, block: &crate::sql::plpgsql::Block) -> Run {
        let alone = self.transaction == TransactionState::None;
        if alone {
            self.catalog.begin();
        }
        let outcome = block::run(self, block);
        if alone {
            match &outcome.failure {
                None => self.catalog.commit(),
                Some(_) => self.catalog.rollback(),
            }
        }
        let mut run = match outcome.failure {
            None => Run::of(statement, RunOutcome::Done),
            Some((error, place)) => Run::of(statement, RunOutcome::Failed { error, place }),
        };
        if run.error().is_none() {
            run.effects = outcome.effects;
        }
        run.undecided = outcome.undecided;
        run
    }

    fn utility(&mut self, statement: &ReadStatement, relations: &[ObjectName]) -> Run {
        let missing = || self.catalog.refuses_any(relations);
        match self.forbidden_in_transaction(statement).or_else(missing) {
            Some(error) => Run::failed(statement, error),
            None => {
                self.lasting(statement);
                Run::of(statement, RunOutcome::Done)
            }
        }
    }

    fn transaction_statement(
        &mut self,
        statement: &ReadStatement,
        transaction: &TransactionStatement,
    ) -> Run {
        let failed = self.transaction == TransactionState::Failed;
        match transaction {
            TransactionStatement::Commit { chain } => {
                self.commit();
                self.chain(*chain);
            }
            TransactionStatement::Rollback { chain } => {
                self.rollback();
                self.chain(*chain);
            }
            TransactionStatement::RollbackTo(name) => {
                return self.rollback_to(statement, name);
            }
            _ if failed => {
                let refused = self.refused().unwrap_or_else(|| no_savepoint(""));
                return Run::failed(statement, refused);
            }
            TransactionStatement::Begin => self.begin(),
            TransactionStatement::Savepoint(_) if !self.catalog.in_transaction() => {
                return Run::failed(statement, outside_block("SAVEPOINT"));
            }
            TransactionStatement::Release(_) if !self.catalog.in_transaction() => {
                return Run::failed(statement, outside_block("RELEASE SAVEPOINT"));
            }
            TransactionStatement::Savepoint(name) => self.savepoint(name.as_str()),
            TransactionStatement::Release(name) => {
                if !self.release(name.as_str()) {
                    return Run::failed(statement, no_savepoint(name.as_str()));
                }
            }
            TransactionStatement::TwoPhase(_) | TransactionStatement::Characteristics(_) => {}
        }
        Run::of(statement, RunOutcome::Done)
    }

    fn chain(&mut self, chain: bool) {
        if chain {
            self.begin();
        }
    }

    fn rollback_to(&mut self, statement: &ReadStatement, name: &Identifier) -> Run {
        if !self.catalog.in_transaction() {
            return Run::failed(statement, outside_block("ROLLBACK TO SAVEPOINT"));
        }
        if !self.rollback_to_savepoint(name.as_str()) {
            return Run::failed(statement, no_savepoint(name.as_str()));
        }
        Run::of(statement, RunOutcome::Done)
    }
}

fn no_savepoint(name: &str) -> SqlError {
    let message = format!("savepoint \"{name}\" does not exist");
    SqlError::new(SqlState::INVALID_SAVEPOINT_SPECIFICATION, message, name)
}

/// `RequireTransactionBlock`.
fn outside_block(what: &str) -> SqlError {
    let message = format!("{what} can only be used in transaction blocks");
    SqlError::new(SqlState::NO_ACTIVE_SQL_TRANSACTION, message, "")
}

/// Utility statements that `PreventInTransactionBlock` guards.
fn outside_only(text: &str) -> Option<&'static str> {
    let mut words = text.split_whitespace().map(str::to_uppercase);
    let (first, second) = (words.next()?, words.next().unwrap_or_default());
    match (first.as_str(), second.as_str()) {
        ("VACUUM", _) => Some("VACUUM"),
        ("CREATE", "DATABASE") => Some("CREATE DATABASE"),
        ("DROP", "DATABASE") => Some("DROP DATABASE"),
        ("ALTER", "SYSTEM") => Some("ALTER SYSTEM"),
        ("CREATE", "TABLESPACE") => Some("CREATE TABLESPACE"),
        ("REINDEX", _) if words.any(|word| word == "CONCURRENTLY") => Some("REINDEX CONCURRENTLY"),
        ("REINDEX", "DATABASE") => Some("REINDEX DATABASE"),
        ("REINDEX", "SYSTEM") => Some("REINDEX SYSTEM"),
        _ => None,
    }
}

/// What builds or drops an index beside other work.
fn concurrent(action: &Action) -> Option<&'static str> {
    if let Action::CreateIndex {
        concurrently: true, ..
    } = action
    {
        return Some("CREATE INDEX CONCURRENTLY");
    }
    if let Action::DropIndex {
        concurrently: true, ..
    } = action
    {
        return Some("DROP INDEX CONCURRENTLY");
    }
    None
}
