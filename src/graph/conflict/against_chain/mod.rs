//! One script against the chain.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::graph::chain::{ChainEvent, ChainHistory};
use crate::graph::estate::{Actor, ActorKind};
use crate::graph::touch::{ObjectKey, ObjectKind, Relation, touches};
use crate::model::{Action, Dialect, Effect, Identifier, ObjectName, Script};

mod creation;
mod removal;

use super::compare::{self, Difference};
use super::{Canonical, Conflict, ConflictKind, Counterpart, rows, scratch};

pub(super) struct Reader<'a> {
    pub chain: &'a ChainHistory,
    pub script: &'a Script,
    /// Everything that any script creates.
    pub created: &'a BTreeSet<ObjectKey>,
    pub canonical: Canonical,
}

impl Reader<'_> {
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut found = Vec::new();
        for (index, effect) in self.script.effects.iter().enumerate() {
            if effect.reach.is_inert() || effect.dialect != Dialect::Postgres {
                continue;
            }
            found.extend(self.missing_needs(index, effect));
            found.extend(self.of_effect(index, effect));
        }
        found
    }

    fn head(&self) -> &Catalog {
        self.chain.head()
    }

    fn conflict(
        &self,
        kind: ConflictKind,
        object: ObjectKey,
        index: usize,
        event: Option<&ChainEvent>,
        differences: Vec<Difference>,
    ) -> Conflict {
        Conflict {
            kind,
            object,
            script: self.script.file.clone(),
            place: self.script.effects[index].provenance.call.clone(),
            effect: index,
            counterpart: event.map(|event| self.counterpart(event)),
            differences,
        }
    }

    fn counterpart(&self, event: &ChainEvent) -> Counterpart {
        let revision = &self.chain.steps[event.step].revision;
        let name: Arc<str> = revision.id.0.clone();
        Counterpart {
            actor: Actor {
                kind: ActorKind::Revision,
                name,
            },
            place: event.place.clone(),
        }
    }

    /// Relations, types and functions that nobody has made. Parts of a table are judged with it.
    fn missing_needs(&self, index: usize, effect: &Effect) -> Vec<Conflict> {
        if tolerates_absence(&effect.action) {
            return Vec::new();
        }
        let needed = touches(&effect.action)
            .into_iter()
            .filter(|touch| touch.relation == Relation::Needs);
        needed
            .filter(|touch| !touch.object.name.contains('{') && !self.is_there(&touch.object))
            .map(|touch| {
                let removal = self.chain.removal(&touch.object);
                let kind = if removal.is_some() {
                    ConflictKind::UndoneLater
                } else {
                    ConflictKind::NeedsMissing
                };
                self.conflict(kind, touch.object, index, removal, Vec::new())
            })
            .collect()
    }

    fn is_there(&self, object: &ObjectKey) -> bool {
        let name = ObjectName::from_sql(&object.name);
        let at_head = match object.kind {
            ObjectKind::Relation => self.head().relation(&name).is_some() || is_system(&name),
            ObjectKind::Type => self.head().user_type(&name).is_some() || self.from_extension(),
            ObjectKind::Function => {
                !self.head().functions_named(&name).is_empty() || self.from_extension()
            }
            // A column is only asked for where its table is known and complete.
            ObjectKind::Column => self.has_column(&object.name),
            _ => true,
        };
        at_head || self.created.contains(object)
    }

    /// An extension brings types and functions that the model does not list.
    fn from_extension(&self) -> bool {
        self.head().extensions.len() > 1
    }

    fn has_column(&self, name: &str) -> bool {
        let Some((table, column)) = name.rsplit_once('.') else {
            return true;
        };
        match self.head().table(&ObjectName::from_sql(table)) {
            Some(table) => table.columns_incomplete || table.column(column).is_some(),
            // A missing table is reported itself; what a script's own table holds is its matter.
            None => true,
        }
    }

    fn of_effect(&self, index: usize, effect: &Effect) -> Vec<Conflict> {
        match &effect.action {
            Action::CreateTable { table, .. } => self.create_table(index, table, &effect.action),
            Action::AddColumn { table, column, .. } => {
                self.add_column(index, table, &column.name, &effect.action)
            }
            Action::CreateIndex {
                index: Some(name),
                definition,
                ..
            } => {
                let name = ObjectName::qualified(definition.table.schema.clone(), name.clone());
                self.create_index(index, &name, &effect.action)
            }
            Action::CreateEnum { name, .. }
            | Action::CreateType { name, .. }
            | Action::CreateDomain { name, .. } => self.create_type(index, name, &effect.action),
            Action::AddEnumValue { name, label, .. } => self.add_label(index, name, label),
            Action::AddConstraint { table, constraint } => {
                let made = scratch::constraint(self.head(), table, constraint, &effect.action);
                let key = constraint
                    .name
                    .as_ref()
                    .map(|name| table.part(name.as_str()));
                let (Some(key), Ok(Some(ours))) = (key, made) else {
                    return Vec::new();
                };
                let name = constraint.name.as_ref().map_or("", Identifier::as_str);
                let Some(theirs) = self.head().constraint(table, name) else {
                    return self.undone(index, ObjectKey::new(ObjectKind::Constraint, key));
                };
                let differences = compare::constraints(&ours, theirs, self.canonical);
                vec![self.same_object(
                    index,
                    ObjectKey::new(ObjectKind::Constraint, key),
                    differences,
                )]
            }
            Action::CreateView { name, .. } | Action::CreateMaterializedView { name, .. } => self
                .create_named(
                    index,
                    ObjectKind::Relation,
                    name,
                    self.head().relation(name).is_some(),
                ),
            Action::CreateFunction { name, .. } => {
                let there = !self.head().functions_named(name).is_empty();
                self.create_named(index, ObjectKind::Function, name, there)
            }
            Action::CreatePolicy { policy, definition } => {
                let there = self
                    .head()
                    .table(&definition.table)
                    .is_some_and(|table| table.policies.contains_key(policy));
                let name = definition.table.part(policy.as_str());
                self.create_part(index, ObjectKind::Policy, name, there)
            }
            Action::CreateTrigger {
                trigger,
                definition,
                ..
            } => {
                let there = self
                    .head()
                    .table(&definition.table)
                    .is_some_and(|table| table.triggers.contains_key(trigger));
                let name = definition.table.part(trigger.as_str());
                self.create_part(index, ObjectKind::Trigger, name, there)
            }
            Action::AlterColumnType { table, column, .. }
            | Action::SetNotNull { table, column }
            | Action::DropNotNull { table, column }
            | Action::SetDefault { table, column, .. }
            | Action::DropDefault { table, column }
            | Action::SetIdentity { table, column, .. }
            | Action::DropIdentity { table, column, .. } => {
                self.alter_column(index, table, column, effect)
            }
            Action::DropTable { table, .. } | Action::DropView { name: table, .. } => self.drop_of(
                index,
                ObjectKind::Relation,
                table,
                self.head().relation(table).is_some(),
            ),
            Action::RenameTable { table, .. } | Action::RenameView { name: table, .. } => self
                .drop_of(
                    index,
                    ObjectKind::Relation,
                    table,
                    self.head().relation(table).is_some(),
                ),
            Action::DropColumn { table, column, .. }
            | Action::RenameColumn { table, column, .. } => {
                let there = self.head().column(table, column.as_str()).is_some();
                self.drop_part(
                    index,
                    ObjectKind::Column,
                    table.part(column.as_str()),
                    there,
                )
            }
            Action::DropConstraint {
                table, constraint, ..
            }
            | Action::RenameConstraint {
                table, constraint, ..
            } => {
                let there = self.head().constraint(table, constraint.as_str()).is_some();
                self.drop_part(
                    index,
                    ObjectKind::Constraint,
                    table.part(constraint.as_str()),
                    there,
                )
            }
            Action::DropIndex { index: name, .. } | Action::RenameIndex { index: name, .. } => {
                let there = self.head().find_index(name).is_some();
                self.drop_part(index, ObjectKind::Index, name.name.to_string(), there)
            }
            Action::DropType { name, .. } | Action::RenameType { name, .. } => self.drop_of(
                index,
                ObjectKind::Type,
                name,
                self.head().user_type(name).is_some(),
            ),
            Action::RenameEnumValue { name, label, .. } => {
                let there = self
                    .head()
                    .enum_labels(name)
                    .is_some_and(|labels| labels.contains(&label.as_str()));
                self.drop_part(index, ObjectKind::EnumLabel, name.part(label), there)
            }
            Action::DropFunction { name, .. } => {
                let there = !self.head().functions_named(name).is_empty();
                self.drop_of(index, ObjectKind::Function, name, there)
            }
            Action::DropSequence { name, .. } | Action::RenameSequence { name, .. } => self
                .drop_of(
                    index,
                    ObjectKind::Sequence,
                    name,
                    self.head().sequence(name).is_some(),
                ),
            Action::DropTrigger { table, trigger, .. } => {
                let there = self
                    .head()
                    .table(table)
                    .is_some_and(|table| table.triggers.contains_key(trigger));
                self.drop_part(
                    index,
                    ObjectKind::Trigger,
                    table.part(trigger.as_str()),
                    there,
                )
            }
            Action::DropPolicy { table, policy, .. } => {
                let there = self
                    .head()
                    .table(table)
                    .is_some_and(|table| table.policies.contains_key(policy));
                self.drop_part(
                    index,
                    ObjectKind::Policy,
                    table.part(policy.as_str()),
                    there,
                )
            }
            Action::Rows(change) => rows::misfits(self.head(), change)
                .into_iter()
                .map(|differences| {
                    let key = ObjectKey::new(ObjectKind::Relation, change.table.to_string());
                    let event = self.chain.creation(&key);
                    self.conflict(
                        ConflictKind::RowsDoNotFit,
                        key.clone(),
                        index,
                        event,
                        vec![differences],
                    )
                })
                .collect(),
            Action::Stamp(outside) => {
                let key = ObjectKey::new(ObjectKind::VersionTable, outside.target.clone());
                vec![self.conflict(ConflictKind::WritesVersion, key, index, None, Vec::new())]
            }
            // Row security, rights, comments and the like neither clash nor have a shape of their
            // own; what runs outside is followed where it leads.
            Action::CreateTableAs { .. }
            | Action::ValidateConstraint { .. }
            | Action::CreateIndex { index: None, .. }
            | Action::CreateSequence { .. }
            | Action::AlterSequence { .. }
            | Action::EnableRls { .. }
            | Action::DisableRls { .. }
            | Action::ForceRls { .. }
            | Action::CreateSchema { .. }
            | Action::DropSchema { .. }
            | Action::CreateExtension { .. }
            | Action::DropExtension { .. }
            | Action::AlterPolicy { .. }
            | Action::CreateRole { .. }
            | Action::DropRole { .. }
            | Action::RenameObject { .. }
            | Action::SetSchema { .. }
            | Action::Grant { .. }
            | Action::Revoke { .. }
            | Action::Comment { .. }
            | Action::SetOwner { .. }
            | Action::AttachPartition { .. }
            | Action::DetachPartition { .. }
            | Action::RunMigrations(_)
            | Action::RunScript(_)
            | Action::RunSqlFile(_)
            | Action::CallEndpoint(_)
            | Action::WriteMigration(_)
            | Action::WriteSqlFile(_)
            | Action::WriteSource(_)
            | Action::UnknownStatement { .. }
            | Action::Opaque(_) => Vec::new(),
        }
    }
}

/// `IF EXISTS` forms do nothing where the object is missing.
fn tolerates_absence(action: &Action) -> bool {
    matches!(
        action,
        Action::DropColumn {
            if_table_exists: true,
            ..
        } | Action::AddColumn {
            if_table_exists: true,
            ..
        } | Action::DropTrigger {
            if_exists: true,
            ..
        } | Action::DropPolicy {
            if_exists: true,
            ..
        } | Action::DropConstraint {
            if_exists: true,
            ..
        }
    )
}

fn is_system(name: &ObjectName) -> bool {
    name.schema.as_ref().is_some_and(|schema| {
        matches!(
            schema.as_str(),
            "information_schema" | "pg_catalog" | "pg_temp"
        )
    }) || name.name.as_str().starts_with("pg_")
}
