//! The states as a tree of moves: what several share is made once.

use std::collections::BTreeMap;

use super::{StartState, VersionTable};

/// What leads from one state to the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Move {
    Revision(usize),
    /// Synthetic rows for everything that is there.
    Rows,
    Script(usize),
    Version(Vec<String>),
}

impl Move {
    pub(crate) fn is_of_version_table(&self) -> bool {
        matches!(self, Self::Version(_))
    }
}

#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) children: BTreeMap<Move, usize>,
    /// The states (by index) that this node is.
    pub(crate) states: Vec<usize>,
}

/// Nodes by number; 0 is the empty database.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
}

impl Tree {
    pub(crate) fn of(states: &[StartState], with_rows: bool) -> Self {
        let mut tree = Self {
            nodes: vec![Node::default()],
        };
        for (index, state) in states.iter().enumerate() {
            let mut node = 0;
            for step in moves(state, with_rows) {
                node = tree.child(node, step);
            }
            tree.nodes[node].states.push(index);
        }
        tree
    }

    fn child(&mut self, node: usize, step: Move) -> usize {
        if let Some(&child) = self.nodes[node].children.get(&step) {
            return child;
        }
        self.nodes.push(Node::default());
        let child = self.nodes.len() - 1;
        self.nodes[node].children.insert(step, child);
        child
    }
}

pub(crate) fn moves(state: &StartState, with_rows: bool) -> Vec<Move> {
    let revisions = (0..state.revisions).map(Move::Revision);
    let rows = with_rows.then_some(Move::Rows);
    let scripts = state.scripts.iter().copied().map(Move::Script);
    let mut moves: Vec<_> = revisions.chain(rows).chain(scripts).collect();
    if let VersionTable::Tampered { statements, .. } = &state.version {
        moves.push(Move::Version(statements.clone()));
    }
    moves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_shared() {
        let states = [
            StartState::new(2, vec![]),
            StartState::new(2, vec![0]),
            StartState::new(2, vec![0, 1]),
            StartState::new(1, vec![0]),
        ];
        let tree = Tree::of(&states, false);
        // empty, 2 revisions, script 0 and 1 at head, script 0 at the first.
        assert_eq!(tree.nodes.len(), 6);
        assert_eq!(tree.nodes[2].states, [0]);
        // Rows stand between the revisions and the scripts: two more nodes.
        assert_eq!(Tree::of(&states, true).nodes.len(), 8);
    }
}
