//! The contents of a container: shared by all who hold it, and copied only when they change after
//! somebody has kept them as they were.

use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

/// Elements or entries. A snapshot costs nothing; the first change after it copies the contents.
#[derive(Debug)]
pub struct Contents<T>(RefCell<Rc<Vec<T>>>);

impl<T: Clone> Contents<T> {
    pub fn new(contents: Vec<T>) -> Self {
        Self(RefCell::new(Rc::new(contents)))
    }

    pub fn borrow(&self) -> Ref<'_, Vec<T>> {
        Ref::map(self.0.borrow(), |contents| &**contents)
    }

    pub fn borrow_mut(&self) -> RefMut<'_, Vec<T>> {
        RefMut::map(self.0.borrow_mut(), Rc::make_mut)
    }

    /// The contents as they are now.
    pub(crate) fn snapshot(&self) -> Rc<Vec<T>> {
        Rc::clone(&self.0.borrow())
    }

    /// Puts back what a snapshot kept.
    pub(crate) fn restore(&self, snapshot: Rc<Vec<T>>) {
        *self.0.borrow_mut() = snapshot;
    }
}

#[cfg(test)]
mod tests {
    use super::Contents;

    #[test]
    fn a_snapshot_outlives_later_changes() {
        let contents = Contents::new(vec![1]);
        let kept = contents.snapshot();
        contents.borrow_mut().push(2);
        assert_eq!(
            (kept.as_slice(), contents.borrow().as_slice()),
            (&[1][..], &[1, 2][..])
        );
        contents.restore(kept);
        assert_eq!(contents.borrow().as_slice(), &[1]);
    }
}
