//! Measures how deep a statement's syntax tree will be, before a recursive parser is let at it.

use super::scan::{Kind, Scanner};

/// Counts parentheses, brackets, and the operators since the last comma on each level: a chain of
/// operators makes a tree as deep as it is long.
#[derive(Debug, Clone)]
pub(crate) struct Nesting {
    levels: Vec<u32>,
    depth: u32,
    deepest: u32,
    brackets: u32,
}

impl Default for Nesting {
    fn default() -> Self {
        Self {
            levels: vec![0],
            depth: 0,
            deepest: 0,
            brackets: 0,
        }
    }
}

/// Deeper statements are not given to the recursive parser.
pub(crate) const DEEPEST: u32 = 400;

/// Whether a parser would go too deep on a text.
pub(crate) fn is_too_deep(text: &str) -> bool {
    // Every level takes a character at least.
    if text.len() < DEEPEST as usize {
        return false;
    }
    let mut nesting = Nesting::default();
    for token in Scanner::new(text, false) {
        match token.kind {
            Kind::Word => nesting.word(&token.text(text).to_ascii_lowercase()),
            Kind::Mark(mark) => nesting.mark(mark),
            _ => {}
        }
    }
    nesting.deepest > DEEPEST
}

/// Keywords that make a tree deeper.
const DEEPENING: &[&str] = &[
    "and",
    "or",
    "not",
    "union",
    "except",
    "intersect",
    "join",
    "case",
    "is",
    "like",
    "in",
    "between",
    "prepare",
    "collate",
    "at",
    "with",
    "select",
    "explain",
    "if",
    "begin",
    "loop",
    "elsif",
];

impl Nesting {
    pub(crate) fn parentheses(&self) -> usize {
        self.levels.len() - 1
    }

    pub(crate) fn brackets(&self) -> u32 {
        self.brackets
    }

    pub(crate) fn deepest(&self) -> u32 {
        self.deepest
    }

    fn deepen(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            *level += 1;
        }
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
    }

    pub(crate) fn word(&mut self, word: &str) {
        if DEEPENING.contains(&word) {
            self.deepen();
        }
    }

    pub(crate) fn mark(&mut self, mark: char) {
        match mark {
            '(' | '[' => {
                self.brackets += u32::from(mark == '[');
                self.levels.push(1);
                self.depth += 1;
                self.deepest = self.deepest.max(self.depth);
            }
            ')' | ']' => {
                self.brackets = self.brackets.saturating_sub(u32::from(mark == ']'));
                if self.levels.len() > 1 {
                    self.depth -= self.levels.pop().unwrap_or(0);
                }
                if mark == ']' {
                    // Subscripts nest to the left.
                    self.deepen();
                }
            }
            ',' | ';' => {
                let keep = u32::from(self.levels.len() > 1);
                if let Some(level) = self.levels.last_mut() {
                    self.depth -= level.saturating_sub(keep);
                    *level = keep.min(*level);
                }
            }
            _ => self.deepen(),
        }
    }
}
