//! Strings and numbers.

use std::ops::Range;

use rustpython_parser::ast::bigint::BigInt;
use rustpython_parser::{StringKind, Tok};

use super::Scanner;
use crate::python::literal::has_plain_escapes;

/// What the letters before a quote say.
pub(super) fn kind(prefix: &[u8]) -> Option<StringKind> {
    match prefix {
        [] => Some(StringKind::String),
        [b'f' | b'F'] => Some(StringKind::FString),
        [b'r' | b'R'] => Some(StringKind::RawString),
        [b'b' | b'B'] => Some(StringKind::Bytes),
        [b'u' | b'U'] => Some(StringKind::Unicode),
        [b'r' | b'R', b'f' | b'F'] | [b'f' | b'F', b'r' | b'R'] => Some(StringKind::RawFString),
        [b'r' | b'R', b'b' | b'B'] | [b'b' | b'B', b'r' | b'R'] => Some(StringKind::RawBytes),
        _ => None,
    }
}

impl Scanner<'_> {
    /// A string whose letters begin at `start` and whose quote stands here.
    pub(super) fn string(&mut self, start: usize) -> Option<()> {
        let kind = kind(&self.bytes[start..self.at])?;
        let quote = self.byte(0);
        let triple_quoted = self.byte(1) == quote && self.byte(2) == quote;
        let content = self.at + if triple_quoted { 3 } else { 1 };
        let length = match triple_quoted {
            true => length_to_three(&self.bytes[content..], quote)?,
            false => length_to_one(&self.bytes[content..], quote)?,
        };
        self.at = content + length + if triple_quoted { 3 } else { 1 };
        let inside = content..content + length;
        let string = match self.left_out(kind, inside.clone()) {
            Some(kind) => Tok::String {
                value: String::new(),
                kind,
                triple_quoted,
            },
            None => Tok::String {
                value: self.text[inside].to_owned(),
                kind,
                triple_quoted,
            },
        };
        self.push(string, start..self.at);
        Some(())
    }

    /// What the parser is to take a string for whose inside it need not see.
    fn left_out(&mut self, kind: StringKind, inside: Range<usize>) -> Option<StringKind> {
        if !self.leaves_strings_out || kind.is_any_bytes() {
            return None;
        }
        if kind.is_any_fstring() {
            return self
                .fields_of(inside, kind.is_raw())
                .map(|()| StringKind::String);
        }
        has_plain_escapes(&self.bytes[inside], kind.is_raw()).then_some(kind)
    }

    /// Plain integers and floats. A leading zero, underscores in odd places, and imaginary numbers are
    /// left to the parser's own lexer.
    pub(super) fn number(&mut self) -> Option<()> {
        let start = self.at;
        let is_integer = self.digits();
        let token = match is_integer {
            true => {
                let digits = &self.text[start..self.at];
                let value: u64 = digits.parse().ok()?;
                let has_leading_zero = value > 0 && digits.starts_with('0');
                (!has_leading_zero).then(|| Tok::Int {
                    value: BigInt::from(value),
                })?
            }
            false => Tok::Float {
                value: self.text[start..self.at].parse().ok()?,
            },
        };
        let goes_on = self.byte(0).is_ascii_alphanumeric() || matches!(self.byte(0), b'_' | 0x80..);
        if goes_on {
            return None;
        }
        self.push(token, start..self.at);
        Some(())
    }

    /// Goes over digits with at most one point in them; `true` without one.
    fn digits(&mut self) -> bool {
        let skip = |scanner: &mut Self| {
            while scanner.byte(0).is_ascii_digit() {
                scanner.at += 1;
            }
        };
        skip(self);
        if self.byte(0) != b'.' {
            return true;
        }
        self.at += 1;
        skip(self);
        false
    }
}

fn length_to_one(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr3(quote, b'\\', b'\n', bytes.get(at..)?)?;
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' => return None,
            _ => return Some(at),
        }
    }
}

fn length_to_three(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        match bytes[at] {
            b'\\' => at += 2,
            _ if bytes[at..].starts_with(&[quote; 3]) => return Some(at),
            _ => at += 1,
        }
    }
}
