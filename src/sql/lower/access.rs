//! Rights, owners and comments.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::model::Action;
use crate::sql::scan::{Kind, significant};

use super::{Lowered, Lowering};

impl Lowering<'_> {
    pub(super) fn grant(&self, grant: &ast::Grant) -> Lowered {
        let objects = self.privilege_objects(
            grant.on_privilege_objects_clause(),
            grant.privileges().map(|roles| self.text(&roles)),
        );
        let statement = self.text(grant);
        let effects = objects.into_iter().map(|object| {
            let statement = statement.clone();
            self.effect(grant, Action::Grant { object, statement })
        });
        Lowered::change(effects.collect())
    }

    pub(super) fn revoke(&self, revoke: &ast::Revoke) -> Lowered {
        let objects = self.privilege_objects(
            revoke.on_privilege_objects_clause(),
            revoke.privileges().map(|roles| self.text(&roles)),
        );
        let statement = self.text(revoke);
        let effects = objects.into_iter().map(|object| {
            let statement = statement.clone();
            self.effect(revoke, Action::Revoke { object, statement })
        });
        Lowered::change(effects.collect())
    }

    /// What rights are given on, one by one; for membership, the roles.
    fn privilege_objects(
        &self,
        clause: Option<ast::OnPrivilegeObjectsClause>,
        roles: Option<String>,
    ) -> Vec<String> {
        let Some(objects) = clause.and_then(|clause| clause.privilege_objects()) else {
            let roles = roles.unwrap_or_default();
            return roles
                .split(',')
                .map(|role| role.trim().to_owned())
                .collect();
        };
        let text = self.text(&objects);
        let folded = text.to_lowercase();
        if folded.starts_with("all ") {
            // `ALL TABLES IN SCHEMA a, b`: the schemas.
            let schemas = objects.syntax().children().filter_map(ast::SchemaRef::cast);
            return schemas
                .map(|schema| self.identifier(&schema).to_string())
                .collect();
        }
        let names: Vec<_> = named_children(objects.syntax())
            .map(|name| self.signature_name(&name))
            .collect();
        if names.is_empty() { vec![text] } else { names }
    }

    /// The name at the start of a function signature, or the name itself.
    fn signature_name(&self, node: &SyntaxNode) -> String {
        let raw = self.raw(node);
        let head = raw.split('(').next().unwrap_or(raw);
        self.name_from_parts(self.parts(head)).to_string()
    }

    /// Rights on what will be made later; the object is the schema.
    pub(super) fn default_privileges(&self, alter: &ast::AlterDefaultPrivileges) -> Lowered {
        let schemas = alter.in_schemas().into_iter();
        let mut schemas = schemas.flat_map(|clause| clause.schema_refs());
        let action = Action::UnknownStatement {
            object: self.optional_identifier(schemas.next()).to_string(),
            statement: self.text(alter),
        };
        self.changed(alter, action)
    }

    pub(super) fn comment(&self, comment: &ast::CommentOn) -> Lowered {
        let Some(object) = comment.comment_object() else {
            return self.unknown(comment.syntax());
        };
        let (object_kind, object) = self.described(object.syntax());
        let action = Action::Comment {
            object_kind,
            object,
            text: comment.literal().map(|literal| self.literal_text(&literal)),
        };
        self.changed(comment, action)
    }

    /// The words before an object's name, and the name in the house's spelling.
    pub(super) fn described(&self, node: &SyntaxNode) -> (String, String) {
        let mut words = Vec::new();
        for element in node.children_with_tokens() {
            match element {
                squawk_syntax::SyntaxElement::Token(token) if token.kind().is_trivia() => {}
                squawk_syntax::SyntaxElement::Token(token) => {
                    words.push(token.text().to_lowercase());
                }
                squawk_syntax::SyntaxElement::Node(_) => break,
            }
        }
        let kind = words.join(" ");
        let names: Vec<_> = node.children().collect();
        let object = match (kind.as_str(), names.as_slice()) {
            ("column", [name, ..]) => {
                let mut parts = self.parts(self.raw(name));
                let column = parts.pop().unwrap_or_default();
                self.name_from_parts(parts).part(column.as_str())
            }
            ("constraint" | "policy" | "rule" | "trigger", [part, table]) => {
                let part = self.identifier_of(part);
                self.object_name_of(table).part(part.as_str())
            }
            (_, [name, ..]) => self.signature_name(name),
            _ => self.passage.written(super::range(node)),
        };
        (kind, object)
    }
}

/// Children that carry a name, not a keyword.
fn named_children(node: &SyntaxNode) -> impl Iterator<Item = SyntaxNode> {
    node.children().flat_map(|child| {
        let is_list = ast::FunctionSigList::can_cast(child.kind())
            || ast::ProcedureSigList::can_cast(child.kind())
            || ast::RoutineSigList::can_cast(child.kind());
        let inner: Vec<_> = if is_list {
            child.children().collect()
        } else {
            vec![child]
        };
        inner
    })
}

impl Lowering<'_> {
    /// A statement that the list of operations does not name: its object as far as a name stands
    /// behind its keywords.
    pub(super) fn unknown(&self, node: &SyntaxNode) -> Lowered {
        let object = node
            .children()
            .find(|child| {
                !ast::IfExists::can_cast(child.kind())
                    && !ast::IfNotExists::can_cast(child.kind())
                    && !ast::OrReplace::can_cast(child.kind())
                    && !ast::Persistence::can_cast(child.kind())
            })
            .map(|child| self.leading_name(self.raw(&child)))
            .unwrap_or_default();
        let statement = self.passage.written(super::range(node));
        let action = Action::UnknownStatement { object, statement };
        Lowered::change(vec![crate::sql::reading::ReadEffect::new(
            action,
            self.certainty(node),
            self.passage.place(super::range(node).start),
        )])
    }

    fn leading_name(&self, text: &str) -> String {
        let head: Vec<_> = significant(text)
            .into_iter()
            .take_while(|token| {
                matches!(token.kind, Kind::Word | Kind::QuotedName | Kind::Mark('.'))
            })
            .collect();
        let end = head.last().map_or(0, |token| token.end);
        self.name_from_parts(self.parts(&text[..end])).to_string()
    }
}
