//! The rows of queries that can be known without a database.

use crate::model::{Identifier, Template};
use crate::sql::expression::{Call, Collection, Expression};
use crate::sql::query::{Alias, FromItem, Query, QueryBody, Select, Target};

use super::fold::{fold, list, value};
use super::variables::{Known, Variables};

pub(super) type Row = Vec<(String, Known)>;

/// The rows of `VALUES`, of `SELECT unnest(ARRAY[...])`, of constants: each as its named fields.
pub(super) fn constant_rows(query: &Query, variables: &Variables) -> Option<Vec<Row>> {
    match &query.body {
        QueryBody::Values(rows) => Some(value_rows(rows, variables)),
        QueryBody::Nested(inner) => constant_rows(inner, variables),
        QueryBody::Set { left, right, .. } => {
            let mut rows = constant_rows(left, variables)?;
            rows.extend(constant_rows(right, variables)?);
            Some(rows)
        }
        QueryBody::Select(select) => select_rows(select, variables),
        QueryBody::Table(_) | QueryBody::Change(_) | QueryBody::Unread(_) => None,
    }
}

fn value_rows(rows: &[Vec<Expression>], variables: &Variables) -> Vec<Row> {
    let name = |index: usize| format!("column{}", index + 1);
    rows.iter()
        .map(|row| {
            row.iter()
                .enumerate()
                .map(|(index, item)| (name(index), known(item, variables)))
                .collect()
        })
        .collect()
}

fn known(expression: &Expression, variables: &Variables) -> Known {
    value(expression, variables).unwrap_or_else(|| Known::Text(fold(expression, variables)))
}

fn select_rows(select: &Select, variables: &Variables) -> Option<Vec<Row>> {
    match select.from.as_slice() {
        [] => unnested(select, variables),
        [FromItem::Subquery { query, alias }] => {
            let rows = renamed(constant_rows(query, variables)?, &alias.columns);
            Some(project(select, rows, variables))
        }
        [FromItem::Function { call, alias, .. }] => {
            let items = unnest_arguments(call, variables)?;
            let name = element_name(alias, call);
            let rows = items
                .into_iter()
                .map(|item| vec![(name.clone(), item)])
                .collect();
            Some(project(select, rows, variables))
        }
        [FromItem::Relation { .. }] => limited_rows(select, variables),
        _ => None,
    }
}

/// Rows under the column names of an alias.
fn renamed(rows: Vec<Row>, names: &[Identifier]) -> Vec<Row> {
    let rename = |row: Row| {
        let fields = row.into_iter().enumerate();
        fields
            .map(|(index, (field, value))| match names.get(index) {
                Some(name) => (name.to_string(), value),
                None => (field, value),
            })
            .collect()
    };
    rows.into_iter().map(rename).collect()
}

fn element_name(alias: &Alias, call: &Call) -> String {
    let name = alias.columns.first().or(alias.name.as_ref());
    name.map_or_else(|| call.function.name.to_string(), ToString::to_string)
}

fn unnest_arguments(call: &Call, variables: &Variables) -> Option<Vec<Known>> {
    if call.function.name.as_str() != "unnest" {
        return None;
    }
    list(&call.arguments.first()?.1, variables)
}

/// `SELECT unnest(ARRAY['a', 'b']) AS name`, or constants alone.
fn unnested(select: &Select, variables: &Variables) -> Option<Vec<Row>> {
    if select.filter.is_some() {
        return None;
    }
    if let [target] = select.targets.as_slice()
        && let Expression::Call(call) = &target.expression
        && let Some(items) = unnest_arguments(call, variables)
    {
        let name = target_name(target);
        return Some(
            items
                .into_iter()
                .map(|item| vec![(name.clone(), item)])
                .collect(),
        );
    }
    let row = select
        .targets
        .iter()
        .map(|target| (target_name(target), known(&target.expression, variables)));
    Some(vec![row.collect()])
}

fn target_name(target: &Target) -> String {
    match (&target.alias, &target.expression) {
        (Some(alias), _) => alias.to_string(),
        (None, Expression::Name { name, .. }) => name.to_string(),
        (None, Expression::Call(call)) => call.function.name.to_string(),
        (None, _) => "?column?".to_owned(),
    }
}

/// The targets over known rows: `*` takes all fields, a name takes its own.
fn project(select: &Select, rows: Vec<Row>, variables: &Variables) -> Vec<Row> {
    let is_star = |target: &Target| matches!(target.expression, Expression::Star { .. });
    if select.targets.iter().any(is_star) {
        return rows;
    }
    rows.into_iter()
        .map(|row| {
            let mut scope = variables.clone();
            scope.extend(row);
            select
                .targets
                .iter()
                .map(|target| {
                    let plain = unqualified(&target.expression);
                    (target_name(target), known(&plain, &scope))
                })
                .collect()
        })
        .collect()
}

fn unqualified(expression: &Expression) -> Expression {
    match expression {
        Expression::Name { name, .. } => Expression::Name {
            qualifier: Vec::new(),
            name: name.clone(),
        },
        other => other.clone(),
    }
}

/// `SELECT table_name FROM information_schema.tables WHERE table_name IN ('a', 'b')`: the rows
/// that there can be at most.
fn limited_rows(select: &Select, variables: &Variables) -> Option<Vec<Row>> {
    let [target] = select.targets.as_slice() else {
        return None;
    };
    let Expression::Name { name, .. } = &target.expression else {
        return None;
    };
    let values = fixed_values(select.filter.as_ref()?, name.as_str(), variables)?;
    let field = target_name(target);
    Some(
        values
            .into_iter()
            .map(|value| vec![(field.clone(), Known::Text(value))])
            .collect(),
    )
}

/// The values that a condition leaves to a column, if it lists them.
fn fixed_values(
    condition: &Expression,
    column: &str,
    variables: &Variables,
) -> Option<Vec<Template>> {
    let names = |expression: &Expression| matches!(expression, Expression::Name { name, .. } if name.as_str() == column);
    match condition {
        Expression::Binary {
            operator,
            left,
            right,
        } if operator == "AND" => {
            fixed_values(left, column, variables).or_else(|| fixed_values(right, column, variables))
        }
        Expression::In {
            operand,
            collection: Collection::List(items),
            negated: false,
        } if names(operand) => Some(items.iter().map(|item| fold(item, variables)).collect()),
        Expression::Quantified {
            left,
            operator,
            all: false,
            collection: Collection::Array(array),
        } if operator == "=" && names(left) => {
            let items = list(array, variables)?;
            items
                .into_iter()
                .map(|item| match item {
                    Known::Text(text) => Some(text),
                    _ => None,
                })
                .collect()
        }
        _ => None,
    }
}
