//! Schemas and extensions.

use crate::catalog::{Applied, Catalog, Schema};
use crate::model::{Identifier, SqlError, SqlState};

impl Catalog {
    pub(super) fn create_schema(
        &mut self,
        name: &Identifier,
        if_not_exists: bool,
    ) -> Result<Applied, SqlError> {
        if self.schemas.contains(name) {
            let message = format!("schema \"{name}\" already exists");
            if if_not_exists {
                return Ok(Applied::skipped(format!("{message}, skipping")));
            }
            return Err(SqlError::new(
                SqlState::DUPLICATE_SCHEMA,
                message,
                name.as_str(),
            ));
        }
        self.schemas.insert(name.clone(), Schema::default());
        Ok(Applied::changed())
    }
}
