//! `match` patterns.

use rustpython_parser::ast;

use super::{Walk, range_of};
use crate::python::tree::{ExpressionKind, Pattern};

impl Walk<'_, '_> {
    pub(super) fn pattern(&mut self, pattern: ast::Pattern) -> Pattern {
        let range = range_of(&pattern);
        if !self.lowering.enter(range.start) {
            return Pattern::Other(Vec::new());
        }
        let lowered = match pattern {
            ast::Pattern::MatchValue(node) => Pattern::Value(self.expression(*node.value)),
            ast::Pattern::MatchSingleton(node) => {
                Pattern::Value(self.lowering.expression(range, singleton(&node.value)))
            }
            ast::Pattern::MatchSequence(node) => Pattern::Sequence(self.patterns(node.patterns)),
            ast::Pattern::MatchOr(node) => Pattern::Or(self.patterns(node.patterns)),
            ast::Pattern::MatchAs(node) => match (node.pattern, node.name) {
                (Some(inner), Some(name)) => {
                    Pattern::Named(Box::new(self.pattern(*inner)), name.into())
                }
                (_, name) => Pattern::Capture(name.map(String::from)),
            },
            other @ (ast::Pattern::MatchMapping(_)
            | ast::Pattern::MatchClass(_)
            | ast::Pattern::MatchStar(_)) => {
                let mut names = Vec::new();
                collect_names(other, &mut names);
                Pattern::Other(names)
            }
        };
        self.lowering.leave();
        lowered
    }

    fn patterns(&mut self, patterns: Vec<ast::Pattern>) -> Vec<Pattern> {
        let lowered = patterns.into_iter().map(|pattern| self.pattern(pattern));
        lowered.collect()
    }
}

fn singleton(value: &ast::Constant) -> ExpressionKind {
    match value {
        ast::Constant::Bool(true) => ExpressionKind::True,
        ast::Constant::Bool(false) => ExpressionKind::False,
        _ => ExpressionKind::None,
    }
}

/// The names that a pattern binds.
fn collect_names(pattern: ast::Pattern, names: &mut Vec<String>) {
    let (inner, own) = match pattern {
        ast::Pattern::MatchValue(_) | ast::Pattern::MatchSingleton(_) => (Vec::new(), None),
        ast::Pattern::MatchSequence(node) => (node.patterns, None),
        ast::Pattern::MatchOr(node) => (node.patterns, None),
        ast::Pattern::MatchMapping(node) => (node.patterns, node.rest),
        ast::Pattern::MatchClass(mut node) => {
            node.patterns.append(&mut node.kwd_patterns);
            (node.patterns, None)
        }
        ast::Pattern::MatchStar(node) => (Vec::new(), node.name),
        ast::Pattern::MatchAs(node) => (
            node.pattern.map(|inner| *inner).into_iter().collect(),
            node.name,
        ),
    };
    for pattern in inner {
        collect_names(pattern, names);
    }
    names.extend(own.map(String::from));
}
