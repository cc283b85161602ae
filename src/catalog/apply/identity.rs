//! Identity that a column gets or loses later (`ATExecAddIdentity`, `ATExecSetIdentity`,
//! `ATExecDropIdentity`).

use super::columns::undecided;
use crate::catalog::{Applied, Catalog, Changes, IdentityKind, ObjectAddress};
use crate::model::{Identifier, Identity, ObjectName, SequenceDefinition, SqlError, SqlState};

impl Catalog {
    pub(super) fn set_identity(
        &mut self,
        table: &ObjectName,
        column: &Identifier,
        identity: &Identity,
    ) -> Result<Applied, SqlError> {
        let name = self.require_table(table, "ALTER COLUMN ... ADD IDENTITY")?;
        let Some(mut found) = self.existing_column(&name, column)?.cloned() else {
            return Ok(undecided(format!(
                "whether {} exists",
                name.part(column.as_str())
            )));
        };
        let kind = if identity.always {
            IdentityKind::Always
        } else {
            IdentityKind::ByDefault
        };
        if found.identity.is_some() {
            self.change_identity(&name, column, kind, identity)?;
            return Ok(Applied::changed());
        }
        let fail = |message: String| {
            let state = SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE;
            Err(SqlError::new(state, message, name.part(column.as_str())))
        };
        if !found.not_null {
            return fail(format!(
                "column \"{column}\" of relation \"{}\" must be declared NOT NULL before identity can be added",
                name.name
            ));
        }
        if found.default.is_some() {
            return fail(format!(
                "column \"{column}\" of relation \"{}\" already has a default value",
                name.name
            ));
        }
        let mut changes = Changes::default();
        self.identity_column(&name, &mut found, identity, &mut changes)?;
        if let Some(kept) = self.table_at_mut(&name)?.column_mut(column.as_str()) {
            kept.identity = Some(kind);
        }
        Ok(Applied::Changed(changes))
    }

    fn change_identity(
        &mut self,
        table: &ObjectName,
        column: &Identifier,
        kind: IdentityKind,
        identity: &Identity,
    ) -> Result<(), SqlError> {
        if let Some(kept) = self.table_at_mut(table)?.column_mut(column.as_str()) {
            kept.identity = Some(kind);
        }
        let Some(sequence) = self.identity_sequence(table, column) else {
            return Ok(());
        };
        let options = identity.options.clone();
        let definition = SequenceDefinition {
            options,
            ..SequenceDefinition::default()
        };
        self.alter_sequence(&sequence, &definition, false)
            .map(|_| ())
    }

    pub(super) fn drop_identity(
        &mut self,
        table: &ObjectName,
        column: &Identifier,
        if_exists: bool,
    ) -> Result<Applied, SqlError> {
        let name = self.require_table(table, "ALTER COLUMN ... DROP IDENTITY")?;
        let Some(found) = self.existing_column(&name, column)? else {
            return Ok(undecided(format!(
                "whether {} exists",
                name.part(column.as_str())
            )));
        };
        if found.identity.is_none() {
            let message = format!(
                "column \"{column}\" of relation \"{}\" is not an identity column",
                name.name
            );
            if if_exists {
                return Ok(Applied::skipped(format!("{message}, skipping")));
            }
            let state = SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE;
            return Err(SqlError::new(state, message, name.part(column.as_str())));
        }
        if let Some(sequence) = self.identity_sequence(&name, column) {
            self.drop_objects(&[ObjectAddress::Relation(sequence)], true)?;
        }
        if let Some(kept) = self.table_at_mut(&name)?.column_mut(column.as_str()) {
            kept.identity = None;
        }
        Ok(Applied::changed())
    }
}
