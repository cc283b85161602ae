//! Walks over a body's tokens.

use std::ops::Range;

use crate::model::{Identifier, Place};
use crate::sql::passage::Passage;
use crate::sql::scan::{Kind, Token, significant};

/// A position among the significant tokens of a body.
pub(super) struct Cursor<'p, 's> {
    pub(super) passage: &'p Passage<'s>,
    tokens: Vec<Token>,
    position: usize,
}

impl<'p, 's> Cursor<'p, 's> {
    pub(super) fn new(passage: &'p Passage<'s>) -> Self {
        Self {
            passage,
            tokens: significant(&passage.text),
            position: 0,
        }
    }

    pub(super) fn peek(&self) -> Option<Token> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.position + ahead).copied()
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        let token = self.peek()?;
        self.position += 1;
        Some(token)
    }

    pub(super) fn at_end(&self) -> bool {
        self.position >= self.tokens.len()
    }

    /// The offset of the next token, or of the end.
    pub(super) fn offset(&self) -> usize {
        self.peek()
            .map_or(self.passage.text.len(), |token| token.start)
    }

    pub(super) fn place(&self) -> Option<Place> {
        self.passage.place(self.offset())
    }

    pub(super) fn text_of(&self, token: Token) -> &'p str {
        token.text(&self.passage.text)
    }

    /// The next token in lower case, if it is a word.
    pub(super) fn word_at(&self, ahead: usize) -> Option<String> {
        let token = self.peek_at(ahead)?;
        (token.kind == Kind::Word).then(|| self.text_of(token).to_ascii_lowercase())
    }

    pub(super) fn is_word(&self, ahead: usize, word: &str) -> bool {
        self.peek_at(ahead)
            .is_some_and(|token| token.is_word(&self.passage.text, word))
    }

    pub(super) fn is_mark(&self, ahead: usize, mark: char) -> bool {
        self.peek_at(ahead)
            .is_some_and(|token| token.kind == Kind::Mark(mark))
    }

    /// Takes a word if it comes next.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(0, word);
        self.position += usize::from(found);
        found
    }

    pub(super) fn take_mark(&mut self, mark: char) -> bool {
        let found = self.is_mark(0, mark);
        self.position += usize::from(found);
        found
    }

    /// `:=` or `=`.
    pub(super) fn take_assignment(&mut self) -> bool {
        if self.is_mark(0, ':') && self.is_mark(1, '=') {
            self.position += 2;
            return true;
        }
        self.take_mark('=')
    }

    /// Whether the token is `..`.
    pub(super) fn is_range(token: Token) -> bool {
        token.kind == Kind::Mark('.') && token.end == token.start + 2
    }

    pub(super) fn identifier(&mut self) -> Option<Identifier> {
        let token = self.peek()?;
        if !matches!(token.kind, Kind::Word | Kind::QuotedName | Kind::Parameter) {
            return None;
        }
        self.position += 1;
        Some(self.fold(token))
    }

    pub(super) fn fold(&self, token: Token) -> Identifier {
        let markers = &self.passage.source.markers;
        let text = self.text_of(token);
        let inner = text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        let folded = match inner {
            Some(inner) => inner.replace("\"\"", "\""),
            None => text.to_ascii_lowercase(),
        };
        Identifier::exact(markers.restore(&folded))
    }

    /// Goes forward to the first token at parenthesis depth 0 that `ends` takes, and gives the
    /// stretch before it. The token itself is left.
    pub(super) fn until(&mut self, ends: impl Fn(&Self, Token) -> bool) -> Range<usize> {
        let start = self.offset();
        let mut end = start;
        let mut depth = 0u32;
        while let Some(token) = self.peek() {
            if depth == 0 && ends(self, token) {
                break;
            }
            match token.kind {
                Kind::Mark('(' | '[') => depth += 1,
                Kind::Mark(')' | ']') => depth = depth.saturating_sub(1),
                // Nothing in PL/pgSQL runs over a semicolon but what stands in parentheses.
                Kind::Mark(';') if depth == 0 => break,
                _ => {}
            }
            end = token.end;
            self.position += 1;
        }
        start..end
    }

    pub(super) fn until_word(&mut self, words: &[&str]) -> Range<usize> {
        self.until(|cursor, token| {
            words
                .iter()
                .any(|word| token.is_word(&cursor.passage.text, word))
        })
    }

    pub(super) fn until_semicolon(&mut self) -> Range<usize> {
        self.until(|_, _| false)
    }

    /// The tokens within a stretch.
    pub(super) fn tokens_in(&self, range: &Range<usize>) -> &[Token] {
        let first = self
            .tokens
            .partition_point(|token| token.start < range.start);
        let last = self.tokens.partition_point(|token| token.end <= range.end);
        self.tokens.get(first..last).unwrap_or_default()
    }
}
