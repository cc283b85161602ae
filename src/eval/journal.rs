//! What a path changes, so that another path can start from the same state and both can be joined.

use std::rc::Rc;

use crate::model::QuickSet;

use super::external::External;
use super::object::{Class, Instance};
use super::scope::{Scope, youngest};
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
    Elements(Rc<Vec<Value>>),
    Entries(Rc<Vec<(Value, Value)>>),
}

impl Slot {
    /// Equal for the same slot, and for no other that is alive.
    pub(crate) fn key(&self) -> (usize, u64) {
        let address = |pointer: *const ()| pointer as usize;
        match self {
            Self::Name(scope, name) => (address(Rc::as_ptr(scope).cast()), fingerprint(name)),
            Self::Instance(instance, name) => {
                (address(Rc::as_ptr(instance).cast()), fingerprint(name))
            }
            Self::Class(class, name) => (address(Rc::as_ptr(class).cast()), fingerprint(name)),
            Self::External(external, name) => {
                (address(Rc::as_ptr(external).cast()), fingerprint(name))
            }
            Self::Elements(elements) => (address(Rc::as_ptr(elements).cast()), 0),
            Self::Entries(entries) => (address(Rc::as_ptr(entries).cast()), 0),
        }
    }

    pub(crate) fn read(&self) -> Content {
        let value = match self {
            Self::Name(scope, name) => scope.get(name),
            Self::Instance(instance, name) => instance.attributes.get(name),
            Self::Class(class, name) => class.attributes.get(name),
            Self::External(external, name) => external.attributes.borrow().get(name).cloned(),
            Self::Elements(elements) => return Content::Elements(elements.snapshot()),
            Self::Entries(entries) => return Content::Entries(entries.snapshot()),
        };
        value.map_or(Content::Absent, Content::Value)
    }

    /// Writes the slot and gives what was in it.
    fn exchange(&self, content: Content) -> Content {
        let before = match (self, content) {
            (Self::Name(scope, name), Content::Value(value)) => scope.set(name, value),
            (Self::Name(scope, name), _) => scope.remove(name),
            (slot, content) => {
                let before = slot.read();
                slot.write(content);
                return before;
            }
        };
        before.map_or(Content::Absent, Content::Value)
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
            (Self::Elements(elements), Content::Elements(values)) => elements.restore(values),
            (Self::Entries(entries), Content::Entries(values)) => entries.restore(values),
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
    paths: Vec<Path>,
}

/// What one path has changed: each slot once, with what was in it.
#[derive(Debug, Default)]
struct Path {
    noted: Vec<(Slot, Content)>,
    known: QuickSet<(usize, u64)>,
    /// The youngest scope when the path began: younger ones are seen by this path alone.
    youngest: u64,
}

/// A short stand-in for a name (FNV-1a).
fn fingerprint(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl Journal {
    pub(crate) fn begin(&mut self) {
        self.paths.push(Path {
            youngest: youngest(),
            ..Path::default()
        });
    }

    /// To be called before every change of a slot.
    pub(crate) fn note(&mut self, slot: &Slot) {
        if let Some(path) = self.paths.last_mut()
            && path.known.insert(slot.key())
        {
            path.noted.push((slot.clone(), slot.read()));
        }
    }

    /// A name about to be set: the commonest change, looked for without building a slot.
    pub(crate) fn note_name(&mut self, scope: &Rc<Scope>, name: &str) {
        let Some(path) = self.paths.last_mut() else {
            return;
        };
        if scope.birth > path.youngest {
            return;
        }
        let key = (Rc::as_ptr(scope).cast::<()>() as usize, fingerprint(name));
        if path.known.insert(key) {
            let slot = Slot::Name(scope.clone(), name.into());
            let before = slot.read();
            path.noted.push((slot, before));
        }
    }

    /// Ends the innermost path and puts everything back as it was before.
    pub(crate) fn end(&mut self) -> Vec<Change> {
        let noted = self.paths.pop().unwrap_or_default().noted;
        let mut changes = Vec::with_capacity(noted.len());
        for (slot, before) in noted {
            let after = slot.exchange(before.clone());
            changes.push(Change {
                slot,
                before,
                after,
            });
        }
        changes
    }

    /// How many paths are being walked.
    pub(crate) fn depth(&self) -> usize {
        self.paths.len()
    }

    /// The slots that the paths from the given depth on have changed, with what is in them now.
    pub(crate) fn changed_since(&self, depth: usize) -> Vec<(Slot, Content)> {
        let mut seen = QuickSet::default();
        let paths = self.paths.iter().skip(depth);
        let noted = paths.flat_map(|path| path.noted.iter());
        noted
            .filter(|(slot, _)| seen.insert(slot.key()))
            .map(|(slot, _)| (slot.clone(), slot.read()))
            .collect()
    }

    /// Have the paths from the given depth on changed the slot?
    pub(crate) fn has_changed_since(&self, depth: usize, slot: &Slot) -> bool {
        let key = slot.key();
        let mut paths = self.paths.iter().skip(depth);
        paths.any(|path| path.known.contains(&key))
    }

    /// Ends the innermost path and keeps what it has changed.
    pub(crate) fn keep(&mut self) {
        let noted = self.paths.pop().unwrap_or_default().noted;
        let Some(path) = self.paths.last_mut() else {
            return;
        };
        for (slot, before) in noted {
            if path.known.insert(slot.key()) {
                path.noted.push((slot, before));
            }
        }
    }

    /// Writes a slot, noting it for the path around.
    pub(crate) fn write(&mut self, slot: &Slot, content: Content) {
        self.note(slot);
        slot.write(content);
    }
}
