//! ALTER TABLE: one effect an action.

use squawk_syntax::ast::{self, AstNode};

use crate::model::{
    Action, AlterColumnType, Certainty, Guard, GuardKind, Identifier, Identity, ObjectName, Place,
};
use crate::sql::reading::ReadEffect;

use super::column::is_always;
use super::{Lowered, Lowering};

impl Lowering<'_> {
    pub(super) fn alter_table(&self, alter: &ast::AlterTable) -> Lowered {
        let Some(relation) = alter.table_relation_name() else {
            return self.unknown(alter.syntax());
        };
        let table = self.relation_of(&relation);
        let guard = alter
            .if_exists()
            .map(|guard| self.guard(GuardKind::IfExists, &guard));
        let certainty = self.certainty(relation.syntax());
        let place = self.place(alter);
        let actions: Vec<_> = alter.actions().collect();
        let effects = actions
            .iter()
            .map(|action| {
                self.table_action(&table, action, guard.as_ref(), certainty, place.as_ref())
            })
            .collect::<Vec<_>>();
        if effects.is_empty() {
            // `ALTER TABLE users {clause}`: at least the table is known.
            let action = Action::UnknownStatement {
                object: table.to_string(),
                statement: self.text(alter),
            };
            return self.changed(alter, action);
        }
        Lowered::change(effects)
    }

    pub(super) fn relation_of(&self, relation: &ast::TableRelationName) -> ObjectName {
        self.optional_name(relation.table_name_ref())
    }

    fn table_action(
        &self,
        table: &ObjectName,
        node: &ast::AlterTableAction,
        guard: Option<&Guard>,
        certainty: Certainty,
        place: Option<&Place>,
    ) -> ReadEffect {
        let (action, own_guard) = self.alteration(table, node, guard.is_some());
        let mut effect = self.effect(node, action);
        effect.place = place.cloned();
        effect.certainty = effect.certainty.max(certainty);
        effect.guards.extend(guard.cloned());
        effect.guards.extend(own_guard);
        effect
    }

    fn alteration(
        &self,
        table: &ObjectName,
        node: &ast::AlterTableAction,
        if_table_exists: bool,
    ) -> (Action, Option<Guard>) {
        use ast::AlterTableAction as Node;
        let table = table.clone();
        let action = match node {
            Node::AddColumn(add) => return self.add_column(table, add, if_table_exists),
            Node::DropColumn(drop) => return self.drop_column(table, drop, if_table_exists),
            Node::DropConstraint(drop) => return self.drop_constraint(table, drop),
            Node::AlterColumn(alter) => {
                let column = self.optional_identifier(alter.column_name_ref());
                return self.alter_column(table, column, alter);
            }
            Node::AddConstraint(add) => match add
                .constraint()
                .and_then(|constraint| self.constraint(constraint.syntax(), None))
            {
                Some(constraint) => Action::AddConstraint {
                    table,
                    constraint: Box::new(constraint),
                },
                None => self.unknown_action(&table, node),
            },
            Node::ValidateConstraint(validate) => Action::ValidateConstraint {
                table,
                constraint: self.optional_identifier(validate.constraint_name_ref()),
            },
            Node::RenameConstraint(rename) => Action::RenameConstraint {
                table,
                constraint: self.optional_identifier(rename.constraint_name_ref()),
                new_name: self.optional_identifier(rename.constraint_name()),
            },
            Node::RenameColumn(rename) => Action::RenameColumn {
                table,
                column: self.optional_identifier(rename.column_name_ref()),
                new_name: self.optional_identifier(rename.column_name()),
            },
            Node::TableRenameTo(rename) => Action::RenameTable {
                table,
                new_name: self.optional_identifier(rename.table_name()),
                if_exists: if_table_exists,
            },
            Node::OwnerTo(owner) => Action::SetOwner {
                object: table.to_string(),
                owner: self.optional_identifier(owner.role_ref()),
            },
            Node::SetSchema(set) => Action::SetSchema {
                object_kind: "table".to_owned(),
                object: table,
                schema: self.optional_identifier(set.schema_ref()),
            },
            Node::EnableRls(_) => Action::EnableRls { table },
            Node::DisableRls(_) => Action::DisableRls { table },
            Node::ForceRls(_) => Action::ForceRls { table, force: true },
            Node::NoForceRls(_) => Action::ForceRls {
                table,
                force: false,
            },
            Node::AttachPartition(attach) => Action::AttachPartition {
                table,
                partition: self.optional_name(attach.table_name_ref()),
                bounds: attach
                    .partition_type()
                    .map(|bounds| self.text(&bounds))
                    .unwrap_or_default(),
            },
            Node::DetachPartition(detach) => Action::DetachPartition {
                table,
                partition: self.optional_name(detach.table_name_ref()),
            },
            // Triggers switched, storage, inheritance, replica identity and the like.
            _ => self.unknown_action(&table, node),
        };
        (action, None)
    }

    fn unknown_action(&self, table: &ObjectName, node: &impl AstNode) -> Action {
        Action::UnknownStatement {
            object: table.to_string(),
            statement: format!("ALTER TABLE {} {}", written(table), self.text(node)),
        }
    }

    fn add_column(
        &self,
        table: ObjectName,
        add: &ast::AddColumn,
        if_table_exists: bool,
    ) -> (Action, Option<Guard>) {
        let (column, constraints) = self.added_column(add);
        let guard = add.if_not_exists();
        let action = Action::AddColumn {
            table,
            column: Box::new(column),
            constraints,
            if_not_exists: guard.is_some(),
            if_table_exists,
        };
        (
            action,
            guard.map(|guard| self.guard(GuardKind::IfNotExists, &guard)),
        )
    }

    fn drop_column(
        &self,
        table: ObjectName,
        drop: &ast::DropColumn,
        if_table_exists: bool,
    ) -> (Action, Option<Guard>) {
        let guard = drop.if_exists();
        let action = Action::DropColumn {
            table,
            column: self.optional_identifier(drop.column_name_ref()),
            if_exists: guard.is_some(),
            cascade: is_cascade(drop.drop_behavior()),
            if_table_exists,
        };
        (
            action,
            guard.map(|guard| self.guard(GuardKind::IfExists, &guard)),
        )
    }

    fn drop_constraint(
        &self,
        table: ObjectName,
        drop: &ast::DropConstraint,
    ) -> (Action, Option<Guard>) {
        let guard = drop.if_exists();
        let action = Action::DropConstraint {
            table,
            constraint: self.optional_identifier(drop.constraint_name_ref()),
            if_exists: guard.is_some(),
            cascade: is_cascade(drop.drop_behavior()),
        };
        (
            action,
            guard.map(|guard| self.guard(GuardKind::IfExists, &guard)),
        )
    }

    fn alter_column(
        &self,
        table: ObjectName,
        column: Identifier,
        alter: &ast::AlterColumn,
    ) -> (Action, Option<Guard>) {
        use ast::AlterColumnOption as Option_;
        let action = match alter.option() {
            Some(Option_::SetType(set)) => Action::AlterColumnType {
                table,
                column,
                change: self.type_change(&set),
            },
            Some(Option_::SetDefault(set)) => Action::SetDefault {
                table,
                column,
                expression: set
                    .expr()
                    .map(|expression| self.text(&expression))
                    .unwrap_or_default(),
            },
            Some(Option_::DropDefault(_)) => Action::DropDefault { table, column },
            Some(Option_::SetNotNull(_)) => Action::SetNotNull { table, column },
            Some(Option_::DropNotNull(_)) => Action::DropNotNull { table, column },
            Some(Option_::AddGenerated(add)) => Action::SetIdentity {
                table,
                column,
                identity: Identity {
                    always: is_always(add.generated_when()),
                    options: self.sequence_options(add.sequence_option_list()),
                },
            },
            Some(Option_::SetGenerated(set)) => Action::SetIdentity {
                table,
                column,
                identity: Identity {
                    always: is_always(set.generated_when()),
                    options: String::new(),
                },
            },
            Some(Option_::DropIdentity(drop)) => {
                let guard = drop.if_exists();
                let action = Action::DropIdentity {
                    table,
                    column,
                    if_exists: guard.is_some(),
                };
                return (
                    action,
                    guard.map(|guard| self.guard(GuardKind::IfExists, &guard)),
                );
            }
            _ => Action::UnknownStatement {
                object: table.part(column.as_str()),
                statement: format!("ALTER TABLE {} {}", written(&table), self.text(alter)),
            },
        };
        (action, None)
    }

    fn type_change(&self, set: &ast::SetType) -> AlterColumnType {
        AlterColumnType {
            data_type: set.ty().map_or_else(
                || self.data_type_from(""),
                |data_type| self.data_type(&data_type),
            ),
            using: set
                .using_expr()
                .and_then(|using| using.expr())
                .map(|expression| self.text(&expression)),
            collation: set
                .collate()
                .and_then(|collate| collate.collation_ref())
                .map(|name| self.text(&name)),
        }
    }
}

pub(super) fn is_cascade(behavior: Option<ast::DropBehavior>) -> bool {
    matches!(behavior, Some(ast::DropBehavior::Cascade(_)))
}

/// A name as it must be written to be read again.
fn written(name: &ObjectName) -> String {
    let plain = |text: &str| {
        text.bytes()
            .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == b'_')
    };
    let quoted = |part: &Identifier| match plain(part.as_str()) {
        true => part.to_string(),
        false => format!("\"{}\"", part.as_str().replace('"', "\"\"")),
    };
    match &name.schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&name.name)),
        None => quoted(&name.name),
    }
}
