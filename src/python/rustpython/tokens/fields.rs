//! The fields of f-strings, read while tokens are: the parser copies the text of each field and reads it
//! with its own lexer, letter by letter.
//!
//! What is rare is left to the parser: fields that print their own text, fields in format specs,
//! unusual escapes, and everything that is an error.

use std::collections::BTreeMap;
use std::ops::Range;

use rustpython_parser::ast::{self, ConversionFlag, Expr};
use rustpython_parser::{Parse, Tok};

use super::{Scanner, soft_keywords, words};
use crate::python::literal::{LiteralStyle, has_plain_escapes};
use crate::python::string_tokens::{Field, Segment, StringToken, segments};

/// The fields of the f-strings that were read here, by the place behind the quote.
pub(in crate::python::rustpython) type Fields = BTreeMap<usize, Vec<ast::ExprFormattedValue>>;

impl Scanner<'_> {
    /// Reads the fields of an f-string, or leaves all of it to the parser.
    pub(super) fn fields_of(&mut self, inside: Range<usize>, is_raw: bool) -> Option<()> {
        let style = LiteralStyle {
            is_raw,
            has_fields: true,
        };
        let token = StringToken {
            style,
            inside: inside.clone(),
        };
        let mut values = Vec::new();
        for segment in segments(self.text, &token) {
            match segment {
                Segment::Literal(range) => self.check_literal(range, is_raw)?,
                Segment::Field(field) => values.push(self.field(&field, inside.end)?),
            }
        }
        let place = self.start as usize + inside.start;
        self.fields.insert(place, values);
        Some(())
    }

    /// A brace stands for itself only where it is doubled.
    fn check_literal(&self, range: Range<usize>, is_raw: bool) -> Option<()> {
        let bytes = &self.bytes[range];
        let mut at = 0;
        while let Some(found) = memchr::memchr2(b'{', b'}', &bytes[at..]) {
            at += found;
            (bytes.get(at + 1) == Some(&bytes[at])).then_some(())?;
            at += 2;
        }
        has_plain_escapes(bytes, is_raw).then_some(())
    }

    fn field(&mut self, field: &Field, end: usize) -> Option<ast::ExprFormattedValue> {
        let mut at = field.expression.end;
        let conversion = match *self.bytes.get(at..end)? {
            [b'!', letter, b':' | b'}', ..] => {
                at += 2;
                conversion(letter)?
            }
            _ => ConversionFlag::None,
        };
        if self.bytes[at..end].first() == Some(&b':') {
            let spec = &self.bytes[at + 1..end];
            let special = memchr::memchr3(b'{', b'}', b'\\', spec)?;
            at += 1 + special;
        }
        let is_closed = self.bytes[at..end].first() == Some(&b'}');
        if field.is_self_documenting || !is_closed {
            return None;
        }
        Some(ast::ExprFormattedValue {
            value: Box::new(self.expression(field.expression.clone())?),
            conversion,
            format_spec: None,
            range: self.range(field.expression.clone()),
        })
    }

    fn expression(&mut self, range: Range<usize>) -> Option<Expr> {
        self.dotted_name(range.clone())
            .or_else(|| self.parsed_expression(range))
    }

    /// `name`, `name.attribute.attribute`: most fields are.
    fn dotted_name(&self, range: Range<usize>) -> Option<Expr> {
        let text = &self.text[range.clone()];
        let is_name = |name: &str| {
            let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            name.bytes().all(is_part)
                && !name.is_empty()
                && !name.starts_with(|letter: char| letter.is_ascii_digit())
                && words::keyword(name).is_none()
        };
        let start = range.start + (text.len() - text.trim_start_matches(' ').len());
        let mut names = text.trim_matches(' ').split('.');
        let first = names.next().filter(|name| is_name(name))?;
        let mut end = start + first.len();
        let mut value = Expr::Name(ast::ExprName {
            id: first.into(),
            ctx: ast::ExprContext::Load,
            range: self.range(start..end),
        });
        for name in names {
            is_name(name).then_some(())?;
            end += 1 + name.len();
            value = Expr::Attribute(ast::ExprAttribute {
                value: Box::new(value),
                attr: name.into(),
                ctx: ast::ExprContext::Load,
                range: self.range(start..end),
            });
        }
        Some(value)
    }

    /// In parentheses, as the parser reads it.
    fn parsed_expression(&mut self, range: Range<usize>) -> Option<Expr> {
        let text = &self.bytes[range.clone()];
        if memchr::memchr2(b'\\', b'#', text).is_some() || text.trim_ascii().is_empty() {
            return None;
        }
        let mut inner = Scanner {
            bytes: &self.bytes[..range.end],
            at: range.start,
            open_brackets: 1,
            indentations: Vec::new(),
            found: Vec::new(),
            fields: std::mem::take(&mut self.fields),
            ..*self
        };
        let found = inner.expression_tokens(range);
        self.fields = inner.fields;
        Expr::parse_tokens(found?.into_iter().map(Ok), "").ok()
    }

    fn expression_tokens(&mut self, range: Range<usize>) -> Option<Vec<super::Spanned>> {
        self.push(Tok::Lpar, range.start - 1..range.start);
        while self.at < range.end {
            self.token()?;
        }
        self.push(Tok::Rpar, range.end..range.end + 1);
        soft_keywords::settle(&mut self.found);
        (self.open_brackets == 1).then(|| std::mem::take(&mut self.found))
    }
}

fn conversion(letter: u8) -> Option<ConversionFlag> {
    Some(match letter {
        b's' => ConversionFlag::Str,
        b'a' => ConversionFlag::Ascii,
        b'r' => ConversionFlag::Repr,
        _ => return None,
    })
}
