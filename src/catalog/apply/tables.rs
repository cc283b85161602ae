//! Whole tables: dropped, renamed, made from a query.

use crate::catalog::{
    Applied, Catalog, Changes, ObjectAddress, Persistence, Relation, Rows, Table, errors,
};
use crate::model::{Identifier, ObjectName, SqlError};

impl Catalog {
    pub(super) fn drop_relation(
        &mut self,
        name: &ObjectName,
        kind: &str,
        if_exists: bool,
        cascade: bool,
    ) -> Result<Applied, SqlError> {
        match self.relation_to_drop(name, kind, if_exists)? {
            Ok(found) => self.drop_one(ObjectAddress::Relation(found), cascade),
            Err(skipped) => Ok(skipped),
        }
    }

    /// `ALTER TABLE ... RENAME TO` takes views, sequences and indexes, too.
    pub(super) fn rename_table(
        &mut self,
        table: &ObjectName,
        new_name: &Identifier,
        if_exists: bool,
    ) -> Result<Applied, SqlError> {
        let Some(found) = self.resolve_relation(table) else {
            self.require_schema(table)?;
            let error = errors::no_relation(table);
            if if_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        };
        if self
            .relations
            .get(&found)
            .is_some_and(|one| one.as_index().is_some())
        {
            return self.rename_index(&found, new_name, false);
        }
        let new = ObjectName {
            schema: found.schema.clone(),
            name: new_name.clone(),
        };
        if self.relation_name_taken(&new) {
            return Err(errors::relation_exists(&new));
        }
        if self.types.contains(&new) {
            return Err(errors::type_exists(&new));
        }
        self.move_relation(&found, &new);
        Ok(Applied::changed())
    }

    /// `ALTER VIEW`, `ALTER SEQUENCE` and the like refuse relations of other kinds.
    pub(super) fn rename_relation(
        &mut self,
        name: &ObjectName,
        new_name: &Identifier,
        kind: &str,
        if_exists: bool,
    ) -> Result<Applied, SqlError> {
        if let Some(found) = self.resolve_relation(name)
            && self
                .relations
                .get(&found)
                .is_some_and(|relation| relation.kind() != kind)
        {
            return Err(errors::not_a(&found, &format!("a {kind}")));
        }
        self.rename_table(name, new_name, if_exists)
    }

    pub(super) fn create_table_as(
        &mut self,
        table: &ObjectName,
        query: &str,
        if_not_exists: bool,
        temporary: bool,
    ) -> Result<Applied, SqlError> {
        let name = self.new_table_name(table, temporary)?;
        let output = self.check_query(query)?.output;
        if self.relation_name_taken(&name) {
            let error = errors::relation_exists(&name);
            if if_not_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        }
        let (columns, columns_incomplete) = (output.columns, output.incomplete);
        super::views::refuse_doubled(&columns)?;
        let mut changes = Changes::default();
        if columns_incomplete {
            changes.undecided.push(format!("the columns of {name}"));
        }
        let persistence = match temporary {
            true => Persistence::Temporary {
                drop_on_commit: false,
            },
            false => Persistence::Permanent,
        };
        let table = Table {
            columns,
            columns_incomplete,
            persistence,
            rows: match self.gives_nothing(query) {
                true => Rows::Empty,
                false => Rows::Unknown,
            },
            ..Table::default()
        };
        self.relations.insert(name, Relation::Table(table));
        Ok(Applied::Changed(changes))
    }
}
