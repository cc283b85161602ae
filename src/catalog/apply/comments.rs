//! COMMENT ON.

use super::grant_text::function_reference;
use crate::catalog::{Applied, Catalog, FunctionSignature, Relation, errors};
use crate::model::{Identifier, ObjectName, SqlError, SqlState};

impl Catalog {
    /// The function that COMMENT ON FUNCTION means, where it can only be one.
    pub(crate) fn function_named(&self, object: &str) -> Option<FunctionSignature> {
        let (name, types) = function_reference(object);
        self.find_function(&name, types.as_deref()).ok()
    }

    /// `object_kind` is the word (or words) after ON, `object` the house's spelling of its name.
    pub(super) fn comment(
        &mut self,
        object_kind: &str,
        object: &str,
        text: Option<&String>,
    ) -> Result<Applied, SqlError> {
        let text = text.filter(|text| !text.is_empty()).cloned();
        let kind = object_kind.to_lowercase();
        match kind.as_str() {
            "table" | "view" | "materialized view" | "sequence" | "index" | "foreign table" => {
                self.comment_on_relation(&kind, object, text)?;
            }
            "column" => self.comment_on_column(object, text)?,
            "constraint" | "trigger" | "policy" => self.comment_on_part(&kind, object, text)?,
            "schema" => match self.schemas.get_mut(&Identifier::exact(object)) {
                Some(schema) => schema.attributes.comment = text,
                None => return Err(errors::no_schema(&Identifier::exact(object))),
            },
            "extension" => match self.extensions.get_mut(&Identifier::exact(object)) {
                Some(extension) => extension.comment = text,
                None => {
                    let message = format!("extension \"{object}\" does not exist");
                    return Err(SqlError::new(SqlState::UNDEFINED_OBJECT, message, object));
                }
            },
            "type" | "domain" => {
                let name = whole_name(object);
                let found = self
                    .resolve_type(&name)
                    .ok_or_else(|| errors::no_type(object))?;
                if let Some(user_type) = self.types.get_mut(&found) {
                    user_type.attributes.comment = text;
                }
            }
            "function" | "procedure" | "routine" => {
                let (name, types) = function_reference(object);
                let found = self.find_function(&name, types.as_deref());
                if types.is_none() && super::rights::is_ambiguous(&found) {
                    return Ok(Applied::changed());
                }
                let signature = found?;
                if let Some(function) = self.functions.get_mut(&signature) {
                    function.attributes.comment = text;
                }
            }
            _ => return Ok(Applied::Outside),
        }
        Ok(Applied::changed())
    }

    fn comment_on_relation(
        &mut self,
        kind: &str,
        object: &str,
        text: Option<String>,
    ) -> Result<(), SqlError> {
        let found = self.require_relation(&whole_name(object))?;
        let actual = self.relations.get(&found).map_or("table", Relation::kind);
        if actual != kind {
            let article = if kind == "index" { "an" } else { "a" };
            return Err(errors::not_a(&found, &format!("{article} {kind}")));
        }
        match self.relations.get_mut(&found) {
            Some(Relation::Index(index)) => index.comment = text,
            Some(relation) => {
                relation
                    .attributes_mut()
                    .into_iter()
                    .for_each(|one| one.comment = text.clone());
            }
            None => {}
        }
        Ok(())
    }

    fn comment_on_column(&mut self, object: &str, text: Option<String>) -> Result<(), SqlError> {
        let (relation, column) = split_part(object);
        let found = self.require_relation(&relation)?;
        // This message alone shows the relation as it was written.
        let existing = self.existing_column(&found, &column);
        let written = |error: SqlError| errors::no_column_shown(&relation, error);
        if existing.map_err(written)?.is_none() {
            return Ok(());
        }
        let columns = match self.relations.get_mut(&found) {
            Some(Relation::Table(table)) => &mut table.columns,
            Some(Relation::View(view) | Relation::MaterializedView(view)) => &mut view.columns,
            _ => return Ok(()),
        };
        for one in columns.iter_mut().filter(|one| one.name == column) {
            one.attributes.comment = text.clone();
        }
        Ok(())
    }

    fn comment_on_part(
        &mut self,
        kind: &str,
        object: &str,
        text: Option<String>,
    ) -> Result<(), SqlError> {
        let (relation, part) = split_part(object);
        let found = self.require_relation(&relation)?;
        let table = self.table_at_mut(&found)?;
        let comment = match kind {
            "constraint" => table.constraints.get_mut(&part).map(|one| &mut one.comment),
            "trigger" => table.triggers.get_mut(&part).map(|one| &mut one.comment),
            _ => table.policies.get_mut(&part).map(|one| &mut one.comment),
        };
        match comment {
            Some(comment) => {
                *comment = text;
                Ok(())
            }
            None => Err(errors::no_part(kind, &found, &part)),
        }
    }
}

/// A name in the house's spelling: no quotes, so the first dot parts the schema off.
pub(super) fn whole_name(object: &str) -> ObjectName {
    match object.split_once('.') {
        Some((schema, name)) => ObjectName::qualified(Some(schema.into()), name.into()),
        None => ObjectName::new(object),
    }
}

/// `users.email` and `app.users.email`, as the house spells them: no quotes, so the last dot parts.
pub(super) fn split_part(object: &str) -> (ObjectName, Identifier) {
    match object.rsplit_once('.') {
        Some((relation, part)) => (whole_name(relation), Identifier::exact(part)),
        None => (ObjectName::default(), Identifier::exact(object)),
    }
}
