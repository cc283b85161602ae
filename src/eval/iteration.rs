//! What iterating over a value gives.

use std::rc::Rc;

use crate::python::tree::Expression;

use super::external::Arguments;
use super::flow::{Evaluated, Frame, Interrupt, Taker};
use super::interpreter::Interpreter;
use super::text;
use super::unknown::{reason_of, source_of, unknown};
use super::value::Value;

/// The items of an iterable.
pub(crate) enum Items {
    /// All of them; some may be [`Value::Maybe`].
    Known(Vec<Value>),
    /// A generator of the estate, to be driven.
    Generator(Value),
    /// Nobody knows how many: what one of them looks like.
    Unknown(Value),
}

impl Interpreter<'_> {
    pub(crate) fn items(&mut self, value: &Value, place: &Expression) -> Result<Items, Interrupt> {
        Ok(match value {
            Value::List(elements) | Value::Set(elements) => {
                Items::Known(super::join::present(&elements.borrow()))
            }
            Value::Tuple(elements) => Items::Known(elements.to_vec()),
            Value::Dict(entries) => Items::Known(keys(&entries.borrow())),
            Value::Text(template) if !template.has_holes() => {
                let characters = text::split_characters(template);
                Items::Known(characters.into_iter().map(Value::template).collect())
            }
            Value::Bytes(bytes) => Items::Known(
                bytes
                    .iter()
                    .map(|byte| Value::Integer(i64::from(*byte)))
                    .collect(),
            ),
            Value::Generator(_) => Items::Generator(value.clone()),
            Value::Class(class) if super::enums::is_enum(class) => {
                Items::Known(super::enums::members(class))
            }
            Value::Instance(instance) => self.instance_items(instance, value, place)?,
            Value::External(external) => self.external_items(external, place)?,
            Value::Imported(imported) => {
                let value = self.resolve_import(imported);
                self.items(&value, place)?
            }
            Value::None => Items::Known(Vec::new()),
            other => Items::Unknown(item_of(other, place)),
        })
    }

    fn instance_items(
        &mut self,
        instance: &Rc<super::object::Instance>,
        value: &Value,
        place: &Expression,
    ) -> Result<Items, Interrupt> {
        if let Some(fields) = super::classes::named_tuple_values(instance) {
            return Ok(Items::Known(fields));
        }
        for method in ["__iter__", "__aiter__"] {
            if self.has_method(instance, method) {
                let inner = self.call_method(
                    value,
                    method,
                    Arguments::default(),
                    &place.place,
                    &place.text,
                )?;
                if !super::join::is_same(&inner, value) {
                    return self.items(&inner, place);
                }
            }
        }
        Ok(Items::Unknown(item_of(value, place)))
    }

    /// All items as a list: generators are run to their end, unknown ones stand once, perhaps.
    pub(crate) fn collect(
        &mut self,
        value: &Value,
        place: &Expression,
    ) -> Result<Option<Vec<Value>>, Interrupt> {
        match self.items(value, place)? {
            Items::Known(items) => Ok(Some(items)),
            Items::Generator(generator) => {
                let mut found = Vec::new();
                let limit = self.limits.turns;
                self.run_generator(&generator, place, &mut |interpreter, value| {
                    if found.len() < limit {
                        let guards = interpreter.guards.clone();
                        found.push((value, guards));
                    }
                    Ok(Value::None)
                })?;
                let outer = self.guards.len();
                let marked = found
                    .into_iter()
                    .map(|(value, guards)| match guards.get(outer..) {
                        Some(inner) if !inner.is_empty() => super::join::maybe(value, inner),
                        _ => value,
                    });
                Ok(Some(marked.collect()))
            }
            Items::Unknown(_) => Ok(None),
        }
    }

    /// Runs a generator's body; every `yield` hands its value to the taker.
    pub(crate) fn run_generator(
        &mut self,
        generator: &Value,
        place: &Expression,
        taker: &mut Taker<'_>,
    ) -> Evaluated {
        let Value::Generator(generator) = generator else {
            return Ok(Value::None);
        };
        let definition = generator.function.definition.clone();
        let mut frame = Frame::new(generator.scope.clone());
        frame.function = Some(generator.function.clone());
        frame.receiver = generator.receiver.clone();
        frame.taker = Some(taker);
        self.run_body_of(&definition, &mut frame, &generator.place, &place.text)
    }
}

fn keys(entries: &[(Value, Value)]) -> Vec<Value> {
    entries
        .iter()
        .map(|(key, value)| match value {
            Value::Maybe(maybe) => super::join::maybe_under(key.clone(), &maybe.guards),
            _ => key.clone(),
        })
        .collect()
}

/// One item of something unknown.
pub(crate) fn item_of(value: &Value, place: &Expression) -> Value {
    unknown(
        format!("{}[...]", place.text).into(),
        reason_of(value),
        source_of(value),
        place.place.clone(),
    )
}
