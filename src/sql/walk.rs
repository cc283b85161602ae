//! Visits every expression in an expression or a query.

use super::expression::{Call, Collection, Expression};
use super::query::{FromItem, JoinCondition, Query, QueryBody};

/// What is visited on the way.
pub(crate) enum Visited<'e> {
    Expression(&'e Expression),
    Relation(&'e crate::model::ObjectName),
}

pub(crate) fn expression<'e>(root: &'e Expression, visit: &mut impl FnMut(Visited<'e>)) {
    visit(Visited::Expression(root));
    match root {
        Expression::Literal(_)
        | Expression::Name { .. }
        | Expression::Star { .. }
        | Expression::Parameter(_)
        | Expression::Hole(_)
        | Expression::Unread(_) => {}
        Expression::Call(call_) => call(call_, visit),
        Expression::Unary { operand, .. }
        | Expression::Cast { operand, .. }
        | Expression::IsNull { operand, .. }
        | Expression::IsBoolean { operand, .. }
        | Expression::Collate { operand, .. }
        | Expression::Field { base: operand, .. } => expression(operand, visit),
        Expression::Binary { left, right, .. }
        | Expression::IsDistinct { left, right, .. }
        | Expression::Subscript {
            base: left,
            index: right,
        } => {
            expression(left, visit);
            expression(right, visit);
        }
        Expression::Exists(inner) | Expression::Subquery(inner) | Expression::ArrayQuery(inner) => {
            query(inner, visit)
        }
        Expression::In {
            operand: left,
            collection: within,
            ..
        }
        | Expression::Quantified {
            left,
            collection: within,
            ..
        } => {
            expression(left, visit);
            collection(within, visit);
        }
        Expression::Between {
            operand, low, high, ..
        } => {
            for part in [operand, low, high] {
                expression(part, visit);
            }
        }
        Expression::Case {
            operand,
            whens,
            otherwise,
        } => {
            for part in operand.iter().chain(otherwise) {
                expression(part, visit);
            }
            for when in whens {
                expression(&when.condition, visit);
                expression(&when.result, visit);
            }
        }
        Expression::Array(list) | Expression::Row(list) => {
            for value in list {
                expression(value, visit);
            }
        }
    }
}

fn call<'e>(call: &'e Call, visit: &mut impl FnMut(Visited<'e>)) {
    for (_, argument) in &call.arguments {
        expression(argument, visit);
    }
    for order in &call.order_by {
        expression(&order.expression, visit);
    }
    if let Some(filter) = &call.filter {
        expression(filter, visit);
    }
}

fn collection<'e>(within: &'e Collection, visit: &mut impl FnMut(Visited<'e>)) {
    match within {
        Collection::List(list) => {
            for value in list {
                expression(value, visit);
            }
        }
        Collection::Array(array) => expression(array, visit),
        Collection::Query(inner) => query(inner, visit),
    }
}

pub(crate) fn query<'e>(root: &'e Query, visit: &mut impl FnMut(Visited<'e>)) {
    for table in &root.with {
        query(&table.query, visit);
    }
    match &root.body {
        QueryBody::Select(select) => {
            for target in &select.targets {
                expression(&target.expression, visit);
            }
            for item in &select.from {
                from_item(item, visit);
            }
            for part in select
                .filter
                .iter()
                .chain(&select.having)
                .chain(&select.group_by)
            {
                expression(part, visit);
            }
        }
        QueryBody::Set { left, right, .. } => {
            query(left, visit);
            query(right, visit);
        }
        QueryBody::Values(rows) => {
            for value in rows.iter().flatten() {
                expression(value, visit);
            }
        }
        QueryBody::Table(name) => visit(Visited::Relation(name)),
        QueryBody::Nested(inner) => query(inner, visit),
        QueryBody::Change(_) | QueryBody::Unread(_) => {}
    }
}

fn from_item<'e>(item: &'e FromItem, visit: &mut impl FnMut(Visited<'e>)) {
    match item {
        FromItem::Relation { name, .. } => visit(Visited::Relation(name)),
        FromItem::Subquery { query: inner, .. } => query(inner, visit),
        FromItem::Function { call: called, .. } => call(called, visit),
        FromItem::Join {
            left,
            right,
            condition,
            ..
        } => {
            from_item(left, visit);
            from_item(right, visit);
            if let JoinCondition::On(condition) = condition {
                expression(condition, visit);
            }
        }
        FromItem::Unread(_) => {}
    }
}
