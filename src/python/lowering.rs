//! What the two lowerings share: places, excerpts, the depth cap and the statements' small rules.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::model::Place;

use super::body::{Body, Unread};
use super::position::LineIndex;
use super::tree::{
    Expression, ExpressionKind, FunctionDefinition, Module, Parameters, Statement, StatementKind,
    StringPart,
};

/// Trees deeper than this are cut: everybody behind this room may walk (and drop) a tree by plain
/// recursion. The deepest tree in 13,800 files of real code has 103 levels.
pub(super) const MAX_DEPTH: u32 = 400;

/// Characters of source kept as an expression's text.
const EXCERPT_LENGTH: usize = 120;

pub(super) struct Lowering<'a> {
    pub(super) source: &'a str,
    lines: &'a LineIndex,
    last_line: Cell<usize>,
    depth: u32,
    /// Where the tree was first cut.
    pub(super) cut_at: Option<Place>,
    /// Whether a `yield` was met in the function that is being lowered.
    pub(super) has_yield: bool,
    /// The bodies that are left out of the text that was parsed.
    left_out: Option<LeftOut<'a>>,
}

/// By the offsets of what stands in for them.
struct LeftOut<'a> {
    bodies: &'a BTreeMap<usize, Range<usize>>,
    text: &'a Arc<str>,
    lines: &'a Arc<LineIndex>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(source: &'a str, lines: &'a LineIndex) -> Self {
        Self {
            source,
            lines,
            last_line: Cell::new(1),
            depth: 0,
            cut_at: None,
            has_yield: false,
            left_out: None,
        }
    }

    /// For the outline of a text.
    pub(super) fn of_outline(
        text: &'a Arc<str>,
        lines: &'a Arc<LineIndex>,
        bodies: &'a BTreeMap<usize, Range<usize>>,
    ) -> Self {
        let left_out = LeftOut {
            bodies,
            text,
            lines,
        };
        Self {
            left_out: Some(left_out),
            ..Self::new(text, lines)
        }
    }

    /// The body whose first statement starts here, if it is left out.
    pub(super) fn left_out(&self, start: usize) -> Option<Body> {
        let left_out = self.left_out.as_ref()?;
        let range = left_out.bodies.get(&start)?;
        Some(Body::unread(Unread {
            text: Arc::clone(left_out.text),
            lines: Arc::clone(left_out.lines),
            range: range.clone(),
        }))
    }

    pub(super) fn place(&self, offset: usize) -> Place {
        self.lines.place_after(&self.last_line, offset)
    }

    /// One level down, unless that is too deep. Each `true` wants a [`Self::leave`].
    pub(super) fn enter(&mut self, offset: usize) -> bool {
        if self.depth >= MAX_DEPTH {
            if self.cut_at.is_none() {
                self.cut_at = Some(self.place(offset));
            }
            return false;
        }
        self.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn expression(&self, range: Range<usize>, kind: ExpressionKind) -> Expression {
        Expression {
            place: self.place(range.start),
            text: self.excerpt(range),
            kind,
        }
    }

    pub(super) fn statement(&self, range: Range<usize>, kind: StatementKind) -> Statement {
        Statement {
            end_line: self.place(range.end.max(range.start)).line,
            place: self.place(range.start),
            kind,
        }
    }

    pub(super) fn broken_statement(&self, range: Range<usize>) -> Statement {
        let text = self.excerpt(range.clone()).to_string();
        self.statement(range, StatementKind::Broken { text })
    }

    /// The source on one line, cut to what fits a message.
    pub(super) fn excerpt(&self, range: Range<usize>) -> Arc<str> {
        let text = self.source.get(range).unwrap_or_default();
        if text.len() <= EXCERPT_LENGTH && is_folded(text) {
            return Arc::from(text);
        }
        let mut folded = String::with_capacity(EXCERPT_LENGTH + 4);
        for word in text.split_whitespace() {
            if !folded.is_empty() {
                folded.push(' ');
            }
            let room = EXCERPT_LENGTH.saturating_sub(folded.len());
            // As many characters at the most as there are bytes.
            if word.len() <= room {
                folded.push_str(word);
                continue;
            }
            match word.char_indices().nth(room) {
                Some((end, _)) => {
                    folded.push_str(&word[..end]);
                    folded.push('…');
                    break;
                }
                None => folded.push_str(word),
            }
        }
        Arc::from(folded)
    }

    /// Where `def` or `class` stands: parsers count the decorators to the definition or not.
    pub(super) fn definition_start(&self, start: usize, decorators_end: Option<usize>) -> usize {
        let mut at = decorators_end.unwrap_or(start).max(start);
        while let Some(rest) = self.source.get(at..) {
            let skipped = rest.len() - rest.trim_start().len();
            at += skipped;
            match rest[skipped..].chars().next() {
                Some('#') => at += rest[skipped..].find('\n').unwrap_or(rest.len() - skipped),
                Some(')' | '\\') => at += 1,
                _ => break,
            }
        }
        at
    }

    pub(super) fn lambda(
        &mut self,
        start: usize,
        parameters: Parameters,
        body: Expression,
        is_generator: bool,
    ) -> ExpressionKind {
        let place = self.place(start);
        let statement = Statement {
            end_line: body.place.line,
            place: body.place.clone(),
            kind: StatementKind::Return(Some(body)),
        };
        ExpressionKind::Lambda(Arc::new(FunctionDefinition {
            place,
            name: "<lambda>".to_string(),
            parameters,
            body: vec![statement].into(),
            decorators: Vec::new(),
            is_async: false,
            is_generator,
        }))
    }

    pub(super) fn module(&self, file: &Arc<str>, body: Vec<Statement>) -> Module {
        Module {
            file: file.clone(),
            docstring: docstring(&body),
            body,
        }
    }
}

/// Does the text stand on one line, with single blanks?
fn is_folded(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut blanks = memchr::memchr_iter(b' ', bytes);
    memchr::memchr2(b'\n', b'\t', bytes).is_none()
        && !blanks.any(|at| bytes.get(at + 1) == Some(&b' '))
}

/// The text of a body's first statement, if that is a plain string.
pub(super) fn docstring(body: &[Statement]) -> Option<String> {
    let StatementKind::Expression(expression) = &body.first()?.kind else {
        return None;
    };
    let ExpressionKind::String(parts) = &expression.kind else {
        return None;
    };
    parts
        .iter()
        .map(|part| match part {
            StringPart::Literal(fragment) => Some(fragment.text.as_str()),
            StringPart::Field { .. } => None,
        })
        .collect()
}
