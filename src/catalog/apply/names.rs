//! Renaming what is no table, column, constraint, index or type; moving to another schema; roles.

use super::grant_text::function_reference;
use crate::catalog::expression::tokenize;
use crate::catalog::{Applied, Catalog, FunctionSignature, ObjectAddress, Relation, Role, errors};
use crate::model::{Identifier, ObjectName, SqlError, SqlState};

impl Catalog {
    /// `object` is in the house's spelling: `users.audit` for a trigger, `f(integer)` for a function.
    pub(super) fn rename_object(
        &mut self,
        object_kind: &str,
        object: &str,
        new_name: &str,
    ) -> Result<Applied, SqlError> {
        let new_name = Identifier::exact(new_name);
        match object_kind.to_lowercase().as_str() {
            "schema" => self.rename_schema(&Identifier::exact(object), &new_name),
            "role" | "user" | "group" => self.rename_role(&Identifier::exact(object), &new_name),
            "function" | "procedure" | "routine" | "aggregate" => {
                self.rename_function(object, &new_name)
            }
            kind @ ("trigger" | "policy") => self.rename_part(kind, object, &new_name),
            "attribute" => self.rename_attribute(object, &new_name),
            _ => Ok(Applied::Outside),
        }
    }

    fn rename_schema(&mut self, old: &Identifier, new: &Identifier) -> Result<Applied, SqlError> {
        if !self.schemas.contains(old) {
            return Err(errors::no_schema(old));
        }
        if self.schemas.contains(new) {
            let message = format!("schema \"{new}\" already exists");
            return Err(SqlError::new(
                SqlState::DUPLICATE_SCHEMA,
                message,
                new.as_str(),
            ));
        }
        if let Some(schema) = self.schemas.remove(old) {
            self.schemas.insert(new.clone(), schema);
        }
        let inside = |name: &&ObjectName| {
            name.schema.as_ref().map_or("public", Identifier::as_str) == old.as_str()
        };
        let moved = |name: &ObjectName| ObjectName::qualified(Some(new.clone()), name.name.clone());
        let relations: Vec<_> = self.relations.keys().filter(inside).cloned().collect();
        let types: Vec<_> = self.types.keys().filter(inside).cloned().collect();
        let functions: Vec<_> = self
            .functions
            .keys()
            .filter(|one| inside(&&one.name))
            .cloned()
            .collect();
        for name in relations {
            self.move_relation(&name, &moved(&name));
        }
        for name in types {
            self.move_type(&name, &moved(&name));
        }
        for signature in functions {
            let name = moved(&signature.name);
            self.move_function(&signature, &name);
        }
        Ok(Applied::changed())
    }

    fn move_type(&mut self, old: &ObjectName, new: &ObjectName) {
        if let Some(user_type) = self.types.remove(old) {
            self.types.insert(new.clone(), user_type);
        }
        self.follow_type(old, new);
    }

    /// Triggers and expressions that call it follow.
    fn move_function(&mut self, signature: &FunctionSignature, name: &ObjectName) {
        let Some(function) = self.functions.remove(signature) else {
            return;
        };
        let renamed = FunctionSignature {
            name: name.clone(),
            ..signature.clone()
        };
        self.functions.insert(renamed, function);
        let old = &signature.name;
        self.relations.update_all(|_, relation| {
            let triggers = relation.as_table_mut().into_iter();
            let triggers = triggers.flat_map(|table| table.triggers.values_mut());
            triggers.fold(false, |changed, trigger| {
                let calls = trigger.function == *old;
                if calls {
                    trigger.function = name.clone();
                }
                calls || changed
            })
        });
    }

    fn rename_function(&mut self, object: &str, new: &Identifier) -> Result<Applied, SqlError> {
        let (name, types) = function_reference(object);
        let signature = self.find_function(&name, types.as_deref())?;
        let full_name = ObjectName {
            schema: signature.name.schema.clone(),
            name: new.clone(),
        };
        let renamed = FunctionSignature {
            name: full_name.clone(),
            ..signature.clone()
        };
        if self.functions.contains(&renamed) {
            let types: Vec<_> = renamed
                .argument_types
                .iter()
                .map(ToString::to_string)
                .collect();
            let message = format!(
                "function {new}({}) already exists in schema \"{}\"",
                types.join(", "),
                full_name
                    .schema
                    .as_ref()
                    .map_or("public", Identifier::as_str)
            );
            return Err(SqlError::new(
                SqlState::DUPLICATE_FUNCTION,
                message,
                renamed.to_string(),
            ));
        }
        self.move_function(&signature, &full_name);
        Ok(Applied::changed())
    }

    fn rename_part(
        &mut self,
        kind: &str,
        object: &str,
        new: &Identifier,
    ) -> Result<Applied, SqlError> {
        let (relation, part) = super::comments::split_part(object);
        let name = self.require_relation(&relation)?;
        let Some(table) = self
            .relations
            .get_mut(&name)
            .and_then(Relation::as_table_mut)
        else {
            return Err(errors::no_part(kind, &name, &part));
        };
        let (exists, taken) = match kind {
            "trigger" => (
                table.triggers.contains_key(&part),
                table.triggers.contains_key(new),
            ),
            _ => (
                table.policies.contains_key(&part),
                table.policies.contains_key(new),
            ),
        };
        if taken {
            return Err(errors::part_exists(kind, &name, new));
        }
        if !exists {
            return Err(errors::no_part(kind, &name, &part));
        }
        if let Some(trigger) = table.triggers.remove(&part).filter(|_| kind == "trigger") {
            table.triggers.insert(new.clone(), trigger);
        } else if let Some(policy) = table.policies.remove(&part) {
            table.policies.insert(new.clone(), policy);
        }
        Ok(Applied::changed())
    }

    fn rename_attribute(&mut self, object: &str, new: &Identifier) -> Result<Applied, SqlError> {
        let (name, attribute) = super::comments::split_part(object);
        let Some(found) = self.resolve_type(&name) else {
            return Err(errors::no_relation(&name));
        };
        if let Some(crate::catalog::TypeKind::Composite { attributes }) =
            self.types.get_mut(&found).map(|found| &mut found.kind)
        {
            for (name, _) in attributes.iter_mut().filter(|(name, _)| *name == attribute) {
                *name = new.clone();
            }
        }
        Ok(Applied::changed())
    }

    /// `ALTER ... SET SCHEMA`: what a table owns goes with it.
    pub(super) fn set_schema(
        &mut self,
        object_kind: &str,
        object: &ObjectName,
        schema: &Identifier,
    ) -> Result<Applied, SqlError> {
        if !self.schemas.contains(schema) {
            return Err(errors::no_schema(schema));
        }
        let moved =
            |name: &ObjectName| ObjectName::qualified(Some(schema.clone()), name.name.clone());
        match object_kind.to_lowercase().as_str() {
            "type" | "domain" => {
                let found = self
                    .resolve_type(object)
                    .ok_or_else(|| errors::no_type(&object.to_string()))?;
                self.move_type(&found, &moved(&found));
            }
            "function" | "procedure" | "routine" | "aggregate" => {
                let signature = self.find_function(object, None)?;
                self.move_function(&signature, &moved(&signature.name));
            }
            "extension" => {
                let name = &object.name;
                let schema = Some(schema.clone()).filter(|schema| schema.as_str() != "public");
                match self.extensions.get_mut(name) {
                    Some(extension) => extension.schema = schema,
                    None => return Err(no_extension(name)),
                }
            }
            _ => {
                let found = self.require_relation(object)?;
                let target = moved(&found);
                if self.relation_name_taken(&target) && target != found {
                    let message = format!(
                        "relation \"{}\" already exists in schema \"{schema}\"",
                        found.name
                    );
                    return Err(SqlError::new(
                        SqlState::DUPLICATE_TABLE,
                        message,
                        target.to_string(),
                    ));
                }
                for part in self.owned_relations(&found) {
                    self.move_relation(&part, &moved(&part));
                }
                self.move_relation(&found, &target);
            }
        }
        Ok(Applied::changed())
    }

    /// Indexes and sequences of a table.
    fn owned_relations(&self, table: &ObjectName) -> Vec<ObjectName> {
        let owned = |relation: &Relation| match relation {
            Relation::Index(index) => index.definition.table == *table,
            Relation::Sequence(sequence) => sequence
                .owned_by
                .as_ref()
                .is_some_and(|(owner, _)| owner == table),
            Relation::Table(_) | Relation::View(_) | Relation::MaterializedView(_) => false,
        };
        self.relations
            .iter()
            .filter(|(_, one)| owned(one))
            .map(|(name, _)| name.clone())
            .collect()
    }

    pub(super) fn create_role(
        &mut self,
        name: &Identifier,
        statement: &str,
    ) -> Result<Applied, SqlError> {
        if self.roles.contains(name) {
            let message = format!("role \"{name}\" already exists");
            return Err(SqlError::new(
                SqlState::DUPLICATE_OBJECT,
                message,
                name.as_str(),
            ));
        }
        let tokens = tokenize(statement);
        let has = |word: &str| tokens.iter().any(|token| token.is(word));
        let role = Role {
            can_login: has("login") || (has("user") && !has("nologin")),
            superuser: has("superuser"),
            bypass_row_security: has("bypassrls"),
            inherit: !has("noinherit"),
            member_of: Default::default(),
        };
        self.roles.insert(name.clone(), role);
        Ok(Applied::changed())
    }

    pub(super) fn drop_role(
        &mut self,
        name: &Identifier,
        if_exists: bool,
    ) -> Result<Applied, SqlError> {
        if !self.roles.contains(name) {
            let error = errors::no_role(name);
            if if_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        }
        if self.role_is_used(name) {
            let message =
                format!("role \"{name}\" cannot be dropped because some objects depend on it");
            let state = SqlState::DEPENDENT_OBJECTS_STILL_EXIST;
            return Err(SqlError::new(state, message, name.as_str()));
        }
        self.drop_one(ObjectAddress::Role(name.clone()), false)
    }

    /// It owns something, was granted something, or a policy names it.
    fn role_is_used(&self, role: &Identifier) -> bool {
        let uses = |attributes: &crate::catalog::Attributes| {
            attributes.owner.as_ref() == Some(role)
                || attributes
                    .grants
                    .iter()
                    .any(|grant| grant.grantee.as_ref() == Some(role))
        };
        let policies = |relation: &Relation| {
            relation.as_table().is_some_and(|table| {
                table
                    .policies
                    .values()
                    .any(|policy| policy.definition.roles.contains(role))
            })
        };
        self.relations
            .values()
            .any(|one| one.attributes().is_some_and(uses) || policies(one))
            || self.schemas.values().any(|one| uses(&one.attributes))
            || self.types.values().any(|one| uses(&one.attributes))
            || self.functions.values().any(|one| uses(&one.attributes))
    }

    fn rename_role(&mut self, old: &Identifier, new: &Identifier) -> Result<Applied, SqlError> {
        if self.roles.contains(new) {
            let message = format!("role \"{new}\" already exists");
            return Err(SqlError::new(
                SqlState::DUPLICATE_OBJECT,
                message,
                new.as_str(),
            ));
        }
        match self.roles.remove(old) {
            Some(role) => self.roles.insert(new.clone(), role),
            None => return Err(errors::no_role(old)),
        }
        Ok(Applied::changed())
    }

    pub(super) fn drop_extension(
        &mut self,
        name: &Identifier,
        if_exists: bool,
        cascade: bool,
    ) -> Result<Applied, SqlError> {
        if !self.extensions.contains(name) {
            let error = no_extension(name);
            if if_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        }
        self.drop_one(ObjectAddress::Extension(name.clone()), cascade)
    }
}

pub(super) fn no_extension(name: &Identifier) -> SqlError {
    let message = format!("extension \"{name}\" does not exist");
    SqlError::new(SqlState::UNDEFINED_OBJECT, message, name.as_str())
}
