//! Lowers squawk's syntax trees to actions, queries and expressions of our own.

mod access;
mod alter_other;
mod alter_table;
mod column;
mod constraint;
mod drop;
mod expression;
mod from_item;
mod index;
mod names;
mod query;
mod routine;
mod rows;
mod sequence_value;
mod session;
mod statement;
mod table;
#[cfg(test)]
mod tests;
mod types;
mod view;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::AstNode;

use crate::model::{Action, Certainty, Guard, GuardKind, Place};

use super::passage::Passage;
use super::reading::{Nature, ReadEffect};

pub(crate) use sequence_value::sequences_set;
pub(crate) use statement::Lowered;

/// What every lowering needs: the text that the tree was made of.
pub(crate) struct Lowering<'p> {
    pub(crate) passage: &'p Passage<'p>,
}

pub(crate) fn range(node: &SyntaxNode) -> std::ops::Range<usize> {
    let range = node.text_range();
    usize::from(range.start())..usize::from(range.end())
}

impl Lowering<'_> {
    /// The node's text as a person wrote it.
    pub(crate) fn text(&self, node: &impl AstNode) -> String {
        self.passage.written(range(node.syntax()))
    }

    /// The text as the parser saw it.
    fn raw(&self, node: &SyntaxNode) -> &str {
        self.passage.text.get(range(node)).unwrap_or_default()
    }

    fn place(&self, node: &impl AstNode) -> Option<Place> {
        self.passage.place(range(node.syntax()).start)
    }

    fn certainty(&self, node: &SyntaxNode) -> Certainty {
        self.passage.certainty(range(node))
    }

    /// An effect whose text is this node's.
    fn effect(&self, node: &impl AstNode, action: Action) -> ReadEffect {
        ReadEffect::new(action, self.certainty(node.syntax()), self.place(node))
    }

    fn changed(&self, node: &impl AstNode, action: Action) -> Lowered {
        Lowered::change(vec![self.effect(node, action)])
    }

    fn guard(&self, kind: GuardKind, node: &impl AstNode) -> Guard {
        Guard::new(kind, self.text(node), self.place(node))
    }
}

/// Adds the guard of an `IF [NOT] EXISTS` or `OR REPLACE`, where it stands.
fn with_guard(mut lowered: Lowered, guard: Option<Guard>) -> Lowered {
    if let Some(guard) = guard {
        for effect in &mut lowered.effects {
            effect.guards.push(guard.clone());
        }
    }
    lowered
}

impl Lowered {
    pub(crate) fn new(nature: Nature, effects: Vec<ReadEffect>) -> Self {
        Self {
            nature,
            effects,
            defines: None,
        }
    }

    pub(crate) fn change(effects: Vec<ReadEffect>) -> Self {
        Self::new(Nature::Change, effects)
    }
}
