//! The version table's rows while a chain runs (`HeadMaintainer` and `RevisionStep` of Alembic).

use std::collections::BTreeSet;

use crate::model::RevisionId;

use super::RevisionMap;

/// The ids that the version table holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Versions {
    heads: BTreeSet<RevisionId>,
}

/// One statement on the version table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionChange {
    Insert(RevisionId),
    Delete(RevisionId),
    Update { from: RevisionId, to: RevisionId },
}

/// Alembic's bookkeeping meets an id that it does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionFault {
    /// `KeyError` in `_delete_version` or `_update_version`.
    NotHeld(RevisionId),
    /// `AssertionError`: the id is held already.
    Held(RevisionId),
    /// `AssertionError`: "Can't do an UPDATE because downrevision is ambiguous".
    Ambiguous,
}

impl Versions {
    pub fn new(heads: impl IntoIterator<Item = RevisionId>) -> Self {
        Self {
            heads: heads.into_iter().collect(),
        }
    }

    pub fn heads(&self) -> Vec<RevisionId> {
        self.heads.iter().cloned().collect()
    }

    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// What running `id` upwards does to the table.
    ///
    /// # Errors
    /// Where Alembic's own bookkeeping fails; the changes before have been sent.
    pub fn upgrade(
        &mut self,
        map: &RevisionMap,
        id: &RevisionId,
    ) -> (Vec<VersionChange>, Option<VersionFault>) {
        let down = map.down_revisions(id);
        let held: Vec<_> = down
            .iter()
            .filter(|parent| self.heads.contains(*parent))
            .collect();
        if held.is_empty() {
            return self.apply(vec![VersionChange::Insert(id.clone())]);
        }
        if down.len() > 1 && held.len() > 1 {
            return self.merge(map, id, &down);
        }
        match held.as_slice() {
            [from] => {
                let from = (*from).clone();
                self.apply(vec![VersionChange::Update {
                    from,
                    to: id.clone(),
                }])
            }
            _ => (Vec::new(), Some(VersionFault::Ambiguous)),
        }
    }

    /// A merge takes away all its parents but one, which becomes itself.
    fn merge(
        &mut self,
        map: &RevisionMap,
        id: &RevisionId,
        down: &[RevisionId],
    ) -> (Vec<VersionChange>, Option<VersionFault>) {
        let others: Vec<_> = self
            .heads
            .iter()
            .filter(|head| !down.contains(head))
            .cloned()
            .collect();
        let covered = map.ancestor_ids(&others);
        let mut from: Vec<_> = down
            .iter()
            .filter(|parent| !covered.contains(*parent))
            .cloned()
            .collect();
        let Some(last) = from.pop() else {
            return (Vec::new(), Some(VersionFault::Ambiguous));
        };
        let mut changes: Vec<_> = from.into_iter().map(VersionChange::Delete).collect();
        changes.push(VersionChange::Update {
            from: last,
            to: id.clone(),
        });
        self.apply(changes)
    }

    /// What running `id` downwards does to the table.
    pub fn downgrade(
        &mut self,
        map: &RevisionMap,
        id: &RevisionId,
    ) -> (Vec<VersionChange>, Option<VersionFault>) {
        let down = map.down_revisions(id);
        let to = self.below(map, id, &down);
        if self.heads.contains(id) && to.is_empty() {
            return self.apply(vec![VersionChange::Delete(id.clone())]);
        }
        if self.heads.contains(id) && down.len() > 1 {
            let mut to = to;
            let Some(last) = to.pop() else {
                return (Vec::new(), None);
            };
            let mut changes: Vec<_> = to.into_iter().map(VersionChange::Insert).collect();
            changes.push(VersionChange::Update {
                from: id.clone(),
                to: last,
            });
            return self.apply(changes);
        }
        match down.as_slice() {
            [to] => self.apply(vec![VersionChange::Update {
                from: id.clone(),
                to: to.clone(),
            }]),
            _ => (Vec::new(), Some(VersionFault::Ambiguous)),
        }
    }

    /// `_unmerge_to_revisions`.
    fn below(&self, map: &RevisionMap, id: &RevisionId, down: &[RevisionId]) -> Vec<RevisionId> {
        let others: Vec<_> = self
            .heads
            .iter()
            .filter(|head| *head != id)
            .cloned()
            .collect();
        let covered = match others.is_empty() {
            true => map.covered(down),
            false => map.ancestor_ids(&others),
        };
        down.iter()
            .filter(|parent| !covered.contains(*parent))
            .cloned()
            .collect()
    }

    fn apply(&mut self, changes: Vec<VersionChange>) -> (Vec<VersionChange>, Option<VersionFault>) {
        let mut sent = Vec::new();
        for change in changes {
            if let Some(fault) = self.apply_one(&change) {
                return (sent, Some(fault));
            }
            sent.push(change);
        }
        (sent, None)
    }

    fn apply_one(&mut self, change: &VersionChange) -> Option<VersionFault> {
        match change {
            VersionChange::Insert(id) if !self.heads.insert(id.clone()) => {
                Some(VersionFault::Held(id.clone()))
            }
            VersionChange::Delete(id) if !self.heads.remove(id) => {
                Some(VersionFault::NotHeld(id.clone()))
            }
            VersionChange::Update { to, .. } if self.heads.contains(to) => {
                Some(VersionFault::Held(to.clone()))
            }
            VersionChange::Update { from, .. } if !self.heads.remove(from) => {
                Some(VersionFault::NotHeld(from.clone()))
            }
            VersionChange::Update { to, .. } => {
                self.heads.insert(to.clone());
                None
            }
            VersionChange::Insert(_) | VersionChange::Delete(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Revision;

    fn map(graph: &[(&str, &[&str])]) -> RevisionMap {
        let revisions: Vec<_> = graph
            .iter()
            .map(|(id, parents)| Revision {
                id: RevisionId::new(*id),
                parents: parents
                    .iter()
                    .map(|parent| RevisionId::new(*parent))
                    .collect(),
                depends_on: Vec::new(),
                labels: Vec::new(),
                message: String::new(),
                file: (*id).into(),
                line: 1,
            })
            .collect();
        RevisionMap::new(&revisions)
    }

    fn run(map: &RevisionMap, ids: &[&str]) -> (Vec<RevisionId>, Option<VersionFault>) {
        let mut versions = Versions::default();
        for id in ids {
            let (_, fault) = versions.upgrade(map, &RevisionId::new(*id));
            if fault.is_some() {
                return (versions.heads(), fault);
            }
        }
        (versions.heads(), None)
    }

    #[test]
    fn branches_are_inserted_and_merged() {
        let map = map(&[("a", &[]), ("b", &["a"]), ("c", &["a"]), ("d", &["b", "c"])]);
        assert_eq!(run(&map, &["a", "b", "c"]).0.len(), 2);
        assert_eq!(
            run(&map, &["a", "b", "c", "d"]),
            (vec![RevisionId::new("d")], None)
        );
    }

    #[test]
    fn a_redundant_parent_is_not_held() {
        let map = map(&[
            ("a", &[]),
            ("b", &["a"]),
            ("c", &["a"]),
            ("d", &["a", "b", "c"]),
        ]);
        let (_, fault) = run(&map, &["a", "b", "c", "d"]);
        assert_eq!(fault, Some(VersionFault::NotHeld(RevisionId::new("a"))));
    }
}
