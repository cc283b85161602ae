//! Strings: the parser says what the fields are, the source says where everything stands.

use std::ops::Range;

use rustpython_parser::ast::{self, ConversionFlag, Expr};

use super::Walk;
use crate::python::literal::{adopt_value, decode_literal};
use crate::python::string_tokens::{Field, Segment, StringToken, segments, string_tokens};
use crate::python::tree::StringPart;

type Fields = std::vec::IntoIter<ast::ExprFormattedValue>;

impl Walk<'_, '_> {
    /// `value` is what the parser decoded, if it saw the string; it decides where the source says
    /// something else.
    pub(super) fn plain_string(&mut self, range: Range<usize>, value: String) -> Vec<StringPart> {
        let parts = self.formatted_string(range.clone(), Vec::new());
        match self.strings.are_left_out {
            true => parts,
            false => adopt_value(self.lowering, range.start, parts, value),
        }
    }

    pub(super) fn formatted_string(
        &mut self,
        range: Range<usize>,
        values: Vec<Expr>,
    ) -> Vec<StringPart> {
        let mut fields = formatted_values(values);
        let mut parts = Vec::new();
        for token in string_tokens(self.lowering.source, range) {
            if token.style.has_fields {
                let segments = segments(self.lowering.source, &token);
                let read = self.strings.fields.remove(&token.inside.start);
                let mut read = read.map(Vec::into_iter);
                let fields = read.as_mut().unwrap_or(&mut fields);
                self.segments(&token, segments, fields, &mut parts);
            } else {
                self.literal(&token, token.inside.clone(), &mut parts);
            }
        }
        parts
    }

    fn literal(&self, token: &StringToken, range: Range<usize>, parts: &mut Vec<StringPart>) {
        decode_literal(self.lowering, range.start, range.end, token.style, parts);
    }

    fn segments(
        &mut self,
        token: &StringToken,
        segments: Vec<Segment>,
        fields: &mut Fields,
        parts: &mut Vec<StringPart>,
    ) {
        for segment in segments {
            match segment {
                Segment::Literal(range) => self.literal(token, range, parts),
                Segment::Field(field) => {
                    if field.is_self_documenting {
                        self.documented(&field, parts);
                    }
                    if let Some(node) = fields.next() {
                        parts.push(self.field(token, field, node));
                    }
                }
            }
        }
    }

    /// The `value=` that `{value=}` prints first.
    fn documented(&self, field: &Field, parts: &mut Vec<StringPart>) {
        let text = &self.lowering.source[field.expression.clone()];
        parts.push(StringPart::literal(
            text.to_string(),
            Some(self.lowering.place(field.expression.start)),
        ));
    }

    fn field(
        &mut self,
        token: &StringToken,
        field: Field,
        node: ast::ExprFormattedValue,
    ) -> StringPart {
        let mut value = self.expression(*node.value);
        let text = &self.lowering.source[field.expression.clone()];
        // The parser wraps the field in parentheses, which a tuple takes for its own.
        let start = field.expression.start + (text.len() - text.trim_start().len());
        if value.place < self.lowering.place(start) {
            let end = field.expression.end - (text.len() - text.trim_end().len());
            value.place = self.lowering.place(start);
            value.text = self.lowering.excerpt(start..end);
        }
        let spec = node.format_spec.map(|spec| match *spec {
            Expr::JoinedStr(spec) => spec.values,
            other => vec![other],
        });
        let mut format_spec = Vec::new();
        let mut spec_fields = formatted_values(spec.unwrap_or_default());
        self.segments(token, field.format_spec, &mut spec_fields, &mut format_spec);
        StringPart::Field {
            value: Box::new(value),
            conversion: conversion(node.conversion),
            format_spec,
        }
    }
}

fn formatted_values(values: Vec<Expr>) -> Fields {
    let fields = values.into_iter().filter_map(|value| match value {
        Expr::FormattedValue(field) => Some(field),
        _ => None,
    });
    fields.collect::<Vec<_>>().into_iter()
}

fn conversion(flag: ConversionFlag) -> Option<char> {
    match flag {
        ConversionFlag::None => None,
        ConversionFlag::Str => Some('s'),
        ConversionFlag::Ascii => Some('a'),
        ConversionFlag::Repr => Some('r'),
    }
}
