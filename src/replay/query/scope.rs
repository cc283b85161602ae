//! Names in a query: the columns of the relations in FROM, those of the queries around.

use std::sync::Arc;

use crate::model::Identifier;

use super::Table;
use super::datum::Datum;

/// A relation in FROM.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) alias: Arc<str>,
    pub(super) columns: Arc<Vec<Arc<str>>>,
    /// It has columns that are not modelled.
    pub(super) open: bool,
}

/// The relations in scope with one row of each.
#[derive(Debug, Clone, Default)]
pub(super) struct Bound {
    pub(super) sources: Vec<Source>,
    pub(super) values: Vec<Arc<Vec<Datum>>>,
}

/// Where names are looked up, inwards out.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    bound: Option<&'s Bound>,
    outer: Option<&'s Scope<'s>>,
    /// `WITH` queries, by name.
    tables: &'s [(Identifier, Table)],
    /// The rows of the group, while an aggregate query's targets are evaluated.
    pub(super) group: Option<&'s [Bound]>,
}

/// What a name is found to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found {
    Value(Datum),
    /// The relation has columns that are not modelled.
    Open(Arc<str>),
    Nothing,
}

impl<'s> Scope<'s> {
    pub(super) fn outermost() -> Scope<'static> {
        Scope {
            bound: None,
            outer: None,
            tables: &[],
            group: None,
        }
    }

    pub(super) fn with_row(&'s self, bound: &'s Bound) -> Scope<'s> {
        Scope {
            bound: Some(bound),
            outer: Some(self),
            tables: &[],
            group: None,
        }
    }

    pub(super) fn with_tables(&'s self, tables: &'s [(Identifier, Table)]) -> Scope<'s> {
        Scope {
            bound: None,
            outer: Some(self),
            tables,
            group: None,
        }
    }

    pub(super) fn with_group(mut self, group: &'s [Bound]) -> Scope<'s> {
        self.group = Some(group);
        self
    }

    /// The `WITH` query of that name.
    pub(super) fn table(&self, name: &Identifier) -> Option<&Table> {
        let own = self.tables.iter().rev().find(|(known, _)| known == name);
        match (own, self.outer) {
            (Some((_, table)), _) => Some(table),
            (None, Some(outer)) => outer.table(name),
            (None, None) => None,
        }
    }

    /// `name` or `alias.name`.
    pub(super) fn column(&self, qualifier: Option<&Identifier>, name: &Identifier) -> Found {
        match self.bound.map(|bound| bound.column(qualifier, name)) {
            None | Some(Found::Nothing) => match self.outer {
                Some(outer) => outer.column(qualifier, name),
                None => Found::Nothing,
            },
            Some(found) => found,
        }
    }

    /// All columns of the row, or of one of its relations.
    pub(super) fn star(&self, qualifier: Option<&Identifier>) -> Vec<(Arc<str>, Datum)> {
        let Some(bound) = self.bound else {
            return Vec::new();
        };
        let sources = bound.sources.iter().zip(&bound.values);
        sources
            .filter(|(source, _)| qualifier.is_none_or(|alias| *source.alias == *alias.as_str()))
            .flat_map(|(source, values)| {
                source
                    .columns
                    .iter()
                    .cloned()
                    .zip(values.iter().cloned())
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// A star over a relation that is not modelled in full cannot be given.
    pub(super) fn star_is_open(&self, qualifier: Option<&Identifier>) -> bool {
        self.bound.is_some_and(|bound| {
            let sources = bound.sources.iter();
            sources
                .filter(|source| qualifier.is_none_or(|alias| *source.alias == *alias.as_str()))
                .any(|source| source.open)
        })
    }
}

impl Bound {
    fn column(&self, qualifier: Option<&Identifier>, name: &Identifier) -> Found {
        let mut open = None;
        for (source, values) in self.sources.iter().zip(&self.values) {
            if qualifier.is_some_and(|alias| *source.alias != *alias.as_str()) {
                continue;
            }
            if let Some(index) = source
                .columns
                .iter()
                .position(|known| **known == *name.as_str())
            {
                return Found::Value(values.get(index).cloned().unwrap_or(Datum::Null));
            }
            // The relation itself as a value: `t` or `t.oid` of a whole row.
            if source.open {
                open = Some(source.alias.clone());
            }
        }
        open.map_or(Found::Nothing, |alias| {
            Found::Open(format!("column {name} of {alias} is not modelled").into())
        })
    }

    pub(super) fn joined(&self, source: Source, values: Arc<Vec<Datum>>) -> Self {
        let mut joined = self.clone();
        joined.sources.push(source);
        joined.values.push(values);
        joined
    }
}
