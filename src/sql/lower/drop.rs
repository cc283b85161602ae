//! DROP of whatever it is: one effect an object.

use squawk_syntax::ast::{self, AstNode};

use crate::model::{Action, Guard, GuardKind};

use super::alter_table::is_cascade;
use super::{Lowered, Lowering};

/// Lowers one DROP statement with a list of names.
macro_rules! drop_list {
    ($self:ident, $drop:ident, $names:expr, |$name:ident, $if_exists:ident, $cascade:ident| $action:expr) => {{
        let $cascade = is_cascade($drop.drop_behavior());
        let guard = $self.if_exists_guard($drop.if_exists());
        let $if_exists = guard.is_some();
        let effects = $names
            .map(|node| {
                let $name = &node;
                let mut effect = $self.effect(&node, $action);
                effect.place = $self.place($drop);
                effect.guards.extend(guard.clone());
                effect
            })
            .collect();
        let _ = $cascade;
        Lowered::change(effects)
    }};
}

impl Lowering<'_> {
    fn if_exists_guard(&self, clause: Option<ast::IfExists>) -> Option<Guard> {
        clause.map(|clause| self.guard(GuardKind::IfExists, &clause))
    }

    /// A DROP, or `None` if the statement is another.
    pub(super) fn drop_statement(&self, statement: &ast::Stmt) -> Option<Lowered> {
        use ast::Stmt;
        Some(match statement {
            Stmt::DropTable(drop) => {
                drop_list!(
                    self,
                    drop,
                    drop.table_name_refs(),
                    |name, if_exists, cascade| {
                        Action::DropTable {
                            table: self.object_name(name),
                            if_exists,
                            cascade,
                        }
                    }
                )
            }
            Stmt::DropIndex(drop) => {
                let concurrently = drop.concurrently_token().is_some();
                drop_list!(self, drop, drop.index_refs(), |name, if_exists, cascade| {
                    Action::DropIndex {
                        index: self.object_name(name),
                        if_exists,
                        cascade,
                        concurrently,
                    }
                })
            }
            Stmt::DropType(drop) => {
                drop_list!(
                    self,
                    drop,
                    drop.type_name_refs(),
                    |name, if_exists, cascade| {
                        Action::DropType {
                            name: self.object_name(name),
                            if_exists,
                            cascade,
                            is_domain: false,
                        }
                    }
                )
            }
            Stmt::DropDomain(drop) => {
                drop_list!(
                    self,
                    drop,
                    drop.domain_refs(),
                    |name, if_exists, cascade| {
                        Action::DropType {
                            name: self.object_name(name),
                            if_exists,
                            cascade,
                            is_domain: true,
                        }
                    }
                )
            }
            Stmt::DropSequence(drop) => {
                drop_list!(
                    self,
                    drop,
                    drop.sequence_refs(),
                    |name, if_exists, cascade| {
                        Action::DropSequence {
                            name: self.object_name(name),
                            if_exists,
                            cascade,
                        }
                    }
                )
            }
            Stmt::DropSchema(drop) => {
                drop_list!(
                    self,
                    drop,
                    drop.schema_refs(),
                    |name, if_exists, cascade| {
                        Action::DropSchema {
                            name: self.identifier(name),
                            if_exists,
                            cascade,
                        }
                    }
                )
            }
            Stmt::DropExtension(drop) => {
                drop_list!(
                    self,
                    drop,
                    drop.extension_refs(),
                    |name, if_exists, cascade| {
                        Action::DropExtension {
                            name: self.identifier(name),
                            if_exists,
                            cascade,
                        }
                    }
                )
            }
            other => return self.drop_rarer(other),
        })
    }

    fn drop_rarer(&self, statement: &ast::Stmt) -> Option<Lowered> {
        use ast::Stmt;
        Some(match statement {
            Stmt::DropView(drop) => {
                drop_list!(self, drop, drop.view_refs(), |name, if_exists, cascade| {
                    Action::DropView {
                        name: self.object_name(name),
                        materialized: false,
                        if_exists,
                        cascade,
                    }
                })
            }
            Stmt::DropMaterializedView(drop) => {
                drop_list!(self, drop, drop.view_refs(), |name, if_exists, cascade| {
                    Action::DropView {
                        name: self.object_name(name),
                        materialized: true,
                        if_exists,
                        cascade,
                    }
                })
            }
            Stmt::DropFunction(drop) => {
                let list = drop.function_sig_list().into_iter();
                let signatures = list.flat_map(|list| list.function_sigs());
                drop_list!(self, drop, signatures, |signature, if_exists, cascade| {
                    Action::DropFunction {
                        name: self.optional_name(signature.function_name_ref()),
                        argument_types: self.argument_types(signature.param_list()),
                        if_exists,
                        cascade,
                    }
                })
            }
            Stmt::DropProcedure(drop) => {
                let list = drop.procedure_sig_list().into_iter();
                let signatures = list.flat_map(|list| list.procedure_sigs());
                drop_list!(self, drop, signatures, |signature, if_exists, cascade| {
                    Action::DropFunction {
                        name: self.optional_name(signature.procedure_name_ref()),
                        argument_types: self.argument_types(signature.param_list()),
                        if_exists,
                        cascade,
                    }
                })
            }
            Stmt::DropRoutine(drop) => {
                let list = drop.routine_sig_list().into_iter();
                let signatures = list.flat_map(|list| list.routine_sigs());
                drop_list!(self, drop, signatures, |signature, if_exists, cascade| {
                    Action::DropFunction {
                        name: self.optional_name(signature.routine_name_ref()),
                        argument_types: self.argument_types(signature.param_list()),
                        if_exists,
                        cascade,
                    }
                })
            }
            Stmt::DropTrigger(drop) => {
                self.drop_one(drop, drop.if_exists(), |if_exists| Action::DropTrigger {
                    table: self.optional_name(
                        drop.on_relation()
                            .and_then(|relation| relation.relation_name_ref()),
                    ),
                    trigger: self.optional_identifier(drop.trigger_ref()),
                    if_exists,
                })
            }
            Stmt::DropPolicy(drop) => {
                self.drop_one(drop, drop.if_exists(), |if_exists| Action::DropPolicy {
                    table: self.optional_name(drop.on_table().and_then(|on| on.table_name_ref())),
                    policy: self.optional_identifier(drop.policy_ref()),
                    if_exists,
                })
            }
            Stmt::DropRole(drop) => self.drop_roles(drop, drop.if_exists(), drop.role_refs()),
            Stmt::DropUser(drop) => self.drop_roles(drop, drop.if_exists(), drop.role_refs()),
            Stmt::DropGroup(drop) => self.drop_roles(drop, drop.if_exists(), drop.role_refs()),
            _ => return None,
        })
    }

    fn drop_one(
        &self,
        node: &impl AstNode,
        clause: Option<ast::IfExists>,
        action: impl FnOnce(bool) -> Action,
    ) -> Lowered {
        let guard = self.if_exists_guard(clause);
        let mut effect = self.effect(node, action(guard.is_some()));
        effect.guards.extend(guard);
        Lowered::change(vec![effect])
    }

    fn drop_roles(
        &self,
        node: &impl AstNode,
        clause: Option<ast::IfExists>,
        roles: impl Iterator<Item = ast::RoleRef>,
    ) -> Lowered {
        let guard = self.if_exists_guard(clause);
        let effects = roles.map(|role| {
            let action = Action::DropRole {
                name: self.identifier(&role),
                if_exists: guard.is_some(),
            };
            let mut effect = self.effect(node, action);
            effect.guards.extend(guard.clone());
            effect
        });
        Lowered::change(effects.collect())
    }
}
