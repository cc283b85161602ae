//! Schemas and extensions, and dropping by name.

use crate::catalog::builtin::builtin_extension;
use crate::catalog::{
    Applied, Catalog, Changes, Extension, ObjectAddress, Relation, Schema, errors,
};
use crate::model::{Identifier, ObjectName, SqlError, SqlState};

/// What comes with PostgreSQL 15 (manual, appendix F); all else has to be installed beside it.
const CONTRIB: &[&str] = &[
    "adminpack",
    "amcheck",
    "autoinc",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "hstore",
    "insert_username",
    "intagg",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "old_snapshot",
    "pageinspect",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_surgery",
    "pg_trgm",
    "pg_visibility",
    "pg_walinspect",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "plpgsql",
    "postgres_fdw",
    "refint",
    "seg",
    "sslinfo",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "xml2",
];

impl Catalog {
    pub(super) fn create_schema(
        &mut self,
        name: &Identifier,
        if_not_exists: bool,
    ) -> Result<Applied, SqlError> {
        if name.as_str().starts_with("pg_") {
            let message = format!("unacceptable schema name \"{name}\"");
            return Err(SqlError::new(
                SqlState::RESERVED_NAME,
                message,
                name.as_str(),
            ));
        }
        if self.schemas.contains(name) || name.as_str() == "information_schema" {
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

    pub(super) fn drop_schema(
        &mut self,
        name: &Identifier,
        if_exists: bool,
        cascade: bool,
    ) -> Result<Applied, SqlError> {
        if !self.schemas.contains(name) {
            let error = errors::no_schema(name);
            if if_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        }
        self.drop_one(ObjectAddress::Schema(name.clone()), cascade)
    }

    pub(super) fn create_extension(
        &mut self,
        name: &Identifier,
        if_not_exists: bool,
        schema: Option<&Identifier>,
    ) -> Result<Applied, SqlError> {
        if self.extensions.contains(name) {
            let message = format!("extension \"{name}\" already exists");
            if if_not_exists {
                return Ok(Applied::skipped(format!("{message}, skipping")));
            }
            return Err(SqlError::new(
                SqlState::DUPLICATE_OBJECT,
                message,
                name.as_str(),
            ));
        }
        if let Some(schema) = schema {
            self.require_schema(&ObjectName::qualified(Some(schema.clone()), name.clone()))?;
        }
        let schema = schema.filter(|schema| schema.as_str() != "public").cloned();
        self.extensions.insert(
            name.clone(),
            Extension {
                schema,
                ..Extension::default()
            },
        );
        let mut changes = Changes::default();
        if builtin_extension(name.as_str()).is_none() {
            changes
                .undecided
                .push(format!("what extension {name} brings along"));
        }
        if !CONTRIB.contains(&name.as_str()) {
            changes
                .conditions
                .push(format!("the server has extension {name}"));
        }
        Ok(Applied::Changed(changes))
    }

    /// The full name of a relation to drop; `Err` inside is the skip of IF EXISTS.
    pub(super) fn relation_to_drop(
        &self,
        name: &ObjectName,
        kind: &str,
        if_exists: bool,
    ) -> Result<Result<ObjectName, Applied>, SqlError> {
        let Some(found) = self.resolve_relation(name) else {
            if if_exists {
                let notice = match self.require_schema(name) {
                    Ok(()) => format!("{kind} \"{}\" does not exist, skipping", name.name),
                    Err(error) => format!("{}, skipping", error.message),
                };
                return Ok(Err(Applied::skipped(notice)));
            }
            self.require_schema(name)?;
            return Err(errors::nothing_to_drop(kind, name));
        };
        let actual = self.relations.get(&found).map_or("table", Relation::kind);
        if actual == kind {
            return Ok(Ok(found));
        }
        let article = if kind == "index" { "an" } else { "a" };
        Err(errors::not_a(&found, &format!("{article} {kind}")))
    }

    pub(super) fn drop_one(
        &mut self,
        target: ObjectAddress,
        cascade: bool,
    ) -> Result<Applied, SqlError> {
        let removed = self.drop_objects(&[target], cascade)?;
        Ok(Applied::Changed(Changes {
            removed,
            ..Changes::default()
        }))
    }
}
