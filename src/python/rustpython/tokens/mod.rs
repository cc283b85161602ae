//! Python's tokens for rustpython's parser, the same ones that its own lexer gives: that one reads
//! character by character and takes longer than the parser does.
//!
//! What is rare is left to it: letters beyond ASCII outside of strings and comments, tabs that indent,
//! form feeds, carriage returns, odd numbers, and everything that is an error.

mod fields;
mod literals;
mod soft_keywords;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;

use rustpython_parser::Tok;
use rustpython_parser::lexer::Spanned;
use rustpython_parser::text_size::{TextRange, TextSize};

pub(super) use fields::Fields;

/// A text as tokens.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tokens {
    pub(super) found: Vec<Spanned>,
    pub(super) fields: Fields,
    /// Strings are empty: what stands between the quotes is read from the source, later and once.
    pub(super) leaves_strings_out: bool,
}

/// The tokens of a module; places count from `start`. `None`: the parser's own lexer has to read it.
pub(super) fn tokens(text: &str, start: u32) -> Option<Tokens> {
    let fits = u32::try_from(text.len()).is_ok_and(|length| length.checked_add(start).is_some());
    if !fits || memchr::memchr2(b'\r', b'\x0c', text.as_bytes()).is_some() {
        return None;
    }
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        start,
        open_brackets: 0,
        indentations: Vec::new(),
        found: Vec::with_capacity(text.len() / 4),
        fields: Fields::new(),
        // Which letter `\N{name}` is, the parser alone knows.
        leaves_strings_out: memchr::memmem::find(text.as_bytes(), b"\\N").is_none(),
    };
    scanner.lines()?;
    soft_keywords::settle(&mut scanner.found);
    Some(Tokens {
        found: scanner.found,
        fields: scanner.fields,
        leaves_strings_out: scanner.leaves_strings_out,
    })
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    start: u32,
    open_brackets: usize,
    /// The columns of the blocks that are open.
    indentations: Vec<usize>,
    found: Vec<Spanned>,
    fields: Fields,
    leaves_strings_out: bool,
}

impl Scanner<'_> {
    fn lines(&mut self) -> Option<()> {
        while self.begin_line()? {
            while !self.token()? {}
        }
        self.dedent_to(0)
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, token: Tok, range: Range<usize>) {
        let range = self.range(range);
        self.found.push((token, range));
    }

    fn range(&self, range: Range<usize>) -> TextRange {
        // The whole text was seen to fit.
        let place = |offset: usize| TextSize::from(self.start + offset as u32);
        TextRange::new(place(range.start), place(range.end))
    }

    /// Goes to the first word of the next line that has one, and opens or closes blocks there. `false`
    /// at the end of the text.
    fn begin_line(&mut self) -> Option<bool> {
        loop {
            let line = self.at;
            while self.byte(0) == b' ' {
                self.at += 1;
            }
            match self.bytes.get(self.at) {
                None => return Some(false),
                Some(b'\n') => self.at += 1,
                Some(b'#') => self.skip_comment(),
                Some(b'\t') => return None,
                Some(_) => return self.indent_to(self.at - line).map(|()| true),
            }
        }
    }

    fn indent_to(&mut self, column: usize) -> Option<()> {
        if column > self.indentations.last().copied().unwrap_or(0) {
            self.indentations.push(column);
            self.push(Tok::Indent, self.at - column..self.at);
            return Some(());
        }
        self.dedent_to(column)
    }

    /// `None` where no open block begins at the column.
    fn dedent_to(&mut self, column: usize) -> Option<()> {
        while self.indentations.last().is_some_and(|last| *last > column) {
            self.indentations.pop();
            self.push(Tok::Dedent, self.at..self.at);
        }
        (self.indentations.last().copied().unwrap_or(0) == column).then_some(())
    }

    fn skip_comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Reads one token; `true` where it ends the logical line.
    fn token(&mut self) -> Option<bool> {
        match self.bytes.get(self.at) {
            None => return self.end_of_text(),
            Some(b' ' | b'\t') => self.at += 1,
            Some(b'#') => self.skip_comment(),
            Some(b'\n') => return Some(self.line_end()),
            Some(b'\\') => self.continuation()?,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => self.word()?,
            Some(b'"' | b'\'') => self.string(self.at)?,
            Some(b'0'..=b'9') => self.number()?,
            Some(b'.') if self.byte(1).is_ascii_digit() => self.number()?,
            Some(_) => self.operator()?,
        }
        Some(false)
    }

    fn end_of_text(&mut self) -> Option<bool> {
        if self.open_brackets > 0 {
            return None;
        }
        self.push(Tok::Newline, self.at..self.at);
        Some(true)
    }

    fn line_end(&mut self) -> bool {
        self.at += 1;
        let is_logical = self.open_brackets == 0;
        if is_logical {
            self.push(Tok::Newline, self.at - 1..self.at);
        }
        is_logical
    }

    fn continuation(&mut self) -> Option<()> {
        let goes_on = self.byte(1) == b'\n' && self.at + 2 < self.bytes.len();
        self.at += 2;
        goes_on.then_some(())
    }

    /// A name, a keyword, or the letters before a string.
    fn word(&mut self) -> Option<()> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = rest.iter().take_while(|byte| is_part(byte)).count();
        self.at += length;
        match rest.get(length) {
            Some(b'"' | b'\'') if length <= 2 && literals::kind(&rest[..length]).is_some() => {
                return self.string(start);
            }
            Some(0x80..) => return None,
            _ => {}
        }
        let word = &self.text[start..self.at];
        let token = words::keyword(word).unwrap_or_else(|| Tok::Name {
            name: word.to_owned(),
        });
        self.push(token, start..self.at);
        Some(())
    }

    fn operator(&mut self) -> Option<()> {
        let (token, length) = words::operator(&self.bytes[self.at..])?;
        match token {
            Tok::Lpar | Tok::Lsqb | Tok::Lbrace => self.open_brackets += 1,
            Tok::Rpar | Tok::Rsqb | Tok::Rbrace => {
                self.open_brackets = self.open_brackets.checked_sub(1)?;
            }
            _ => {}
        }
        self.push(token, self.at..self.at + length);
        self.at += length;
        Some(())
    }
}
