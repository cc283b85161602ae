//! At which point of its chain a database is, told by its schema and not by its version table: the
//! repair of a table that was tampered with.

use std::collections::BTreeSet;

use crate::catalog::{FactKey, Facts, ObjectKind};

/// Scripts change these everywhere: they say nothing of the chain.
const SILENT: &[&str] = &["grants", "revoked", "owner", "comment"];

/// The catalogs after each number of revisions, from none to all, as facts.
#[derive(Debug, Clone, Default)]
pub struct ChainPoints {
    points: Vec<Facts>,
    /// What some point has and another has not, or has otherwise. The others say nothing.
    differing: BTreeSet<FactKey>,
    /// Of these, for each revision, those that no script touches, where it has some.
    telling: BTreeSet<FactKey>,
    /// The version table, which is what is in doubt.
    version_table: String,
}

impl ChainPoints {
    /// `touched` names what scripts make, change or take away: that it is there, or not, says little of the
    /// revision that does the same.
    pub fn new(points: Vec<Facts>, version_table: &str, touched: &BTreeSet<String>) -> Self {
        let points = points.into_iter().map(|facts| spoken(facts, version_table));
        let points: Vec<Facts> = points.collect();
        let mut found = (BTreeSet::new(), BTreeSet::new());
        for (before, after) in points.iter().zip(points.iter().skip(1)) {
            let keys: BTreeSet<&FactKey> = before.keys().chain(after.keys()).collect();
            let differing = keys.into_iter();
            let differing = differing.filter(|key| before.get(key) != after.get(key));
            let (of_scripts, of_chain): (Vec<_>, Vec<_>) =
                differing.partition(|key| is_touched(touched, key));
            let telling = if of_chain.is_empty() {
                &of_scripts
            } else {
                &of_chain
            };
            found.1.extend(telling.iter().copied().cloned());
            found
                .0
                .extend(of_scripts.into_iter().chain(of_chain).cloned());
        }
        let (differing, telling) = found;
        Self {
            points,
            differing,
            telling,
            version_table: version_table.to_owned(),
        }
    }

    /// How many revisions the database has. `claimed` is what its version table says: it holds
    /// unless the schema speaks clearly against it. Of points that no object tells apart the first.
    pub fn of(&self, live: &Facts, claimed: Option<usize>) -> Option<usize> {
        let live = spoken(live.clone(), &self.version_table);
        let distances: Vec<usize> = self
            .points
            .iter()
            .map(|point| distance(self.telling.iter(), point, &live))
            .collect();
        let nearest = distances.iter().enumerate();
        let (best, _) = nearest.min_by_key(|(_, distance)| **distance)?;
        let Some(claim) = claimed.filter(|claim| *claim < self.points.len()) else {
            return Some(self.as_far_as_made(best, &live));
        };
        // What both have alike says nothing, however much scripts have changed there.
        let (right, told) = (self.points.get(best)?, self.points.get(claim)?);
        let between = || {
            self.telling
                .iter()
                .filter(|key| right.get(key) != told.get(key))
        };
        let (nearest, claimed) = (
            distance(between(), right, &live),
            distance(between(), told, &live),
        );
        let chosen = if nearest * 2 < claimed { best } else { claim };
        let point = self.as_far_as_made(chosen, &live);
        Some(self.skipped(&live, point).unwrap_or(point))
    }

    /// The point before the first revision that cannot have run: all tables that it takes away for good
    /// are still there. Scripts make what a revision makes, but seldom do what it undoes.
    fn skipped(&self, live: &Facts, point: usize) -> Option<usize> {
        let mut revisions = 1..=point;
        let first = revisions.find(|&revision| {
            let is_gone = |key: &&FactKey| {
                key.kind == ObjectKind::Table
                    && self.points[revision - 1].contains_key(key)
                    && !self.points[revision..=point]
                        .iter()
                        .any(|after| after.contains_key(key))
            };
            let before = self.points[revision - 1].keys();
            let mut gone = before.filter(is_gone).peekable();
            gone.peek().is_some() && gone.all(|key| live.contains_key(key))
        });
        first.map(|revision| revision - 1)
    }

    /// The last point up to which every revision has left most of what it makes: scripts that ran ahead
    /// can make a database look further than it is.
    fn as_far_as_made(&self, point: usize, live: &Facts) -> usize {
        let reached = self.points.get(point);
        let undone = (1..=point).find(|&revision| {
            let (before, after) = (self.points.get(revision - 1), self.points.get(revision));
            let is_absent = |keys: &BTreeSet<FactKey>| {
                let made = keys.iter();
                let made =
                    made.filter(|key| !has(before, key) && has(after, key) && has(reached, key));
                let (there, absent): (Vec<_>, Vec<_>) =
                    made.partition(|key| live.contains_key(*key));
                absent.len() > there.len()
            };
            // Of a single object a script may have made another; of most of them none does.
            is_absent(&self.telling) && is_absent(&self.differing)
        });
        undone.map_or(point, |revision| revision - 1)
    }

    /// No object tells the two points apart: the revisions between them only change rows.
    pub fn are_alike(&self, one: usize, other: usize) -> bool {
        self.points.get(one) == self.points.get(other)
    }
}

fn has(facts: Option<&Facts>, key: &FactKey) -> bool {
    facts.is_some_and(|facts| facts.contains_key(key))
}

/// The object, or the table that it is a part of or named after.
fn is_touched(touched: &BTreeSet<String>, key: &FactKey) -> bool {
    let ends = key.object.match_indices(['.', '_', '(']).map(|(at, _)| at);
    let mut ends = ends.chain([key.object.len()]);
    ends.any(|end| touched.contains(&key.object[..end]))
}

/// An object too many or too few counts twice as much as one that is otherwise.
fn distance<'a>(keys: impl Iterator<Item = &'a FactKey>, point: &Facts, live: &Facts) -> usize {
    let distances = keys.map(|key| match (point.get(key), live.get(key)) {
        (None, None) => 0,
        (None, Some(_)) | (Some(_), None) => 2,
        (Some(wanted), Some(found)) => usize::from(wanted != found),
    });
    distances.sum()
}

fn spoken(mut facts: Facts, version_table: &str) -> Facts {
    // With its column, its key and the index of that.
    facts.retain(|key, _| version_table.is_empty() || !key.object.starts_with(version_table));
    for values in facts.values_mut() {
        values.retain(|attribute, _| !SILENT.contains(attribute));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::FactValues;

    fn facts(objects: &[&str]) -> Facts {
        objects
            .iter()
            .map(|object| {
                let key = FactKey {
                    kind: ObjectKind::Table,
                    object: (*object).to_owned(),
                };
                (key, FactValues::new())
            })
            .collect()
    }

    fn chain() -> ChainPoints {
        ChainPoints::new(
            vec![
                facts(&[]),
                facts(&["a", "b"]),
                facts(&["a", "b"]),
                facts(&["a", "b", "c", "d", "e"]),
            ],
            "alembic_version",
            &BTreeSet::new(),
        )
    }

    #[test]
    fn a_missing_table_is_told_by_the_schema() {
        assert_eq!(
            chain().of(&facts(&["a", "b", "c", "d", "e"]), None),
            Some(3)
        );
        assert_eq!(chain().of(&facts(&["a", "b", "mine"]), None), Some(1));
        let stamped = facts(&["a", "b", "alembic_version"]);
        assert_eq!(chain().of(&stamped, None), Some(1));
        assert_eq!(chain().of(&facts(&[]), None), Some(0));
    }

    #[test]
    fn a_revision_whose_tables_are_still_there_has_not_run() {
        let chain = ChainPoints::new(
            vec![facts(&[]), facts(&["a"]), facts(&["b", "c", "d"])],
            "alembic_version",
            &BTreeSet::new(),
        );
        assert_eq!(chain.of(&facts(&["a", "b", "c", "d"]), Some(2)), Some(1));
        assert_eq!(chain.of(&facts(&["b", "c", "d"]), Some(2)), Some(2));
    }

    #[test]
    fn one_object_that_a_script_took_away_does_not_take_a_revision_back() {
        let points = vec![
            facts(&[]),
            facts(&["b", "b.x", "i"]),
            facts(&["b", "b.x", "i", "c"]),
        ];
        let told = ChainPoints::new(points, "", &BTreeSet::from(["b".to_owned()]));
        assert_eq!(told.of(&facts(&["b", "b.x", "c"]), Some(2)), Some(2));
    }

    #[test]
    fn what_scripts_make_too_does_not_tell() {
        let points = || {
            vec![
                facts(&[]),
                facts(&["a", "b", "b.x"]),
                facts(&["a", "b", "b.x", "c"]),
            ]
        };
        let touched = BTreeSet::from(["b".to_owned()]);
        let live = facts(&["b", "b.x"]);
        let all = ChainPoints::new(points(), "", &BTreeSet::new());
        assert_eq!(all.of(&live, None), Some(1));
        let told = ChainPoints::new(points(), "", &touched);
        assert_eq!(told.of(&live, None), Some(0));
    }

    #[test]
    fn a_claim_holds_unless_the_schema_speaks_clearly_against_it() {
        let all = facts(&["a", "b", "c", "d", "e"]);
        assert_eq!(chain().of(&all, Some(1)), Some(3));
        assert_eq!(chain().of(&facts(&["a", "b"]), Some(3)), Some(1));
        // A script ran ahead of the chain, but not all the way.
        assert_eq!(chain().of(&facts(&["a", "b", "c"]), Some(1)), Some(1));
        // Scripts ran ahead, but what the second revision makes is not there.
        assert_eq!(chain().of(&facts(&["c", "d", "e"]), Some(3)), Some(0));
        // Both points look alike: what the table says counts.
        assert_eq!(chain().of(&facts(&["a", "b"]), Some(2)), Some(2));
    }
}
