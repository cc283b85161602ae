//! A node of the tree put right: the states that it is, and those that differ from it in their version
//! table alone. These are tried in its database, in transactions that are taken back, and get one of
//! their own only where they set out for somewhere else.

use std::sync::Arc;
use std::time::Instant;

use super::check::Journey;
use super::report::Failure;
use super::run::{Outcome, Path, Template, Verification, Work, Worker, milliseconds};
use super::station::{Departure, Filling, Ground, Start};
use super::tree::Move;
use crate::database::{Client, DatabaseError};

/// A node that is reached, and its database.
pub(super) struct Place<'a> {
    pub(super) node: usize,
    pub(super) name: &'a str,
    pub(super) path: Path,
    pub(super) started: Instant,
}

/// A tampered version table, by its node.
struct Tampered {
    node: usize,
    start: Start,
}

/// What is to become of the tampered tables of a node.
#[derive(Default)]
struct Glances {
    /// Those whose journey is known, or will be the node's own.
    shared: Vec<Tampered>,
    /// Those that need a database of their own.
    others: Vec<(Move, usize)>,
}

impl Verification<'_> {
    /// Puts the states of a node right and notes where they arrive, if they do.
    pub(super) fn settle(
        &self,
        worker: &mut Worker,
        mut client: Client,
        place: Place<'_>,
    ) -> Result<bool, DatabaseError> {
        let Path {
            revisions, stuck, ..
        } = &place.path;
        if let Some(failure) = stuck {
            self.note_stuck(&place, failure);
            return Ok(false);
        }
        let filled = place.path.filled.clone();
        let ground = self.checker.ground(&mut client, *revisions, filled)?;
        let filling = ground.filling.clone();
        let Glances { shared, others } = self.glances(&mut client, &ground, place.node)?;
        if !others.is_empty() {
            drop(client);
            self.set_apart(worker, &place, &filling, others)?;
            client = self.cluster.connect(place.name)?;
        }
        let only_chain = self.is_chain_alone(place.node);
        let (departure, journey) = self.checker.arrive(&mut client, ground, only_chain)?;
        self.settle_tampered(worker, &place, (&departure, &journey), &filling, shared);
        let arrives = journey.arrival.is_ok();
        self.note(&place, place.node, &journey);
        Ok(arrives)
    }

    /// What is never reached is never tampered with.
    fn note_stuck(&self, place: &Place<'_>, failure: &Failure) {
        let journey = Journey::stuck(None, failure.clone());
        self.note(place, place.node, &journey);
        for (_, child) in self.tampered(place.node) {
            self.note(place, child, &journey);
        }
    }

    /// What may come of the node's version table, and the nodes that it becomes.
    fn tampered(&self, node: usize) -> impl Iterator<Item = (&Move, usize)> {
        let children = self.tree.nodes[node].children.iter();
        let children = children.filter(|(step, _)| step.is_of_version_table());
        children.map(|(step, &child)| (step, child))
    }

    /// How the tampered tables of a node set out.
    fn glances(
        &self,
        client: &mut Client,
        ground: &Ground,
        node: usize,
    ) -> Result<Glances, DatabaseError> {
        let mut glances = Glances::default();
        if self.tampered(node).next().is_none() {
            return Ok(glances);
        }
        let only_chain = self.is_chain_alone(node);
        let own = self.checker.outset(client, ground)?;
        for (step, child) in self.tampered(node) {
            let start = match step {
                Move::Version(statements) if !self.is_to_crash(child) => {
                    self.checker.glance(client, ground, statements)?
                }
                _ => None,
            };
            let is_shared = |start: &Start| {
                let departure = &start.departure;
                let own = own.as_ref().map(|own| &own.departure);
                own.is_some_and(|own| own.is_from_the_same_place(departure))
                    || (!only_chain && self.checker.known_journey(departure).is_some())
            };
            match start.filter(is_shared) {
                Some(start) => glances.shared.push(Tampered { node: child, start }),
                None => glances.others.push((step.clone(), child)),
            }
        }
        Ok(glances)
    }

    /// Copies of the database for those that set out for somewhere else.
    fn set_apart(
        &self,
        worker: &mut Worker,
        place: &Place<'_>,
        filling: &Filling,
        others: Vec<(Move, usize)>,
    ) -> Result<(), DatabaseError> {
        let name = self.cluster.fresh_name("apart");
        worker.admin.clone_database(place.name, &name)?;
        let path = Path {
            filled: Some(filling.clone()),
            ..place.path.clone()
        };
        let template = Arc::new(Template { name, path });
        let works = others.into_iter().map(|(step, node)| Work {
            from: Arc::clone(&template),
            steps: vec![step],
            node,
            ends_here: true,
        });
        self.add(worker, works.collect());
        worker.release(template)
    }

    /// They share the journey of whoever set out from the same place. Where that went another way they
    /// are made anew.
    fn settle_tampered(
        &self,
        worker: &Worker,
        place: &Place<'_>,
        (departure, journey): (&Departure, &Journey),
        filling: &Filling,
        tampered: Vec<Tampered>,
    ) {
        let mut anew = Vec::new();
        for Tampered { node, start } in tampered {
            let own = self
                .checker
                .is_same_way(&start.departure, departure, journey);
            let known = match own {
                true => Some(journey.clone()),
                false if self.is_chain_alone(node) => None,
                false => self.checker.known_journey(&start.departure),
            };
            match known {
                Some(known) => self.note(place, node, &known.of(start.stamped, filling)),
                None => anew.extend(self.anew(node)),
            }
        }
        self.add(worker, anew);
    }

    fn is_chain_alone(&self, node: usize) -> bool {
        let states = &self.tree.nodes[node].states;
        let mut states = states.iter().filter_map(|&state| self.states.get(state));
        states.any(|state| state.scripts.is_empty())
    }

    fn note(&self, place: &Place<'_>, node: usize, journey: &Journey) {
        let done = {
            let mut shared = self.shared();
            for &state in &self.tree.nodes[node].states {
                let outcome = Outcome {
                    journey: journey.clone(),
                    script_failures: place.path.failures.clone(),
                    milliseconds: milliseconds(place.started),
                };
                shared.arrivals.insert(state, outcome);
            }
            shared.arrivals.len()
        };
        (self.progress)(done, self.states.len());
    }
}
