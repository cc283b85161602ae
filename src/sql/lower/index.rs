//! CREATE INDEX and ALTER INDEX.

use squawk_syntax::ast::{self, AstNode};

use crate::model::{Action, GuardKind, IndexDefinition, IndexKey};

use super::{Lowered, Lowering, with_guard};

impl Lowering<'_> {
    pub(super) fn create_index(&self, create: &ast::CreateIndex) -> Lowered {
        let table = create
            .table_relation_name()
            .map(|relation| self.relation_of(&relation))
            .unwrap_or_default();
        let method = create
            .using_method()
            .and_then(|using| using.access_method_ref());
        let definition = IndexDefinition {
            table,
            unique: create.unique_token().is_some(),
            nulls_not_distinct: matches!(
                create.nulls_distinct_option(),
                Some(ast::NullsDistinctOption::NullsNotDistinct(_))
            ),
            method: method.map_or_else(
                || "btree".to_owned(),
                |method| self.identifier(&method).to_string(),
            ),
            keys: self.index_keys(create.partition_item_list()),
            include: self.included(create.index_include_clause()),
            predicate: create
                .where_clause()
                .and_then(|clause| clause.expr())
                .map(|expression| self.text(&expression)),
            options: create
                .with_params()
                .map(|options| self.text(&options))
                .unwrap_or_default(),
        };
        let guard = create.if_not_exists();
        let action = Action::CreateIndex {
            index: create.index().map(|index| self.identifier(&index)),
            definition: Box::new(definition),
            if_not_exists: guard.is_some(),
            concurrently: create.concurrently_token().is_some(),
        };
        with_guard(
            self.changed(create, action),
            guard.map(|guard| self.guard(GuardKind::IfNotExists, &guard)),
        )
    }

    fn index_keys(&self, list: Option<ast::PartitionItemList>) -> Vec<IndexKey> {
        let items = list.into_iter().flat_map(|list| list.partition_items());
        items.map(|item| self.index_key(&item)).collect()
    }

    fn index_key(&self, item: &ast::PartitionItem) -> IndexKey {
        let mut options = Vec::new();
        let expression = match item.expr() {
            Some(ast::Expr::Collate(collate)) => {
                options.extend(
                    collate
                        .collation_ref()
                        .map(|name| format!("COLLATE {}", self.text(&name))),
                );
                collate.expr()
            }
            other => other,
        };
        // The expression with its collation is a node of the same kind.
        let own = item.collate().filter(|collate| collate.expr().is_none());
        options.extend(own.map(|collate| self.text(&collate)));
        options.extend(item.op_class_ref().map(|class| self.text(&class)));
        options.extend(item.attribute_list().map(|list| self.text(&list)));
        options.extend(item.sort_order().map(|order| self.text(&order)));
        options.extend(item.nulls_order().map(|order| self.text(&order)));
        let options = options.join(" ");
        match expression {
            Some(ast::Expr::NameRef(name)) => IndexKey {
                expression: self.identifier(&name).to_string(),
                is_column: true,
                options,
            },
            Some(expression) => IndexKey {
                expression: self.text(&expression),
                is_column: false,
                options,
            },
            None => IndexKey {
                expression: String::new(),
                is_column: false,
                options,
            },
        }
    }

    fn included(&self, clause: Option<ast::IndexIncludeClause>) -> Vec<crate::model::Identifier> {
        let list = clause.and_then(|clause| clause.partition_item_list());
        let items = list.into_iter().flat_map(|list| list.partition_items());
        items
            .filter_map(|item| item.expr())
            .map(|expression| self.identifier_of(expression.syntax()))
            .collect()
    }

    pub(super) fn alter_index(&self, alter: &ast::AlterIndex) -> Lowered {
        let guard = alter.if_exists();
        match alter.action() {
            Some(ast::AlterIndexAction::IndexRenameTo(rename)) => {
                let action = Action::RenameIndex {
                    index: self.optional_name(alter.index_ref()),
                    new_name: self.optional_identifier(rename.index()),
                    if_exists: guard.is_some(),
                };
                with_guard(
                    self.changed(alter, action),
                    guard.map(|guard| self.guard(GuardKind::IfExists, &guard)),
                )
            }
            _ => self.unknown(alter.syntax()),
        }
    }
}
