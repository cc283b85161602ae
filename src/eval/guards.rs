//! Conditions as guards: their kind, and their text as a person reads it.

use crate::model::{Guard, GuardKind};
use crate::python::tree::{
    CompareOperator, ExceptHandler, Expression, ExpressionKind, MatchCase, Pattern,
};

use super::value::Source;

pub(crate) fn kind_of(source: &Source) -> GuardKind {
    match source {
        Source::Catalog(_) => GuardKind::CatalogProbe,
        Source::Rows(_) => GuardKind::RowProbe,
        Source::CommandLine(_) => GuardKind::CommandLineFlag,
        Source::Environment(_) => GuardKind::EnvironmentVariable,
        Source::Prompt => GuardKind::ConfirmationPrompt,
        Source::Network
        | Source::FileSystem
        | Source::Surroundings
        | Source::Parameter(_)
        | Source::Other => GuardKind::Condition,
    }
}

/// The guard of one way of a test. That a database's address is given is none: without one nothing
/// runs at all.
pub(crate) fn told(guard: Guard, source: &Source, test: &Expression, way: bool) -> Vec<Guard> {
    let is_given = matches!(source, Source::Environment(name) if is_address(name))
        && presence(test) == Some(way);
    if is_given { Vec::new() } else { vec![guard] }
}

fn is_address(variable: &str) -> bool {
    const WORDS: &[&str] = &[
        "url",
        "uri",
        "dsn",
        "database",
        "db",
        "host",
        "pghost",
        "postgres",
        "conn",
        "connection",
        "password",
        "pgpassword",
        "supabase",
    ];
    variable
        .to_ascii_lowercase()
        .split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| WORDS.contains(&word))
}

/// The way of the test on which what it asks for is there; `None` where it asks something else.
fn presence(test: &Expression) -> Option<bool> {
    match &test.kind {
        ExpressionKind::Name(_)
        | ExpressionKind::Attribute { .. }
        | ExpressionKind::Subscript { .. }
        | ExpressionKind::Call { .. } => Some(true),
        ExpressionKind::Not(inner) => presence(inner).map(|way| !way),
        ExpressionKind::Compare { comparisons, .. } => match comparisons.as_slice() {
            [(CompareOperator::Is, right)] if matches!(right.kind, ExpressionKind::None) => {
                Some(false)
            }
            [(CompareOperator::IsNot, right)] if matches!(right.kind, ExpressionKind::None) => {
                Some(true)
            }
            _ => None,
        },
        ExpressionKind::And(parts) => same_way(parts),
        ExpressionKind::Or(parts) => same_way(parts),
        _ => None,
    }
}

fn same_way(parts: &[Expression]) -> Option<bool> {
    let first = presence(parts.first()?)?;
    parts
        .iter()
        .all(|part| presence(part) == Some(first))
        .then_some(first)
}

/// Whether a guard is worth telling where its other way ends the script with an error.
pub(crate) fn outlives_failure(guard: &Guard) -> bool {
    !matches!(
        guard.kind,
        GuardKind::Condition | GuardKind::CatalogProbe | GuardKind::RowProbe
    )
}

/// The test as written, or its negation.
pub(crate) fn condition_text(test: &Expression, truth: bool) -> String {
    match &test.kind {
        ExpressionKind::Not(inner) => condition_text(inner, !truth),
        _ if truth => test.text.to_string(),
        ExpressionKind::Compare { left, comparisons } => match comparisons.as_slice() {
            [(operator, right)] => {
                format!("{} {} {}", left.text, opposite(*operator), right.text)
            }
            _ => format!("not ({})", test.text),
        },
        ExpressionKind::Name(_)
        | ExpressionKind::Attribute { .. }
        | ExpressionKind::Call { .. }
        | ExpressionKind::Subscript { .. } => format!("not {}", test.text),
        _ => format!("not ({})", test.text),
    }
}

fn opposite(operator: CompareOperator) -> &'static str {
    match operator {
        CompareOperator::Equal => "!=",
        CompareOperator::NotEqual => "==",
        CompareOperator::Less => ">=",
        CompareOperator::LessOrEqual => ">",
        CompareOperator::Greater => "<=",
        CompareOperator::GreaterOrEqual => "<",
        CompareOperator::Is => "is not",
        CompareOperator::IsNot => "is",
        CompareOperator::In => "not in",
        CompareOperator::NotIn => "in",
    }
}

pub(crate) fn case_guard(subject: &Expression, case: &MatchCase, source: &Source) -> Guard {
    let pattern = match &case.pattern {
        Pattern::Value(expression) => expression.text.to_string(),
        Pattern::Or(patterns) => patterns
            .iter()
            .map(|pattern| match pattern {
                Pattern::Value(expression) => expression.text.to_string(),
                _ => "...".to_owned(),
            })
            .collect::<Vec<_>>()
            .join(" or "),
        Pattern::Capture(_) => "anything else".to_owned(),
        Pattern::Named(..) | Pattern::Sequence(_) | Pattern::Other(_) => "...".to_owned(),
    };
    Guard::new(
        kind_of(source),
        format!("{} is {pattern}", subject.text),
        Some(subject.place.clone()),
    )
}

/// `except DuplicateColumn`.
pub(crate) fn handler_text(handler: &ExceptHandler) -> String {
    match &handler.exception {
        Some(exception) => format!("except {}", exception.text),
        None => "except".to_owned(),
    }
}
