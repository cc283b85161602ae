//! What holds itself: a scope holds its functions, which hold the scope. Counting references never
//! frees such circles, so whoever made them has to say when nobody needs them any more.

use std::rc::{Rc, Weak};

use super::object::Class;
use super::scope::Scope;

/// The scopes and classes of one evaluation that functions hold.
#[derive(Debug, Default)]
pub(crate) struct Circles {
    scopes: Vec<Weak<Scope>>,
    classes: Vec<Weak<Class>>,
}

impl Circles {
    /// A function has been defined in the scope.
    pub(crate) fn note_scope(&mut self, scope: &Rc<Scope>) {
        let is_last = |last: &Weak<Scope>| std::ptr::eq(last.as_ptr(), Rc::as_ptr(scope));
        if !self.scopes.last().is_some_and(is_last) {
            self.scopes.push(Rc::downgrade(scope));
        }
    }

    pub(crate) fn note_class(&mut self, class: &Rc<Class>) {
        self.classes.push(Rc::downgrade(class));
    }

    fn open(&mut self) {
        for scope in self.scopes.drain(..) {
            scope.upgrade().inspect(|scope| scope.clear());
        }
        for class in self.classes.drain(..) {
            class.upgrade().inspect(|class| class.attributes.clear());
        }
    }
}

/// Everything that evaluations made; gone with this.
#[derive(Debug, Default)]
pub(crate) struct Heap(Vec<Circles>);

impl Heap {
    pub(crate) fn keep(&mut self, circles: Circles) {
        self.0.push(circles);
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Circles::open);
    }
}
