//! The guards under which an element of a container is there. All elements that one path has brought
//! share them: containers grow long, and paths meet again and again.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::model::Guard;

/// Guards, outermost first. A copy costs nothing.
#[derive(Debug, Clone, Default)]
pub struct Conditions(Option<Rc<Link>>);

#[derive(Debug)]
struct Link {
    own: Rc<[Guard]>,
    inner: Conditions,
}

impl Conditions {
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Outermost first.
    pub fn iter(&self) -> impl Iterator<Item = &Guard> {
        let links = std::iter::successors(self.0.as_deref(), |link| link.inner.0.as_deref());
        links.flat_map(|link| link.own.iter())
    }

    /// Under these, and inside of them under others.
    pub(crate) fn around(&self, inner: &Self) -> Self {
        match &self.0 {
            None => inner.clone(),
            Some(_) if inner.is_empty() => self.clone(),
            Some(link) => Self(Some(Rc::new(Link {
                own: Rc::clone(&link.own),
                inner: link.inner.around(inner),
            }))),
        }
    }
}

impl From<&[Guard]> for Conditions {
    fn from(guards: &[Guard]) -> Self {
        Self((!guards.is_empty()).then(|| {
            Rc::new(Link {
                own: Rc::from(guards),
                inner: Self::default(),
            })
        }))
    }
}

/// The guards of a path, made into conditions when the first element needs them.
#[derive(Debug)]
pub(crate) struct OfPath<'p> {
    guards: &'p [Guard],
    shared: OnceCell<Conditions>,
}

impl<'p> OfPath<'p> {
    pub(crate) fn new(guards: &'p [Guard]) -> Self {
        Self {
            guards,
            shared: OnceCell::new(),
        }
    }

    pub(crate) fn conditions(&self) -> &Conditions {
        self.shared.get_or_init(|| Conditions::from(self.guards))
    }
}

#[cfg(test)]
mod tests {
    use super::Conditions;
    use crate::model::{Guard, GuardKind};

    fn of(text: &str) -> Conditions {
        Conditions::from(&[Guard::new(GuardKind::ForEachRow, text, None)][..])
    }

    #[test]
    fn the_outermost_comes_first() {
        let all = of("a").around(&of("b")).around(&of("c"));
        let texts: Vec<&str> = all.iter().map(|guard| guard.text.as_str()).collect();
        assert_eq!(texts, ["a", "b", "c"]);
        assert!(!all.is_empty() && Conditions::from(&[][..]).is_empty());
        assert_eq!(Conditions::default().around(&all).iter().count(), 3);
    }
}
