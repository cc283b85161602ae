//! Rebuilds an expression from its leaves up, each node through one function.

use super::expression::{Call, Collection, Expression, When};
use super::query::{FromItem, JoinCondition, OrderBy, Query, QueryBody, Select};

/// What is done to each node once its parts are done.
pub(crate) trait Rewriter {
    fn node(&mut self, expression: Expression) -> Expression;
}

impl<F: FnMut(Expression) -> Expression> Rewriter for F {
    fn node(&mut self, expression: Expression) -> Expression {
        self(expression)
    }
}

pub(crate) fn expression(root: Expression, by: &mut impl Rewriter) -> Expression {
    let rebuilt = parts(root, by);
    by.node(rebuilt)
}

fn boxed(root: Box<Expression>, by: &mut impl Rewriter) -> Box<Expression> {
    Box::new(expression(*root, by))
}

fn list(items: Vec<Expression>, by: &mut impl Rewriter) -> Vec<Expression> {
    items.into_iter().map(|item| expression(item, by)).collect()
}

fn inner(root: Box<Query>, by: &mut impl Rewriter) -> Box<Query> {
    Box::new(query(*root, by))
}

fn parts(root: Expression, by: &mut impl Rewriter) -> Expression {
    match root {
        Expression::Literal(_)
        | Expression::Name { .. }
        | Expression::Star { .. }
        | Expression::Parameter(_)
        | Expression::Hole(_)
        | Expression::Unread(_) => root,
        Expression::Call(root) => Expression::Call(call(root, by)),
        Expression::Unary { operator, operand } => Expression::Unary {
            operator,
            operand: boxed(operand, by),
        },
        Expression::Binary {
            operator,
            left,
            right,
        } => Expression::Binary {
            operator,
            left: boxed(left, by),
            right: boxed(right, by),
        },
        Expression::Cast { operand, data_type } => Expression::Cast {
            operand: boxed(operand, by),
            data_type,
        },
        Expression::Exists(root) => Expression::Exists(inner(root, by)),
        Expression::Subquery(root) => Expression::Subquery(inner(root, by)),
        Expression::ArrayQuery(root) => Expression::ArrayQuery(inner(root, by)),
        Expression::Array(items) => Expression::Array(list(items, by)),
        Expression::Row(items) => Expression::Row(list(items, by)),
        other => more_parts(other, by),
    }
}

fn more_parts(root: Expression, by: &mut impl Rewriter) -> Expression {
    match root {
        Expression::In {
            operand,
            collection: within,
            negated,
        } => Expression::In {
            operand: boxed(operand, by),
            collection: collection(within, by),
            negated,
        },
        Expression::Quantified {
            left,
            operator,
            all,
            collection: within,
        } => Expression::Quantified {
            left: boxed(left, by),
            operator,
            all,
            collection: collection(within, by),
        },
        Expression::IsNull { operand, negated } => Expression::IsNull {
            operand: boxed(operand, by),
            negated,
        },
        Expression::IsBoolean {
            operand,
            value,
            negated,
        } => Expression::IsBoolean {
            operand: boxed(operand, by),
            value,
            negated,
        },
        Expression::IsDistinct {
            left,
            right,
            negated,
        } => Expression::IsDistinct {
            left: boxed(left, by),
            right: boxed(right, by),
            negated,
        },
        Expression::Between {
            operand,
            low,
            high,
            negated,
        } => Expression::Between {
            operand: boxed(operand, by),
            low: boxed(low, by),
            high: boxed(high, by),
            negated,
        },
        Expression::Case {
            operand,
            whens,
            otherwise,
        } => Expression::Case {
            operand: operand.map(|operand| boxed(operand, by)),
            whens: whens
                .into_iter()
                .map(|when| When {
                    condition: expression(when.condition, by),
                    result: expression(when.result, by),
                })
                .collect(),
            otherwise: otherwise.map(|otherwise| boxed(otherwise, by)),
        },
        Expression::Subscript { base, index } => Expression::Subscript {
            base: boxed(base, by),
            index: boxed(index, by),
        },
        Expression::Field { base, name } => Expression::Field {
            base: boxed(base, by),
            name,
        },
        Expression::Collate { operand, collation } => Expression::Collate {
            operand: boxed(operand, by),
            collation,
        },
        leaf => leaf,
    }
}

fn collection(within: Collection, by: &mut impl Rewriter) -> Collection {
    match within {
        Collection::List(items) => Collection::List(list(items, by)),
        Collection::Array(array) => Collection::Array(boxed(array, by)),
        Collection::Query(root) => Collection::Query(inner(root, by)),
    }
}

fn call(mut root: Call, by: &mut impl Rewriter) -> Call {
    let arguments = root.arguments.into_iter();
    root.arguments = arguments
        .map(|(name, value)| (name, expression(value, by)))
        .collect();
    root.order_by = orders(root.order_by, by);
    root.filter = root.filter.map(|filter| boxed(filter, by));
    root
}

fn orders(list: Vec<OrderBy>, by: &mut impl Rewriter) -> Vec<OrderBy> {
    list.into_iter()
        .map(|order| OrderBy {
            expression: expression(order.expression, by),
            ..order
        })
        .collect()
}

pub(crate) fn query(mut root: Query, by: &mut impl Rewriter) -> Query {
    for table in &mut root.with {
        table.query = query(table.query.clone(), by);
    }
    root.body = match root.body {
        QueryBody::Select(body) => QueryBody::Select(Box::new(select(*body, by))),
        QueryBody::Set {
            operator,
            all,
            left,
            right,
        } => QueryBody::Set {
            operator,
            all,
            left: inner(left, by),
            right: inner(right, by),
        },
        QueryBody::Values(rows) => {
            QueryBody::Values(rows.into_iter().map(|row| list(row, by)).collect())
        }
        QueryBody::Nested(nested) => QueryBody::Nested(inner(nested, by)),
        other => other,
    };
    root.order_by = orders(root.order_by, by);
    root
}

fn select(mut root: Select, by: &mut impl Rewriter) -> Select {
    for target in &mut root.targets {
        target.expression = expression(target.expression.clone(), by);
    }
    root.from = root
        .from
        .into_iter()
        .map(|item| from_item(item, by))
        .collect();
    root.filter = root.filter.map(|filter| expression(filter, by));
    root.having = root.having.map(|having| expression(having, by));
    root.group_by = list(root.group_by, by);
    root
}

fn from_item(item: FromItem, by: &mut impl Rewriter) -> FromItem {
    match item {
        FromItem::Subquery { query, alias } => FromItem::Subquery {
            query: inner(query, by),
            alias,
        },
        FromItem::Function {
            call: root,
            alias,
            with_ordinality,
        } => FromItem::Function {
            call: call(root, by),
            alias,
            with_ordinality,
        },
        FromItem::Join {
            left,
            right,
            kind,
            condition,
        } => FromItem::Join {
            left: Box::new(from_item(*left, by)),
            right: Box::new(from_item(*right, by)),
            kind,
            condition: match condition {
                JoinCondition::On(condition) => JoinCondition::On(expression(condition, by)),
                other => other,
            },
        },
        other => other,
    }
}
