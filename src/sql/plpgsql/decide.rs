//! Conditions that are decided by what is known of the variables.

use crate::sql::expression::{Collection, Expression, Literal};
use crate::sql::rewrite;

use super::fold::value;
use super::variables::{Known, Variables};

/// The condition with every variable whose text is known in its place.
pub(super) fn substituted(condition: &Expression, variables: &Variables) -> Expression {
    let mut known = |expression: Expression| {
        if !matches!(
            expression,
            Expression::Name { .. } | Expression::Parameter(_)
        ) {
            return expression;
        }
        match value(&expression, variables) {
            Some(Known::Text(text)) => text.known_text().map_or(expression, Expression::text),
            Some(Known::Row(fields)) => match fields.get("") {
                Some(Known::Text(text)) => text.known_text().map_or(expression, Expression::text),
                _ => expression,
            },
            _ => expression,
        }
    };
    rewrite::expression(condition.clone(), &mut known)
}

/// Whether a condition holds, if constants alone decide it.
pub(super) fn decide(condition: &Expression) -> Option<bool> {
    match condition {
        Expression::Literal(Literal::Boolean(value)) => Some(*value),
        Expression::Unary { operator, operand } if operator == "NOT" => {
            decide(operand).map(|value| !value)
        }
        Expression::Binary {
            operator,
            left,
            right,
        } => match operator.as_str() {
            "AND" => both(decide(left), decide(right)),
            "OR" => both(
                decide(left).map(|value| !value),
                decide(right).map(|value| !value),
            )
            .map(|value| !value),
            "=" => same(left, right),
            "<>" => same(left, right).map(|same| !same),
            _ => None,
        },
        Expression::In {
            operand,
            collection: Collection::List(items),
            negated,
        } => {
            let found: Option<Vec<_>> = items.iter().map(|item| same(operand, item)).collect();
            Some(found?.contains(&true) != *negated)
        }
        Expression::IsNull { operand, negated } => match &**operand {
            Expression::Literal(literal) => Some((*literal == Literal::Null) != *negated),
            _ => None,
        },
        _ => None,
    }
}

fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether two constants are equal; a variable's number is kept as text.
fn same(left: &Expression, right: &Expression) -> Option<bool> {
    let text = |expression: &Expression| match expression {
        Expression::Literal(Literal::Text(text) | Literal::Number(text)) => Some(text.clone()),
        Expression::Literal(Literal::Boolean(value)) => Some(value.to_string()),
        Expression::Cast { operand, .. } => operand.as_text().map(str::to_owned),
        _ => None,
    };
    Some(text(left)? == text(right)?)
}
