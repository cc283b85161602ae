//! One script against the chain.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::graph::chain::{ChainEvent, ChainHistory};
use crate::graph::estate::{Actor, ActorKind};
use crate::graph::touch::{ObjectKey, ObjectKind};
use crate::model::{Action, Dialect, Effect, ObjectName, RowChange, Script};

mod alteration;
mod beside;
mod creation;
mod needs;
mod removal;
mod stamp;

use alteration::Cursor;

use super::compare::Difference;
use super::{Canonical, Conflict, ConflictKind, Counterpart, rows};

pub(super) struct Reader<'a> {
    chain: &'a ChainHistory,
    script: &'a Script,
    /// Everything that any script creates.
    created: &'a BTreeSet<ObjectKey>,
    canonical: Canonical,
    /// Head after the whole script, once somebody asks.
    outcome: OnceCell<Catalog>,
    /// Head after the effects before the one in question, once somebody asks.
    cursor: RefCell<Option<Cursor>>,
    /// A copy of head on which statements are tried and taken back.
    scratchpad: RefCell<Option<Catalog>>,
}

impl<'a> Reader<'a> {
    pub fn new(
        chain: &'a ChainHistory,
        script: &'a Script,
        created: &'a BTreeSet<ObjectKey>,
        canonical: Canonical,
    ) -> Self {
        Self {
            chain,
            script,
            created,
            canonical,
            outcome: OnceCell::new(),
            cursor: RefCell::default(),
            scratchpad: RefCell::default(),
        }
    }
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
            found.extend(self.taken_along(index, effect));
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
                self.add_constraint(index, table, constraint, &effect.action)
            }
            Action::CreateView {
                name, definition, ..
            }
            | Action::CreateMaterializedView {
                name, definition, ..
            } => self.create_view(index, name, definition),
            Action::CreateFunction {
                name, definition, ..
            } => self.create_function(index, name, definition),
            Action::CreatePolicy { policy, definition } => {
                self.create_policy(index, policy, definition)
            }
            Action::CreateTrigger {
                trigger,
                definition,
                ..
            } => self.create_trigger(index, trigger, definition),
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
                let name = table.part(column.as_str());
                let mut found = self.drop_part(index, ObjectKind::Column, name, there);
                if let Action::RenameColumn { new_name, .. } = &effect.action {
                    found.extend(self.column_renamed_into(index, table, new_name));
                }
                found
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
            Action::DropType { name, .. } | Action::RenameType { name, .. } => {
                let there = self.head().user_type(name).is_some();
                let mut found = self.drop_of(index, ObjectKind::Type, name, there);
                if let Action::RenameType { new_name, .. } = &effect.action {
                    found.extend(self.type_renamed_into(index, name, new_name));
                }
                found
            }
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
            Action::Rows(change) => self.misfits(index, change),
            Action::EnableRls { table }
            | Action::DisableRls { table }
            | Action::ForceRls { table, .. } => self.switch_row_security(index, table, effect),
            Action::Stamp(outside) => vec![self.stamp(index, outside)],
            // Rights, comments and the like neither clash nor have a shape of their own; what runs
            // outside is followed where it leads.
            Action::CreateTableAs { .. }
            | Action::ValidateConstraint { .. }
            | Action::CreateIndex { index: None, .. }
            | Action::CreateSequence { .. }
            | Action::AlterSequence { .. }
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

    /// Rows that fit neither the table at head nor what the script itself has made of it before.
    fn misfits(&self, index: usize, change: &RowChange) -> Vec<Conflict> {
        if rows::misfits(self.head(), change).is_empty() {
            return Vec::new();
        }
        let key = ObjectKey::new(ObjectKind::Relation, change.table.to_string());
        let misfits = self.with_before(index, |catalog| rows::misfits(catalog, change));
        let conflict = |misfit: rows::Misfit| {
            let event = self.chain.creation(&misfit.about);
            let event = event.or_else(|| self.chain.creation(&key));
            let kind = ConflictKind::RowsDoNotFit;
            self.conflict(kind, key.clone(), index, event, vec![misfit.difference])
        };
        misfits.into_iter().map(conflict).collect()
    }
}
