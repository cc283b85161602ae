//! ALTER of schemas, functions, triggers, roles: renames, owners and moves.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::model::Action;

use super::{Lowered, Lowering};

impl Lowering<'_> {
    /// What every rarer ALTER has in common: `RENAME TO`, `OWNER TO` and `SET SCHEMA`.
    pub(super) fn alter_common(
        &self,
        node: &SyntaxNode,
        object_kind: &str,
        object: String,
    ) -> Lowered {
        let Some(action) = node
            .children()
            .find_map(|child| self.common(&child, object_kind, &object))
        else {
            return self.unknown(node);
        };
        let place = self.passage.place(super::range(node).start);
        let certainty = self.certainty(node);
        Lowered::change(vec![crate::sql::reading::ReadEffect::new(
            action, certainty, place,
        )])
    }

    fn common(&self, child: &SyntaxNode, object_kind: &str, object: &str) -> Option<Action> {
        if let Some(owner) = ast::OwnerTo::cast(child.clone()) {
            return Some(Action::SetOwner {
                object: object.to_owned(),
                owner: self.optional_identifier(owner.role_ref()),
            });
        }
        if let Some(set) = ast::SetSchema::cast(child.clone()) {
            return Some(Action::SetSchema {
                object_kind: object_kind.to_owned(),
                object: self.name_from_parts(self.parts(object)),
                schema: self.optional_identifier(set.schema_ref()),
            });
        }
        let mut tokens = child
            .children_with_tokens()
            .filter_map(|element| element.into_token())
            .filter(|token| !token.kind().is_trivia());
        let renames = tokens
            .next()
            .is_some_and(|token| token.text().eq_ignore_ascii_case("rename"))
            && tokens
                .next()
                .is_some_and(|token| token.text().eq_ignore_ascii_case("to"));
        if !renames {
            return None;
        }
        let new_name = child
            .children()
            .last()
            .map(|name| self.identifier_of(&name));
        Some(Action::RenameObject {
            object_kind: object_kind.to_owned(),
            object: object.to_owned(),
            new_name: new_name.unwrap_or_default().to_string(),
        })
    }

    /// An ALTER that only renames, moves or hands over; `None` if the statement is another.
    pub(super) fn alter_rarer(&self, statement: &ast::Stmt) -> Option<Lowered> {
        use ast::Stmt;
        let node = statement.syntax();
        let name = |name: Option<SyntaxNode>| {
            let text = name.map(|name| {
                self.passage
                    .text
                    .get(super::range(&name))
                    .unwrap_or("")
                    .to_owned()
            });
            let text = text.unwrap_or_default();
            let head = text.split('(').next().unwrap_or_default().to_owned();
            self.name_from_parts(self.parts(&head)).to_string()
        };
        let syntax = |node: &dyn Fn() -> Option<SyntaxNode>| node();
        Some(match statement {
            Stmt::AlterSchema(alter) => self.alter_common(
                node,
                "schema",
                name(syntax(&|| Some(alter.schema_ref()?.syntax().clone()))),
            ),
            Stmt::AlterFunction(alter) => self.alter_common(
                node,
                "function",
                name(syntax(&|| Some(alter.function_sig()?.syntax().clone()))),
            ),
            Stmt::AlterProcedure(alter) => self.alter_common(
                node,
                "procedure",
                name(syntax(&|| Some(alter.procedure_sig()?.syntax().clone()))),
            ),
            Stmt::AlterRoutine(alter) => self.alter_common(
                node,
                "routine",
                name(syntax(&|| Some(alter.routine_sig()?.syntax().clone()))),
            ),
            Stmt::AlterDomain(alter) => self.alter_common(
                node,
                "domain",
                name(syntax(&|| Some(alter.domain_ref()?.syntax().clone()))),
            ),
            Stmt::AlterRole(alter) => self.alter_common(
                node,
                "role",
                name(syntax(&|| Some(alter.role_ref()?.syntax().clone()))),
            ),
            Stmt::AlterUser(alter) => self.alter_common(
                node,
                "role",
                name(syntax(&|| Some(alter.role_ref()?.syntax().clone()))),
            ),
            Stmt::AlterDatabase(alter) => self.alter_common(
                node,
                "database",
                name(syntax(&|| Some(alter.database_ref()?.syntax().clone()))),
            ),
            Stmt::AlterTrigger(alter) => {
                let table = alter.on_relation().and_then(|on| on.relation_name_ref());
                let trigger = self.optional_identifier(alter.trigger_ref());
                let object = self.optional_name(table).part(trigger.as_str());
                self.alter_common(node, "trigger", object)
            }
            _ => return None,
        })
    }
}
