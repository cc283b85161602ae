//! Strings: this parser knows where every part stands.

use ruff_python_ast::{self as ast, ConversionFlag, FStringPart, InterpolatedStringElement};

use super::{Walk, range_of, to_usize};
use crate::python::literal::{LiteralStyle, adopt_value, decode_literal};
use crate::python::tree::StringPart;

impl Walk<'_, '_> {
    pub(super) fn plain_string(&mut self, node: &ast::ExprStringLiteral) -> Vec<StringPart> {
        let mut parts = Vec::new();
        for literal in &node.value {
            self.literal(literal, &mut parts);
        }
        let value = node.value.to_str().to_string();
        adopt_value(self.lowering, range_of(node).start, parts, value)
    }

    fn literal(&self, literal: &ast::StringLiteral, parts: &mut Vec<StringPart>) {
        let style = LiteralStyle {
            is_raw: literal.flags.prefix().is_raw(),
            has_fields: false,
        };
        let inside = to_usize(literal.content_range());
        decode_literal(self.lowering, inside.start, inside.end, style, parts);
    }

    pub(super) fn formatted_string(&mut self, node: &ast::ExprFString) -> Vec<StringPart> {
        let mut parts = Vec::new();
        for part in &node.value {
            match part {
                FStringPart::Literal(literal) => self.literal(literal, &mut parts),
                FStringPart::FString(string) => {
                    let is_raw = string.flags.prefix().is_raw();
                    self.elements(is_raw, &string.elements, &mut parts);
                }
            }
        }
        parts
    }

    /// A t-string renders as an f-string would wherever a database driver takes one.
    pub(super) fn template_string(&mut self, node: &ast::ExprTString) -> Vec<StringPart> {
        let mut parts = Vec::new();
        for string in &node.value {
            let is_raw = string.flags.prefix().is_raw();
            self.elements(is_raw, &string.elements, &mut parts);
        }
        parts
    }

    fn elements(
        &mut self,
        is_raw: bool,
        elements: &[InterpolatedStringElement],
        parts: &mut Vec<StringPart>,
    ) {
        let style = LiteralStyle {
            is_raw,
            has_fields: true,
        };
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let range = range_of(literal);
                    decode_literal(self.lowering, range.start, range.end, style, parts);
                }
                InterpolatedStringElement::Interpolation(node) => {
                    if node.debug_text.is_some() {
                        self.documented(node, parts);
                    }
                    parts.push(self.field(is_raw, node));
                }
            }
        }
    }

    /// The `value=` that `{value=}` prints first.
    fn documented(&self, node: &ast::InterpolatedElement, parts: &mut Vec<StringPart>) {
        let start = range_of(node).start + 1;
        let after = range_of(&*node.expression).end;
        let rest = self
            .lowering
            .source
            .get(after..range_of(node).end)
            .unwrap_or_default();
        let equals = rest.find('=').map_or(0, |found| found + 1);
        let blanks = rest[equals..].len() - rest[equals..].trim_start().len();
        let text = self.lowering.source.get(start..after + equals + blanks);
        parts.push(StringPart::literal(
            text.unwrap_or_default().to_string(),
            Some(self.lowering.place(start)),
        ));
    }

    fn field(&mut self, is_raw: bool, node: &ast::InterpolatedElement) -> StringPart {
        let mut format_spec = Vec::new();
        let value = Box::new(self.expression(&node.expression));
        if let Some(spec) = &node.format_spec {
            self.elements(is_raw, &spec.elements, &mut format_spec);
        }
        let is_documented = node.debug_text.is_some() && node.format_spec.is_none();
        StringPart::Field {
            value,
            conversion: match node.conversion {
                ConversionFlag::None => is_documented.then_some('r'),
                ConversionFlag::Str => Some('s'),
                ConversionFlag::Ascii => Some('a'),
                ConversionFlag::Repr => Some('r'),
            },
            format_spec,
        }
    }
}
