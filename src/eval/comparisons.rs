//! Comparisons, membership and truth, answered where the values are known.

use crate::python::tree::{CompareOperator, Expression};

use super::flow::{Evaluated, Frame};
use super::interpreter::Interpreter;
use super::join::is_same;
use super::operators::number;
use super::text;
use super::value::Value;

impl Interpreter<'_> {
    pub(crate) fn eval_compare(
        &mut self,
        frame: &mut Frame<'_>,
        left: &Expression,
        comparisons: &[(CompareOperator, Expression)],
        expression: &Expression,
    ) -> Evaluated {
        let mut left = self.eval(frame, left)?;
        let mut result = Value::Bool(true);
        for (operator, right) in comparisons {
            let right = self.eval(frame, right)?;
            match self.compare_known(*operator, &left, &right) {
                Some(true) => {}
                Some(false) => return Ok(Value::Bool(false)),
                None => {
                    let operands = vec![left.clone(), right.clone()];
                    result = self.operator_value(compare_name(*operator), operands, expression);
                }
            }
            left = right;
        }
        Ok(result)
    }

    pub(crate) fn compare_known(
        &mut self,
        operator: CompareOperator,
        left: &Value,
        right: &Value,
    ) -> Option<bool> {
        let (left, right) = (
            super::externals::as_string(left).unwrap_or(left),
            super::externals::as_string(right).unwrap_or(right),
        );
        if let Value::OneOf(alternatives) = left {
            return self.agreed(&alternatives.values, &mut |interpreter, left| {
                interpreter.compare_known(operator, left, right)
            });
        }
        if let Value::OneOf(alternatives) = right {
            return self.agreed(&alternatives.values, &mut |interpreter, right| {
                interpreter.compare_known(operator, left, right)
            });
        }
        match operator {
            CompareOperator::Equal => self.equal(left, right),
            CompareOperator::NotEqual => self.equal(left, right).map(|known| !known),
            CompareOperator::Is => self.identical(left, right),
            CompareOperator::IsNot => self.identical(left, right).map(|known| !known),
            CompareOperator::In => self.contains(right, left),
            CompareOperator::NotIn => self.contains(right, left).map(|known| !known),
            CompareOperator::Less => order(left, right).map(std::cmp::Ordering::is_lt),
            CompareOperator::LessOrEqual => order(left, right).map(std::cmp::Ordering::is_le),
            CompareOperator::Greater => order(left, right).map(std::cmp::Ordering::is_gt),
            CompareOperator::GreaterOrEqual => order(left, right).map(std::cmp::Ordering::is_ge),
        }
    }

    fn agreed(
        &mut self,
        values: &[Value],
        ask: &mut dyn FnMut(&mut Self, &Value) -> Option<bool>,
    ) -> Option<bool> {
        let mut answers = values.iter().map(|value| ask(self, value));
        let first = answers.next()??;
        answers.all(|answer| answer == Some(first)).then_some(first)
    }

    fn identical(&mut self, left: &Value, right: &Value) -> Option<bool> {
        match (left, right) {
            (Value::None, other) | (other, Value::None) => is_none(other),
            (Value::Bool(_), Value::Bool(_)) => self.equal(left, right),
            (Value::Bool(_), Value::Text(_) | Value::Integer(_)) => Some(false),
            (Value::Text(_) | Value::Integer(_), Value::Bool(_)) => Some(false),
            _ if is_same(left, right) && !left.is_unknown() => Some(true),
            _ => None,
        }
    }

    pub(crate) fn equal(&mut self, left: &Value, right: &Value) -> Option<bool> {
        match (left, right) {
            (Value::OneOf(alternatives), other) | (other, Value::OneOf(alternatives)) => self
                .agreed(&alternatives.values, &mut |interpreter, value| {
                    interpreter.equal(value, other)
                }),
            (Value::Maybe(_) | Value::Unknown(_), _) | (_, Value::Maybe(_) | Value::Unknown(_)) => {
                None
            }
            (Value::Text(left), Value::Text(right)) => text::equals(left, right),
            (Value::None, other) | (other, Value::None) => is_none(other),
            (Value::List(left), Value::List(right)) => {
                self.equal_all(&left.borrow().clone(), &right.borrow().clone())
            }
            (Value::Tuple(left), Value::Tuple(right)) => self.equal_all(left, right),
            (Value::External(_), _) | (_, Value::External(_)) => {
                is_same(left, right).then_some(true)
            }
            (Value::Instance(member), other) | (other, Value::Instance(member)) => {
                if is_same(left, right) {
                    return Some(true);
                }
                match (super::enums::member_value(member), other) {
                    (Some(_), Value::Instance(other)) => {
                        super::enums::member_value(other).map(|_| false)
                    }
                    (Some(value), other) if super::enums::is_mixed(member) => {
                        self.equal(&value, other)
                    }
                    (Some(_), _) => Some(false),
                    (None, _) => None,
                }
            }
            (Value::Set(_) | Value::Dict(_), _) => is_same(left, right).then_some(true),
            _ => match order(left, right) {
                Some(ordering) => Some(ordering.is_eq()),
                None => Some(is_same(left, right)),
            },
        }
    }

    fn equal_all(&mut self, left: &[Value], right: &[Value]) -> Option<bool> {
        let uncertain =
            |values: &[Value]| values.iter().any(|value| matches!(value, Value::Maybe(_)));
        if uncertain(left) || uncertain(right) {
            return None;
        }
        if left.len() != right.len() {
            return Some(false);
        }
        let mut answer = Some(true);
        for (left, right) in left.iter().zip(right) {
            match self.equal(left, right) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => answer = None,
            }
        }
        answer
    }

    /// `item in container`.
    pub(crate) fn contains(&mut self, container: &Value, item: &Value) -> Option<bool> {
        match container {
            Value::Text(template) => match item {
                Value::Text(part) => text::contains(template, &part.known_text()?),
                _ => None,
            },
            Value::List(elements) | Value::Set(elements) => {
                let elements = super::join::present(&elements.borrow());
                self.among(&elements, item)
            }
            Value::Tuple(elements) => self.among(elements, item),
            Value::Dict(entries) => {
                let keys: Vec<Value> = entries
                    .borrow()
                    .iter()
                    .map(|(key, value)| match value {
                        Value::Maybe(maybe) => super::join::maybe_under(key.clone(), &maybe.guards),
                        _ => key.clone(),
                    })
                    .collect();
                self.among(&keys, item)
            }
            Value::Class(class) if super::enums::is_enum(class) => {
                self.among(&super::enums::members(class), item)
            }
            _ => None,
        }
    }

    fn among(&mut self, elements: &[Value], item: &Value) -> Option<bool> {
        let mut answer = Some(false);
        for element in elements {
            match self.equal(element, item) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => answer = None,
            }
        }
        answer
    }

    /// Is the value true in a condition?
    pub(crate) fn truth(&mut self, value: &Value) -> Option<bool> {
        let value = super::externals::as_string(value).unwrap_or(value);
        match value {
            Value::None => Some(false),
            Value::Bool(known) => Some(*known),
            Value::Integer(integer) => Some(*integer != 0),
            Value::Float(float) => Some(*float != 0.0),
            Value::Text(template) => text::truth(template),
            Value::Bytes(bytes) => Some(!bytes.is_empty()),
            Value::List(elements) | Value::Set(elements) => any_certain(&elements.borrow()),
            Value::Tuple(elements) => any_certain(elements),
            Value::Dict(entries) => {
                let entries = entries.borrow();
                if entries.is_empty() {
                    return Some(false);
                }
                entries
                    .iter()
                    .any(|(_, value)| !matches!(value, Value::Maybe(_)))
                    .then_some(true)
            }
            Value::Function(_)
            | Value::Class(_)
            | Value::BoundMethod(_)
            | Value::BuiltinMethod(_)
            | Value::Generator(_)
            | Value::Module(_)
            | Value::Ellipsis => Some(true),
            Value::Instance(instance) => {
                let decides =
                    self.has_method(instance, "__bool__") || self.has_method(instance, "__len__");
                if decides { None } else { Some(true) }
            }
            Value::External(external) => super::externals::truth(external, self.registry),
            Value::OneOf(alternatives) => self
                .agreed(&alternatives.values, &mut |interpreter, value| {
                    interpreter.truth(value)
                }),
            Value::Imported(_) | Value::Unknown(_) | Value::Maybe(_) => None,
        }
    }
}

fn any_certain(elements: &[Value]) -> Option<bool> {
    if elements.iter().all(Value::is_excluded) {
        return Some(false);
    }
    elements
        .iter()
        .any(|element| !matches!(element, Value::Maybe(_)))
        .then_some(true)
}

fn is_none(value: &Value) -> Option<bool> {
    match value {
        Value::None => Some(true),
        Value::Unknown(_) | Value::Maybe(_) | Value::OneOf(_) | Value::Imported(_) => None,
        Value::External(external) => external.never_none().then_some(false),
        _ => Some(false),
    }
}

fn order(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => {
            Some(left.known_text()?.cmp(&right.known_text()?))
        }
        (Value::Tuple(left), Value::Tuple(right)) => {
            for (left, right) in left.iter().zip(right.iter()) {
                match order(left, right)? {
                    std::cmp::Ordering::Equal => {}
                    other => return Some(other),
                }
            }
            Some(left.len().cmp(&right.len()))
        }
        _ => number(left)?.partial_cmp(&number(right)?),
    }
}

fn compare_name(operator: CompareOperator) -> &'static str {
    match operator {
        CompareOperator::Equal => "eq",
        CompareOperator::NotEqual => "ne",
        CompareOperator::Less => "lt",
        CompareOperator::LessOrEqual => "le",
        CompareOperator::Greater => "gt",
        CompareOperator::GreaterOrEqual => "ge",
        CompareOperator::Is => "is_",
        CompareOperator::IsNot => "is_not",
        CompareOperator::In => "contains",
        CompareOperator::NotIn => "not_contains",
    }
}
