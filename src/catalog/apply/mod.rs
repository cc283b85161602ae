//! What each action does to a catalog, or the error with which PostgreSQL 15 refuses it.

mod enums;
mod schemas;

use super::{Applied, Catalog};
use crate::model::{Action, SqlError};

impl Catalog {
    /// Applies one action, or leaves the catalog as it was and says why, as the server would.
    ///
    /// # Errors
    /// The SQLSTATE and message that PostgreSQL 15 answers with.
    pub fn apply(&mut self, action: &Action) -> Result<Applied, SqlError> {
        let mark = self.mark();
        let outcome = self.dispatch(action);
        if outcome.is_err() {
            self.rewind(mark);
        }
        if !self.in_transaction() {
            self.commit();
        }
        outcome
    }

    fn dispatch(&mut self, action: &Action) -> Result<Applied, SqlError> {
        match action {
            Action::CreateEnum { name, labels } => self.create_enum(name, labels),
            Action::CreateSchema {
                name,
                if_not_exists,
            } => self.create_schema(name, *if_not_exists),
            _ => Ok(Applied::Outside),
        }
    }
}
