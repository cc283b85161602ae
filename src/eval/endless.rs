//! Loops that nothing in them ends: `while self.runs` of a thread that watches something.

use crate::python::tree::{Expression, ExpressionKind, StringPart};

use super::flow::{Frame, Interrupt};
use super::interpreter::Interpreter;
use super::value::Value;

impl Interpreter<'_> {
    /// What a condition is made of, where only a turn of the loop can change it: `while self.runs`
    /// is endless if the first turn leaves that as it is. Only surveys ask.
    pub(super) fn settled_condition(
        &mut self,
        frame: &mut Frame<'_>,
        test: &Expression,
    ) -> Result<Option<Vec<Plain>>, Interrupt> {
        if self.host.is_concrete() {
            return Ok(None);
        }
        let mut leaves = Vec::new();
        if !plain_leaves(test, &mut leaves) {
            return Ok(None);
        }
        let mut values = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            match Plain::of(&self.eval(frame, leaf)?) {
                Some(plain) => values.push(plain),
                None => return Ok(None),
            }
        }
        Ok(Some(values))
    }
}

/// A value that does not change while it is held.
#[derive(PartialEq)]
pub(super) enum Plain {
    None,
    Bool(bool),
    Integer(i64),
    Text(String),
}

impl Plain {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::None => Some(Self::None),
            Value::Bool(value) => Some(Self::Bool(*value)),
            Value::Integer(value) => Some(Self::Integer(*value)),
            Value::Text(_) => value.known_text().map(Self::Text),
            _ => None,
        }
    }
}

/// The names and attributes in a condition of nothing but such; false where there is anything else.
fn plain_leaves<'e>(test: &'e Expression, leaves: &mut Vec<&'e Expression>) -> bool {
    match &test.kind {
        ExpressionKind::Name(_) | ExpressionKind::Attribute { .. } => {
            leaves.push(test);
            true
        }
        ExpressionKind::Not(operand) => plain_leaves(operand, leaves),
        ExpressionKind::Compare { left, comparisons } => {
            plain_leaves(left, leaves)
                && comparisons
                    .iter()
                    .all(|(_, right)| plain_leaves(right, leaves))
        }
        ExpressionKind::And(operands) | ExpressionKind::Or(operands) => {
            operands.iter().all(|operand| plain_leaves(operand, leaves))
        }
        ExpressionKind::True | ExpressionKind::False | ExpressionKind::None => true,
        ExpressionKind::Integer(_) => true,
        ExpressionKind::String(parts) => parts
            .iter()
            .all(|part| matches!(part, StringPart::Literal(_))),
        _ => false,
    }
}
