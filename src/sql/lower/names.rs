//! Names and data types.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::model::{DataType, Identifier, ObjectName};
use crate::sql::scan::{Kind, significant};

use super::Lowering;

impl Lowering<'_> {
    /// An identifier as it stands in SQL, folded; markers show what they stand for.
    pub(crate) fn fold(&self, text: &str) -> Identifier {
        let markers = &self.passage.source.markers;
        let inner = text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        // PostgreSQL folds ASCII letters only in a multi-byte encoding.
        let folded = match inner {
            Some(inner) => inner.replace("\"\"", "\""),
            None => text.to_ascii_lowercase(),
        };
        Identifier::exact(markers.restore(&folded))
    }

    /// The dotted parts of a name.
    pub(crate) fn parts(&self, text: &str) -> Vec<Identifier> {
        let mut parts = Vec::new();
        let mut expected = true;
        for token in significant(text) {
            match token.kind {
                Kind::Mark('.') => expected = true,
                Kind::Word | Kind::QuotedName | Kind::Text if expected => {
                    parts.push(self.part(token.text(text), token.kind));
                    expected = false;
                }
                _ => {}
            }
        }
        parts
    }

    fn part(&self, text: &str, kind: Kind) -> Identifier {
        match kind {
            // A placeholder that was read as a value.
            Kind::Text => Identifier::exact(self.passage.source.markers.restore(text)),
            _ => self.fold(
                text.trim_start_matches(['U', 'u', '&'])
                    .get(..)
                    .map_or(text, |rest| if rest.starts_with('"') { rest } else { text }),
            ),
        }
    }

    pub(crate) fn identifier(&self, node: &impl AstNode) -> Identifier {
        self.identifier_of(node.syntax())
    }

    pub(crate) fn identifier_of(&self, node: &SyntaxNode) -> Identifier {
        self.parts(self.raw(node)).pop().unwrap_or_default()
    }

    pub(crate) fn identifiers<N: AstNode>(
        &self,
        nodes: impl Iterator<Item = N>,
    ) -> Vec<Identifier> {
        nodes.map(|node| self.identifier(&node)).collect()
    }

    pub(crate) fn object_name(&self, node: &impl AstNode) -> ObjectName {
        self.object_name_of(node.syntax())
    }

    pub(crate) fn object_name_of(&self, node: &SyntaxNode) -> ObjectName {
        self.name_from_parts(self.parts(self.raw(node)))
    }

    pub(crate) fn name_from_parts(&self, mut parts: Vec<Identifier>) -> ObjectName {
        let name = parts.pop().unwrap_or_default();
        ObjectName::qualified(parts.pop(), name)
    }

    pub(crate) fn optional_name<N: AstNode>(&self, node: Option<N>) -> ObjectName {
        node.map(|node| self.object_name(&node)).unwrap_or_default()
    }

    pub(crate) fn optional_identifier<N: AstNode>(&self, node: Option<N>) -> Identifier {
        node.map(|node| self.identifier(&node)).unwrap_or_default()
    }

    /// `table.column` or `schema.table.column`, parted.
    pub(crate) fn qualified_column(&self, node: &impl AstNode) -> (ObjectName, Identifier) {
        let mut parts = self.parts(self.raw(node.syntax()));
        let column = parts.pop().unwrap_or_default();
        (self.name_from_parts(parts), column)
    }

    pub(crate) fn data_type(&self, node: &impl AstNode) -> DataType {
        self.data_type_from(self.raw(node.syntax()))
    }

    pub(crate) fn data_type_from(&self, text: &str) -> DataType {
        let mut plain = String::new();
        for token in significant(text) {
            let word = token.text(text);
            if token.kind == Kind::Word && !plain.is_empty() && !plain.ends_with(['.', '(', ',']) {
                plain.push(' ');
            }
            plain.push_str(word);
        }
        let lower = plain.to_ascii_lowercase();
        if let Some(base) = lower.find(" array").map(|end| &plain[..end]) {
            // The SQL standard's spelling of a one-dimensional array.
            return self.data_type_from(base).array(1);
        }
        let mut found = DataType::from_sql(&plain);
        self.restore_type(&mut found);
        found
    }

    fn restore_type(&self, data_type: &mut DataType) {
        let markers = &self.passage.source.markers;
        if markers.is_empty() {
            return;
        }
        let name = &data_type.name;
        data_type.name = ObjectName {
            schema: name
                .schema
                .as_ref()
                .map(|schema| Identifier::exact(markers.restore(schema.as_str()))),
            name: Identifier::exact(markers.restore(name.name.as_str())),
        };
        for modifier in &mut data_type.modifiers {
            *modifier = markers.restore(modifier);
        }
    }

    /// The value of a string literal, markers shown as what they stand for.
    pub(crate) fn literal_text(&self, literal: &ast::Literal) -> String {
        let value = literal.string_value();
        let text = value.unwrap_or_else(|| self.raw(literal.syntax()).to_owned());
        self.passage.source.markers.restore(&text)
    }

    pub(crate) fn role_names(&self, list: Option<ast::RoleRefList>) -> Vec<Identifier> {
        let roles = list.into_iter().flat_map(|list| list.role_refs());
        roles
            .map(|role| {
                let mut parts = self.parts(self.raw(role.syntax()));
                if parts.is_empty() {
                    parts.push(Identifier::exact(self.text(&role).to_lowercase()));
                }
                parts.pop().unwrap_or_default()
            })
            .collect()
    }
}
