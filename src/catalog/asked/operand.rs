//! The other side of an operator, and its type.

use std::collections::BTreeMap;
use std::ops::Range;

use super::close;
use super::piece::Piece;
use crate::catalog::Column;
use crate::catalog::apply::is_untyped;
use crate::catalog::builtin::is_builtin;
use crate::model::{DataType, Identifier};

/// Where an operand of a comparison ends, or begins.
const ENDS: &[&str] = &[
    "and",
    "or",
    "then",
    "when",
    "else",
    "where",
    "group",
    "order",
    "limit",
    "offset",
    "union",
    "having",
    "returning",
    "from",
    "join",
    "inner",
    "full",
    "cross",
    "on",
    "loop",
    "for",
    "as",
    "is",
    "not",
    "in",
    "between",
    "like",
    "ilike",
    "select",
    "set",
    "if",
    "elsif",
    "return",
    "values",
    "with",
    "default",
    "check",
    "using",
    "by",
    "end",
    "=",
    "<>",
    "!=",
    "<",
    ">",
    "<=",
    ">=",
    ",",
    ":=",
    "do",
    "perform",
    "into",
    "add",
    "alter",
    "drop",
];

/// Text fits nearly everything, and says nothing.
const NOTHING: &[&str] = &[
    "text",
    "character varying",
    "character",
    "name",
    "record",
    "void",
    "trigger",
    "\"char\"",
];

impl Piece<'_> {
    /// Its type, where that says something.
    pub(super) fn told(&self, range: Range<usize>) -> Option<DataType> {
        let found = self.type_of(range)?;
        let base = self.catalog.base_type(&found);
        let name = base.name.name.as_str();
        let says = base.array_dimensions > 0 || !NOTHING.contains(&name);
        let is_plain = says && is_builtin(&base) && !name.starts_with("any") && !is_untyped(&base);
        // Values of either can be put into the other.
        let name = match name {
            "json" => DataType::named("jsonb").name,
            _ => base.name.clone(),
        };
        is_plain.then(|| DataType {
            name,
            modifiers: Vec::new(),
            ..base
        })
    }

    fn type_of(&self, range: Range<usize>) -> Option<DataType> {
        let tokens = self.tokens.get(range.clone())?;
        // (SELECT auth.uid())
        if tokens.first()?.is("(") && tokens.get(1)?.is("select") {
            let inner = range.start + 2;
            let shorter = self.operand_from(inner);
            return match self.is(shorter.end, &["from", ")"]) {
                true => self.type_of(shorter),
                false => None,
            };
        }
        if let Some(found) = self.qualified(tokens) {
            return found;
        }
        let text = self.text.get(tokens.first()?.start..tokens.last()?.end())?;
        self.catalog.type_of(text, &self.known()).ok().flatten()
    }

    /// The type of `owner.column`; the inner `None` where its owner is not known.
    fn qualified(
        &self,
        tokens: &[crate::catalog::expression::Token<'_>],
    ) -> Option<Option<DataType>> {
        let [owner, dot, column] = tokens else {
            return None;
        };
        let (owner, column) = (owner.identifier()?, column.identifier()?);
        if !dot.is(".") {
            return None;
        }
        let named = self.others.iter().find(|(called, _)| *called == owner);
        let columns = named.map(|(_, columns)| *columns);
        let found = columns.and_then(|columns| columns.iter().find(|one| one.name == column));
        Some(found.map(|column| column.data_type.clone()))
    }

    /// Variables and the columns of other relations, without those whose meaning is not plain.
    fn known(&self) -> Vec<Column> {
        let others = self.others.iter().flat_map(|(_, columns)| *columns);
        let mut types: BTreeMap<&Identifier, Vec<&Column>> = BTreeMap::new();
        for column in self.variables.iter().chain(others) {
            types.entry(&column.name).or_default().push(column);
        }
        let is_asked = |name: &Identifier| {
            let mut tables = self.asked_about.iter();
            tables.any(|(_, table)| {
                self.open
                    .get(table)
                    .is_some_and(|known| known.contains(name))
            })
        };
        let plain = types.into_iter().filter(|(name, columns)| {
            let same = columns
                .iter()
                .all(|one| one.data_type == columns[0].data_type);
            same && !is_asked(name)
        });
        plain.map(|(_, columns)| columns[0].clone()).collect()
    }

    /// Up to what ends a side of a comparison.
    pub(super) fn operand_from(&self, from: usize) -> Range<usize> {
        let mut place = from;
        while let Some(token) = self.at(place) {
            match token.text.to_ascii_lowercase().as_str() {
                "(" | "[" => place = close(self.tokens, place + 1),
                ")" | "]" => break,
                "case" => place = self.end_of_case(place + 1),
                _ if token.is_any(ENDS) => break,
                _ => {}
            }
            place += 1;
        }
        from..place.min(self.tokens.len())
    }

    /// Up to the next sign: `a` of `a + b`.
    pub(super) fn primary_from(&self, from: usize) -> Range<usize> {
        let whole = self.operand_from(from);
        let mut place = from;
        while place < whole.end {
            if self.is(place, &["(", "["]) {
                place = close(self.tokens, place + 1);
            } else if place > from && self.is(place, &["+", "-", "*", "/", "%"]) {
                return from..place;
            }
            place += 1;
        }
        whole
    }

    /// The side of a comparison that ends before `end`.
    pub(super) fn operand_until(&self, end: usize) -> Range<usize> {
        let mut depth = 0usize;
        let mut place = end;
        while let Some(before) = place.checked_sub(1) {
            match self.at(before).map_or("", |token| token.text) {
                ")" | "]" => depth += 1,
                "(" | "[" if depth == 0 => break,
                "(" | "[" => depth -= 1,
                _ if depth == 0 && self.is(before, ENDS) => break,
                _ => {}
            }
            place = before;
        }
        place..end
    }

    fn end_of_case(&self, from: usize) -> usize {
        let mut depth = 1usize;
        for (place, token) in self.tokens.iter().enumerate().skip(from) {
            depth += usize::from(token.is("case"));
            depth -= usize::from(token.is("end"));
            if depth == 0 {
                return place;
            }
        }
        self.tokens.len()
    }
}
