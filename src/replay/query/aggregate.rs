//! Aggregates over the rows of a group.

use std::sync::Arc;

use crate::sql::expression::{Call, Collection, Expression};

use super::datum::Datum;
use super::operator::and;
use super::scope::{Bound, Scope};
use super::{Reader, Undecided};

const AGGREGATES: &[&str] = &[
    "count",
    "min",
    "max",
    "sum",
    "array_agg",
    "string_agg",
    "bool_and",
    "bool_or",
    "every",
    "json_agg",
    "jsonb_agg",
    "avg",
];

pub(super) fn is_aggregate(call: &Call) -> bool {
    !call.window && AGGREGATES.contains(&call.function.name.as_str())
}

/// Whether an aggregate stands in the expression, outside the queries in it.
pub(super) fn has_aggregate(expression: &Expression) -> bool {
    match expression {
        Expression::Call(call) => {
            is_aggregate(call) || call.arguments.iter().any(|(_, inner)| has_aggregate(inner))
        }
        Expression::Unary { operand, .. }
        | Expression::Cast { operand, .. }
        | Expression::IsNull { operand, .. }
        | Expression::IsBoolean { operand, .. }
        | Expression::Collate { operand, .. } => has_aggregate(operand),
        Expression::Binary { left, right, .. } | Expression::IsDistinct { left, right, .. } => {
            has_aggregate(left) || has_aggregate(right)
        }
        Expression::Between {
            operand, low, high, ..
        } => has_aggregate(operand) || has_aggregate(low) || has_aggregate(high),
        Expression::In {
            operand,
            collection,
            ..
        } => {
            let in_list = match collection {
                Collection::List(items) => items.iter().any(has_aggregate),
                Collection::Array(array) => has_aggregate(array),
                Collection::Query(_) => false,
            };
            has_aggregate(operand) || in_list
        }
        Expression::Case {
            operand,
            whens,
            otherwise,
        } => {
            operand.as_deref().is_some_and(has_aggregate)
                || otherwise.as_deref().is_some_and(has_aggregate)
                || whens
                    .iter()
                    .any(|when| has_aggregate(&when.condition) || has_aggregate(&when.result))
        }
        Expression::Array(items) | Expression::Row(items) => items.iter().any(has_aggregate),
        Expression::Subscript { base, .. } | Expression::Field { base, .. } => has_aggregate(base),
        _ => false,
    }
}

impl Reader<'_> {
    pub(super) fn aggregate(
        &self,
        call: &Call,
        group: &[Bound],
        scope: &Scope,
    ) -> Result<Datum, Undecided> {
        let mut values = self.aggregated(call, group, scope)?;
        if call.distinct {
            let mut kept: Vec<Datum> = Vec::new();
            for value in values {
                if !kept.contains(&value) {
                    kept.push(value);
                }
            }
            values = kept;
        }
        if let Some(unknown) = values.iter().find(|value| value.is_unknown()) {
            return Ok(unknown.clone());
        }
        let known = || values.iter().filter(|value| !value.is_null()).cloned();
        Ok(match call.function.name.as_str() {
            "count" if call.star => Datum::Integer(values.len() as i64),
            "count" => Datum::Integer(known().count() as i64),
            "array_agg" if values.is_empty() => Datum::Null,
            "array_agg" => Datum::Array(Arc::new(values.clone())),
            "min" => extreme(known(), false),
            "max" => extreme(known(), true),
            "sum" => sum(known()),
            "bool_and" | "every" => known().reduce(and).unwrap_or(Datum::Null),
            "bool_or" => {
                let any = known().any(|value| value == Datum::Bool(true));
                if known().next().is_none() {
                    Datum::Null
                } else {
                    Datum::Bool(any)
                }
            }
            "string_agg" => self.joined_text(call, known(), scope)?,
            name => Datum::unknown(format!("the aggregate {name} is not modelled")),
        })
    }

    fn aggregated(
        &self,
        call: &Call,
        group: &[Bound],
        scope: &Scope,
    ) -> Result<Vec<Datum>, Undecided> {
        let mut values = Vec::new();
        for row in group {
            let inner = scope.with_row(row);
            if let Some(filter) = &call.filter
                && self.evaluate(filter, &inner)? != Datum::Bool(true)
            {
                continue;
            }
            values.push(match call.arguments.first() {
                Some((_, argument)) if !call.star => self.evaluate(argument, &inner)?,
                _ => Datum::Bool(true),
            });
        }
        Ok(values)
    }

    fn joined_text(
        &self,
        call: &Call,
        values: impl Iterator<Item = Datum>,
        scope: &Scope,
    ) -> Result<Datum, Undecided> {
        let separator = match call.arguments.get(1) {
            Some((_, separator)) => self.evaluate(separator, scope)?,
            None => return Ok(Datum::unknown("string_agg without a separator")),
        };
        let mut parts: Vec<Arc<str>> = values.filter_map(|value| value.known_text()).collect();
        if !call.order_by.is_empty() {
            parts.sort();
        }
        let separator = separator.known_text().unwrap_or_else(|| "".into());
        Ok(match parts.is_empty() {
            true => Datum::Null,
            false => Datum::text(parts.join(&separator)),
        })
    }
}

fn extreme(values: impl Iterator<Item = Datum>, largest: bool) -> Datum {
    let better = |left: &Datum, right: &Datum| {
        let ordering = left.compare(right);
        ordering.is_some_and(|ordering| ordering.is_gt() == largest && ordering.is_ne())
    };
    let best = values.reduce(|best, next| if better(&next, &best) { next } else { best });
    best.unwrap_or(Datum::Null)
}

fn sum(values: impl Iterator<Item = Datum>) -> Datum {
    let mut total: Option<i64> = None;
    for value in values {
        let Datum::Integer(number) = value else {
            return Datum::unknown("a sum of what are no integers");
        };
        total = total.unwrap_or(0).checked_add(number);
    }
    total.map_or(Datum::Null, Datum::Integer)
}
