//! Names and what they stand for: of a module, a function or a class body.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::QuickMap;

use super::value::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    Module,
    Function,
    Class,
}

/// One namespace. Lookups go outwards through `parent`.
#[derive(Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    /// The file that the names stand in.
    pub file: Arc<str>,
    /// A module's dotted name as it was imported; `__main__` for the script itself.
    pub module_name: Rc<str>,
    pub parent: Option<Rc<Scope>>,
    names: RefCell<QuickMap<Rc<str>, Value>>,
    globals: RefCell<BTreeSet<Rc<str>>>,
    nonlocals: RefCell<BTreeSet<Rc<str>>>,
    /// A module's body has been run, or is running.
    pub entered: Cell<bool>,
    /// Scopes made later have a higher number.
    pub(crate) birth: u64,
}

thread_local! {
    static BIRTHS: Cell<u64> = const { Cell::new(0) };
}

/// The number of the youngest scope of this thread.
pub(crate) fn youngest() -> u64 {
    BIRTHS.get()
}

fn next_birth() -> u64 {
    BIRTHS.set(BIRTHS.get() + 1);
    BIRTHS.get()
}

impl Scope {
    pub fn module(file: Arc<str>, module_name: &str) -> Rc<Self> {
        Rc::new(Self {
            kind: ScopeKind::Module,
            file,
            module_name: module_name.into(),
            parent: None,
            names: RefCell::default(),
            globals: RefCell::default(),
            nonlocals: RefCell::default(),
            entered: Cell::new(false),
            birth: next_birth(),
        })
    }

    pub fn inside(parent: &Rc<Scope>, kind: ScopeKind) -> Rc<Self> {
        Rc::new(Self {
            kind,
            file: parent.file.clone(),
            module_name: parent.module_name.clone(),
            parent: Some(parent.clone()),
            names: RefCell::default(),
            globals: RefCell::default(),
            nonlocals: RefCell::default(),
            entered: Cell::new(true),
            birth: next_birth(),
        })
    }

    pub fn get(&self, name: &str) -> Option<Value> {
        self.names.borrow().get(name).cloned()
    }

    /// Sets the name in this very scope; gives what it was before.
    pub fn set(&self, name: &str, value: Value) -> Option<Value> {
        let mut names = self.names.borrow_mut();
        match names.get_mut(name) {
            Some(slot) => Some(std::mem::replace(slot, value)),
            None => names.insert(name.into(), value),
        }
    }

    pub fn remove(&self, name: &str) -> Option<Value> {
        self.names.borrow_mut().remove(name)
    }

    /// Forgets all names.
    pub(crate) fn clear(&self) {
        let names = std::mem::take(&mut *self.names.borrow_mut());
        drop(names);
    }

    /// All names with their values, in alphabetical order.
    pub fn all(&self) -> Vec<(Rc<str>, Value)> {
        let names = self.names.borrow();
        let all = names.iter();
        let mut all: Vec<_> = all
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        all.sort_by(|(left, _), (right, _)| left.cmp(right));
        all
    }

    pub fn declare_global(&self, name: &str) {
        self.globals.borrow_mut().insert(name.into());
    }

    pub fn declare_nonlocal(&self, name: &str) {
        self.nonlocals.borrow_mut().insert(name.into());
    }

    /// The value that the name has here, looked up as Python does: class bodies are not seen from
    /// the functions inside them (language reference, 4.2.2).
    pub fn lookup(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.get(name) {
            return Some(value);
        }
        let mut outer = self.parent.as_ref();
        while let Some(scope) = outer {
            if scope.kind != ScopeKind::Class
                && let Some(value) = scope.get(name)
            {
                return Some(value);
            }
            outer = scope.parent.as_ref();
        }
        None
    }

    /// The scope that an assignment to the name changes.
    pub fn binding_scope(self: &Rc<Self>, name: &str) -> Rc<Scope> {
        if self.globals.borrow().contains(name) {
            return self.module_scope();
        }
        if self.nonlocals.borrow().contains(name) {
            let mut outer = self.parent.clone();
            while let Some(scope) = outer {
                if scope.kind == ScopeKind::Function && scope.get(name).is_some() {
                    return scope;
                }
                outer = scope.parent.clone();
            }
        }
        self.clone()
    }

    pub fn module_scope(self: &Rc<Self>) -> Rc<Scope> {
        let mut scope = self.clone();
        while let Some(parent) = scope.parent.clone() {
            scope = parent;
        }
        scope
    }
}
