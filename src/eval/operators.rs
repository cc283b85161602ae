//! Operators, answered where the values are known.

use std::rc::Rc;

use crate::python::tree::{BinaryOperator, Expression, ExpressionKind};

use super::external::{Arguments, External};
use super::flow::Evaluated;
use super::interpreter::Interpreter;
use super::join::one_of;
use super::text;
use super::unknown::{reason_of, source_of};
use super::value::Value;

/// A literal or dotted name: evaluating it again does nothing.
pub(crate) fn is_plain(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::None
        | ExpressionKind::True
        | ExpressionKind::False
        | ExpressionKind::Integer(_)
        | ExpressionKind::String(_)
        | ExpressionKind::Name(_) => true,
        ExpressionKind::Tuple(parts) | ExpressionKind::List(parts) | ExpressionKind::Set(parts) => {
            parts.iter().all(is_plain)
        }
        ExpressionKind::Attribute { value, .. } => is_plain(value),
        _ => false,
    }
}

impl Interpreter<'_> {
    pub(crate) fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        expression: &Expression,
    ) -> Evaluated {
        if matches!(left, Value::OneOf(_)) || matches!(right, Value::OneOf(_)) {
            return self.binary_of_each(operator, left, right, expression);
        }
        if let Some(value) = self.text_operator(operator, left, right, expression)? {
            return Ok(value);
        }
        if let Some(value) = self.container_operator(operator, left, right, expression) {
            return Ok(value);
        }
        if let Some(value) = number_operator(operator, left, right) {
            return Ok(value);
        }
        if let Some(value) = super::paths::joined(operator, left, right) {
            return Ok(value);
        }
        if let Some(value) = self.overloaded(operator, left, right, expression)? {
            return Ok(value);
        }
        Ok(self.operator_value(
            operator_name(operator),
            vec![left.clone(), right.clone()],
            expression,
        ))
    }

    /// Every left side with every right side; where these are more than are followed, the right
    /// side counts as unknown.
    fn binary_of_each(
        &mut self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        expression: &Expression,
    ) -> Evaluated {
        let source = super::unknown::heavier(source_of(left), source_of(right));
        let (lefts, mut rights) = (left.alternatives(), right.alternatives());
        let anything = [self.unknown(expression, reason_of(right), source.clone())];
        if lefts.len() * rights.len() > self.limits.alternatives {
            rights = &anything;
        }
        let mut values = Vec::new();
        for left in lefts {
            for right in rights {
                values.push(self.binary(operator, left, right, expression)?);
            }
        }
        Ok(one_of(values, source, self.limits.alternatives))
    }

    /// A method of the estate's own class, or composition of SQL objects.
    fn overloaded(
        &mut self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        expression: &Expression,
    ) -> Result<Option<Value>, super::flow::Interrupt> {
        if let Value::Instance(instance) = left {
            let method = match operator {
                BinaryOperator::Add => "__add__",
                BinaryOperator::Divide => "__truediv__",
                BinaryOperator::Modulo => "__mod__",
                BinaryOperator::BitOr => "__or__",
                _ => return Ok(None),
            };
            if self.has_method(instance, method) {
                let arguments = Arguments::positional(vec![right.clone()]);
                let text = &expression.text;
                return self
                    .call_method(left, method, arguments, &expression.place, text)
                    .map(Some);
            }
        }
        Ok(super::composition::added(operator, left, right))
    }

    fn text_operator(
        &mut self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        expression: &Expression,
    ) -> Result<Option<Value>, super::flow::Interrupt> {
        Ok(match (operator, left, right) {
            (BinaryOperator::Add, Value::Text(left), Value::Text(right)) => {
                Some(Value::template(text::concatenate(left, right)))
            }
            (BinaryOperator::Add, Value::Text(template), other) if may_be_text(other) => {
                let named = side_of(expression, false).unwrap_or(expression);
                let tail = self.text_of(other, named)?;
                Some(Value::template(text::concatenate(template, &tail)))
            }
            (BinaryOperator::Add, other, Value::Text(template)) if may_be_text(other) => {
                let named = side_of(expression, true).unwrap_or(expression);
                let head = self.text_of(other, named)?;
                Some(Value::template(text::concatenate(&head, template)))
            }
            (BinaryOperator::Multiply, Value::Text(template), Value::Integer(count))
            | (BinaryOperator::Multiply, Value::Integer(count), Value::Text(template)) => {
                let count = usize::try_from(*count).unwrap_or(0).min(10_000);
                Some(Value::template(text::repeat(template, count)))
            }
            (BinaryOperator::Modulo, Value::Text(pattern), values) => {
                Some(self.percent(pattern, values, expression)?)
            }
            _ => None,
        })
    }

    fn container_operator(
        &mut self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        expression: &Expression,
    ) -> Option<Value> {
        match (operator, left, right) {
            (BinaryOperator::Add, Value::List(left), Value::List(right)) => {
                let mut all = left.borrow().clone();
                all.extend(right.borrow().iter().cloned());
                Some(Value::list(all))
            }
            (BinaryOperator::Add, Value::Tuple(left), Value::Tuple(right)) => Some(Value::tuple(
                left.iter().chain(right.iter()).cloned().collect(),
            )),
            (BinaryOperator::Multiply, Value::List(elements), Value::Integer(count)) => {
                let elements = elements.borrow();
                let count = usize::try_from(*count).unwrap_or(0).min(1_000);
                Some(Value::list(
                    (0..count).flat_map(|_| elements.iter().cloned()).collect(),
                ))
            }
            (BinaryOperator::Multiply, Value::Tuple(elements), Value::Integer(count)) => {
                let count = usize::try_from(*count).unwrap_or(0).min(1_000);
                Some(Value::tuple(
                    (0..count).flat_map(|_| elements.iter().cloned()).collect(),
                ))
            }
            (BinaryOperator::BitOr, Value::Dict(left), Value::Dict(right)) => {
                let mut all = left.borrow().clone();
                for (key, value) in right.borrow().iter() {
                    super::containers::put(&mut all, key.clone(), value.clone());
                }
                Some(Value::dict(all))
            }
            (_, Value::Set(left), Value::Set(right)) => {
                self.set_operator(operator, left, right, expression)
            }
            (
                BinaryOperator::Subtract,
                Value::Set(left),
                Value::Unknown(_) | Value::External(_),
            ) => {
                let left = left.borrow().clone();
                Some(self.difference(&left, std::slice::from_ref(right), expression))
            }
            _ => None,
        }
    }

    fn set_operator(
        &mut self,
        operator: BinaryOperator,
        left: &super::value::Elements,
        right: &super::value::Elements,
        expression: &Expression,
    ) -> Option<Value> {
        let left = left.borrow().clone();
        let right = right.borrow().clone();
        Some(match operator {
            BinaryOperator::BitOr => Value::set(super::containers::distinct(
                left.into_iter().chain(right).collect(),
            )),
            BinaryOperator::Subtract => self.difference(&left, &right, expression),
            BinaryOperator::BitAnd => self.intersection(&left, &right, expression),
            _ => return None,
        })
    }

    /// The symbolic result of an operator on values that are not known.
    pub(crate) fn operator_value(
        &mut self,
        name: &str,
        operands: Vec<Value>,
        expression: &Expression,
    ) -> Value {
        let symbolic = operands
            .iter()
            .any(|operand| matches!(operand, Value::External(_)));
        if symbolic {
            return Value::External(Rc::new(External {
                path: Rc::from(format!("operator.{name}")),
                type_path: None,
                receiver: None,
                arguments: Some(Arguments::positional(operands)),
                attributes: Default::default(),
                place: expression.place.clone(),
            }));
        }
        let whole = Value::tuple(operands);
        let known = whole_is_unknown(&whole);
        self.unknown(expression, known, source_of(&whole))
    }
}

fn may_be_text(value: &Value) -> bool {
    matches!(value, Value::Unknown(_) | Value::External(_))
}

/// The operand on one side, whose text labels a hole.
fn side_of(expression: &Expression, left_side: bool) -> Option<&Expression> {
    match &expression.kind {
        ExpressionKind::Binary { left, right, .. } => Some(if left_side { left } else { right }),
        _ => None,
    }
}

pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(integer) => Some(*integer as f64),
        Value::Float(float) => Some(*float),
        Value::Bool(known) => Some(f64::from(u8::from(*known))),
        _ => None,
    }
}

fn number_operator(operator: BinaryOperator, left: &Value, right: &Value) -> Option<Value> {
    if let (Value::Integer(left), Value::Integer(right)) = (left, right) {
        return integer_operator(operator, *left, *right);
    }
    let (left, right) = (number(left)?, number(right)?);
    Some(Value::Float(match operator {
        BinaryOperator::Add => left + right,
        BinaryOperator::Subtract => left - right,
        BinaryOperator::Multiply => left * right,
        BinaryOperator::Divide if right != 0.0 => left / right,
        BinaryOperator::FloorDivide if right != 0.0 => (left / right).floor(),
        BinaryOperator::Power => left.powf(right),
        _ => return None,
    }))
}

fn integer_operator(operator: BinaryOperator, left: i64, right: i64) -> Option<Value> {
    let result = match operator {
        BinaryOperator::Add => left.checked_add(right)?,
        BinaryOperator::Subtract => left.checked_sub(right)?,
        BinaryOperator::Multiply => left.checked_mul(right)?,
        BinaryOperator::Divide if right != 0 => {
            return Some(Value::Float(left as f64 / right as f64));
        }
        BinaryOperator::FloorDivide if right != 0 => left.checked_div_euclid(right)?,
        BinaryOperator::Modulo if right != 0 => left.checked_rem_euclid(right)?,
        BinaryOperator::Power => left.checked_pow(u32::try_from(right).ok()?)?,
        BinaryOperator::LeftShift => left.checked_shl(u32::try_from(right).ok()?)?,
        BinaryOperator::RightShift => left.checked_shr(u32::try_from(right).ok()?)?,
        BinaryOperator::BitOr => left | right,
        BinaryOperator::BitXor => left ^ right,
        BinaryOperator::BitAnd => left & right,
        _ => return None,
    };
    Some(Value::Integer(result))
}

/// The name of the operator in Python's `operator` module.
fn operator_name(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => "add",
        BinaryOperator::Subtract => "sub",
        BinaryOperator::Multiply => "mul",
        BinaryOperator::MatrixMultiply => "matmul",
        BinaryOperator::Divide => "truediv",
        BinaryOperator::FloorDivide => "floordiv",
        BinaryOperator::Modulo => "mod",
        BinaryOperator::Power => "pow",
        BinaryOperator::LeftShift => "lshift",
        BinaryOperator::RightShift => "rshift",
        BinaryOperator::BitOr => "or_",
        BinaryOperator::BitXor => "xor",
        BinaryOperator::BitAnd => "and_",
    }
}

fn whole_is_unknown(whole: &Value) -> String {
    match whole {
        Value::Tuple(operands) => operands
            .iter()
            .find(|operand| operand.is_unknown())
            .map_or_else(|| "not evaluated".to_owned(), reason_of),
        other => reason_of(other),
    }
}
