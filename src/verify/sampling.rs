//! Which start states are tried: all that people would think of first, then a seeded sample of the
//! many.

use std::collections::BTreeSet;

use super::{StartState, VerifyPlan, VersionTable};

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to less than `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}

/// Head alone, head after each single script, head after all in order.
pub fn start_states(plan: &VerifyPlan) -> Vec<StartState> {
    let head = plan.chain.len();
    let count = plan.scripts.len();
    let mut states = vec![StartState::new(head, Vec::new())];
    states.extend((0..count).map(|script| StartState::new(head, vec![script])));
    states.push(StartState::new(head, (0..count).collect()));
    distinct(states)
}

/// Up to `most` states: those of `start_states`, all scripts in reverse, every point of the chain
/// alone, each with every wrong version table; then scripts at other points, pairs of scripts that
/// touch a common object, and random subsets at random points, as the seed has it: each of these with
/// the version table right, stamped wrong and missing.
pub fn every_state(plan: &VerifyPlan, most: usize, seed: u64) -> Vec<StartState> {
    let head = plan.chain.len();
    let count = plan.scripts.len();
    let mut numbers = Numbers(seed);
    let mut states = start_states(plan);
    states.push(StartState::new(head, (0..count).rev().collect()));
    states.extend((0..head).map(|point| StartState::new(point, Vec::new())));
    states.extend(tampered(plan, &mut numbers));
    let mut many = others(plan, &mut numbers);
    numbers.shuffle(&mut many);
    let many = many.into_iter();
    states.extend(many.flat_map(|state| with_versions(plan, state, &mut numbers)));
    let mut states = distinct(states);
    // All of them, where there is room; the first ones are never left out.
    while states.len() < most && count > 1 {
        let before = states.len();
        for _ in 0..(most - before).div_ceil(3) {
            let state = random(plan, &mut numbers);
            states.extend(with_versions(plan, state, &mut numbers));
        }
        states = distinct(states);
        if states.len() == before {
            break;
        }
    }
    states.truncate(most);
    states
}

fn distinct(states: Vec<StartState>) -> Vec<StartState> {
    let mut seen = BTreeSet::new();
    states
        .into_iter()
        .filter(|state| seen.insert(state.clone()))
        .collect()
}

/// Each script and all of them at the other points, and pairs at any point.
fn others(plan: &VerifyPlan, numbers: &mut Numbers) -> Vec<StartState> {
    let head = plan.chain.len();
    let count = plan.scripts.len();
    let mut states = Vec::new();
    for point in 0..head {
        states.extend((0..count).map(|script| StartState::new(point, vec![script])));
        states.push(StartState::new(point, (0..count).collect()));
        states.push(StartState::new(point, (0..count).rev().collect()));
    }
    for &(one, other) in &plan.pairs {
        states.push(StartState::new(head, vec![one, other]));
        states.push(StartState::new(head, vec![other, one]));
        let point = numbers.below(head + 1);
        states.push(StartState::new(point, vec![one, other]));
    }
    states
}

/// A missing version table, and one stamped with the revision before, the one after, the base's or
/// the head's, at every point.
fn tampered(plan: &VerifyPlan, numbers: &mut Numbers) -> Vec<StartState> {
    let mut states = Vec::new();
    for point in (0..=plan.chain.len()).rev() {
        for version in wrong_versions(plan, point) {
            let alone = StartState::new(point, Vec::new());
            let script = numbers.below(plan.scripts.len());
            let scripts = Vec::from_iter(plan.scripts.get(script).map(|_| script));
            let states_of_point = [alone, StartState::new(point, scripts)];
            states.extend(states_of_point.map(|state| state.with(version.clone())));
        }
    }
    states
}

/// The state with its version table right, stamped wrong, and missing.
fn with_versions(plan: &VerifyPlan, state: StartState, numbers: &mut Numbers) -> Vec<StartState> {
    let mut wrong = wrong_versions(plan, state.revisions);
    let missing = wrong.pop();
    let stamped = (!wrong.is_empty()).then(|| wrong.swap_remove(numbers.below(wrong.len())));
    let tampered = stamped.into_iter().chain(missing);
    let tampered: Vec<_> = tampered
        .map(|version| state.clone().with(version))
        .collect();
    std::iter::once(state).chain(tampered).collect()
}

/// What the version table can wrongly say at a point of the chain; that it is missing comes last. An
/// empty database has none.
fn wrong_versions(plan: &VerifyPlan, point: usize) -> Vec<VersionTable> {
    let Some(table) = plan.version_table.as_ref().filter(|_| point > 0) else {
        return Vec::new();
    };
    let head = plan.chain.len();
    let wrong = [1, point - 1, point + 1, head];
    let wrong = wrong
        .into_iter()
        .filter(|other| (1..=head).contains(other) && *other != point);
    let wrong: BTreeSet<usize> = wrong.collect();
    let stamped = wrong.into_iter().filter_map(|other| {
        let id = plan.chain.get(other - 1)?.id.clone();
        Some(VersionTable::Tampered {
            name: format!("stamped {id}"),
            statements: table.stamp(&[id]),
        })
    });
    let missing = VersionTable::Tampered {
        name: VersionTable::MISSING.to_owned(),
        statements: table.stamp(&[]),
    };
    stamped.chain([missing]).collect()
}

/// Up to eight scripts in any order, at any point.
fn random(plan: &VerifyPlan, numbers: &mut Numbers) -> StartState {
    let mut scripts: Vec<usize> = (0..plan.scripts.len()).collect();
    numbers.shuffle(&mut scripts);
    scripts.truncate(2 + numbers.below(7));
    StartState::new(numbers.below(plan.chain.len() + 1), scripts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::{Revision, RunFile, VersionWriter};

    fn plan() -> VerifyPlan {
        let file = |name: &str| RunFile {
            name: name.to_owned(),
            steps: Vec::new(),
        };
        let revision = |id: &str| Revision {
            id: id.to_owned(),
            steps: Vec::new(),
        };
        VerifyPlan {
            chain: vec![revision("001"), revision("002")],
            scripts: vec![file("a.sql"), file("b.py"), file("c.sql")],
            pairs: vec![(0, 2)],
            version_table: Some(VersionWriter {
                table: "alembic_version".to_owned(),
            }),
            ..VerifyPlan::default()
        }
    }

    #[test]
    fn states_have_names() {
        let plan = plan();
        let names: Vec<_> = start_states(&plan)
            .iter()
            .map(|state| state.describe(&plan))
            .collect();
        assert_eq!(
            names,
            [
                "head",
                "head + a.sql",
                "head + b.py",
                "head + c.sql",
                "head + a.sql, b.py, c.sql"
            ]
        );
    }

    #[test]
    fn states_are_found_by_their_names() {
        let plan = plan();
        for state in every_state(&plan, 60, 7) {
            let name = state.describe(&plan);
            assert_eq!(StartState::named(&name, &plan), Some(state), "{name}");
        }
        assert_eq!(StartState::named("003", &plan), None);
        assert_eq!(StartState::named("001 + d.sql", &plan), None);
    }

    #[test]
    fn the_sample_holds_every_kind_and_is_the_same_for_the_same_seed() {
        let plan = plan();
        let states = every_state(&plan, 60, 7);
        let names: BTreeSet<_> = states.iter().map(|state| state.describe(&plan)).collect();
        for name in [
            "head + c.sql, b.py, a.sql",
            "empty",
            "001",
            "head (version table missing)",
            "001 (stamped 002)",
            "head + c.sql, a.sql",
            "001 + b.py",
            "001 + b.py (version table missing)",
            "001 + b.py (stamped 002)",
        ] {
            assert!(names.contains(name), "{name} is not among {names:?}");
        }
        assert_eq!(states, every_state(&plan, 60, 7));
        assert_ne!(states, every_state(&plan, 60, 8));
        assert_eq!(every_state(&plan, 5, 7), start_states(&plan));
    }
}
