//! What stands in FROM: system catalogs, tables of the model, queries, functions that give rows.

use std::sync::Arc;

use crate::catalog::{Relation, Rows};
use crate::model::{Identifier, ObjectName};
use crate::sql::query::{Alias, FromItem};

use super::datum::Datum;
use super::scope::{Scope, Source};
use super::{Reader, Table, Undecided, catalog_tables, information_schema};

/// Rows of a relation in FROM.
type SourceRows = Vec<(Source, Arc<Vec<Datum>>)>;

/// A relation with its rows, and whether it has more columns than are modelled.
pub(super) struct Modelled {
    pub(super) columns: &'static [&'static str],
    pub(super) rows: Vec<Vec<Datum>>,
}

impl Reader<'_> {
    pub(super) fn source_rows(
        &self,
        item: &FromItem,
        scope: &Scope,
    ) -> Result<SourceRows, Undecided> {
        let (source, table) = self.source(item, scope)?;
        let rows = table.rows.into_iter();
        Ok(rows.map(|row| (source.clone(), Arc::new(row))).collect())
    }

    /// The columns of a relation, for a row of NULLs.
    pub(super) fn source_shape(&self, item: &FromItem, scope: &Scope) -> Result<Source, Undecided> {
        self.source(item, scope).map(|(source, _)| source)
    }

    fn source(&self, item: &FromItem, scope: &Scope) -> Result<(Source, Table), Undecided> {
        match item {
            FromItem::Relation { name, alias } => self.named(name, alias, scope),
            FromItem::Subquery { query, alias } => self.subquery_rows(query, alias, scope),
            FromItem::Function {
                call,
                alias,
                with_ordinality,
            } => self.function_rows(call, alias, *with_ordinality, scope),
            FromItem::Join { .. } => Err("a join in an unexpected place".into()),
            FromItem::Unread(text) => Err(format!("`{text}` in FROM was not read").into()),
        }
    }

    fn named(
        &self,
        name: &ObjectName,
        alias: &Alias,
        scope: &Scope,
    ) -> Result<(Source, Table), Undecided> {
        let shown = alias.name.as_ref().unwrap_or(&name.name).as_str();
        if name.schema.is_none()
            && let Some(table) = scope.table(&name.name)
        {
            return Ok((
                source(shown, table.columns.clone(), alias, false),
                table.clone(),
            ));
        }
        if let Some(table) = self.surroundings.followed(name) {
            return Ok((
                source(shown, table.columns.clone(), alias, false),
                table.clone(),
            ));
        }
        if let Some(modelled) = self.system_relation(name) {
            let columns: Vec<Arc<str>> =
                modelled.columns.iter().map(|name| (*name).into()).collect();
            let table = Table {
                columns: columns.clone(),
                rows: modelled.rows,
            };
            return Ok((source(shown, columns, alias, true), table));
        }
        self.stored(name, shown, alias)
    }

    fn system_relation(&self, name: &ObjectName) -> Option<Modelled> {
        match name.schema.as_ref().map(Identifier::as_str) {
            Some("information_schema") => {
                information_schema::relation(self.catalog, name.name.as_str(), self.database())
            }
            Some("pg_catalog") | None => {
                catalog_tables::relation(self.catalog, name.name.as_str(), self.database())
            }
            Some(_) => None,
        }
    }

    fn database(&self) -> &str {
        &self.surroundings.database
    }

    /// A table of the database: its rows are known only if there are none.
    fn stored(
        &self,
        name: &ObjectName,
        shown: &str,
        alias: &Alias,
    ) -> Result<(Source, Table), Undecided> {
        let columns = |columns: &[crate::catalog::Column]| -> Vec<Arc<str>> {
            columns
                .iter()
                .map(|column| column.name.as_str().into())
                .collect()
        };
        match self.catalog.relation(name) {
            Some(Relation::Table(table)) if table.rows == Rows::Empty => {
                let columns = columns(&table.columns);
                let source = source(shown, columns.clone(), alias, table.columns_incomplete);
                Ok((
                    source,
                    Table {
                        columns,
                        rows: Vec::new(),
                    },
                ))
            }
            Some(Relation::View(view)) => self.view_rows(name, view, shown, alias),
            Some(_) => Err(format!("the rows of {name} are not known").into()),
            None => Err(format!("{name} is not modelled").into()),
        }
    }

    /// A view is empty if one of the tables that it joins is; else its rows are not known.
    fn view_rows(
        &self,
        name: &ObjectName,
        view: &crate::catalog::View,
        shown: &str,
        alias: &Alias,
    ) -> Result<(Source, Table), Undecided> {
        let empty = |table: &ObjectName| {
            self.catalog
                .table(table)
                .is_some_and(|table| table.rows == Rows::Empty)
        };
        let without_rows = !view.reads.is_empty() && view.reads.iter().all(empty);
        let aggregates = view.query.contains('(');
        if !without_rows || aggregates {
            return Err(format!("the rows of {name} are not known").into());
        }
        let columns: Vec<Arc<str>> = view
            .columns
            .iter()
            .map(|column| column.name.as_str().into())
            .collect();
        let open = view.columns_incomplete;
        Ok((
            source(shown, columns.clone(), alias, open),
            Table {
                columns,
                rows: Vec::new(),
            },
        ))
    }

    /// `unnest(array)`, `generate_series(a, b)`.
    fn function_rows(
        &self,
        call: &crate::sql::expression::Call,
        alias: &Alias,
        with_ordinality: bool,
        scope: &Scope,
    ) -> Result<(Source, Table), Undecided> {
        let name = call.function.name.as_str();
        let mut arguments = Vec::new();
        for (_, argument) in &call.arguments {
            arguments.push(self.evaluate(argument, scope)?);
        }
        let items = match (name, arguments.as_slice()) {
            ("unnest", [Datum::Array(items)]) => items.to_vec(),
            ("unnest", [Datum::Null]) => Vec::new(),
            ("generate_series", [Datum::Integer(from), Datum::Integer(to)]) => (*from
                ..=(*to).min(from + 10_000))
                .map(Datum::Integer)
                .collect(),
            _ => return Err(format!("the rows of {name}() are not known").into()),
        };
        let shown = alias.name.as_ref().map_or(name, Identifier::as_str);
        let first = alias.columns.first().map_or(shown, Identifier::as_str);
        let mut columns: Vec<Arc<str>> = vec![first.into()];
        let mut rows: Vec<Vec<Datum>> = items.into_iter().map(|item| vec![item]).collect();
        if with_ordinality {
            let second = alias
                .columns
                .get(1)
                .map_or("ordinality", Identifier::as_str);
            columns.push(second.into());
            for (index, row) in rows.iter_mut().enumerate() {
                row.push(Datum::Integer(index as i64 + 1));
            }
        }
        let table = Table {
            columns: columns.clone(),
            rows,
        };
        Ok((source(shown, columns, &Alias::default(), false), table))
    }
}

fn source(shown: &str, columns: Vec<Arc<str>>, alias: &Alias, open: bool) -> Source {
    let mut columns = columns;
    for (index, name) in alias.columns.iter().enumerate().take(columns.len()) {
        columns[index] = name.as_str().into();
    }
    Source {
        alias: shown.into(),
        columns: Arc::new(columns),
        open,
    }
}
