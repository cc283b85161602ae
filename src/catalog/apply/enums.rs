//! Enums and their labels (`DefineEnum`, `AddEnumLabel`, `RenameEnumLabel`).

use crate::catalog::{Applied, Catalog, EnumLabel, TypeKind, UserType, errors};
use crate::model::{ObjectName, SqlError, SqlState};

impl Catalog {
    pub(super) fn create_enum(
        &mut self,
        name: &ObjectName,
        labels: &[String],
    ) -> Result<Applied, SqlError> {
        let name = self.new_type_name(name)?;
        for (position, label) in labels.iter().enumerate() {
            check_length(&name, label)?;
            if labels[..position].contains(label) {
                let message =
                    "duplicate key value violates unique constraint \"pg_enum_typid_label_index\"";
                return Err(SqlError::new(
                    SqlState::UNIQUE_VIOLATION,
                    message,
                    name.part(label),
                ));
            }
        }
        let labels = labels
            .iter()
            .map(|label| EnumLabel {
                name: label.clone(),
                uncommitted: false,
            })
            .collect();
        self.types
            .insert(name, UserType::new(TypeKind::Enum { labels }));
        Ok(Applied::changed())
    }

    /// The full name of a type that is to be made; 42710 if the name is taken by a type, or by a
    /// relation's row type.
    pub(super) fn new_type_name(&self, name: &ObjectName) -> Result<ObjectName, SqlError> {
        let name = self.creation_name(name)?;
        let row_type = self
            .relations
            .get(&name)
            .is_some_and(|found| found.as_table().is_some() || found.as_view().is_some());
        if row_type || self.types.contains(&name) {
            return Err(errors::type_exists(&name));
        }
        Ok(name)
    }

    pub(super) fn add_enum_value(
        &mut self,
        name: &ObjectName,
        label: &str,
        before: Option<&String>,
        after: Option<&String>,
        if_not_exists: bool,
    ) -> Result<Applied, SqlError> {
        let name = self.require_enum(name)?;
        check_length(&name, label)?;
        let uncommitted = self.in_transaction();
        let labels = self.labels_mut(&name)?;
        if labels.iter().any(|known| known.name == label) {
            let message = format!("enum label \"{label}\" already exists");
            if if_not_exists {
                return Ok(Applied::skipped(format!("{message}, skipping")));
            }
            return Err(SqlError::new(
                SqlState::DUPLICATE_OBJECT,
                message,
                name.part(label),
            ));
        }
        let find = |neighbour: &String| labels.iter().position(|known| known.name == *neighbour);
        let position = match (before, after) {
            (Some(before), _) => find(before).ok_or(before),
            (None, Some(after)) => find(after).map(|position| position + 1).ok_or(after),
            (None, None) => Ok(labels.len()),
        };
        let position = position.map_err(|neighbour| no_label(&name, neighbour))?;
        labels.insert(
            position,
            EnumLabel {
                name: label.to_owned(),
                uncommitted,
            },
        );
        if uncommitted {
            self.expect_commit();
        }
        Ok(Applied::changed())
    }

    pub(super) fn rename_enum_value(
        &mut self,
        name: &ObjectName,
        label: &str,
        new_label: &str,
    ) -> Result<Applied, SqlError> {
        let name = self.require_enum(name)?;
        check_length(&name, new_label)?;
        let labels = self.labels_mut(&name)?;
        let Some(position) = labels.iter().position(|known| known.name == label) else {
            return Err(no_label(&name, label));
        };
        if labels.iter().any(|known| known.name == new_label) {
            let message = format!("enum label \"{new_label}\" already exists");
            return Err(SqlError::new(
                SqlState::DUPLICATE_OBJECT,
                message,
                name.part(new_label),
            ));
        }
        labels[position].name = new_label.to_owned();
        Ok(Applied::changed())
    }

    fn require_enum(&self, name: &ObjectName) -> Result<ObjectName, SqlError> {
        let found = self.resolve_type(name);
        if let Some(found) = &found
            && self
                .types
                .get(found)
                .is_some_and(|one| one.labels().is_some())
        {
            return Ok(found.clone());
        }
        if found.is_some()
            || self
                .relation(name)
                .is_some_and(|one| one.attributes().is_some())
        {
            let message = format!("{name} is not an enum");
            return Err(SqlError::new(
                SqlState::WRONG_OBJECT_TYPE,
                message,
                name.to_string(),
            ));
        }
        self.require_schema(name)?;
        Err(errors::no_type(&name.to_string()))
    }

    fn labels_mut(&mut self, name: &ObjectName) -> Result<&mut Vec<EnumLabel>, SqlError> {
        match self.types.get_mut(name).map(|found| &mut found.kind) {
            Some(TypeKind::Enum { labels }) => Ok(labels),
            _ => Err(errors::no_type(&name.to_string())),
        }
    }
}

/// Labels are names: at most 63 bytes.
fn check_length(name: &ObjectName, label: &str) -> Result<(), SqlError> {
    if label.len() < 64 {
        return Ok(());
    }
    let message = format!("invalid enum label \"{label}\"");
    Err(SqlError::new(
        SqlState::INVALID_NAME,
        message,
        name.part(label),
    ))
}

fn no_label(name: &ObjectName, label: &str) -> SqlError {
    let message = format!("\"{label}\" is not an existing enum label");
    SqlError::new(SqlState::INVALID_PARAMETER_VALUE, message, name.part(label))
}
