//! Triggers, policies and row security.

use crate::catalog::{
    Applied, Catalog, Changes, ObjectAddress, Policy, Relation, Table, Trigger, errors,
};
use crate::model::{
    Identifier, ObjectName, PolicyDefinition, SqlError, SqlState, TriggerDefinition,
};

impl Catalog {
    pub(super) fn create_trigger(
        &mut self,
        trigger: &Identifier,
        definition: &TriggerDefinition,
        or_replace: bool,
    ) -> Result<Applied, SqlError> {
        let table = self.require_relation(&definition.table)?;
        match self.relations.get(&table) {
            Some(Relation::Table(_)) if instead(definition) => {
                let message = format!("\"{}\" is a table", table.name);
                let object = table.to_string();
                return Err(SqlError::new(SqlState::WRONG_OBJECT_TYPE, message, object));
            }
            Some(Relation::Table(_)) => {}
            Some(Relation::View(_)) if self.fits_view(definition) => {
                return Ok(Applied::Changed(Changes {
                    undecided: vec![format!("trigger {trigger} on view {table} is not kept")],
                    ..Changes::default()
                }));
            }
            Some(Relation::View(_)) => {
                let message = format!("\"{}\" is a view", table.name);
                return Err(SqlError::new(
                    SqlState::WRONG_OBJECT_TYPE,
                    message,
                    table.to_string(),
                ));
            }
            _ => return Err(errors::not_a(&table, "a table or view")),
        }
        if let Some(condition) = &definition.condition {
            self.check_trigger_condition(&table, condition)?;
        }
        let function = self.trigger_function(&definition.function)?;
        let found = self.table_at(&table)?;
        if found.triggers.contains_key(trigger) && !or_replace {
            return Err(errors::part_exists("trigger", &table, trigger));
        }
        self.check_update_columns(&table, &definition.timing)?;
        let kept = Trigger {
            function,
            timing: definition.timing.clone(),
            for_each_row: definition.for_each_row,
            condition: definition.condition.clone(),
            constraint: definition.constraint,
            statement: definition.statement.clone(),
            enabled: 'O',
            comment: found
                .triggers
                .get(trigger)
                .and_then(|before| before.comment.clone()),
        };
        self.table_at_mut(&table)?
            .triggers
            .insert(trigger.clone(), kept);
        Ok(Applied::changed())
    }

    fn fits_view(&self, definition: &TriggerDefinition) -> bool {
        instead(definition) || !definition.for_each_row
    }

    /// The function's full name; one of the server or of an extension keeps the name it has.
    fn trigger_function(&self, name: &ObjectName) -> Result<ObjectName, SqlError> {
        let builtin = crate::catalog::builtin::builtin_functions(name.name.as_str());
        let known =
            builtin.iter().any(|found| found.result == "trigger") || self.extension_has(name);
        let no_arguments: &[crate::model::DataType] = &[];
        let signature = match self.find_function(name, Some(no_arguments)) {
            Ok(signature) => signature,
            Err(_) if known || name.name.as_str().contains('{') => return Ok(name.clone()),
            Err(error) => return Err(error),
        };
        let returns = self.functions.get(&signature).map(|one| {
            one.definition
                .returns
                .trim()
                .trim_end_matches('"')
                .to_lowercase()
        });
        let returns = returns.unwrap_or_default();
        if !returns.ends_with("trigger") {
            let message = format!("function {} must return type trigger", signature.name);
            let state = SqlState::INVALID_OBJECT_DEFINITION;
            return Err(SqlError::new(state, message, signature.to_string()));
        }
        Ok(signature.name)
    }

    /// The columns of `UPDATE OF a, b` must be there.
    fn check_update_columns(&self, table: &ObjectName, timing: &str) -> Result<(), SqlError> {
        let lower = timing.to_lowercase();
        let Some(start) = lower.find("update of ") else {
            return Ok(());
        };
        let rest = &timing[start + "update of ".len()..];
        let end = rest.to_lowercase().find(" or ").unwrap_or(rest.len());
        for token in crate::catalog::expression::tokenize(&rest[..end]) {
            if let Some(column) = token.identifier()
                && self.existing_column(table, &column)?.is_none()
            {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn drop_trigger(
        &mut self,
        table: &ObjectName,
        trigger: &Identifier,
        if_exists: bool,
    ) -> Result<Applied, SqlError> {
        self.drop_part(table, trigger, "trigger", if_exists)
    }

    pub(super) fn drop_policy(
        &mut self,
        table: &ObjectName,
        policy: &Identifier,
        if_exists: bool,
    ) -> Result<Applied, SqlError> {
        self.drop_part(table, policy, "policy", if_exists)
    }

    fn drop_part(
        &mut self,
        table: &ObjectName,
        part: &Identifier,
        kind: &str,
        if_exists: bool,
    ) -> Result<Applied, SqlError> {
        let Some(name) = self.resolve_relation(table) else {
            let error = match self.require_schema(table) {
                Ok(()) => errors::no_relation(table),
                Err(error) => error,
            };
            if if_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        };
        let found = self.relations.get(&name).and_then(Relation::as_table);
        let exists = found.is_some_and(|found| match kind {
            "trigger" => found.triggers.contains_key(part),
            _ => found.policies.contains_key(part),
        });
        if !exists {
            let on = if kind == "trigger" {
                "relation"
            } else {
                "table"
            };
            let notice = format!(
                "{kind} \"{part}\" for {on} \"{}\" does not exist, skipping",
                name.name
            );
            if if_exists {
                return Ok(Applied::skipped(notice));
            }
            return Err(errors::no_part(kind, &name, part));
        }
        let address = match kind {
            "trigger" => ObjectAddress::Trigger(name, part.clone()),
            _ => ObjectAddress::Policy(name, part.clone()),
        };
        self.drop_one(address, false)
    }

    pub(super) fn create_policy(
        &mut self,
        policy: &Identifier,
        definition: &PolicyDefinition,
    ) -> Result<Applied, SqlError> {
        let table = self.require_relation(&definition.table)?;
        let Some(found) = self.relations.get(&table).and_then(Relation::as_table) else {
            return Err(errors::not_a(&table, "a table"));
        };
        let exists = found.policies.contains_key(policy);
        for role in &definition.roles {
            self.require_role(role)?;
        }
        for text in definition.using.iter().chain(&definition.with_check) {
            self.check_own_expression(&table, text)?;
        }
        if let Some(text) = &definition.using {
            self.check_boolean(&table, text, "POLICY")?;
        }
        if exists {
            return Err(errors::part_exists("policy", &table, policy));
        }
        let definition = PolicyDefinition {
            table: table.clone(),
            ..definition.clone()
        };
        let kept = Policy {
            definition,
            comment: None,
        };
        self.table_at_mut(&table)?
            .policies
            .insert(policy.clone(), kept);
        Ok(Applied::changed())
    }

    /// What is `None` stays.
    pub(super) fn alter_policy(
        &mut self,
        table: &ObjectName,
        policy: &Identifier,
        roles: Option<&[Identifier]>,
        using: Option<&String>,
        with_check: Option<&String>,
    ) -> Result<Applied, SqlError> {
        let name = self.require_table(table, "ALTER POLICY")?;
        for role in roles.unwrap_or_default() {
            self.require_role(role)?;
        }
        for text in using.into_iter().chain(with_check) {
            self.check_own_expression(&name, text)?;
            self.check_boolean(&name, text, "POLICY")?;
        }
        let Some(found) = self.table_at_mut(&name)?.policies.get_mut(policy) else {
            return Err(errors::no_part("policy", &name, policy));
        };
        let definition = &mut found.definition;
        if let Some(roles) = roles {
            definition.roles = roles.to_vec();
        }
        definition.using = using.cloned().or(definition.using.take());
        definition.with_check = with_check.cloned().or(definition.with_check.take());
        Ok(Applied::changed())
    }

    pub(in crate::catalog) fn require_role(&self, role: &Identifier) -> Result<(), SqlError> {
        const SPECIAL: &[&str] = &["public", "current_user", "session_user", "current_role"];
        let name = role.as_str();
        if SPECIAL.contains(&name) || name.contains('{') || self.roles.contains(role) {
            return Ok(());
        }
        if name.starts_with("pg_") {
            return Ok(());
        }
        Err(errors::no_role(role))
    }

    pub(super) fn set_row_security(
        &mut self,
        table: &ObjectName,
        action: &str,
        change: impl FnOnce(&mut Table),
    ) -> Result<Applied, SqlError> {
        let name = self.require_table(table, action)?;
        change(self.table_at_mut(&name)?);
        Ok(Applied::changed())
    }
}

fn instead(definition: &TriggerDefinition) -> bool {
    definition.timing.to_lowercase().starts_with("instead of")
}
