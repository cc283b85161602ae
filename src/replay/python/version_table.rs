//! The version table: made before the first step, written after each.

use crate::chain::VersionChange;
use crate::effects::sqlalchemy::{literal, text::sql};
use crate::model::{Place, RevisionId, SqlError, Template};

use super::state::{Origin, State};

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
}
