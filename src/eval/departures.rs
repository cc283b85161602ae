//! What paths that leave early have changed: `found = path` before a `break`, a list appended to before
//! a `continue` or a `return`. It is kept until the place where they come back to the others.

use crate::model::Guard;
use crate::python::tree::{Statement, StatementKind};

use super::conditions::{Conditions, OfPath};
use super::flow::{Flow, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::join::{Different, Left, join_contents, maybe_under};
use super::journal::{Content, Slot};
use super::value::Source;

/// Where the paths that left come back to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// At the end of the loop's turn.
    Turn,
    /// Behind the loop.
    Loop,
    /// At the end of the function.
    Body,
}

/// A path that left while others went on.
pub(crate) struct Departure {
    arrival: Arrival,
    left: Vec<(Slot, Content)>,
    guards: Vec<Guard>,
    source: Source,
}

impl Departure {
    /// `None` for what is thrown farther, or has changed nothing.
    pub(crate) fn new(
        flow: &Flow,
        left: Vec<(Slot, Content)>,
        guards: Vec<Guard>,
        source: Source,
    ) -> Option<Self> {
        let arrival = arrival_of(flow)?;
        let tells = arrival == Arrival::Loop || !left.is_empty();
        tells.then_some(Self {
            arrival,
            left,
            guards,
            source,
        })
    }
}

fn arrival_of(flow: &Flow) -> Option<Arrival> {
    match flow.as_ref().err()? {
        Interrupt::Continue => Some(Arrival::Turn),
        Interrupt::Break => Some(Arrival::Loop),
        Interrupt::Return(_) => Some(Arrival::Body),
        Interrupt::Skip(_) | Interrupt::Raise(_) | Interrupt::Exit(_) | Interrupt::Stop => None,
    }
}

/// How many paths were being walked when the body, the loop and the turn began: what was changed since
/// is what a path that leaves them has changed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Depths {
    pub(crate) body: usize,
    pub(crate) around_loop: usize,
    pub(crate) turn: usize,
}

impl Interpreter<'_> {
    /// What the path that ends here leaves behind, if it leaves early.
    pub(crate) fn departing(&self, frame: &Frame<'_>, flow: &Flow) -> Vec<(Slot, Content)> {
        match arrival_of(flow) {
            Some(Arrival::Turn) => self.journal.changed_since(frame.depths.turn),
            Some(Arrival::Loop) => self.journal.changed_since(frame.depths.around_loop),
            Some(Arrival::Body) => self.journal.changed_since(frame.depths.body),
            None => Vec::new(),
        }
    }

    /// Joins what those that left after the first `known` have changed; gives whether there were any.
    pub(crate) fn arrive(&mut self, frame: &mut Frame<'_>, arrival: Arrival, known: usize) -> bool {
        if frame.departures.len() <= known {
            return false;
        }
        let (arrived, others): (Vec<_>, Vec<_>) = frame
            .departures
            .split_off(known)
            .into_iter()
            .partition(|departure| departure.arrival == arrival);
        frame.departures.extend(others);
        for departure in &arrived {
            for (slot, content) in &departure.left {
                self.join_late(slot, content, departure);
            }
        }
        !arrived.is_empty()
    }

    fn join_late(&mut self, slot: &Slot, content: &Content, departure: &Departure) {
        let current = slot.read();
        let joined = match (&current, content) {
            (Content::Elements(here), Content::Elements(there)) => {
                let known = Different::of(here);
                let new = there.iter().filter(|value| !known.has(value));
                let guards = &Conditions::from(&departure.guards[..]);
                let new: Vec<_> = new.map(|it| maybe_under(it.clone(), guards)).collect();
                if new.is_empty() {
                    return;
                }
                let mut elements = here.to_vec();
                elements.extend(new);
                Content::Elements(elements.into())
            }
            (current, content) => {
                let (here, there) = (OfPath::new(&[]), OfPath::new(&departure.guards));
                let left = [(current, &here), (content, &there)];
                let left = left.map(|(content, guards)| Left { content, guards });
                join_contents(current, &left, &departure.source, self.limits.alternatives)
            }
        };
        self.journal.write(slot, joined);
    }
}

/// Does some path leave the loop with this body by `break`?
pub(super) fn breaks(body: &[Statement]) -> bool {
    body.iter().any(|statement| match &statement.kind {
        StatementKind::Break => true,
        StatementKind::If { body, orelse, .. } => breaks(body) || breaks(orelse),
        StatementKind::With { body, .. } => breaks(body),
        StatementKind::Try {
            body,
            handlers,
            orelse,
            finally,
        } => {
            let mut handlers = handlers.iter();
            breaks(body)
                || handlers.any(|handler| breaks(&handler.body))
                || breaks(orelse)
                || breaks(finally)
        }
        StatementKind::Match { cases, .. } => cases.iter().any(|case| breaks(&case.body)),
        // The `break` of a loop inside is its own, but for its `else`.
        StatementKind::For { orelse, .. } | StatementKind::While { orelse, .. } => breaks(orelse),
        _ => false,
    })
}
