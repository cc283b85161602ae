//! Functions, classes and their instances as the estate defines them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;
use crate::python::tree::{ClassDefinition, FunctionDefinition};

use super::scope::Scope;
use super::value::Value;

/// A function or lambda with the scope that it was defined in.
#[derive(Debug)]
pub struct Function {
    pub definition: Arc<FunctionDefinition>,
    pub scope: Rc<Scope>,
    /// The defaults, evaluated where the function was defined; by parameter name.
    pub defaults: Vec<(Rc<str>, Value)>,
    /// The class that it was defined in, for `super()`.
    pub owner: RefCell<Option<Rc<Class>>>,
    pub kind: FunctionKind,
    /// Decorators that are not of the estate, as canonical dotted paths with their call's value.
    pub decorators: Vec<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    Plain,
    Property,
    StaticMethod,
    ClassMethod,
    ContextManager,
}

/// Attributes in the order in which they were first set.
#[derive(Debug, Default)]
pub struct Attributes {
    values: RefCell<BTreeMap<Rc<str>, Value>>,
    order: RefCell<Vec<Rc<str>>>,
    changes: Cell<usize>,
}

impl Attributes {
    pub fn get(&self, name: &str) -> Option<Value> {
        self.values.borrow().get(name).cloned()
    }

    pub fn set(&self, name: &Rc<str>, value: Value) {
        self.changes.set(self.changes.get() + 1);
        if self
            .values
            .borrow_mut()
            .insert(name.clone(), value)
            .is_none()
        {
            self.order.borrow_mut().push(name.clone());
        }
    }

    /// How often something was set or removed.
    pub(crate) fn changes(&self) -> usize {
        self.changes.get()
    }

    pub fn remove(&self, name: &str) {
        self.changes.set(self.changes.get() + 1);
        self.values.borrow_mut().remove(name);
        self.order
            .borrow_mut()
            .retain(|known| known.as_ref() != name);
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        let values = std::mem::take(&mut *self.values.borrow_mut());
        self.order.borrow_mut().clear();
        drop(values);
    }

    /// Names and values in order of definition.
    pub fn all(&self) -> Vec<(Rc<str>, Value)> {
        let values = self.values.borrow();
        let order = self.order.borrow();
        order
            .iter()
            .filter_map(|name| values.get(name).map(|value| (name.clone(), value.clone())))
            .collect()
    }
}

/// A class of the estate.
#[derive(Debug)]
pub struct Class {
    pub definition: Arc<ClassDefinition>,
    /// The scope around the class.
    pub scope: Rc<Scope>,
    /// Classes of the estate, or externals.
    pub bases: Vec<Value>,
    /// `class Model(Base, table=True)`.
    pub keywords: Vec<(Rc<str>, Value)>,
    pub attributes: Attributes,
    /// Annotated names of the body in order, with their annotation's text.
    pub annotated: RefCell<Vec<(Rc<str>, Value)>>,
    pub decorators: Vec<Value>,
}

impl Class {
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// The class and its bases of the estate, in the order in which attributes are looked up
    /// (depth first, each once; close enough to Python's C3 order for the classes of scripts).
    pub fn lineage(self: &Rc<Self>) -> Vec<Rc<Class>> {
        let mut found: Vec<Rc<Class>> = Vec::new();
        let mut waiting = vec![self.clone()];
        while let Some(class) = waiting.pop() {
            if found.iter().any(|known| Rc::ptr_eq(known, &class)) {
                continue;
            }
            for base in class.bases.iter().rev() {
                if let Value::Class(base) = base {
                    waiting.push(base.clone());
                }
            }
            found.push(class);
        }
        found
    }

    /// The external bases of the whole lineage.
    pub fn external_bases(self: &Rc<Self>) -> Vec<Value> {
        self.lineage()
            .iter()
            .flat_map(|class| class.bases.iter())
            .filter(|base| !matches!(base, Value::Class(_)))
            .cloned()
            .collect()
    }

    /// The attribute as the class or a base of the estate defines it.
    pub fn lookup(self: &Rc<Self>, name: &str) -> Option<Value> {
        self.lookup_with_owner(name).map(|(value, _)| value)
    }

    /// The attribute and the class that defines it.
    pub fn lookup_with_owner(self: &Rc<Self>, name: &str) -> Option<(Value, Rc<Class>)> {
        if let Some(value) = self.attributes.get(name) {
            return Some((value, self.clone()));
        }
        self.lineage().into_iter().skip(1).find_map(|class| {
            class
                .attributes
                .get(name)
                .map(|value| (value, class.clone()))
        })
    }
}

/// An object of a class of the estate.
#[derive(Debug)]
pub struct Instance {
    pub class: Rc<Class>,
    pub attributes: Attributes,
    /// What the constructor was given, for classes whose constructor is a library's (ORM models).
    pub arguments: super::external::Arguments,
    /// Its constructor has been entered.
    pub initialised: Cell<bool>,
    pub place: Place,
}
