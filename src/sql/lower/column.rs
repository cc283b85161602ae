//! Columns as CREATE TABLE and ADD COLUMN declare them.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::model::{ColumnDefinition, ConstraintDefinition, DataType, Identifier, Identity};

use super::Lowering;

impl Lowering<'_> {
    pub(super) fn column(
        &self,
        column: &ast::Column,
    ) -> (ColumnDefinition, Vec<ConstraintDefinition>) {
        let name = self.optional_identifier(column.name());
        self.column_parts(name, column.ty(), column.syntax())
    }

    pub(super) fn added_column(
        &self,
        add: &ast::AddColumn,
    ) -> (ColumnDefinition, Vec<ConstraintDefinition>) {
        let name = self.optional_identifier(add.column_name());
        self.column_parts(name, add.ty(), add.syntax())
    }

    fn column_parts(
        &self,
        name: Identifier,
        data_type: Option<ast::Type>,
        node: &SyntaxNode,
    ) -> (ColumnDefinition, Vec<ConstraintDefinition>) {
        let data_type = match data_type {
            Some(data_type) => self.data_type(&data_type),
            None => DataType::named(""),
        };
        let mut column = ColumnDefinition::new("", data_type);
        column.name = name;
        let mut constraints = Vec::new();
        for child in node.children() {
            self.column_clause(&child, &mut column);
            if let Some(mut constraint) = self.constraint(&child, Some(&column.name)) {
                constraint.of_column = Some(column.name.clone());
                constraints.push(constraint);
            }
        }
        (column, constraints)
    }

    fn column_clause(&self, node: &SyntaxNode, column: &mut ColumnDefinition) {
        if ast::NotNullConstraint::can_cast(node.kind()) {
            column.not_null = true;
        } else if let Some(default) = ast::DefaultConstraint::cast(node.clone()) {
            column.default = default.expr().map(|expression| self.text(&expression));
        } else if let Some(collate) = ast::Collate::cast(node.clone()) {
            column.collation = collate.collation_ref().map(|name| self.text(&name));
        } else if let Some(generated) = ast::GeneratedConstraint::cast(node.clone()) {
            self.generated(&generated, column);
        }
    }

    fn generated(&self, generated: &ast::GeneratedConstraint, column: &mut ColumnDefinition) {
        match generated.generated_as() {
            Some(ast::GeneratedAs::GeneratedIdentity(identity)) => {
                column.identity = Some(Identity {
                    always: is_always(identity.generated_when()),
                    options: self.sequence_options(identity.sequence_option_list()),
                });
            }
            Some(ast::GeneratedAs::GeneratedStored(stored)) => {
                column.generated = stored.expr().map(|expression| self.text(&expression));
            }
            None => {}
        }
    }

    pub(super) fn sequence_options(&self, list: Option<ast::SequenceOptionList>) -> String {
        let text = list.map(|list| self.text(&list)).unwrap_or_default();
        let inner = text
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'));
        inner.unwrap_or(&text).trim().to_owned()
    }
}

pub(super) fn is_always(when: Option<ast::GeneratedWhen>) -> bool {
    matches!(when, Some(ast::GeneratedWhen::GeneratedAlways(_)))
}
