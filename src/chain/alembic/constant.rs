//! Constants of a module's top level, as far as plain text and lists of it need no interpreter.

use std::collections::BTreeMap;

use crate::python::tree::{
    BinaryOperator, Expression, ExpressionKind, Statement, StatementKind, StringPart,
};

/// What a constant can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Constant {
    None,
    Bool(bool),
    Text(String),
    List(Vec<Constant>),
    /// Anything else.
    Unknown,
}

impl Constant {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The strings of a string, a tuple, a list or a set; `None` where one is not known.
    pub(super) fn texts(&self) -> Option<Vec<String>> {
        match self {
            Self::None => Some(Vec::new()),
            Self::Text(text) => Some(vec![text.clone()]),
            Self::List(items) => items
                .iter()
                .map(|item| item.text().map(str::to_owned))
                .collect(),
            Self::Bool(_) | Self::Unknown => None,
        }
    }
}

/// A module's constants with the line of each.
#[derive(Debug, Default)]
pub(super) struct Constants {
    values: BTreeMap<String, (Constant, u32)>,
}

impl Constants {
    /// Reads the assignments of the top level in order, those in `if` and `try` included.
    pub(super) fn read(body: &[Statement]) -> Self {
        let mut constants = Self::default();
        constants.statements(body);
        constants
    }

    pub(super) fn get(&self, name: &str) -> Option<&Constant> {
        self.values.get(name).map(|(constant, _)| constant)
    }

    pub(super) fn line(&self, name: &str) -> Option<u32> {
        self.values.get(name).map(|(_, line)| *line)
    }

    fn statements(&mut self, body: &[Statement]) {
        for statement in body {
            match &statement.kind {
                StatementKind::Assign { targets, value } => {
                    for target in targets {
                        self.assign(target, value, statement.place.line);
                    }
                }
                StatementKind::AnnotatedAssign {
                    target,
                    value: Some(value),
                    ..
                } => {
                    self.assign(target, value, statement.place.line);
                }
                StatementKind::If { body, orelse, .. } => {
                    self.statements(body);
                    self.statements(orelse);
                }
                StatementKind::Try { body, .. } => self.statements(body),
                _ => {}
            }
        }
    }

    fn assign(&mut self, target: &Expression, value: &Expression, line: u32) {
        match (&target.kind, &value.kind) {
            (ExpressionKind::Name(name), _) => {
                let constant = self.evaluate(value);
                self.values.insert(name.clone(), (constant, line));
            }
            (ExpressionKind::Tuple(targets), ExpressionKind::Tuple(values))
                if targets.len() == values.len() =>
            {
                for (target, value) in targets.iter().zip(values) {
                    self.assign(target, value, line);
                }
            }
            _ => {}
        }
    }

    pub(super) fn evaluate(&self, expression: &Expression) -> Constant {
        match &expression.kind {
            ExpressionKind::None => Constant::None,
            ExpressionKind::True => Constant::Bool(true),
            ExpressionKind::False => Constant::Bool(false),
            ExpressionKind::Name(name) => self.get(name).cloned().unwrap_or(Constant::Unknown),
            ExpressionKind::String(parts) => self.string(parts),
            ExpressionKind::Tuple(items)
            | ExpressionKind::List(items)
            | ExpressionKind::Set(items) => {
                Constant::List(items.iter().map(|item| self.evaluate(item)).collect())
            }
            ExpressionKind::Binary {
                left,
                operator: BinaryOperator::Add,
                right,
            } => added(self.evaluate(left), self.evaluate(right)),
            ExpressionKind::Call {
                function,
                arguments,
            } => self.converted(function, arguments),
            _ => Constant::Unknown,
        }
    }

    /// `str(x)`, `tuple(x)`, `list(x)`, `frozenset(x)`.
    fn converted(
        &self,
        function: &Expression,
        arguments: &[crate::python::tree::Argument],
    ) -> Constant {
        match (&function.kind, arguments) {
            (ExpressionKind::Name(name), [crate::python::tree::Argument::Positional(argument)])
                if matches!(
                    name.as_str(),
                    "str" | "tuple" | "list" | "set" | "frozenset"
                ) =>
            {
                self.evaluate(argument)
            }
            _ => Constant::Unknown,
        }
    }

    fn string(&self, parts: &[StringPart]) -> Constant {
        let mut text = String::new();
        for part in parts {
            match part {
                StringPart::Literal(fragment) => text.push_str(&fragment.text),
                StringPart::Field {
                    value,
                    conversion: None,
                    format_spec,
                } if format_spec.is_empty() => match self.evaluate(value) {
                    Constant::Text(value) => text.push_str(&value),
                    _ => return Constant::Unknown,
                },
                StringPart::Field { .. } => return Constant::Unknown,
            }
        }
        Constant::Text(text)
    }
}

fn added(left: Constant, right: Constant) -> Constant {
    match (left, right) {
        (Constant::Text(left), Constant::Text(right)) => Constant::Text(left + &right),
        (Constant::List(mut left), Constant::List(right)) => {
            left.extend(right);
            Constant::List(left)
        }
        _ => Constant::Unknown,
    }
}
