//! The graph of a chain's revisions, walked as Alembic walks it (`alembic/script/revision.py`).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Revision, RevisionId};

/// Revisions by their place in the chain's files. Where two files declare one id, the later counts.
#[derive(Debug, Clone, Default)]
pub struct RevisionMap {
    revisions: Vec<Node>,
    by_id: BTreeMap<RevisionId, usize>,
}

#[derive(Debug, Clone)]
struct Node {
    id: RevisionId,
    /// `down_revision`, as far as declared anywhere.
    parents: Vec<usize>,
    /// `depends_on`, labels resolved, without those that an ancestor depends on already.
    dependencies: Vec<usize>,
    labels: BTreeSet<String>,
    children: Vec<usize>,
    /// Children, and revisions that depend on this one.
    followers: Vec<usize>,
}

impl RevisionMap {
    pub fn new(revisions: &[Revision]) -> Self {
        let mut map = Self::default();
        for revision in revisions {
            map.add(revision);
        }
        let labels = map.labels(revisions);
        for revision in revisions {
            map.connect(revision, &labels);
        }
        map.spread_labels(revisions);
        map.drop_inherited_dependencies();
        map
    }

    fn add(&mut self, revision: &Revision) {
        if self.by_id.contains_key(&revision.id) {
            return;
        }
        self.by_id.insert(revision.id.clone(), self.revisions.len());
        self.revisions.push(Node {
            id: revision.id.clone(),
            parents: Vec::new(),
            dependencies: Vec::new(),
            labels: BTreeSet::new(),
            children: Vec::new(),
            followers: Vec::new(),
        });
    }

    fn labels(&self, revisions: &[Revision]) -> BTreeMap<String, usize> {
        let labelled = revisions.iter().filter_map(|revision| {
            let index = self.index(&revision.id)?;
            Some(
                revision
                    .labels
                    .iter()
                    .map(move |label| (label.clone(), index)),
            )
        });
        labelled.flatten().collect()
    }

    fn connect(&mut self, revision: &Revision, labels: &BTreeMap<String, usize>) {
        let Some(index) = self.index(&revision.id) else {
            return;
        };
        // The later file of a doubled id decides.
        let known = |id: &RevisionId| self.index(id);
        let parents: Vec<_> = revision.parents.iter().filter_map(known).collect();
        let resolve = |id: &RevisionId| self.index(id).or_else(|| labels.get(id.as_str()).copied());
        let dependencies: Vec<_> = revision.depends_on.iter().filter_map(resolve).collect();
        for parent in &parents {
            self.revisions[*parent].children.push(index);
        }
        for before in parents.iter().chain(&dependencies) {
            self.revisions[*before].followers.push(index);
        }
        self.revisions[index].parents = parents;
        self.revisions[index].dependencies = dependencies;
    }

    /// A label holds for all that follows, and down to the branch point (`_add_branches`).
    fn spread_labels(&mut self, revisions: &[Revision]) {
        for revision in revisions
            .iter()
            .filter(|revision| !revision.labels.is_empty())
        {
            let Some(start) = self.index(&revision.id) else {
                continue;
            };
            let mut labelled = self.reach(&[start], |node| &node.children);
            let mut below = Some(start);
            while let Some(index) = below {
                let node = &self.revisions[index];
                if index != start && (node.children.len() > 1 || node.parents.len() > 1) {
                    break;
                }
                labelled.insert(index);
                below = node
                    .parents
                    .first()
                    .copied()
                    .filter(|parent| !labelled.contains(parent));
            }
            for index in labelled {
                self.revisions[index]
                    .labels
                    .extend(revision.labels.iter().cloned());
            }
        }
    }

    fn drop_inherited_dependencies(&mut self) {
        let resolved: Vec<_> = self
            .revisions
            .iter()
            .map(|node| node.dependencies.clone())
            .collect();
        for index in 0..self.revisions.len() {
            if resolved[index].is_empty() {
                continue;
            }
            let ancestors = self.reach(&[index], |node| &node.parents);
            let inherited: BTreeSet<_> = ancestors
                .iter()
                .filter(|other| **other != index)
                .flat_map(|i| &resolved[*i])
                .collect();
            let kept = resolved[index]
                .iter()
                .filter(|dependency| !inherited.contains(dependency));
            self.revisions[index].dependencies = kept.copied().collect();
        }
    }

    fn index(&self, id: &RevisionId) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// All that can be reached from `start` by `next`, `start` included.
    fn reach<'a>(
        &'a self,
        start: &[usize],
        next: impl Fn(&'a Node) -> &'a [usize],
    ) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut waiting = start.to_vec();
        while let Some(index) = waiting.pop() {
            if found.insert(index) {
                waiting.extend(next(&self.revisions[index]));
            }
        }
        found
    }

    /// The revision itself and all that it follows or depends on.
    fn ancestors(&self, start: &[usize]) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut waiting = start.to_vec();
        while let Some(index) = waiting.pop() {
            if found.insert(index) {
                let node = &self.revisions[index];
                waiting.extend(node.parents.iter().chain(&node.dependencies));
            }
        }
        found
    }

    /// `_normalized_down_revisions`.
    fn down(&self, index: usize) -> Vec<usize> {
        let node = &self.revisions[index];
        let mut down = node.parents.clone();
        down.extend(
            node.dependencies
                .iter()
                .filter(|other| !node.parents.contains(other)),
        );
        down
    }

    /// What the revision follows: its parents, then what it depends on.
    pub fn down_revisions(&self, id: &RevisionId) -> Vec<RevisionId> {
        self.index(id)
            .map(|index| self.ids(&self.down(index)))
            .unwrap_or_default()
    }

    pub fn contains(&self, id: &RevisionId) -> bool {
        self.by_id.contains_key(id)
    }

    /// Revisions that no other one names as its parent, in order of their files.
    pub fn heads(&self) -> Vec<RevisionId> {
        self.heads_where(|_| true)
    }

    fn heads_where(&self, keep: impl Fn(&Node) -> bool) -> Vec<RevisionId> {
        let heads = self
            .revisions
            .iter()
            .filter(|node| node.children.is_empty() && keep(node));
        heads.map(|node| node.id.clone()).collect()
    }

    /// Revisions without a parent, in order of their files.
    pub fn bases(&self) -> Vec<RevisionId> {
        let bases = self.revisions.iter().filter(|node| node.parents.is_empty());
        bases.map(|node| node.id.clone()).collect()
    }

    /// Is `ancestor` followed by `id`, directly or not?
    pub fn follows(&self, id: &RevisionId, ancestor: &RevisionId) -> bool {
        match (self.index(id), self.index(ancestor)) {
            (Some(id), Some(ancestor)) => {
                id != ancestor && self.ancestors(&[id]).contains(&ancestor)
            }
            _ => false,
        }
    }

    /// Those of `ids` that another one of them follows or depends on.
    pub(crate) fn covered(&self, ids: &[RevisionId]) -> BTreeSet<RevisionId> {
        let indexes: Vec<_> = ids.iter().filter_map(|id| self.index(id)).collect();
        let mut covered = BTreeSet::new();
        for index in &indexes {
            let below: Vec<_> = self
                .ancestors(&[*index])
                .into_iter()
                .filter(|i| i != index)
                .collect();
            covered.extend(self.ids(&below));
        }
        covered
    }

    /// All that the given revisions follow or depend on, themselves included.
    pub(crate) fn ancestor_ids(&self, ids: &[RevisionId]) -> BTreeSet<RevisionId> {
        let indexes: Vec<_> = ids.iter().filter_map(|id| self.index(id)).collect();
        self.ids(&self.ancestors(&indexes).into_iter().collect::<Vec<_>>())
            .into_iter()
            .collect()
    }

    fn ids(&self, indexes: &[usize]) -> Vec<RevisionId> {
        indexes
            .iter()
            .map(|index| self.revisions[*index].id.clone())
            .collect()
    }

    /// The revisions that `alembic upgrade` runs from the current ones to the targets, in order.
    pub fn upgrade_order(&self, current: &[RevisionId], targets: &[RevisionId]) -> Vec<RevisionId> {
        let targets: Vec<_> = targets.iter().filter_map(|id| self.index(id)).collect();
        let current: Vec<_> = current.iter().filter_map(|id| self.index(id)).collect();
        let done = self.ancestors(&current);
        let needed: BTreeSet<_> = self
            .ancestors(&targets)
            .difference(&done)
            .copied()
            .collect();
        let mut order = self.topological(needed, &targets);
        order.reverse();
        self.ids(&order)
    }

    /// The revisions that `alembic downgrade` undoes from the current ones, latest first; `target`
    /// itself stays. `None`: down to the base.
    pub fn downgrade_order(
        &self,
        current: &[RevisionId],
        target: Option<&RevisionId>,
    ) -> Vec<RevisionId> {
        let heads: Vec<_> = current.iter().filter_map(|id| self.index(id)).collect();
        let roots: Vec<usize> = match target.and_then(|id| self.index(id)) {
            Some(index) => self.revisions[index].children.clone(),
            None => (0..self.revisions.len())
                .filter(|index| self.revisions[*index].parents.is_empty())
                .collect(),
        };
        let above = self.reach(&roots, |node| &node.followers);
        let active = self.ancestors(&heads);
        let undone = above.intersection(&active).copied().collect();
        let order = self.topological(undone, &heads);
        self.ids(&order)
    }

    /// `_topological_sort`: heads first; a branch is followed down until another one needs to go
    /// first.
    fn topological(&self, mut todo: BTreeSet<usize>, heads: &[usize]) -> Vec<usize> {
        let mut current: Vec<usize> = heads.iter().copied().filter(|i| todo.contains(i)).collect();
        current.sort_unstable();
        current.dedup();
        let mut ancestors: Vec<_> = current
            .iter()
            .map(|head| self.ancestors(&[*head]))
            .collect();
        let mut output = Vec::new();
        let mut position = 0;
        while let Some(&candidate) = current.get(position) {
            let first = (0..current.len())
                .find(|other| *other != position && ancestors[*other].contains(&candidate));
            if let Some(other) = first {
                position = other;
                continue;
            }
            if todo.remove(&candidate) {
                output.push(candidate);
            }
            let next: Vec<_> = self
                .down(candidate)
                .into_iter()
                .filter(|below| todo.contains(below) && !current.contains(below))
                .collect();
            match next.split_first() {
                None => {
                    current.remove(position);
                    ancestors.remove(position);
                    position = position.saturating_sub(1);
                }
                Some((below, others)) => {
                    current[position] = *below;
                    ancestors[position] = self.ancestors(&[*below]);
                    current.extend(others);
                    ancestors.extend(others.iter().map(|other| self.ancestors(&[*other])));
                }
            }
        }
        output
    }

    /// What a person writes for a revision: an id, the beginning of one, `head`, `heads`, `base`, a
    /// label, `label@head`, and relative ones (`head-1`, `ae10+2`).
    ///
    /// # Errors
    /// A clause that says why there is no such revision.
    pub fn resolve(&self, written: &str) -> Result<Vec<RevisionId>, String> {
        if let Some((start, steps)) = relative(written) {
            return self.walked(&self.resolve(start)?, steps, written);
        }
        if let Some((label, "head")) = written.split_once('@') {
            let heads = self.heads_where(|node| node.labels.contains(label));
            return if heads.is_empty() {
                Err(unknown(written))
            } else {
                Ok(heads)
            };
        }
        match written {
            "heads" => Ok(self.heads()),
            "base" | "" => Ok(Vec::new()),
            "head" => match self.heads().as_slice() {
                [] => Ok(Vec::new()),
                [head] => Ok(vec![head.clone()]),
                several => Err(several_heads(several)),
            },
            _ => self.named(written),
        }
    }

    fn named(&self, written: &str) -> Result<Vec<RevisionId>, String> {
        if let Some(index) = self.by_id.get(&RevisionId::new(written)) {
            return Ok(self.ids(&[*index]));
        }
        let labelled = self.heads_where(|node| node.labels.contains(written));
        if !labelled.is_empty() {
            return Ok(labelled);
        }
        let begins = |node: &&Node| node.id.as_str().starts_with(written);
        let found: Vec<_> = self
            .revisions
            .iter()
            .filter(begins)
            .map(|node| node.id.clone())
            .collect();
        match found.len() {
            1 => Ok(found),
            0 => Err(unknown(written)),
            _ => Err(format!(
                "`{written}` begins several revisions: {}",
                list(&found)
            )),
        }
    }

    fn walked(
        &self,
        start: &[RevisionId],
        steps: i32,
        written: &str,
    ) -> Result<Vec<RevisionId>, String> {
        let mut at = match start {
            [start] => self.index(start),
            _ => None,
        };
        for _ in 0..steps.abs() {
            let next = match (at, steps > 0) {
                (Some(index), true) => self.revisions[index].children.clone(),
                (Some(index), false) => self.revisions[index].parents.clone(),
                (None, true) => self
                    .bases()
                    .iter()
                    .filter_map(|id| self.index(id))
                    .collect(),
                (None, false) => Vec::new(),
            };
            at = match next.as_slice() {
                [] if at.is_some() && steps < 0 => None,
                [only] => Some(*only),
                [] => return Err(unknown(written)),
                _ => return Err(format!("`{written}` is ambiguous at a branch")),
            };
        }
        Ok(at.map(|index| self.ids(&[index])).unwrap_or_default())
    }
}

fn relative(written: &str) -> Option<(&str, i32)> {
    let sign = written.rfind(['+', '-'])?;
    let steps: i32 = written[sign..].parse().ok()?;
    let start = &written[..sign];
    Some((if start.is_empty() { "head" } else { start }, steps))
}

fn unknown(written: &str) -> String {
    format!("no revision is called `{written}`")
}

fn several_heads(heads: &[RevisionId]) -> String {
    format!("the chain has several heads: {}", list(heads))
}

fn list(ids: &[RevisionId]) -> String {
    ids.iter()
        .map(|id| format!("`{id}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests;
