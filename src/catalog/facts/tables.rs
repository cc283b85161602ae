//! Tables with their columns, triggers and policies as facts.

use super::{Collector, FactValues, ObjectKind, attributes, list, optional, spelling};
use crate::catalog::expression::without_qualifier;
use crate::catalog::{Column, IdentityKind, Persistence, Policy, Table, Trigger};
use crate::model::{Identifier, ObjectName, PolicyCommand};

impl Collector<'_> {
    pub(super) fn table(&mut self, name: &ObjectName, table: &Table) {
        let mut values = attributes(&table.attributes);
        values.insert("row security", table.row_security.to_string());
        values.insert("forced row security", table.force_row_security.to_string());
        if table.persistence == Persistence::Unlogged {
            values.insert("unlogged", "true".to_owned());
        }
        if let Some(key) = &table.partition_by {
            values.insert("partition by", spelling::words(key));
        }
        if let Some((parent, bounds)) = &table.partition_of {
            values.insert(
                "partition of",
                format!("{parent} {}", spelling::words(bounds)),
            );
        }
        if !table.inherits.is_empty() {
            values.insert("inherits", list(&table.inherits));
        }
        if !table.options.is_empty() {
            values.insert("options", spelling::options(&table.options));
        }
        self.add(ObjectKind::Table, name.to_string(), values);
        for column in &table.columns {
            self.column(name, column);
        }
        for (part, constraint) in &table.constraints {
            self.constraint(name, part, constraint);
        }
        for (part, trigger) in &table.triggers {
            self.trigger(name, part, trigger);
        }
        for (part, policy) in &table.policies {
            self.policy(name, part, policy);
        }
    }

    fn column(&mut self, table: &ObjectName, column: &Column) {
        let mut values = attributes(&column.attributes);
        values.insert("type", column.data_type.to_string());
        values.insert("not null", column.not_null.to_string());
        // A NULL is kept as a default where the type has modifiers, and means nothing.
        let default = column
            .default
            .as_ref()
            .filter(|text| !spelling::is_null(text))
            .map(|text| spelling::constant(text, &column.data_type));
        self.expression(&mut values, "default", default.as_ref());
        self.expression(&mut values, "generated", column.generated.as_ref());
        let identity = column.identity.map(|kind| match kind {
            IdentityKind::Always => "always",
            IdentityKind::ByDefault => "by default",
        });
        optional(&mut values, "identity", &identity);
        optional(&mut values, "collation", &column.collation);
        if !column.settings.is_empty() {
            values.insert("settings", column.settings.clone());
        }
        self.add(ObjectKind::Column, table.part(column.name.as_str()), values);
    }

    fn trigger(&mut self, table: &ObjectName, part: &Identifier, trigger: &Trigger) {
        let mut values = FactValues::new();
        values.insert("timing", spelling::timing(&trigger.timing));
        values.insert("function", trigger.function.to_string());
        values.insert("arguments", spelling::trigger_arguments(&trigger.statement));
        values.insert("for each row", trigger.for_each_row.to_string());
        values.insert("enabled", trigger.enabled.to_string());
        values.insert("constraint", trigger.constraint.to_string());
        self.expression(&mut values, "when", trigger.condition.as_ref());
        optional(&mut values, "comment", &trigger.comment);
        self.add(ObjectKind::Trigger, table.part(part.as_str()), values);
    }

    fn policy(&mut self, table: &ObjectName, part: &Identifier, policy: &Policy) {
        let definition = &policy.definition;
        let command = match definition.command {
            PolicyCommand::All => "all",
            PolicyCommand::Select => "select",
            PolicyCommand::Insert => "insert",
            PolicyCommand::Update => "update",
            PolicyCommand::Delete => "delete",
        };
        let mut roles: Vec<_> = definition.roles.iter().map(Identifier::as_str).collect();
        roles.retain(|role| *role != "public");
        roles.sort_unstable();
        let mut values = FactValues::new();
        values.insert("permissive", definition.permissive.to_string());
        values.insert("command", command.to_owned());
        values.insert("roles", roles.join(", "));
        // The server writes the table's name before its columns inside of subqueries only.
        let bare = |text: &String| without_qualifier(text, &definition.table.name);
        let (using, check) = (&definition.using, &definition.with_check);
        self.expression(&mut values, "using", using.as_ref().map(bare).as_ref());
        self.expression(&mut values, "with check", check.as_ref().map(bare).as_ref());
        optional(&mut values, "comment", &policy.comment);
        self.add(ObjectKind::Policy, table.part(part.as_str()), values);
    }
}
