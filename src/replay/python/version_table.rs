//! The version table: made before the first step, written after each.

use crate::chain::VersionChange;
use crate::effects::sqlalchemy::{literal, text::sql};
use crate::model::{Place, RevisionId, SqlError, Template};

use super::state::{Origin, State};

/// What the column has room for that the tool makes.
const LONGEST_ID: usize = 32;

impl State {
    /// `_ensure_version_table`: made where it is missing, in the transaction that the question for the
    /// heads has begun; the first revision goes on in it.
    pub(super) fn ensure_version_table(&mut self, place: &Place) -> Result<(), SqlError> {
        let name = crate::model::ObjectName::from_sql(&self.version_table.display());
        if self.session.catalog.relation(&name).is_some() {
            return Ok(());
        }
        let key = crate::effects::sqlalchemy::quote::identifier(&Template::from_text(format!(
            "{}_pkc",
            name.name
        )));
        let text = sql![
            "CREATE TABLE ",
            self.version_table.clone(),
            " (\n\tversion_num VARCHAR(32) NOT NULL, \n\tCONSTRAINT ",
            key,
            " PRIMARY KEY (version_num)\n)",
        ];
        self.send(&text, &Origin::bookkeeping(place.clone()))?;
        Ok(())
    }

    /// Sends one change of the version table.
    pub(super) fn change_version(
        &mut self,
        change: &VersionChange,
        place: &Place,
    ) -> Result<(), SqlError> {
        if self.widens {
            self.make_room(change, place)?;
        }
        let table = self.version_table.clone();
        let id = |id: &RevisionId| literal::string(&Template::from_text(id.as_str()));
        let text = match change {
            VersionChange::Insert(new) => {
                sql![
                    "INSERT INTO ",
                    table,
                    " (version_num) VALUES (",
                    id(new),
                    ")"
                ]
            }
            VersionChange::Delete(old) => {
                sql![
                    "DELETE FROM ",
                    table.clone(),
                    " WHERE ",
                    table,
                    ".version_num = ",
                    id(old)
                ]
            }
            VersionChange::Update { from, to } => sql![
                "UPDATE ",
                table.clone(),
                " SET version_num=",
                id(to),
                " WHERE ",
                table,
                ".version_num = ",
                id(from)
            ],
        };
        self.send(&text, &Origin::bookkeeping(place.clone()))?;
        Ok(())
    }

    /// Gives the version column a type that every id fits, where this one does not fit. A wider column
    /// does not get narrower by it.
    fn make_room(&mut self, change: &VersionChange, place: &Place) -> Result<(), SqlError> {
        let (VersionChange::Insert(id) | VersionChange::Update { to: id, .. }) = change else {
            return Ok(());
        };
        let name = crate::model::ObjectName::from_sql(&self.version_table.display());
        let column = self.session.catalog.column(&name, "version_num");
        let limit = column.and_then(|column| column.data_type.modifiers.first()?.parse().ok());
        let length = id.as_str().chars().count();
        self.has_widened |= limit.is_some_and(|limit: usize| length > limit);
        // A later stamp may have made the table anew, as narrow as it was.
        if !self.has_widened || length <= LONGEST_ID {
            return Ok(());
        }
        let text = sql![
            "ALTER TABLE ",
            self.version_table.clone(),
            " ALTER COLUMN version_num TYPE TEXT"
        ];
        self.send(&text, &Origin::bookkeeping(place.clone()))?;
        Ok(())
    }
}
