//! Queries.

use squawk_syntax::ast::{self, AstNode};

use crate::sql::expression::{Expression, Literal};
use crate::sql::query::{CommonTable, OrderBy, Query, QueryBody, Select, SetOperator, Target};

use super::Lowering;

impl Lowering<'_> {
    pub(crate) fn select(&self, select: &ast::SelectVariant) -> Query {
        let node = select.syntax();
        let body = match select {
            ast::SelectVariant::Select(select) => QueryBody::Select(Box::new(Select {
                filter: self.filter(select.where_clause()),
                group_by: self.group_by(select.group_by_clause()),
                having: self.having(select.having_clause()),
                ..self.select_head(select.select_clause(), select.from_clause())
            })),
            ast::SelectVariant::SelectInto(select) => QueryBody::Select(Box::new(Select {
                filter: self.filter(select.where_clause()),
                group_by: self.group_by(select.group_by_clause()),
                having: self.having(select.having_clause()),
                ..self.select_head(select.select_clause(), select.from_clause())
            })),
            ast::SelectVariant::ParenSelect(paren) => match paren.select() {
                Some(inner) => QueryBody::Nested(Box::new(self.select(&inner))),
                None => QueryBody::Unread(self.text(select)),
            },
            ast::SelectVariant::Values(values) => {
                let rows = values.row_list().into_iter().flat_map(|list| list.rows());
                QueryBody::Values(rows.map(|row| self.expressions(row.exprs())).collect())
            }
            ast::SelectVariant::Table(table) => {
                let relation = table
                    .relation_name()
                    .and_then(|name| name.relation_name_ref());
                QueryBody::Table(self.optional_name(relation))
            }
            ast::SelectVariant::CompoundSelect(compound) => self.compound(compound),
        };
        let with = node.children().find_map(ast::WithClause::cast);
        let tail: Vec<_> = node
            .children()
            .filter_map(ast::SelectTailClause::cast)
            .collect();
        Query {
            recursive: with
                .as_ref()
                .is_some_and(|with| with.recursive_token().is_some()),
            with: self.common_tables(with),
            body,
            order_by: tail
                .iter()
                .flat_map(|clause| self.tail_order(clause))
                .collect(),
            limit: tail.iter().find_map(|clause| self.tail_limit(clause)),
            offset: tail.iter().find_map(|clause| self.tail_offset(clause)),
            text: self.text(select),
        }
    }

    fn select_head(
        &self,
        clause: Option<ast::SelectClause>,
        from: Option<ast::FromClause>,
    ) -> Select {
        let quantifier = clause
            .as_ref()
            .and_then(|clause| clause.select_quantifier());
        let targets = clause.and_then(|clause| clause.target_list());
        let items = from.into_iter().flat_map(|from| from.items());
        Select {
            distinct: matches!(quantifier, Some(ast::SelectQuantifier::DistinctClause(_))),
            targets: self.target_list(targets),
            from: items.map(|item| self.from_list_item(&item)).collect(),
            ..Select::default()
        }
    }

    pub(super) fn target_list(&self, list: Option<ast::TargetList>) -> Vec<Target> {
        let targets = list.into_iter().flat_map(|list| list.targets());
        targets
            .map(|target| Target {
                expression: match target.expr() {
                    Some(expression) => self.expression(&expression),
                    None => Expression::Star {
                        qualifier: Vec::new(),
                    },
                },
                alias: target
                    .as_name()
                    .and_then(|name| name.name())
                    .map(|name| self.identifier(&name)),
            })
            .collect()
    }

    fn filter(&self, clause: Option<ast::WhereClause>) -> Option<Expression> {
        Some(self.expression(&clause?.expr()?))
    }

    fn having(&self, clause: Option<ast::HavingClause>) -> Option<Expression> {
        Some(self.expression(&clause?.expr()?))
    }

    fn group_by(&self, clause: Option<ast::GroupByClause>) -> Vec<Expression> {
        let list = clause.and_then(|clause| clause.group_by_list());
        let items = list.into_iter().flat_map(|list| list.group_bys());
        items
            .map(|item| match &item {
                ast::GroupBy::GroupingExpr(grouping) => match grouping.expr() {
                    Some(expression) => self.expression(&expression),
                    None => Expression::Unread(self.text(&item)),
                },
                _ => Expression::Unread(self.text(&item)),
            })
            .collect()
    }

    fn compound(&self, compound: &ast::CompoundSelect) -> QueryBody {
        let (operator, quantifier) = match compound.op() {
            Some(ast::CompoundOp::Union(op)) => (SetOperator::Union, op.all_or_distinct()),
            Some(ast::CompoundOp::Intersect(op)) => (SetOperator::Intersect, op.all_or_distinct()),
            Some(ast::CompoundOp::Except(op)) => (SetOperator::Except, op.all_or_distinct()),
            None => return QueryBody::Unread(self.text(compound)),
        };
        match (compound.lhs(), compound.rhs()) {
            (Some(left), Some(right)) => QueryBody::Set {
                operator,
                all: matches!(quantifier, Some(ast::AllOrDistinct::All(_))),
                left: Box::new(self.select(&left)),
                right: Box::new(self.select(&right)),
            },
            _ => QueryBody::Unread(self.text(compound)),
        }
    }

    fn common_tables(&self, with: Option<ast::WithClause>) -> Vec<CommonTable> {
        let tables = with.into_iter().flat_map(|with| with.with_tables());
        tables
            .map(|table| CommonTable {
                name: self.optional_identifier(table.name()),
                columns: self.identifiers(
                    table
                        .column_list()
                        .into_iter()
                        .flat_map(|list| list.column_names()),
                ),
                query: match table.query() {
                    Some(query) => self.with_query(&query),
                    None => self.text_query(QueryBody::Unread(String::new()), String::new()),
                },
            })
            .collect()
    }

    fn with_query(&self, query: &ast::WithQuery) -> Query {
        match ast::SelectVariant::cast(query.syntax().clone()) {
            Some(select) => self.select(&select),
            None => self.text_query(QueryBody::Change(self.text(query)), self.text(query)),
        }
    }

    fn text_query(&self, body: QueryBody, text: String) -> Query {
        Query {
            with: Vec::new(),
            recursive: false,
            body,
            order_by: Vec::new(),
            limit: None,
            offset: None,
            text,
        }
    }

    fn tail_order(&self, clause: &ast::SelectTailClause) -> Vec<OrderBy> {
        match clause {
            ast::SelectTailClause::OrderByClause(order) => self.order_by(Some(order.clone())),
            _ => Vec::new(),
        }
    }

    pub(super) fn order_by(&self, clause: Option<ast::OrderByClause>) -> Vec<OrderBy> {
        let list = clause.and_then(|clause| clause.sort_by_list());
        let items = list.into_iter().flat_map(|list| list.sort_bys());
        items
            .map(|item| OrderBy {
                expression: match item.expr() {
                    Some(expression) => self.expression(&expression),
                    None => Expression::Unread(self.text(&item)),
                },
                descending: matches!(item.sort_order(), Some(ast::SortOrder::SortDesc(_))),
                nulls_first: item
                    .nulls_order()
                    .map(|order| matches!(order, ast::NullsOrder::NullsFirst(_))),
            })
            .collect()
    }

    fn tail_limit(&self, clause: &ast::SelectTailClause) -> Option<Expression> {
        match clause {
            ast::SelectTailClause::LimitClause(limit) => match limit.limit_value()? {
                ast::LimitValue::Expr(count) => Some(self.expression(&count)),
                ast::LimitValue::All(_) => None,
            },
            ast::SelectTailClause::FetchClause(fetch) => Some(match fetch.expr() {
                Some(count) => self.expression(&count),
                None => Expression::Literal(Literal::Number("1".to_owned())),
            }),
            _ => None,
        }
    }

    fn tail_offset(&self, clause: &ast::SelectTailClause) -> Option<Expression> {
        match clause {
            ast::SelectTailClause::OffsetClause(offset) => Some(self.expression(&offset.expr()?)),
            _ => None,
        }
    }
}
