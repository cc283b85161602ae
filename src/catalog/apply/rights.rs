//! GRANT, REVOKE and OWNER TO.

use std::collections::BTreeSet;

use super::grant_text::{expand, function_reference, read_rights};
use crate::catalog::expression::{Token, tokenize};
use crate::catalog::{Applied, Attributes, Catalog, Grant, Relation, errors};
use crate::model::{Identifier, ObjectName, SqlError, SqlState};

impl Catalog {
    pub(super) fn grant(&mut self, statement: &str) -> Result<Applied, SqlError> {
        self.change_rights(statement, true)
    }

    pub(super) fn revoke(&mut self, statement: &str) -> Result<Applied, SqlError> {
        self.change_rights(statement, false)
    }

    fn change_rights(&mut self, statement: &str, grant: bool) -> Result<Applied, SqlError> {
        let Some(rights) = read_rights(statement) else {
            return self.role_membership(statement, grant);
        };
        for role in rights.grantees.iter().flatten() {
            self.require_role(role)?;
        }
        for object in &rights.objects {
            let (on_columns, on_object): (Vec<_>, Vec<_>) = expand(&rights)
                .into_iter()
                .partition(|(_, columns)| !columns.is_empty());
            let whole: BTreeSet<_> = on_object.into_iter().map(|(grant, _)| grant).collect();
            self.change_rights_of(&rights.kind, object, &whole, grant)?;
            for (right, columns) in &on_columns {
                self.change_rights_of_columns(object, right, columns, grant)?;
            }
        }
        Ok(Applied::changed())
    }

    fn change_rights_of(
        &mut self,
        kind: &str,
        object: &str,
        grants: &BTreeSet<Grant>,
        grant: bool,
    ) -> Result<(), SqlError> {
        let change = |attributes: &mut Attributes| change_rights(attributes, grants, grant);
        match kind {
            "schema" => {
                let name = Identifier::from_sql(object);
                match self.schemas.get_mut(&name) {
                    Some(schema) => change(&mut schema.attributes),
                    None if crate::catalog::resolve::is_system_schema(&name) => {}
                    None => return Err(errors::no_schema(&name)),
                }
            }
            "function" | "procedure" | "routine" => {
                let (name, types) = function_reference(object);
                let signature = self.find_function(&name, types.as_deref())?;
                if let Some(function) = self.functions.get_mut(&signature) {
                    change(&mut function.attributes);
                }
            }
            "type" | "domain" => {
                let name = ObjectName::from_sql(object);
                let found = self
                    .resolve_type(&name)
                    .ok_or_else(|| errors::no_type(object))?;
                if let Some(user_type) = self.types.get_mut(&found) {
                    change(&mut user_type.attributes);
                }
            }
            "table" | "sequence" => {
                let found = self.require_relation(&ObjectName::from_sql(object))?;
                if kind == "sequence"
                    && self
                        .relations
                        .get(&found)
                        .is_some_and(|one| one.as_sequence().is_none())
                {
                    return Err(errors::not_a(&found, "a sequence"));
                }
                if let Some(attributes) = self
                    .relations
                    .get_mut(&found)
                    .and_then(Relation::attributes_mut)
                {
                    change(attributes);
                }
            }
            "all tables in schema" | "all sequences in schema" => {
                let schema = Identifier::from_sql(object);
                if !self.schemas.contains(&schema) {
                    return Err(errors::no_schema(&schema));
                }
                let wants_sequences = kind == "all sequences in schema";
                self.relations.update_all(|name, relation| {
                    let inside = name.schema.as_ref().map_or("public", Identifier::as_str)
                        == schema.as_str();
                    let fits = relation.as_sequence().is_some() == wants_sequences;
                    match relation.attributes_mut() {
                        Some(attributes) if inside && fits => {
                            change(attributes);
                            true
                        }
                        _ => false,
                    }
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn change_rights_of_columns(
        &mut self,
        object: &str,
        right: &Grant,
        columns: &[Identifier],
        grant: bool,
    ) -> Result<(), SqlError> {
        let found = self.require_relation(&ObjectName::from_sql(object))?;
        let rights = BTreeSet::from([right.clone()]);
        for column in columns {
            self.existing_column(&found, column)?;
            let table = self
                .relations
                .get_mut(&found)
                .and_then(Relation::as_table_mut);
            if let Some(column) = table.and_then(|table| table.column_mut(column.as_str())) {
                change_rights(&mut column.attributes, &rights, grant);
            }
        }
        Ok(())
    }

    /// `GRANT role TO role`.
    fn role_membership(&mut self, statement: &str, grant: bool) -> Result<Applied, SqlError> {
        let tokens = tokenize(statement);
        let Some(to) = tokens
            .iter()
            .position(|token| token.is_any(&["to", "from"]))
        else {
            return Ok(Applied::Outside);
        };
        let names = |tokens: &[Token<'_>]| -> Vec<Identifier> {
            let stop = tokens
                .iter()
                .position(|token| token.is_any(&["with", "granted", "cascade", ";"]));
            tokens[..stop.unwrap_or(tokens.len())]
                .iter()
                .filter_map(Token::identifier)
                .collect()
        };
        let (groups, members) = (names(&tokens[1..to]), names(&tokens[to + 1..]));
        for role in groups.iter().chain(&members) {
            self.require_role(role)?;
        }
        for member in &members {
            if let Some(role) = self.roles.get_mut(member) {
                for group in &groups {
                    match grant {
                        true => drop(role.member_of.insert(group.clone())),
                        false => drop(role.member_of.remove(group)),
                    }
                }
            }
        }
        Ok(Applied::changed())
    }

    pub(super) fn set_owner(
        &mut self,
        object: &str,
        owner: &Identifier,
    ) -> Result<Applied, SqlError> {
        self.require_role(owner)?;
        // Our own role's objects are kept without an owner.
        let owner = Some(owner.clone()).filter(|owner| *owner != self.current_role);
        let name = super::comments::whole_name(object);
        let function = object.contains('(') || self.resolve_relation(&name).is_none();
        if let Some(found) = self.resolve_relation(&name) {
            let attributes = self
                .relations
                .get_mut(&found)
                .and_then(Relation::attributes_mut);
            attributes
                .into_iter()
                .for_each(|one| one.owner = owner.clone());
        } else if let Some(found) = self.resolve_type(&name) {
            let found = self.types.get_mut(&found);
            found
                .into_iter()
                .for_each(|one| one.attributes.owner = owner.clone());
        } else if let Some(schema) = self.schemas.get_mut(&Identifier::from_sql(object)) {
            schema.attributes.owner = owner;
        } else if function {
            let (name, types) = function_reference(object);
            let found = self.find_function(&name, types.as_deref());
            if types.is_none() && is_ambiguous(&found) {
                // The name alone does not tell which of them: who owns them is kept as it was.
                return Ok(Applied::changed());
            }
            let signature = found.map_err(|error| {
                if object.contains('(') {
                    error
                } else {
                    errors::no_relation(&name)
                }
            })?;
            let found = self.functions.get_mut(&signature);
            found
                .into_iter()
                .for_each(|one| one.attributes.owner = owner.clone());
        }
        Ok(Applied::changed())
    }
}

/// A right that PUBLIC has by default is noted when it is taken away.
fn change_rights(attributes: &mut Attributes, grants: &BTreeSet<Grant>, grant: bool) {
    for one in grants {
        let kept = |other: &Grant| other.grantee != one.grantee || other.privilege != one.privilege;
        attributes.grants.retain(kept);
        attributes.revoked.retain(kept);
        if grant {
            attributes.grants.insert(one.clone());
        } else if one.grantee.is_none() {
            attributes.revoked.insert(one.clone());
        }
    }
}

/// The name belongs to several functions.
pub(super) fn is_ambiguous<T>(found: &Result<T, SqlError>) -> bool {
    found
        .as_ref()
        .is_err_and(|error| error.state == SqlState::AMBIGUOUS_FUNCTION)
}
