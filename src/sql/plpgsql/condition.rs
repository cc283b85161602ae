//! Words conditions for people: probes of the catalog and of rows, and all others as they are.

use crate::model::{GuardKind, ObjectName};
use crate::sql::expression::{Collection, Expression, Literal};
use crate::sql::probe::{Probe, is_catalog_relation, probe};
use crate::sql::query::{Query, QueryBody};
use crate::sql::spell::spell;
use crate::sql::walk::{self, Visited};

use super::fold::value;
use super::variables::{Known, Variables};

pub(super) struct Described {
    pub(super) kind: GuardKind,
    pub(super) text: String,
}

impl Described {
    fn of_probe(probe: &Probe, present: bool) -> Self {
        let kind = if probe.is_catalog() {
            GuardKind::CatalogProbe
        } else {
            GuardKind::RowProbe
        };
        Self {
            kind,
            text: probe.describe(present),
        }
    }
}

/// What has to hold for the branch to be taken (`positive`) or to be left.
pub(super) fn describe(condition: &Expression, variables: &Variables, positive: bool) -> Described {
    special(condition, variables, positive).unwrap_or_else(|| plain(condition, variables, positive))
}

fn special(condition: &Expression, variables: &Variables, positive: bool) -> Option<Described> {
    match condition {
        Expression::Unary { operator, operand } if operator == "NOT" => {
            Some(describe(operand, variables, !positive))
        }
        Expression::Binary {
            operator,
            left,
            right,
        } => match operator.as_str() {
            "AND" | "OR" => Some(joined(operator == "AND", left, right, variables, positive)),
            _ => compared(operator, left, right, variables, positive),
        },
        Expression::Exists(query) => Some(Described::of_probe(&probe(query)?, positive)),
        Expression::Subquery(query) => truth_of(query, variables, positive),
        Expression::Name { .. } => match value(condition, variables)? {
            Known::Query(query) => truth_of(&query, variables, positive),
            _ => None,
        },
        Expression::IsNull { operand, negated } => {
            null_probe(operand, variables, *negated == positive)
        }
        Expression::In {
            operand,
            collection: Collection::Query(query),
            negated,
        } => {
            let found = probe(&narrowed(query, operand)?)?;
            Some(Described::of_probe(&found, *negated != positive))
        }
        _ => None,
    }
}

fn joined(
    both: bool,
    left: &Expression,
    right: &Expression,
    variables: &Variables,
    positive: bool,
) -> Described {
    let left = describe(left, variables, positive);
    let right = describe(right, variables, positive);
    let word = if both == positive { "and" } else { "or" };
    let rank = |kind: GuardKind| match kind {
        GuardKind::CatalogProbe => 2,
        GuardKind::RowProbe => 1,
        _ => 0,
    };
    let kind = if rank(left.kind) >= rank(right.kind) {
        left.kind
    } else {
        right.kind
    };
    Described {
        kind,
        text: format!("{} {word} {}", left.text, right.text),
    }
}

/// A query whose one value is a truth value, or whose rows are asked for (`FOUND`).
fn truth_of(query: &Query, variables: &Variables, positive: bool) -> Option<Described> {
    if let QueryBody::Select(select) = &query.body
        && select.from.is_empty()
        && let [target] = select.targets.as_slice()
    {
        return special(&target.expression, variables, positive);
    }
    Some(Described::of_probe(&probe(query)?, positive))
}

/// The query behind an expression: a subquery, or a variable that was read by one.
fn query_of(expression: &Expression, variables: &Variables) -> Option<Query> {
    match expression {
        Expression::Subquery(query) => Some((**query).clone()),
        Expression::Name { .. } => match value(expression, variables)? {
            Known::Query(query) => Some(*query),
            _ => None,
        },
        Expression::Call(call) if call.function.name.as_str() == "coalesce" => {
            query_of(&call.arguments.first()?.1, variables)
        }
        Expression::Cast { operand, .. } => query_of(operand, variables),
        _ => None,
    }
}

fn null_probe(operand: &Expression, variables: &Variables, present: bool) -> Option<Described> {
    if let Expression::Call(call) = operand {
        let kind = match call.function.name.as_str() {
            "to_regclass" => "table",
            "to_regtype" => "type",
            "to_regproc" | "to_regprocedure" => "function",
            "to_regnamespace" => "schema",
            "to_regrole" => "role",
            _ => return None,
        };
        let name = call.arguments.first()?.1.as_text()?;
        let verb = if present { "exists" } else { "is missing" };
        return Some(Described {
            kind: GuardKind::CatalogProbe,
            text: format!("{kind} {} {verb}", ObjectName::from_sql(name)),
        });
    }
    let query = query_of(operand, variables)?;
    Some(Described::of_probe(&probe(&query)?, present))
}

/// `count(*) = 0`, and attributes of a thing: `data_type = 'uuid'`.
fn compared(
    operator: &str,
    left: &Expression,
    right: &Expression,
    variables: &Variables,
    positive: bool,
) -> Option<Described> {
    let query = query_of(left, variables)?;
    let found = probe(&query)?;
    if counts(&query)
        && let Expression::Literal(Literal::Number(number)) = right
    {
        let present = match (operator, number.as_str()) {
            ("=", "0") | ("<", "1") | ("<=", "0") => Some(false),
            (">", "0") | (">=", "1") | ("<>", "0") => Some(true),
            _ => None,
        };
        if let Some(present) = present {
            return Some(Described::of_probe(&found, present == positive));
        }
    }
    let what = target_text(&query).unwrap_or_else(|| "value".to_owned());
    let subject = found.describe(true);
    let subject = subject.trim_end_matches(" exists");
    let text = format!("{what} of {subject} {operator} {}", spell(right));
    let text = if positive {
        text
    } else {
        format!("not ({text})")
    };
    let kind = Described::of_probe(&found, true).kind;
    Some(Described { kind, text })
}

fn counts(query: &Query) -> bool {
    let QueryBody::Select(select) = &query.body else {
        return false;
    };
    matches!(
        select.targets.as_slice(),
        [target] if matches!(&target.expression, Expression::Call(call) if call.function.name.as_str() == "count")
    )
}

fn target_text(query: &Query) -> Option<String> {
    match &query.body {
        QueryBody::Select(select) => Some(spell(&select.targets.first()?.expression)),
        _ => None,
    }
}

/// `x IN (SELECT column FROM ...)`: the query for `column = x`.
fn narrowed(query: &Query, operand: &Expression) -> Option<Query> {
    let mut query = query.clone();
    let QueryBody::Select(select) = &mut query.body else {
        return None;
    };
    let column = select.targets.first()?.expression.clone();
    let is = Expression::Binary {
        operator: "=".to_owned(),
        left: Box::new(column),
        right: Box::new(operand.clone()),
    };
    select.filter = Some(match select.filter.take() {
        Some(filter) => Expression::Binary {
            operator: "AND".to_owned(),
            left: Box::new(is),
            right: Box::new(filter),
        },
        None => is,
    });
    Some(query)
}

/// The condition as it is written, with the kind of question that its relations make it.
fn plain(condition: &Expression, variables: &Variables, positive: bool) -> Described {
    let mut kind = GuardKind::Condition;
    let mut note = |name: &ObjectName| {
        if is_catalog_relation(name) {
            kind = GuardKind::CatalogProbe;
        } else if kind != GuardKind::CatalogProbe {
            kind = GuardKind::RowProbe;
        }
    };
    walk::expression(condition, &mut |visited| match visited {
        Visited::Relation(name) => note(name),
        Visited::Expression(inner) => {
            if let Some(query) = query_of(inner, variables) {
                walk::query(&query, &mut |visited| {
                    if let Visited::Relation(name) = visited {
                        note(name);
                    }
                });
            }
        }
    });
    let text = spell(condition);
    Described {
        kind,
        text: if positive {
            text
        } else {
            format!("not ({text})")
        },
    }
}
