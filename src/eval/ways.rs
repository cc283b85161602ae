//! Walking several paths from one state and joining what they leave.

use crate::model::{Guard, QuickMap};

use super::conditions::OfPath;
use super::departures::Departure;
use super::flow::{Flow, Frame, Interrupt};
use super::guards::outlives_failure;
use super::interpreter::Interpreter;
use super::join::{Left, join_contents};
use super::journal::{Change, Content, Slot};
use super::value::{Source, Value};

/// A path that has been walked.
pub(crate) struct Way {
    pub(crate) flow: Flow,
    pub(crate) changes: Vec<Change>,
    /// The guards that were in force at its end, beyond those in force at its start.
    pub(crate) guards: Vec<Guard>,
    /// What it leaves behind where it comes back to the others, if it leaves early.
    pub(crate) departing: Vec<(Slot, Content)>,
}

impl Way {
    fn goes_on(&self) -> bool {
        self.flow.is_ok()
    }
}

impl Interpreter<'_> {
    /// Walks one path under the guards, then puts the state back.
    pub(crate) fn walk(
        &mut self,
        frame: &mut Frame<'_>,
        guards: Vec<Guard>,
        run: &mut dyn FnMut(&mut Self, &mut Frame<'_>) -> Flow,
    ) -> Way {
        let outer = self.guards.len();
        self.guards.extend(guards);
        self.journal.begin();
        let flow = run(self, frame);
        let departing = self.departing(frame, &flow);
        let changes = self.journal.end();
        let guards = self.guards.split_off(outer.min(self.guards.len()));
        Way {
            flow,
            changes,
            guards,
            departing,
        }
    }

    /// Writes what a walked path left, as if it had been the only one.
    pub(crate) fn follow(&mut self, way: Way) -> Flow {
        for change in way.changes {
            self.journal.write(&change.slot, change.after);
        }
        way.flow
    }

    /// Both the state before and after the path are possible from now on.
    pub(crate) fn follow_perhaps(&mut self, way: &Way, source: &Source) {
        let limit = self.limits.alternatives;
        let (skipped, taken) = (OfPath::new(&[]), OfPath::new(&way.guards));
        for change in &way.changes {
            let left = [
                Left {
                    content: &change.before,
                    guards: &skipped,
                },
                Left {
                    content: &change.after,
                    guards: &taken,
                },
            ];
            let joined = join_contents(&change.before, &left, source, limit);
            self.journal.write(&change.slot, joined);
        }
    }

    /// Joins the paths: those that go on, or if none does, those that are thrown least far.
    pub(crate) fn meet(&mut self, frame: &mut Frame<'_>, ways: Vec<Way>, source: &Source) -> Flow {
        if ways
            .iter()
            .any(|way| matches!(way.flow, Err(Interrupt::Stop)))
        {
            return Err(Interrupt::Stop);
        }
        let reach = |way: &Way| {
            way.flow
                .as_ref()
                .err()
                .map_or(0, |interrupt| interrupt.reach() + 1)
        };
        let least = ways.iter().map(reach).min().unwrap_or(0);
        let (staying, leaving): (Vec<Way>, Vec<Way>) =
            ways.into_iter().partition(|way| reach(way) == least);
        let parted = !leaving.is_empty();
        let by_failure = leaving.iter().all(|way| is_failure(&way.flow));
        for way in leaving {
            note_leaving(frame, way, source);
        }
        let alone = staying.len() == 1;
        let flow = join_flows(frame, &staying, source);
        self.join_changes(&staying, source);
        if alone && parted && staying.first().is_some_and(Way::goes_on) {
            // The other path has left: what follows is under this one's condition.
            let guards = staying.into_iter().flat_map(|way| way.guards);
            self.guards
                .extend(guards.filter(|guard| !by_failure || outlives_failure(guard)));
        }
        flow
    }

    fn join_changes(&mut self, ways: &[Way], source: &Source) {
        if let [alone] = ways {
            for change in &alone.changes {
                self.journal.write(&change.slot, change.after.clone());
            }
            return;
        }
        let limit = self.limits.alternatives;
        let guards: Vec<OfPath<'_>> = ways.iter().map(|way| OfPath::new(&way.guards)).collect();
        for changed in changed_slots(ways) {
            let left: Vec<Left<'_>> = changed
                .after
                .iter()
                .zip(&guards)
                .map(|(content, guards)| Left {
                    content: content.unwrap_or(changed.before),
                    guards,
                })
                .collect();
            let joined = join_contents(changed.before, &left, source, limit);
            self.journal.write(changed.slot, joined);
        }
    }
}

/// A slot that some of the paths have changed.
struct ChangedSlot<'w> {
    slot: &'w Slot,
    before: &'w Content,
    /// What each path left; `None`: what was there before.
    after: Vec<Option<&'w Content>>,
}

/// In the order in which the paths have changed them.
fn changed_slots(ways: &[Way]) -> Vec<ChangedSlot<'_>> {
    let mut changed: Vec<ChangedSlot<'_>> = Vec::new();
    let mut known: QuickMap<(usize, u64), usize> = QuickMap::default();
    for (index, way) in ways.iter().enumerate() {
        for change in &way.changes {
            let at = *known.entry(change.slot.key()).or_insert_with(|| {
                changed.push(ChangedSlot {
                    slot: &change.slot,
                    before: &change.before,
                    after: vec![None; ways.len()],
                });
                changed.len() - 1
            });
            changed[at].after[index] = Some(&change.after);
        }
    }
    changed
}

/// Does the path end with an error? An exit without a code, or with 0, is none.
fn is_failure(flow: &Flow) -> bool {
    match flow {
        Err(Interrupt::Raise(_)) => true,
        Err(Interrupt::Exit(code)) => !matches!(code, Value::None | Value::Integer(0)),
        _ => false,
    }
}

/// Remembers how a path left that others did not take.
fn note_leaving(frame: &mut Frame<'_>, way: Way, source: &Source) {
    let departure = Departure::new(&way.flow, way.departing, way.guards, source.clone());
    frame.departures.extend(departure);
    if let Err(Interrupt::Return(value)) = way.flow {
        frame.returned.push((value, source.clone()));
    }
}

fn join_flows(frame: &mut Frame<'_>, ways: &[Way], source: &Source) -> Flow {
    let mut flows = ways.iter().map(|way| way.flow.clone());
    let first = flows.next().unwrap_or(Ok(()));
    for flow in flows {
        if let Err(Interrupt::Return(value)) = flow {
            frame.returned.push((value, source.clone()));
        }
    }
    first
}
