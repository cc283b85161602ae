//! Domains, composite and other types; dropping and renaming any type.

use std::collections::BTreeMap;

use super::constraints::declared;
use crate::catalog::expression::{Token, tokenize};
use crate::catalog::{
    Applied, Catalog, ConstraintKind, ObjectAddress, Relation, TypeKind, UserType, errors, names,
};
use crate::model::{
    self, ConstraintDefinition, DataType, Identifier, ObjectName, SqlError, SqlState,
};

impl Catalog {
    pub(super) fn create_type(
        &mut self,
        name: &ObjectName,
        definition: &str,
    ) -> Result<Applied, SqlError> {
        let full_name = self.new_type_name(name)?;
        let kind = match composite_attributes(definition) {
            Some(attributes) => {
                if self.relation_name_taken(&full_name) {
                    return Err(errors::relation_exists(&full_name));
                }
                let resolve = |(name, data_type): (Identifier, DataType)| {
                    Ok((name, self.resolve_data_type(&data_type)?))
                };
                let attributes = attributes
                    .into_iter()
                    .map(resolve)
                    .collect::<Result<_, SqlError>>()?;
                TypeKind::Composite { attributes }
            }
            None => TypeKind::Other {
                definition: definition.to_owned(),
            },
        };
        self.types.insert(full_name, UserType::new(kind));
        Ok(Applied::changed())
    }

    pub(super) fn create_domain(
        &mut self,
        name: &ObjectName,
        base: &DataType,
        not_null: bool,
        default: Option<&String>,
        checks: &[ConstraintDefinition],
    ) -> Result<Applied, SqlError> {
        let name = self.new_type_name(name)?;
        let base = self.resolve_data_type(base)?;
        let mut kept = BTreeMap::new();
        for check in checks {
            let model::ConstraintKind::Check { expression, .. } = &check.kind else {
                continue;
            };
            let chosen = check
                .name
                .clone()
                .unwrap_or_else(|| free_check_name(&name, &kept));
            if kept.contains_key(&chosen) {
                let message = format!(
                    "constraint \"{chosen}\" for domain \"{}\" already exists",
                    name.name
                );
                let object = name.part(chosen.as_str());
                return Err(SqlError::new(SqlState::DUPLICATE_OBJECT, message, object));
            }
            let kind = ConstraintKind::Check {
                expression: expression.clone(),
                no_inherit: false,
            };
            kept.insert(chosen, declared(check, kind));
        }
        let default = default.cloned();
        let kind = TypeKind::Domain {
            base,
            not_null,
            default,
            checks: kept,
        };
        self.types.insert(name, UserType::new(kind));
        Ok(Applied::changed())
    }

    pub(super) fn drop_type(
        &mut self,
        name: &ObjectName,
        if_exists: bool,
        cascade: bool,
        is_domain: bool,
    ) -> Result<Applied, SqlError> {
        let Some(found) = self.resolve_type(name) else {
            return self.no_type_to_drop(name, if_exists, is_domain);
        };
        let domain = self
            .types
            .get(&found)
            .is_some_and(|one| matches!(one.kind, TypeKind::Domain { .. }));
        if is_domain && !domain {
            return Err(errors::not_a(&found, "a domain"));
        }
        self.drop_one(ObjectAddress::Type(found), cascade)
    }

    /// A row type goes with its table only; anything else is not there.
    fn no_type_to_drop(
        &self,
        name: &ObjectName,
        if_exists: bool,
        is_domain: bool,
    ) -> Result<Applied, SqlError> {
        if let Some(found) = self.resolve_relation(name)
            && self
                .relations
                .get(&found)
                .is_some_and(|one| one.attributes().is_some())
            && self
                .relations
                .get(&found)
                .is_some_and(|one| one.as_sequence().is_none())
        {
            if is_domain {
                return Err(errors::not_a(&found, "a domain"));
            }
            let relation = ObjectAddress::Relation(found.clone()).describe(self);
            let message = format!("cannot drop type {found} because {relation} requires it");
            let state = SqlState::DEPENDENT_OBJECTS_STILL_EXIST;
            return Err(SqlError::new(state, message, found.to_string()));
        }
        if if_exists {
            return Ok(Applied::skipped(format!(
                "type \"{name}\" does not exist, skipping"
            )));
        }
        self.require_schema(name)?;
        Err(errors::no_type(&name.to_string()))
    }

    pub(super) fn rename_type(
        &mut self,
        name: &ObjectName,
        new_name: &Identifier,
    ) -> Result<Applied, SqlError> {
        let Some(found) = self.resolve_type(name) else {
            if let Some(relation) = self.resolve_relation(name)
                && matches!(self.relations.get(&relation), Some(Relation::Table(_)))
            {
                let message = format!("{relation} is a table's row type");
                let state = SqlState::WRONG_OBJECT_TYPE;
                return Err(SqlError::new(state, message, relation.to_string()));
            }
            self.require_schema(name)?;
            return Err(errors::no_type(&name.to_string()));
        };
        let new = ObjectName {
            schema: found.schema.clone(),
            name: new_name.clone(),
        };
        self.new_type_name(&new)?;
        if let Some(user_type) = self.types.remove(&found) {
            self.types.insert(new.clone(), user_type);
        }
        self.follow_type(&found, &new);
        self.follow_type_in_texts(&found, &new);
        Ok(Applied::changed())
    }
}

fn free_check_name(
    domain: &ObjectName,
    kept: &BTreeMap<Identifier, crate::catalog::Constraint>,
) -> Identifier {
    (0u32..)
        .map(|pass| match pass {
            0 => names::make_object_name(domain.name.as_str(), None, "check"),
            _ => names::make_object_name(domain.name.as_str(), None, &format!("check{pass}")),
        })
        .find(|name| !kept.contains_key(name))
        .unwrap_or_default()
}

/// The attributes of `AS (a integer, b text)`; `None` for any other kind of type.
fn composite_attributes(definition: &str) -> Option<Vec<(Identifier, DataType)>> {
    let tokens = tokenize(definition);
    if !(tokens.first()?.is("as") && tokens.get(1)?.is("(")) {
        return None;
    }
    let mut attributes = Vec::new();
    let (mut depth, mut start) = (0usize, 2);
    for (index, token) in tokens.iter().enumerate().skip(1) {
        let closes = token.is(")") && depth == 1;
        if (token.is(",") && depth == 1) || closes {
            attributes.extend(attribute(definition, &tokens[start..index]));
            start = index + 1;
        }
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
        }
    }
    Some(attributes)
}

fn attribute(text: &str, tokens: &[Token<'_>]) -> Option<(Identifier, DataType)> {
    let name = tokens.first()?.identifier()?;
    let end = tokens
        .iter()
        .position(|token| token.is("collate"))
        .unwrap_or(tokens.len());
    let (first, last) = (tokens.get(1)?, tokens.get(end.checked_sub(1)?)?);
    let data_type = DataType::from_sql(text.get(first.start..last.end())?);
    Some((name, data_type))
}
