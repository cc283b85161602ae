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
