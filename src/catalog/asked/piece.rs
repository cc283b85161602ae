//! One statement, or one line of a body, with the relations that it names.

use super::{Asked, OpenTables, is_name};
use crate::catalog::apply::columns_of;
use crate::catalog::expression::Token;
use crate::catalog::{Catalog, Column};
use crate::model::{Identifier, ObjectName};

pub(super) struct Piece<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token<'a>],
    pub(super) variables: &'a [Column],
    pub(super) open: &'a OpenTables,
    /// By what they are called here, in the order in which they are named.
    pub(super) asked_about: Vec<(Identifier, ObjectName)>,
    pub(super) others: Vec<(Identifier, &'a [Column])>,
}

/// Words before a relation's name.
const BEFORE_RELATION: &[&str] = &[
    "from", "join", "into", "update", "table", "on", "only", "using", "exists",
];

impl<'a> Piece<'a> {
    /// `None` where none of the open tables is named.
    pub(super) fn new(
        catalog: &'a Catalog,
        text: &'a str,
        tokens: &'a [Token<'a>],
        variables: &'a [Column],
        open: &'a OpenTables,
        row: Option<&ObjectName>,
    ) -> Option<Self> {
        let mut piece = Self {
            catalog,
            text,
            tokens,
            variables,
            open,
            asked_about: Vec::new(),
            others: Vec::new(),
        };
        for place in 0..tokens.len() {
            piece.source(place);
        }
        if let Some(row) = row.or(piece.trigger().as_ref()) {
            for name in ["new", "old"] {
                piece.name(name.into(), row);
            }
        }
        (!piece.asked_about.is_empty()).then_some(piece)
    }

    pub(super) fn at(&self, place: usize) -> Option<&Token<'a>> {
        self.tokens.get(place)
    }

    pub(super) fn is(&self, place: usize, words: &[&str]) -> bool {
        self.at(place).is_some_and(|token| token.is_any(words))
    }

    pub(super) fn before(&self, place: usize, words: &[&str]) -> bool {
        place
            .checked_sub(1)
            .is_some_and(|place| self.is(place, words))
    }

    /// A relation that is named here, and what it is called from there on.
    fn source(&mut self, place: usize) {
        let is_comma = self.before(place, &[","]) && self.is_listed(place);
        if !self.before(place, BEFORE_RELATION) && !is_comma {
            return;
        }
        let Some((name, next)) = self.relation_at(place) else {
            return;
        };
        self.name(name.name.clone(), &name);
        let next = next + usize::from(self.is(next, &["as"]));
        if let Some(alias) = self.at(next).and_then(Token::identifier) {
            self.name(alias, &name);
        }
        if self.before(place, &["into"]) {
            self.name("excluded".into(), &name);
        }
    }

    /// A comma after FROM and before what follows it.
    fn is_listed(&self, place: usize) -> bool {
        let ends = |token: &&Token<'_>| {
            token.is_any(&[
                "from", "where", "select", "set", "(", ")", "values", "group", "order",
            ])
        };
        let last = self.tokens[..place].iter().rev().find(ends);
        last.is_some_and(|token| token.is("from"))
    }

    /// The name and the place behind it.
    pub(super) fn relation_at(&self, place: usize) -> Option<(ObjectName, usize)> {
        let first = self.at(place)?.identifier()?;
        let (name, next) = match self.is(place + 1, &["."]) {
            true => (
                ObjectName::qualified(Some(first), self.at(place + 2)?.identifier()?),
                place + 3,
            ),
            false => (ObjectName::qualified(None, first), place + 1),
        };
        Some((name, next))
    }

    fn name(&mut self, called: Identifier, relation: &ObjectName) {
        if self.open.contains_key(relation) {
            self.asked_about.push((called, relation.clone()));
        } else if let Some(columns) = self.catalog.relation(relation).and_then(columns_of) {
            self.others.push((called, columns));
        }
    }

    /// The table of CREATE TRIGGER, whose condition names its rows.
    fn trigger(&self) -> Option<ObjectName> {
        let is_trigger = self.tokens.iter().take(5).any(|token| token.is("trigger"));
        let creates = self.is(0, &["create"]) && is_trigger;
        let on = self.tokens.iter().position(|token| token.is("on"))?;
        let (name, _) = self.relation_at(on + 1)?;
        creates.then_some(name)
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        let mut found = self.written();
        for place in 0..self.tokens.len() {
            if let Some((start, table, column)) = self.column_at(place) {
                found.push(Asked {
                    data_type: self.asked_of(start, place + 1),
                    table,
                    column,
                });
            }
        }
        found
    }

    /// The open table's column whose name ends at `place`, and where its name begins.
    fn column_at(&self, place: usize) -> Option<(usize, ObjectName, Identifier)> {
        let token = self.at(place).filter(|token| is_name(token))?;
        let column = token.identifier()?;
        if self.is(place + 1, &[".", "("]) {
            return None;
        }
        if self.before(place, &["."]) {
            let owner = self.at(place.checked_sub(2)?)?.identifier()?;
            let is_deeper = place >= 4 && self.before(place - 2, &["."]);
            let start = place - if is_deeper { 4 } else { 2 };
            // What several relations are called tells nothing.
            if self.others.iter().any(|(called, _)| *called == owner) {
                return None;
            }
            let named = self
                .asked_about
                .iter()
                .find(|(called, _)| *called == owner)?;
            return Some((start, named.1.clone(), column));
        }
        let is_other = self.before(place, &["::", "as"])
            || self.variables.iter().any(|one| one.name == column)
            || self
                .others
                .iter()
                .any(|(_, columns)| columns.iter().any(|one| one.name == column));
        let mut has = self.asked_about.iter().filter(|(called, table)| {
            let is_row = ["new", "old", "excluded"].contains(&called.as_str());
            !is_row
                && self
                    .open
                    .get(table)
                    .is_some_and(|known| known.contains(&column))
        });
        let (_, table) = has.next().filter(|_| !is_other)?;
        Some((place, table.clone(), column))
    }
}
