//! Each operation with the objects that it meets.

use crate::model::{Action, ObjectName};

use super::collect::Touches;
use super::{ObjectKey, ObjectKind, Relation};

impl Touches {
    /// One arm an operation, so that the compiler names this place when a new one comes.
    pub fn record(&mut self, action: &Action) {
        use ObjectKind::{Column, Constraint, Function, Index, Policy, Sequence, Trigger, Type};
        use Relation::{Alters, Creates, Drops, Needs};
        let touches = self;
        match action {
            Action::CreateTable {
                table, definition, ..
            } => touches.table(table, definition),
            Action::CreateTableAs { table, .. } => touches.add(Creates, ObjectKey::relation(table)),
            Action::DropTable { table, .. } => touches.add(Drops, ObjectKey::relation(table)),
            Action::RenameTable {
                table, new_name, ..
            } => {
                touches.add(Drops, ObjectKey::relation(table));
                let renamed = ObjectName::qualified(table.schema.clone(), new_name.clone());
                touches.add(Creates, ObjectKey::relation(&renamed));
            }
            Action::AddColumn {
                table,
                column,
                constraints,
                ..
            } => {
                touches.needs_relation(table);
                touches.column(table, column);
                constraints
                    .iter()
                    .for_each(|constraint| touches.constraint(table, constraint));
            }
            Action::DropColumn { table, column, .. } => {
                touches.part(Drops, Column, table, column.as_str());
            }
            Action::RenameColumn {
                table,
                column,
                new_name,
            } => {
                touches.part(Drops, Column, table, column.as_str());
                touches.named(Creates, Column, table.part(new_name.as_str()));
            }
            Action::AlterColumnType {
                table,
                column,
                change,
            } => {
                touches.part(Alters, Column, table, column.as_str());
                touches.needs_type(&change.data_type);
            }
            Action::SetNotNull { table, column }
            | Action::DropNotNull { table, column }
            | Action::SetDefault { table, column, .. }
            | Action::DropDefault { table, column }
            | Action::SetIdentity { table, column, .. }
            | Action::DropIdentity { table, column, .. } => {
                touches.part(Alters, Column, table, column.as_str());
            }
            Action::AddConstraint { table, constraint } => {
                touches.needs_relation(table);
                touches.constraint(table, constraint);
            }
            Action::DropConstraint {
                table, constraint, ..
            } => {
                touches.part(Drops, Constraint, table, constraint.as_str());
            }
            Action::ValidateConstraint { table, constraint } => {
                touches.part(Alters, Constraint, table, constraint.as_str());
            }
            Action::RenameConstraint {
                table,
                constraint,
                new_name,
            } => {
                touches.part(Drops, Constraint, table, constraint.as_str());
                touches.named(Creates, Constraint, table.part(new_name.as_str()));
            }
            Action::CreateIndex {
                index, definition, ..
            } => {
                touches.needs_relation(&definition.table);
                for key in definition.keys.iter().filter(|key| key.is_column) {
                    touches.named(Needs, Column, definition.table.part(&key.expression));
                }
                if let Some(index) = index {
                    touches.named(Creates, Index, index);
                }
            }
            Action::DropIndex { index, .. } => touches.named(Drops, Index, &index.name),
            Action::RenameIndex {
                index, new_name, ..
            } => {
                touches.named(Drops, Index, &index.name);
                touches.named(Creates, Index, new_name);
            }
            Action::AttachPartition {
                table, partition, ..
            }
            | Action::DetachPartition { table, partition } => {
                touches.needs_relation(table);
                touches.add(Alters, ObjectKey::relation(partition));
            }
            Action::EnableRls { table }
            | Action::DisableRls { table }
            | Action::ForceRls { table, .. } => {
                touches.add(Alters, ObjectKey::relation(table));
            }
            Action::CreateTrigger {
                trigger,
                definition,
                ..
            } => {
                touches.part(Creates, Trigger, &definition.table, trigger.as_str());
                touches.named(Needs, Function, &definition.function);
            }
            Action::DropTrigger { table, trigger, .. } => {
                touches.named(Drops, Trigger, table.part(trigger.as_str()));
            }
            Action::CreatePolicy { policy, definition } => {
                touches.part(Creates, Policy, &definition.table, policy.as_str());
            }
            Action::AlterPolicy { table, policy, .. } => {
                touches.part(Alters, Policy, table, policy.as_str());
            }
            Action::DropPolicy { table, policy, .. } => {
                touches.named(Drops, Policy, table.part(policy.as_str()));
            }
            Action::Rows(change) => touches.rows(change),
            Action::CreateEnum { name, labels } => {
                touches.named(Creates, Type, name);
                for label in labels {
                    touches.named(Creates, ObjectKind::EnumLabel, name.part(label));
                }
            }
            Action::AddEnumValue { name, label, .. } => {
                touches.named(Alters, Type, name);
                touches.named(Creates, ObjectKind::EnumLabel, name.part(label));
            }
            Action::RenameEnumValue {
                name,
                label,
                new_label,
            } => {
                touches.named(Drops, ObjectKind::EnumLabel, name.part(label));
                touches.named(Creates, ObjectKind::EnumLabel, name.part(new_label));
            }
            Action::CreateType { name, .. } => touches.named(Creates, Type, name),
            Action::CreateDomain { name, base, .. } => {
                touches.named(Creates, Type, name);
                touches.needs_type(base);
            }
            Action::DropType { name, .. } => touches.named(Drops, Type, name),
            Action::RenameType { name, new_name } => {
                touches.named(Drops, Type, name);
                touches.named(
                    Creates,
                    Type,
                    ObjectName::qualified(name.schema.clone(), new_name.clone()),
                );
            }
            Action::CreateSequence { name, .. } => touches.named(Creates, Sequence, name),
            Action::AlterSequence { name, .. } => touches.named(Alters, Sequence, name),
            Action::RenameSequence { name, new_name, .. } => {
                touches.named(Drops, Sequence, name);
                touches.named(
                    Creates,
                    Sequence,
                    ObjectName::qualified(name.schema.clone(), new_name.clone()),
                );
            }
            Action::DropSequence { name, .. } => touches.named(Drops, Sequence, name),
            Action::CreateView {
                name, definition, ..
            }
            | Action::CreateMaterializedView {
                name, definition, ..
            } => {
                touches.add(Creates, ObjectKey::relation(name));
                definition
                    .reads
                    .iter()
                    .for_each(|relation| touches.needs_relation(relation));
            }
            Action::RenameView { name, new_name, .. } => {
                touches.add(Drops, ObjectKey::relation(name));
                let renamed = ObjectName::qualified(name.schema.clone(), new_name.clone());
                touches.add(Creates, ObjectKey::relation(&renamed));
            }
            Action::DropView { name, .. } => touches.add(Drops, ObjectKey::relation(name)),
            Action::CreateFunction { name, .. } => touches.named(Creates, Function, name),
            Action::DropFunction { name, .. } => touches.named(Drops, Function, name),
            Action::CreateSchema { name, .. } => touches.named(Creates, ObjectKind::Schema, name),
            Action::DropSchema { name, .. } => touches.named(Drops, ObjectKind::Schema, name),
            Action::CreateExtension { name, .. } => {
                touches.named(Creates, ObjectKind::Extension, name);
            }
            Action::DropExtension { name, .. } => {
                touches.named(Drops, ObjectKind::Extension, name);
            }
            // Moving between schemas keeps the object; roles stand outside the graph.
            Action::SetSchema {
                object_kind,
                object,
                ..
            } => {
                if matches!(object_kind.as_str(), "table" | "view" | "materialized view") {
                    touches.add(Alters, ObjectKey::relation(object));
                }
            }
            Action::CreateRole { .. } | Action::DropRole { .. } | Action::RenameObject { .. } => {}
            Action::Grant { object, .. }
            | Action::Revoke { object, .. }
            | Action::SetOwner { object, .. } => {
                touches.named(Alters, ObjectKind::Relation, object);
            }
            Action::Comment {
                object_kind,
                object,
                ..
            } => match object_kind.as_str() {
                "column" => touches.named(Needs, Column, object),
                "table" => touches.named(Needs, ObjectKind::Relation, object),
                // Comments on rarer kinds connect nothing that the graph shows.
                _ => {}
            },
            Action::Stamp(outside) => {
                touches.add(Relation::Writes, ObjectKey::version_table(outside));
            }
            // What runs outside, or could not be read, names no object of the database.
            Action::RunMigrations(_)
            | Action::RunScript(_)
            | Action::RunSqlFile(_)
            | Action::CallEndpoint(_)
            | Action::WriteMigration(_)
            | Action::WriteSqlFile(_)
            | Action::WriteSource(_)
            | Action::UnknownStatement { .. }
            | Action::Opaque(_) => {}
        }
    }
}
