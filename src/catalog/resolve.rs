//! From names as statements write them to objects as the catalog keeps them, or the server's
//! refusal.

use super::builtin::{builtin_extension, builtin_type};
use super::{Catalog, Index, Relation, Table, TypeKind, errors};
use crate::model::{DataType, Identifier, ObjectName, SqlError, SqlState};

impl Catalog {
    /// Where a new object called `name` goes: the first schema of the search path that exists.
    pub(crate) fn creation_name(&self, name: &ObjectName) -> Result<ObjectName, SqlError> {
        if name.schema.is_some() {
            self.require_schema(name)?;
            return Ok(name.clone());
        }
        let schema = self
            .search_path
            .iter()
            .find(|schema| self.schemas.contains(schema));
        match schema {
            Some(schema) => Ok(ObjectName::qualified(
                Some(schema.clone()),
                name.name.clone(),
            )),
            None if self.search_path.is_empty() => Ok(name.clone()),
            None => Err(SqlError::new(
                SqlState::INVALID_SCHEMA_NAME,
                "no schema has been selected to create in",
                name.to_string(),
            )),
        }
    }

    /// 3F000 if the name's schema is not there. Temporary and system schemas always are.
    pub(crate) fn require_schema(&self, name: &ObjectName) -> Result<(), SqlError> {
        match &name.schema {
            Some(schema) if !self.schemas.contains(schema) && !is_system_schema(schema) => {
                Err(errors::no_schema(schema))
            }
            _ => Ok(()),
        }
    }

    /// A relation that is altered: `relation "x" does not exist`.
    pub(crate) fn require_relation(&self, name: &ObjectName) -> Result<ObjectName, SqlError> {
        self.require_schema(name)?;
        self.resolve_relation(name)
            .ok_or_else(|| errors::no_relation(name))
    }

    /// 42P01 for the first of the relations that is not there; those of the system always are.
    pub fn refuses_any(&self, relations: &[ObjectName]) -> Option<SqlError> {
        let ours = relations.iter().filter(|name| {
            let is_known = !name.name.as_str().is_empty() && !name.to_string().contains('{');
            let is_system = name.schema.as_ref().is_some_and(is_system_schema);
            is_known && !is_system && !name.name.as_str().starts_with("pg_")
        });
        let mut errors = ours.filter_map(|name| self.require_relation(name).err());
        errors.next()
    }

    /// A table that is altered by `action`, in the words of `ALTER action ... cannot be performed`.
    pub(crate) fn require_table(
        &self,
        name: &ObjectName,
        action: &str,
    ) -> Result<ObjectName, SqlError> {
        let found = self.require_relation(name)?;
        match self.relations.get(&found) {
            Some(Relation::Table(_)) => Ok(found),
            _ => Err(cannot_alter(&found, action)),
        }
    }

    /// The table under a full name that `require_table` gave.
    pub(crate) fn table_at(&self, full_name: &ObjectName) -> Result<&Table, SqlError> {
        self.relations
            .get(full_name)
            .and_then(Relation::as_table)
            .ok_or_else(|| errors::no_relation(full_name))
    }

    pub(crate) fn table_at_mut(&mut self, full_name: &ObjectName) -> Result<&mut Table, SqlError> {
        self.relations
            .get_mut(full_name)
            .and_then(Relation::as_table_mut)
            .ok_or_else(|| errors::no_relation(full_name))
    }

    /// Indexes of a table by its full name.
    pub(crate) fn indexes_at<'a>(
        &'a self,
        table: &'a ObjectName,
    ) -> impl Iterator<Item = (&'a ObjectName, &'a Index)> {
        self.relations
            .iter()
            .filter_map(|(name, relation)| Some((name, relation.as_index()?)))
            .filter(move |(_, index)| index.definition.table == *table)
    }

    /// A type as `format_type` would print it once it is looked up: user types with the schema in
    /// which they are, `numeric(10)` as `numeric(10,0)`, `float(24)` as `real`.
    pub(crate) fn resolve_data_type(&self, written: &DataType) -> Result<DataType, SqlError> {
        let name = written.name.name.as_str();
        // A type that is not known may be any.
        if name.contains('{') {
            return Ok(written.clone());
        }
        let system = written.name.schema.as_ref().map(Identifier::as_str) == Some("pg_catalog");
        if (written.name.schema.is_none() || system)
            && let Some(builtin) = builtin_type(name)
        {
            if !written.modifiers.is_empty()
                && !builtin.takes_modifiers
                && name != "double precision"
            {
                return Err(modifier_not_allowed(name));
            }
            return Ok(canonical_builtin(written));
        }
        if let Some(found) = self
            .resolve_type(&written.name)
            .or_else(|| self.row_type(written))
        {
            let mut resolved = written.clone();
            resolved.name = found;
            return Ok(resolved);
        }
        if self.is_extension_type(written) || is_pseudo_type(name) {
            return Ok(written.clone());
        }
        self.require_schema(&written.name)?;
        Err(errors::no_type(&type_name_as_asked(written)))
    }

    /// A table's, view's row type.
    fn row_type(&self, written: &DataType) -> Option<ObjectName> {
        let found = self.resolve_relation(&written.name)?;
        match self.relations.get(&found)? {
            Relation::Table(_) | Relation::View(_) | Relation::MaterializedView(_) => Some(found),
            Relation::Index(_) | Relation::Sequence(_) => None,
        }
    }

    /// The installed extension that brings the type.
    pub(crate) fn extension_of_type(&self, data_type: &DataType) -> Option<&Identifier> {
        let name = data_type.name.name.as_str();
        self.extensions
            .iter()
            .filter(|(_, extension)| {
                data_type.name.schema.is_none() || extension.schema == data_type.name.schema
            })
            .map(|(extension, _)| extension)
            .find(|extension| {
                builtin_extension(extension.as_str())
                    .is_some_and(|found| found.types.contains(name))
            })
    }

    fn is_extension_type(&self, data_type: &DataType) -> bool {
        self.extension_of_type(data_type).is_some()
    }

    /// The type under a domain, as far down as it goes.
    pub(crate) fn base_type(&self, data_type: &DataType) -> DataType {
        let mut current = data_type.clone();
        // A domain cannot contain itself; the bound keeps a broken catalog from looping.
        for _ in 0..32 {
            match self.types.get(&current.name).map(|found| &found.kind) {
                Some(TypeKind::Domain { base, .. }) if current.array_dimensions == 0 => {
                    current = base.clone();
                }
                _ => break,
            }
        }
        current
    }

    pub(crate) fn is_enum(&self, data_type: &DataType) -> bool {
        data_type.array_dimensions == 0
            && matches!(
                self.types.get(&data_type.name).map(|found| &found.kind),
                Some(TypeKind::Enum { .. })
            )
    }
}

pub(crate) fn cannot_alter(name: &ObjectName, action: &str) -> SqlError {
    let message = format!(
        "ALTER action {action} cannot be performed on relation \"{}\"",
        name.name
    );
    SqlError::new(SqlState::WRONG_OBJECT_TYPE, message, name.to_string())
}

pub(crate) fn is_system_schema(schema: &Identifier) -> bool {
    schema.as_str().starts_with("pg_") || schema.as_str() == "information_schema"
}

fn is_pseudo_type(name: &str) -> bool {
    const PSEUDO: &[&str] = &[
        "trigger",
        "event_trigger",
        "void",
        "record",
        "any",
        "anyelement",
        "anyarray",
        "anyenum",
        "anynonarray",
        "anyrange",
        "anycompatible",
        "anycompatiblearray",
        "cstring",
        "internal",
        "language_handler",
        "unknown",
        "bpchar",
    ];
    PSEUDO.contains(&name)
}

fn modifier_not_allowed(name: &str) -> SqlError {
    let message = format!("type modifier is not allowed for type \"{name}\"");
    SqlError::new(SqlState::SYNTAX_ERROR, message, name)
}

/// As `TypeNameToString` prints it in the error.
fn type_name_as_asked(data_type: &DataType) -> String {
    let brackets = "[]".repeat(usize::from(data_type.array_dimensions));
    format!("{}{brackets}", data_type.name)
}

fn canonical_builtin(written: &DataType) -> DataType {
    let mut canonical = written.clone();
    canonical.name.schema = None;
    // One dimension is all that PostgreSQL keeps.
    canonical.array_dimensions = canonical.array_dimensions.min(1);
    let modifiers = &mut canonical.modifiers;
    match written.name.name.as_str() {
        "character" | "bit" if modifiers.is_empty() => modifiers.push("1".to_owned()),
        "numeric" if modifiers.len() == 1 => modifiers.push("0".to_owned()),
        "double precision" if !modifiers.is_empty() => {
            let bits: u32 = modifiers[0].parse().unwrap_or(53);
            modifiers.clear();
            if bits <= 24 {
                canonical.name.name = Identifier::exact("real");
            }
        }
        _ => {}
    }
    canonical
}
