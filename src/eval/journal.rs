//! What a path changes, so that another path can start from the same state and both can be joined.

use std::rc::Rc;

use super::external::External;
use super::object::{Class, Instance};
use super::scope::Scope;
use super::value::{Elements, Entries, Value};

/// A thing that can change.
#[derive(Debug, Clone)]
pub(crate) enum Slot {
    Name(Rc<Scope>, Rc<str>),
    Instance(Rc<Instance>, Rc<str>),
    Class(Rc<Class>, Rc<str>),
    External(Rc<External>, Rc<str>),
    Elements(Elements),
    Entries(Entries),
}

/// What stands in a slot.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Absent,
    Value(Value),
    Elements(Vec<Value>),
    Entries(Vec<(Value, Value)>),
}

impl Slot {
    pub(crate) fn is_same(&self, other: &Slot) -> bool {
        match (self, other) {
            (Self::Name(left, name), Self::Name(right, other)) => {
                Rc::ptr_eq(left, right) && name == other
            }
            (Self::Instance(left, name), Self::Instance(right, other)) => {
                Rc::ptr_eq(left, right) && name == other
            }
            (Self::Class(left, name), Self::Class(right, other)) => {
                Rc::ptr_eq(left, right) && name == other
            }
            (Self::External(left, name), Self::External(right, other)) => {
                Rc::ptr_eq(left, right) && name == other
            }
            (Self::Elements(left), Self::Elements(right)) => Rc::ptr_eq(left, right),
            (Self::Entries(left), Self::Entries(right)) => Rc::ptr_eq(left, right),
            _ => false,
        }
    }

    pub(crate) fn read(&self) -> Content {
        let value = match self {
            Self::Name(scope, name) => scope.get(name),
            Self::Instance(instance, name) => instance.attributes.get(name),
            Self::Class(class, name) => class.attributes.get(name),
            Self::External(external, name) => external.attributes.borrow().get(name).cloned(),
            Self::Elements(elements) => return Content::Elements(elements.borrow().clone()),
            Self::Entries(entries) => return Content::Entries(entries.borrow().clone()),
        };
        value.map_or(Content::Absent, Content::Value)
    }

    pub(crate) fn write(&self, content: Content) {
        match (self, content) {
            (Self::Name(scope, name), Content::Value(value)) => {
                scope.set(name, value);
            }
            (Self::Name(scope, name), _) => {
                scope.remove(name);
            }
            (Self::Instance(instance, name), Content::Value(value)) => {
                instance.attributes.set(name, value);
            }
            (Self::Instance(instance, name), _) => instance.attributes.remove(name),
            (Self::Class(class, name), Content::Value(value)) => class.attributes.set(name, value),
            (Self::Class(class, name), _) => class.attributes.remove(name),
            (Self::External(external, name), Content::Value(value)) => {
                external.attributes.borrow_mut().insert(name.clone(), value);
            }
            (Self::External(external, name), _) => {
                external.attributes.borrow_mut().remove(name);
            }
            (Self::Elements(elements), Content::Elements(values)) => {
                *elements.borrow_mut() = values
            }
            (Self::Entries(entries), Content::Entries(values)) => *entries.borrow_mut() = values,
            (Self::Elements(_) | Self::Entries(_), _) => {}
        }
    }
}

/// A slot that a path has changed: what was there before, and what the path left there.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) slot: Slot,
    pub(crate) before: Content,
    pub(crate) after: Content,
}

/// The changes of the paths that are being walked, innermost last.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    paths: Vec<Vec<(Slot, Content)>>,
}

impl Journal {
    pub(crate) fn begin(&mut self) {
        self.paths.push(Vec::new());
    }

    /// To be called before every change of a slot.
    pub(crate) fn note(&mut self, slot: &Slot) {
        if let Some(path) = self.paths.last_mut()
            && !path.iter().rev().any(|(known, _)| known.is_same(slot))
        {
            path.push((slot.clone(), slot.read()));
        }
    }

    /// A name about to be set: the commonest change, looked for without building a slot.
    pub(crate) fn note_name(&mut self, scope: &Rc<Scope>, name: &str) {
        let Some(path) = self.paths.last_mut() else {
            return;
        };
        let known = path.iter().rev().any(|(slot, _)| match slot {
            Slot::Name(other, known) => Rc::ptr_eq(other, scope) && known.as_ref() == name,
            _ => false,
        });
        if !known {
            let slot = Slot::Name(scope.clone(), name.into());
            let before = slot.read();
            path.push((slot, before));
        }
    }

    /// Ends the innermost path and puts everything back as it was before.
    pub(crate) fn end(&mut self) -> Vec<Change> {
        let noted = self.paths.pop().unwrap_or_default();
        let mut changes = Vec::with_capacity(noted.len());
        for (slot, before) in noted {
            let after = slot.read();
            slot.write(before.clone());
            changes.push(Change {
                slot,
                before,
                after,
            });
        }
        changes
    }

    /// Writes a slot, noting it for the path around.
    pub(crate) fn write(&mut self, slot: &Slot, content: Content) {
        self.note(slot);
        slot.write(content);
    }
}
