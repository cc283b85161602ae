//! Constraints of tables, columns and domains.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::model::{
    ConstraintDefinition, ConstraintKind, ForeignKey, Identifier, ReferentialAction,
};

use super::{Lowering, range};

impl Lowering<'_> {
    /// The constraint that a node declares, if it is one that a table keeps: `column` is the one
    /// that it stands beside.
    pub(super) fn constraint(
        &self,
        node: &SyntaxNode,
        column: Option<&Identifier>,
    ) -> Option<ConstraintDefinition> {
        let kind = self.constraint_kind(node, column)?;
        let mut definition = ConstraintDefinition::new(self.constraint_name(node), kind);
        for option in node.children().filter_map(ast::ConstraintOption::cast) {
            match option {
                ast::ConstraintOption::DeferrableConstraintOption(_) => {
                    definition.deferrable = true
                }
                ast::ConstraintOption::InitiallyDeferredConstraintOption(_) => {
                    // gram.y: INITIALLY DEFERRED implies DEFERRABLE.
                    definition.deferrable = true;
                    definition.initially_deferred = true;
                }
                ast::ConstraintOption::NotValid(_) => definition.not_valid = true,
                ast::ConstraintOption::NotDeferrableConstraintOption(_)
                | ast::ConstraintOption::InitiallyImmediateConstraintOption(_)
                | ast::ConstraintOption::NoInherit(_)
                | ast::ConstraintOption::Inherit(_)
                | ast::ConstraintOption::NotEnforced(_)
                | ast::ConstraintOption::Enforced(_) => {}
            }
        }
        Some(definition)
    }

    fn constraint_name(&self, node: &SyntaxNode) -> Option<Identifier> {
        let clause = node.children().find_map(ast::ConstraintNameClause::cast)?;
        Some(self.identifier(&clause.constraint_name()?))
    }

    fn constraint_kind(
        &self,
        node: &SyntaxNode,
        column: Option<&Identifier>,
    ) -> Option<ConstraintKind> {
        if let Some(key) = ast::PrimaryKeyConstraint::cast(node.clone()) {
            return Some(match key.using_index() {
                Some(index) => self.using_index(&index, true),
                None => ConstraintKind::PrimaryKey {
                    columns: self.key_columns(key.index_parameters(), column),
                },
            });
        }
        if let Some(key) = ast::UniqueConstraint::cast(node.clone()) {
            return Some(match key.using_index() {
                Some(index) => self.using_index(&index, false),
                None => ConstraintKind::Unique {
                    nulls_not_distinct: nulls_not_distinct(key.index_parameters()),
                    columns: self.key_columns(key.index_parameters(), column),
                },
            });
        }
        if let Some(check) = ast::CheckConstraint::cast(node.clone()) {
            return Some(self.check(&check));
        }
        if let Some(reference) = ast::ReferencesConstraint::cast(node.clone()) {
            return Some(self.reference(&reference, column));
        }
        if let Some(key) = ast::ForeignKeyConstraint::cast(node.clone()) {
            return Some(self.foreign_key(&key));
        }
        let exclude = ast::ExcludeConstraint::cast(node.clone())?;
        Some(self.exclude(&exclude))
    }

    fn using_index(&self, index: &ast::UsingIndexName, primary: bool) -> ConstraintKind {
        ConstraintKind::UsingIndex {
            index: self.optional_identifier(index.index_ref()),
            primary,
        }
    }

    fn key_columns(
        &self,
        parameters: Option<ast::IndexParameters>,
        column: Option<&Identifier>,
    ) -> Vec<Identifier> {
        let list = parameters.and_then(|parameters| parameters.column_list());
        match list {
            Some(list) => self.identifiers(list.column_name_refs()),
            None => column.cloned().into_iter().collect(),
        }
    }

    fn check(&self, check: &ast::CheckConstraint) -> ConstraintKind {
        ConstraintKind::Check {
            expression: check
                .expr()
                .map(|expression| self.text(&expression))
                .unwrap_or_default(),
            no_inherit: check
                .constraint_options()
                .any(|option| matches!(option, ast::ConstraintOption::NoInherit(_))),
        }
    }

    fn reference(
        &self,
        reference: &ast::ReferencesConstraint,
        column: Option<&Identifier>,
    ) -> ConstraintKind {
        let (on_delete, on_update) = self.referential_actions(reference.referential_actions());
        ConstraintKind::ForeignKey(ForeignKey {
            columns: column.cloned().into_iter().collect(),
            referenced_table: self.optional_name(reference.table()),
            referenced_columns: self.identifiers(reference.column().into_iter()),
            on_delete,
            on_update,
            match_full: matches!(reference.match_type(), Some(ast::MatchType::MatchFull(_))),
        })
    }

    fn foreign_key(&self, key: &ast::ForeignKeyConstraint) -> ConstraintKind {
        let (on_delete, on_update) = self.referential_actions(key.referential_actions());
        let names = |list: Option<ast::ForeignKeyColumnList>| {
            self.identifiers(list.into_iter().flat_map(|list| list.column_name_refs()))
        };
        ConstraintKind::ForeignKey(ForeignKey {
            columns: names(key.from_columns()),
            referenced_table: self.optional_name(key.table_name_ref()),
            referenced_columns: names(key.to_columns()),
            on_delete,
            on_update,
            match_full: matches!(key.match_type(), Some(ast::MatchType::MatchFull(_))),
        })
    }

    fn referential_actions(
        &self,
        actions: ast::AstChildren<ast::ReferentialAction>,
    ) -> (ReferentialAction, ReferentialAction) {
        let mut on_delete = ReferentialAction::NoAction;
        let mut on_update = ReferentialAction::NoAction;
        for action in actions {
            match action {
                ast::ReferentialAction::OnDeleteAction(action) => {
                    on_delete = self.referential_action(action.ref_action());
                }
                ast::ReferentialAction::OnUpdateAction(action) => {
                    on_update = self.referential_action(action.ref_action());
                }
            }
        }
        (on_delete, on_update)
    }

    fn referential_action(&self, action: Option<ast::RefAction>) -> ReferentialAction {
        let columns = |list: Option<ast::ColumnRefList>| {
            self.identifiers(list.into_iter().flat_map(|list| list.column_name_refs()))
        };
        match action {
            None | Some(ast::RefAction::NoAction(_)) => ReferentialAction::NoAction,
            Some(ast::RefAction::Restrict(_)) => ReferentialAction::Restrict,
            Some(ast::RefAction::Cascade(_)) => ReferentialAction::Cascade,
            Some(ast::RefAction::SetNullColumns(set)) => {
                ReferentialAction::SetNull(columns(set.column_ref_list()))
            }
            Some(ast::RefAction::SetDefaultColumns(set)) => {
                ReferentialAction::SetDefault(columns(set.column_ref_list()))
            }
        }
    }

    fn exclude(&self, exclude: &ast::ExcludeConstraint) -> ConstraintKind {
        let whole = range(exclude.syntax());
        let start = exclude
            .exclude_token()
            .map_or(whole.start, |token| usize::from(token.text_range().end()));
        let end = exclude
            .constraint_options()
            .next()
            .map_or(whole.end, |option| range(option.syntax()).start);
        ConstraintKind::Exclude {
            definition: self
                .passage
                .written(start..end.max(start))
                .trim()
                .to_owned(),
        }
    }
}

fn nulls_not_distinct(parameters: Option<ast::IndexParameters>) -> bool {
    let option = parameters.and_then(|parameters| parameters.nulls_distinct_option());
    matches!(option, Some(ast::NullsDistinctOption::NullsNotDistinct(_)))
}
