//! `match` patterns.

use ruff_python_ast as ast;

use super::{Walk, range_of};
use crate::python::tree::{ExpressionKind, Pattern};

impl Walk<'_, '_> {
    pub(super) fn pattern(&mut self, pattern: &ast::Pattern) -> Pattern {
        let range = range_of(pattern);
        if !self.lowering.enter(range.start) {
            return Pattern::Other(Vec::new());
        }
        let lowered = match pattern {
            ast::Pattern::MatchValue(node) => Pattern::Value(self.expression(&node.value)),
            ast::Pattern::MatchSingleton(node) => {
                Pattern::Value(self.lowering.expression(range, singleton(node.value)))
            }
            ast::Pattern::MatchSequence(node) => Pattern::Sequence(self.patterns(&node.patterns)),
            ast::Pattern::MatchOr(node) => Pattern::Or(self.patterns(&node.patterns)),
            ast::Pattern::MatchAs(node) => match (&node.pattern, &node.name) {
                (Some(inner), Some(name)) => {
                    Pattern::Named(Box::new(self.pattern(inner)), name.to_string())
                }
                (_, name) => Pattern::Capture(name.as_ref().map(ToString::to_string)),
            },
            ast::Pattern::MatchMapping(_)
            | ast::Pattern::MatchClass(_)
            | ast::Pattern::MatchStar(_) => {
                let mut names = Vec::new();
                collect_names(pattern, &mut names);
                Pattern::Other(names)
            }
        };
        self.lowering.leave();
        lowered
    }

    fn patterns(&mut self, patterns: &[ast::Pattern]) -> Vec<Pattern> {
        patterns
            .iter()
            .map(|pattern| self.pattern(pattern))
            .collect()
    }
}

fn singleton(value: ast::Singleton) -> ExpressionKind {
    match value {
        ast::Singleton::None => ExpressionKind::None,
        ast::Singleton::True => ExpressionKind::True,
        ast::Singleton::False => ExpressionKind::False,
    }
}

/// The names that a pattern binds.
fn collect_names(pattern: &ast::Pattern, names: &mut Vec<String>) {
    let own = match pattern {
        ast::Pattern::MatchValue(_) | ast::Pattern::MatchSingleton(_) => None,
        ast::Pattern::MatchSequence(node) => collect_all(&node.patterns, names, None),
        ast::Pattern::MatchOr(node) => collect_all(&node.patterns, names, None),
        ast::Pattern::MatchMapping(node) => collect_all(&node.patterns, names, node.rest.as_ref()),
        ast::Pattern::MatchClass(node) => {
            collect_all(&node.arguments.patterns, names, None);
            let keywords = node.arguments.keywords.iter();
            keywords.for_each(|keyword| collect_names(&keyword.pattern, names));
            None
        }
        ast::Pattern::MatchStar(node) => node.name.as_ref(),
        ast::Pattern::MatchAs(node) => {
            collect_all(node.pattern.as_deref(), names, node.name.as_ref())
        }
    };
    names.extend(own.map(ToString::to_string));
}

fn collect_all<'a>(
    patterns: impl IntoIterator<Item = &'a ast::Pattern>,
    names: &mut Vec<String>,
    own: Option<&'a ast::Identifier>,
) -> Option<&'a ast::Identifier> {
    patterns
        .into_iter()
        .for_each(|pattern| collect_names(pattern, names));
    own
}
