//! Functions and loops that take a text of many statements apart, character by character: too long to
//! follow, yet what they give is known.

use crate::model::Template;
use crate::python::tree::{
    Argument, Expression, ExpressionKind, FunctionDefinition, Statement, StatementKind,
};
use crate::python::walk::{Visitor, called_name, walk_block};
use crate::sql::looks_like_sql;

use super::flow::Frame;
use super::interpreter::Interpreter;
use super::library_text::statements;
use super::value::Value;

/// The statements of the one SQL text that the function was given, where all that it gives are lists
/// to which it has appended. Only for functions that send nothing and were left because of their length.
pub(crate) fn split_by_hand(definition: &FunctionDefinition, frame: &Frame<'_>) -> Option<Value> {
    let mut parts = Parts::default();
    walk_block(&definition.body, &mut parts);
    let is_list = |value: &&Expression| match &value.kind {
        ExpressionKind::Name(name) => parts.appended.contains(&name.as_str()),
        ExpressionKind::Comprehension(_) => true,
        _ => false,
    };
    if parts.returned.is_empty() || !parts.returned.iter().all(is_list) {
        return None;
    }
    let parameters = definition.parameters.positional.iter();
    let mut texts = parameters.filter_map(|it| match frame.scope.get(&it.name) {
        Some(Value::Text(template)) => Some(template),
        _ => None,
    });
    match (texts.next(), texts.next()) {
        (Some(text), None) if holds_statements(&text) => Some(statements(&text)),
        _ => None,
    }
}

impl Interpreter<'_> {
    /// A loop over the characters of a text that has more of them than turns are followed: the one list
    /// that it appends to gets the text's statements. Only where the loop sends nothing itself.
    pub(crate) fn takes_apart(
        &mut self,
        frame: &Frame<'_>,
        text: &Value,
        body: &[Statement],
    ) -> bool {
        let Value::Text(text) = text else {
            return false;
        };
        if self.host.is_concrete() || text.display().len() <= self.limits.turns {
            return false;
        }
        let mut parts = Parts::default();
        walk_block(body, &mut parts);
        parts.appended.sort_unstable();
        parts.appended.dedup();
        let sends = parts
            .called
            .iter()
            .any(|name| self.registry.is_sink_name(name));
        let [name] = parts.appended[..] else {
            return false;
        };
        let Some(Value::List(list)) = frame.scope.lookup(name).filter(|_| !sends) else {
            return false;
        };
        let (true, Value::List(found)) = (holds_statements(text), statements(text)) else {
            return false;
        };
        let found = found.borrow().clone();
        self.change_elements(&list, |elements| elements.extend(found));
        true
    }
}

/// The text in `enumerate(text)`.
pub(crate) fn enumerated(iterable: &Expression) -> Option<&Expression> {
    match &iterable.kind {
        ExpressionKind::Call { arguments, .. } if called_name(iterable) == Some("enumerate") => {
            first_of(arguments)
        }
        _ => None,
    }
}

/// The text in `while position < len(text)`.
pub(crate) fn measured(test: &Expression) -> Option<&Expression> {
    let ExpressionKind::Compare { left, comparisons } = &test.kind else {
        return None;
    };
    let sides = std::iter::once(&**left).chain(comparisons.iter().map(|(_, side)| side));
    sides.into_iter().find_map(|side| match &side.kind {
        ExpressionKind::Call { arguments, .. } if called_name(side) == Some("len") => {
            first_of(arguments)
        }
        _ => None,
    })
}

fn first_of(arguments: &[Argument]) -> Option<&Expression> {
    match arguments.first()? {
        Argument::Positional(value) => Some(value),
        _ => None,
    }
}

fn holds_statements(text: &Template) -> bool {
    let parts = crate::sql::split(text);
    parts.len() > 1 && parts.iter().any(|part| looks_like_sql(&part.text))
}

/// What a function gives, and what it appends to.
#[derive(Default)]
struct Parts<'t> {
    returned: Vec<&'t Expression>,
    appended: Vec<&'t str>,
    called: Vec<&'t str>,
}

impl<'t> Visitor<'t> for Parts<'t> {
    fn expression(&mut self, expression: &'t Expression) {
        self.called.extend(called_name(expression));
        if let ExpressionKind::Call { function, .. } = &expression.kind
            && let ExpressionKind::Attribute { value, name } = &function.kind
            && name == "append"
            && let ExpressionKind::Name(list) = &value.kind
        {
            self.appended.push(list);
        }
    }

    fn enter(&mut self, statement: &'t Statement) -> bool {
        if let StatementKind::Return(Some(value)) = &statement.kind {
            self.returned.push(value);
        }
        true
    }
}
