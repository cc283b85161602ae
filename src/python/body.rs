//! The statements of a function: read at once, or when somebody asks for them.

use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};

use regex::Regex;

use super::lowering::Lowering;
use super::position::LineIndex;
use super::tree::{Expression, FunctionDefinition, Statement, StatementKind};
use super::walk::{Visitor, walk_block};
use super::{ruff, rustpython};

/// A function's statements. Whoever looks at them, reads them.
#[derive(Debug, Clone)]
pub struct Body {
    statements: OnceLock<Vec<Statement>>,
    unread: Option<Unread>,
}

/// A body that only its lines are known of.
#[derive(Debug, Clone)]
pub(super) struct Unread {
    /// The whole file.
    pub(super) text: Arc<str>,
    pub(super) lines: Arc<LineIndex>,
    /// Whole lines.
    pub(super) range: Range<usize>,
}

impl Body {
    pub(super) fn unread(unread: Unread) -> Self {
        Self {
            statements: OnceLock::new(),
            unread: Some(unread),
        }
    }

    /// False where none of the words stands in it: then it need not be read for what they would mean.
    pub fn may_hold(&self, words: &Regex) -> bool {
        let Some(unread) = &self.unread else {
            return true;
        };
        let text = &unread.text[unread.range.clone()];
        words.is_match(text)
    }
}

impl From<Vec<Statement>> for Body {
    fn from(statements: Vec<Statement>) -> Self {
        Self {
            statements: OnceLock::from(statements),
            unread: None,
        }
    }
}

impl Deref for Body {
    type Target = [Statement];

    fn deref(&self) -> &[Statement] {
        let read = || self.unread.as_ref().map(Unread::read);
        self.statements.get_or_init(|| read().unwrap_or_default())
    }
}

impl Unread {
    fn read(&self) -> Vec<Statement> {
        let mut lowering = Lowering::new(&self.text, &self.lines);
        let statements =
            rustpython::read_block(&mut lowering, self.lines.file(), self.range.clone());
        statements.unwrap_or_else(|_| self.recovered())
    }

    /// What the recovering parser makes of the function in its file.
    fn recovered(&self) -> Vec<Statement> {
        let mut lowering = Lowering::new(&self.text, &self.lines);
        let (module, _) = ruff::read(&mut lowering, self.lines.file(), &self.text);
        let mut finder = Finder {
            lines: self.lines.place(self.range.start).line..=self.lines.place(self.range.end).line,
            found: None,
        };
        walk_block(&module.body, &mut finder);
        let found = finder.found.map(|definition| definition.body.to_vec());
        found.unwrap_or_default()
    }
}

/// Looks for the outermost function whose body stands in these lines.
struct Finder<'t> {
    lines: std::ops::RangeInclusive<u32>,
    found: Option<&'t FunctionDefinition>,
}

impl<'t> Visitor<'t> for Finder<'t> {
    fn expression(&mut self, _: &'t Expression) {}

    fn enter(&mut self, statement: &'t Statement) -> bool {
        if let StatementKind::Function(definition) = &statement.kind
            && let Some(first) = definition.body.first()
            && self.lines.contains(&first.place.line)
            && self.found.is_none()
        {
            self.found = Some(definition);
        }
        self.found.is_none()
    }
}
