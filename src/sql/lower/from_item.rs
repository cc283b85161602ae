//! What stands in FROM.

use squawk_syntax::ast::{self, AstNode};

use crate::sql::expression::Expression;
use crate::sql::query::{Alias, FromItem, JoinCondition, JoinKind};

use super::Lowering;

impl Lowering<'_> {
    pub(super) fn from_list_item(&self, item: &ast::FromListItem) -> FromItem {
        match item {
            ast::FromListItem::FromItem(item) => self.from_item(item),
            ast::FromListItem::JoinExpr(join) => self.join(join),
        }
    }

    fn from_item(&self, item: &ast::FromItem) -> FromItem {
        let alias = self.alias(item.alias());
        match item {
            ast::FromItem::RelationFromItem(relation) => FromItem::Relation {
                name: self.optional_name(relation.relation_name_ref()),
                alias,
            },
            ast::FromItem::ParenFromItem(paren) => self.paren_item(paren, alias),
            ast::FromItem::FunctionFromItem(function) => {
                self.function_item(item, function.call_expr(), alias)
            }
            ast::FromItem::ExprFromItem(expression) => {
                let call = expression.syntax().children().find_map(ast::CallExpr::cast);
                self.function_item(item, call, alias)
            }
            ast::FromItem::GraphTableFromItem(_)
            | ast::FromItem::JsonTableFromItem(_)
            | ast::FromItem::RowsFromItem(_)
            | ast::FromItem::XmlTableFromItem(_) => FromItem::Unread(self.text(item)),
        }
    }

    fn function_item(
        &self,
        item: &ast::FromItem,
        call: Option<ast::CallExpr>,
        alias: Alias,
    ) -> FromItem {
        match call.map(|call| self.call_expression(&call)) {
            Some(Expression::Call(call)) => FromItem::Function {
                call,
                alias,
                with_ordinality: item.with_ordinality().is_some(),
            },
            _ => FromItem::Unread(self.text(item)),
        }
    }

    fn paren_item(&self, paren: &ast::ParenFromItem, alias: Alias) -> FromItem {
        if let Some(select) = paren.paren_select() {
            return FromItem::Subquery {
                query: Box::new(self.select(&ast::SelectVariant::ParenSelect(select))),
                alias,
            };
        }
        let Some(inner) = paren.paren_expr() else {
            return FromItem::Unread(self.text(paren));
        };
        if let Some(item) = inner.from_list_item() {
            return self.from_list_item(&item);
        }
        match inner.syntax().children().find_map(ast::SelectVariant::cast) {
            Some(query) => FromItem::Subquery {
                query: Box::new(self.select(&query)),
                alias,
            },
            None => FromItem::Unread(self.text(paren)),
        }
    }

    fn alias(&self, alias: Option<ast::FromAlias>) -> Alias {
        let Some(alias) = alias else {
            return Alias::default();
        };
        Alias {
            name: alias.name().map(|name| self.identifier(&name)),
            columns: alias
                .columns()
                .map(|columns| self.identifiers(columns.column_names()))
                .unwrap_or_default(),
        }
    }

    fn join(&self, expression: &ast::JoinExpr) -> FromItem {
        let (Some(left), Some(join)) = (expression.from_list_item(), expression.join()) else {
            return FromItem::Unread(self.text(expression));
        };
        let Some(right) = join.from_list_item() else {
            return self.from_list_item(&left);
        };
        let kind = match join.join_type() {
            None | Some(ast::JoinType::JoinInner(_)) => JoinKind::Inner,
            Some(ast::JoinType::JoinLeft(_)) => JoinKind::Left,
            Some(ast::JoinType::JoinRight(_)) => JoinKind::Right,
            Some(ast::JoinType::JoinFull(_)) => JoinKind::Full,
            Some(ast::JoinType::JoinCross(_)) => JoinKind::Cross,
        };
        FromItem::Join {
            left: Box::new(self.from_list_item(&left)),
            right: Box::new(self.from_list_item(&right)),
            kind,
            condition: self.join_condition(&join),
        }
    }

    fn join_condition(&self, join: &ast::Join) -> JoinCondition {
        if join.natural_token().is_some() {
            return JoinCondition::Natural;
        }
        match join.join_condition() {
            Some(ast::JoinCondition::OnClause(on)) => match on.expr() {
                Some(condition) => JoinCondition::On(self.expression(&condition)),
                None => JoinCondition::None,
            },
            Some(ast::JoinCondition::JoinUsingClause(using)) => {
                let columns = using.column_ref_list().into_iter();
                JoinCondition::Using(
                    self.identifiers(columns.flat_map(|list| list.column_name_refs())),
                )
            }
            None => JoinCondition::None,
        }
    }
}
