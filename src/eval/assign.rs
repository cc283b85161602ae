//! Assignment: to names, attributes, items and unpacked targets.

use std::rc::Rc;

use crate::python::tree::{Expression, ExpressionKind};

use super::flow::{Flow, Frame};
use super::interpreter::Interpreter;
use super::iteration::Items;
use super::journal::{Content, Slot};
use super::unknown::{reason_of, source_of, unknown};
use super::value::{Elements, Entries, Value};

impl Interpreter<'_> {
    pub(crate) fn assign(
        &mut self,
        frame: &mut Frame<'_>,
        target: &Expression,
        value: Value,
    ) -> Flow {
        match &target.kind {
            ExpressionKind::Name(name) => {
                self.set_name(frame, name, value);
                Ok(())
            }
            ExpressionKind::Tuple(targets) | ExpressionKind::List(targets) => {
                self.unpack(frame, targets, &value, target)
            }
            ExpressionKind::Starred(inner) => self.assign(frame, inner, value),
            ExpressionKind::Attribute {
                value: object,
                name,
            } => {
                let object = self.eval(frame, object)?;
                self.set_attribute(&object, name, value, target)
            }
            ExpressionKind::Subscript {
                value: container,
                index,
            } => {
                let container = self.eval(frame, container)?;
                let index = self.eval(frame, index)?;
                self.set_item(&container, &index, value, target)
            }
            _ => Ok(()),
        }
    }

    fn unpack(
        &mut self,
        frame: &mut Frame<'_>,
        targets: &[Expression],
        value: &Value,
        whole: &Expression,
    ) -> Flow {
        if let Value::OneOf(alternatives) = value {
            return self.unpack_alternatives(frame, targets, &alternatives.values, whole);
        }
        let items = match value {
            Value::External(_) | Value::Unknown(_) => Items::Unknown(value.clone()),
            value => self.items(value, whole)?,
        };
        match items {
            Items::Known(items) => self.unpack_items(frame, targets, items),
            Items::Generator(_) | Items::Unknown(_) => {
                for (index, target) in targets.iter().enumerate() {
                    let part = self.part_of(value, index, target);
                    self.assign(frame, target, part)?;
                }
                Ok(())
            }
        }
    }

    /// Each target gets what it gets from any alternative.
    fn unpack_alternatives(
        &mut self,
        frame: &mut Frame<'_>,
        targets: &[Expression],
        values: &[Value],
        whole: &Expression,
    ) -> Flow {
        let mut ways = Vec::new();
        let mut source = super::value::Source::Other;
        for value in values.iter().filter(|value| !matches!(value, Value::None)) {
            source = super::unknown::heavier(source, source_of(value));
            ways.push(self.walk(frame, Vec::new(), &mut |interpreter, frame| {
                interpreter.unpack(frame, targets, value, whole)
            }));
        }
        self.meet(frame, ways, &source)
    }

    fn unpack_items(
        &mut self,
        frame: &mut Frame<'_>,
        targets: &[Expression],
        mut items: Vec<Value>,
    ) -> Flow {
        let star = targets
            .iter()
            .position(|target| matches!(target.kind, ExpressionKind::Starred(_)));
        if let Some(star) = star {
            let after = targets.len() - star - 1;
            let end = items.len().saturating_sub(after).max(star.min(items.len()));
            let start = star.min(items.len());
            let middle: Vec<Value> = items.splice(start..end, [Value::None]).collect();
            if let Some(slot) = items.get_mut(start) {
                *slot = Value::list(middle);
            }
        }
        for (index, target) in targets.iter().enumerate() {
            let item = match items.get(index) {
                Some(Value::Maybe(maybe)) => maybe.value.clone(),
                Some(item) => item.clone(),
                None => self.opaque(target),
            };
            self.assign(frame, target, item)?;
        }
        Ok(())
    }

    /// A part of a value that is not known, called what the target calls it.
    fn part_of(&mut self, value: &Value, index: usize, target: &Expression) -> Value {
        if let Value::External(external) = value {
            return self.external_item(external, Value::Integer(index as i64), target);
        }
        unknown(
            target.text.clone(),
            reason_of(value),
            source_of(value),
            target.place.clone(),
        )
    }

    pub(crate) fn set_attribute(
        &mut self,
        object: &Value,
        name: &str,
        value: Value,
        target: &Expression,
    ) -> Flow {
        let name: Rc<str> = Rc::from(name);
        match object {
            Value::Instance(instance) => {
                if let Some(Value::Function(setter)) =
                    instance.class.lookup(&format!("{name}.setter"))
                {
                    return self.call_setter(&setter, object, value, target);
                }
                self.note_object_change(object, &name, &value, target)?;
                let slot = Slot::Instance(instance.clone(), name);
                self.journal.write(&slot, Content::Value(value));
            }
            Value::Class(class) => {
                let slot = Slot::Class(class.clone(), name);
                self.journal.write(&slot, Content::Value(value));
            }
            Value::External(external) => {
                self.note_object_change(object, &name, &value, target)?;
                let slot = Slot::External(external.clone(), name);
                self.journal.write(&slot, Content::Value(value));
            }
            Value::Module(scope) => {
                let slot = Slot::Name(scope.clone(), name);
                self.journal.write(&slot, Content::Value(value));
            }
            Value::OneOf(alternatives) => {
                for alternative in &alternatives.values {
                    if !matches!(alternative, Value::None) {
                        self.set_attribute(alternative, &name, value.clone(), target)?;
                    }
                }
            }
            Value::Imported(imported) => {
                let object = self.resolve_import(imported);
                return self.set_attribute(&object, &name, value, target);
            }
            Value::Unknown(_) => self.note_object_change(object, &name, &value, target)?,
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn set_item(
        &mut self,
        container: &Value,
        index: &Value,
        value: Value,
        target: &Expression,
    ) -> Flow {
        match container {
            Value::Dict(entries) => {
                self.change_entries(entries, |entries| {
                    super::containers::put(entries, index.clone(), value)
                });
            }
            Value::List(elements) => {
                self.set_element(elements, index, value);
            }
            Value::External(external) if external.path.as_ref() == "os.environ" => {
                if let Some(name) = index.known_text() {
                    let slot = Slot::External(external.clone(), Rc::from(name));
                    self.journal.write(&slot, Content::Value(value));
                }
            }
            Value::Instance(_) => {
                let arguments = super::external::Arguments::positional(vec![index.clone(), value]);
                self.call_method(
                    container,
                    "__setitem__",
                    arguments,
                    &target.place,
                    &target.text,
                )?;
            }
            Value::OneOf(alternatives) => {
                for alternative in &alternatives.values {
                    self.set_item(alternative, index, value.clone(), target)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn set_element(&mut self, elements: &Elements, index: &Value, value: Value) {
        let Value::Integer(index) = index else { return };
        let length = elements.borrow().len() as i64;
        let at = if *index < 0 { length + index } else { *index };
        if (0..length).contains(&at) {
            self.change_elements(elements, |elements| elements[at as usize] = value);
        }
    }

    pub(crate) fn delete_item(&mut self, container: &Value, index: &Value) {
        match (container, index) {
            (Value::Dict(entries), key) => {
                self.change_entries(entries, |entries| {
                    entries.retain(|(known, _)| !super::containers::is_equal_key(known, key));
                });
            }
            (Value::List(elements), Value::Integer(index)) => {
                let length = elements.borrow().len() as i64;
                let at = if *index < 0 { length + index } else { *index };
                if (0..length).contains(&at) {
                    self.change_elements(elements, |elements| {
                        elements.remove(at as usize);
                    });
                }
            }
            _ => {}
        }
    }

    /// Changes a list or set, so that the path around can undo it.
    pub(crate) fn change_elements<T>(
        &mut self,
        elements: &Elements,
        change: impl FnOnce(&mut Vec<Value>) -> T,
    ) -> T {
        self.journal.note(&Slot::Elements(elements.clone()));
        change(&mut elements.borrow_mut())
    }

    /// Changes a dict, so that the path around can undo it.
    pub(crate) fn change_entries<T>(
        &mut self,
        entries: &Entries,
        change: impl FnOnce(&mut Vec<(Value, Value)>) -> T,
    ) -> T {
        self.journal.note(&Slot::Entries(entries.clone()));
        change(&mut entries.borrow_mut())
    }
}
