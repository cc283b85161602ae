//! Finds the literals of an implicit concatenation, and the fields of f-strings before PEP 701.
//!
//! rustpython-parser gives every part of a string the range of the whole: this recovers what
//! stands where. It reads only text that the parser has accepted.

use std::ops::Range;

use super::literal::LiteralStyle;

/// One literal of a concatenation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StringToken {
    pub(super) style: LiteralStyle,
    /// Between the quotes.
    pub(super) inside: Range<usize>,
}

/// A piece of an f-string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Literal(Range<usize>),
    Field(Field),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// What stands before `!`, `:` or `}`; with the `=` of `{value=}`.
    pub(super) expression: Range<usize>,
    pub(super) is_self_documenting: bool,
    pub(super) format_spec: Vec<Segment>,
}

/// The literals in `range`, in order.
pub(super) fn string_tokens(source: &str, range: Range<usize>) -> Vec<StringToken> {
    let mut tokens = Vec::new();
    let mut at = range.start;
    while let Some(start) = next_token_start(source, at, range.end) {
        let (token, end) = read_token(source, start, range.end);
        tokens.push(token);
        at = end;
    }
    tokens
}

/// Skips blanks, comments and line continuations.
fn next_token_start(source: &str, mut at: usize, end: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    while at < end {
        match bytes[at] {
            b'#' => at += source[at..end].find('\n').unwrap_or(end - at),
            byte if byte.is_ascii_alphabetic() || byte == b'"' || byte == b'\'' => return Some(at),
            _ => at += 1,
        }
    }
    None
}

fn read_token(source: &str, start: usize, end: usize) -> (StringToken, usize) {
    let bytes = source.as_bytes();
    let prefix_length = bytes[start..end]
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let prefix = source[start..start + prefix_length].to_ascii_lowercase();
    let open = start + prefix_length;
    let quote = bytes.get(open).copied().unwrap_or_default();
    let is_triple = open + 3 <= end && bytes[open..open + 3] == [quote; 3];
    let width = if is_triple { 3 } else { 1 };
    let inside_start = (open + width).min(end);
    let inside_end = closing_quote(bytes, inside_start, end, quote, width);
    let token = StringToken {
        style: LiteralStyle {
            is_raw: prefix.contains('r'),
            has_fields: prefix.contains(['f', 't']),
        },
        inside: inside_start..inside_end,
    };
    (token, (inside_end + width).min(end))
}

fn closing_quote(bytes: &[u8], mut at: usize, end: usize, quote: u8, width: usize) -> usize {
    let is_closed = |at: usize| bytes[at..end].starts_with(&[quote; 3][..width]);
    while let Some(found) = bytes
        .get(at..end)
        .and_then(|rest| memchr::memchr2(quote, b'\\', rest))
    {
        at += found;
        match bytes[at] {
            b'\\' => at += 2,
            _ if is_closed(at) => return at,
            _ => at += 1,
        }
    }
    end
}

/// Splits the inside of an f-string.
pub(super) fn segments(source: &str, token: &StringToken) -> Vec<Segment> {
    let mut reader = FieldReader {
        source,
        at: token.inside.start,
        end: token.inside.end,
        is_raw: token.style.is_raw,
    };
    reader.segments(false)
}

struct FieldReader<'a> {
    source: &'a str,
    at: usize,
    end: usize,
    is_raw: bool,
}

impl FieldReader<'_> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        (at < self.end).then(|| self.source.as_bytes()[at])
    }

    /// In a format spec there are no doubled braces, and `}` ends it.
    fn segments(&mut self, in_spec: bool) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut start = self.at;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\\' if !self.is_raw => self.skip_escape(),
                b'{' if !in_spec && self.byte(1) == Some(b'{') => self.at += 2,
                b'}' if in_spec => break,
                b'{' => {
                    push_literal(&mut segments, start..self.at);
                    segments.push(Segment::Field(self.field()));
                    start = self.at;
                }
                _ => self.at += 1,
            }
        }
        push_literal(&mut segments, start..self.at);
        segments
    }

    fn skip_escape(&mut self) {
        match (self.byte(1), self.byte(2)) {
            (Some(b'N'), Some(b'{')) => {
                let rest = &self.source[self.at..self.end];
                self.at += rest.find('}').map_or(rest.len(), |found| found + 1);
            }
            (Some(b'{' | b'}'), _) => self.at += 1,
            _ => self.at = (self.at + 2).min(self.end),
        }
    }

    /// Stands on `{`; leaves after `}`.
    fn field(&mut self) -> Field {
        self.at += 1;
        let start = self.at;
        let is_self_documenting = self.skip_expression();
        let expression = start..self.at;
        if self.byte(0) == Some(b'!') {
            self.at += 2;
        }
        let mut format_spec = Vec::new();
        if self.byte(0) == Some(b':') {
            self.at += 1;
            format_spec = self.segments(true);
        }
        self.at = (self.at + 1).min(self.end);
        Field {
            expression,
            is_self_documenting,
            format_spec,
        }
    }

    /// Stops before the `!`, `:` or `}` that ends the expression; says whether it ends with `=`.
    fn skip_expression(&mut self) -> bool {
        let mut depth = 0_usize;
        let mut is_self_documenting = false;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'!' | b'=' | b'<' | b'>' if self.byte(1) == Some(b'=') => self.at += 1,
                b'!' | b':' | b'}' if depth == 0 => break,
                b'=' if depth == 0 => is_self_documenting = true,
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                b'"' | b'\'' => self.skip_quoted(byte),
                _ => {}
            }
            self.at += 1;
        }
        is_self_documenting
    }

    fn skip_quoted(&mut self, quote: u8) {
        let rest = &self.source.as_bytes()[self.at + 1..self.end];
        let length = rest.iter().position(|&byte| byte == quote);
        self.at += 1 + length.unwrap_or(rest.len());
    }
}

fn push_literal(segments: &mut Vec<Segment>, range: Range<usize>) {
    if !range.is_empty() {
        segments.push(Segment::Literal(range));
    }
}
