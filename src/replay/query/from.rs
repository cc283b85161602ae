//! `FROM` and `WHERE`: the rows of tables, subqueries and functions, joined and filtered.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::model::Identifier;
use crate::sql::expression::Expression;
use crate::sql::query::{FromItem, JoinCondition, JoinKind, Query};

use super::datum::Datum;
use super::scope::{Bound, Scope, Source};
use super::select::MOST_ROWS;
use super::{Reader, Table, Undecided};

impl Reader<'_> {
    /// Joins the comma list, testing each condition as soon as its names are known.
    pub(super) fn sources_of(
        &self,
        items: &[FromItem],
        conditions: &[&Expression],
        scope: &Scope,
    ) -> Result<Vec<Bound>, Undecided> {
        let mut rows = vec![Bound::default()];
        let mut open: Vec<&Expression> = conditions.to_vec();
        for item in items {
            rows = self.join_item(rows, item, scope)?;
            let (ready, later) = self.split_ready(&open, rows.first(), scope);
            rows = self.filter(rows, &ready, scope)?;
            open = later;
        }
        self.filter(rows, &open, scope)
    }

    /// The conditions all of whose names the rows have by now.
    pub(super) fn split_ready<'e>(
        &self,
        conditions: &[&'e Expression],
        row: Option<&Bound>,
        scope: &Scope,
    ) -> (Vec<&'e Expression>, Vec<&'e Expression>) {
        let Some(row) = row else {
            return (Vec::new(), conditions.to_vec());
        };
        let inner = scope.with_row(row);
        conditions
            .iter()
            .partition(|condition| self.names_are_known(condition, &inner))
    }

    pub(super) fn filter(
        &self,
        rows: Vec<Bound>,
        conditions: &[&Expression],
        scope: &Scope,
    ) -> Result<Vec<Bound>, Undecided> {
        if conditions.is_empty() {
            return Ok(rows);
        }
        let mut kept = Vec::new();
        for row in rows {
            if self.holds(&row, conditions, scope)? {
                kept.push(row);
            }
        }
        Ok(kept)
    }

    /// One condition that is false outweighs those that are unknown.
    pub(super) fn holds(
        &self,
        row: &Bound,
        conditions: &[&Expression],
        scope: &Scope,
    ) -> Result<bool, Undecided> {
        let inner = scope.with_row(row);
        let mut unknown = None;
        for condition in conditions {
            match self.evaluate(condition, &inner) {
                Ok(Datum::Bool(true)) => {}
                Ok(Datum::Unknown(reason)) | Err(reason) => unknown = Some(reason),
                Ok(_) => return Ok(false),
            }
        }
        unknown.map_or(Ok(true), Err)
    }

    pub(super) fn join_item(
        &self,
        rows: Vec<Bound>,
        item: &FromItem,
        scope: &Scope,
    ) -> Result<Vec<Bound>, Undecided> {
        match item {
            FromItem::Join {
                left,
                right,
                kind,
                condition,
            } => {
                let rows = self.join_item(rows, left, scope)?;
                self.joined(rows, right, *kind, condition, scope)
            }
            _ => {
                let mut joined = Vec::new();
                for row in rows {
                    for (source, values) in self.source_rows(item, &scope.with_row(&row))? {
                        joined.push(row.joined(source, values));
                        if joined.len() > MOST_ROWS {
                            return Err("the query joins too many rows to be answered".into());
                        }
                    }
                }
                Ok(joined)
            }
        }
    }

    pub(super) fn joined(
        &self,
        rows: Vec<Bound>,
        right: &FromItem,
        kind: JoinKind,
        condition: &JoinCondition,
        scope: &Scope,
    ) -> Result<Vec<Bound>, Undecided> {
        if matches!(kind, JoinKind::Right | JoinKind::Full) {
            return Err("RIGHT and FULL joins are not modelled".into());
        }
        let mut output = Vec::new();
        for row in rows {
            let before = row.sources.len();
            let candidates = self.join_item(vec![row.clone()], right, scope)?;
            let mut matched = Vec::new();
            for candidate in candidates {
                if self.join_holds(&candidate, before, condition, scope)? {
                    matched.push(candidate);
                }
            }
            if matched.is_empty() && kind == JoinKind::Left {
                matched.push(self.padded(&row, right, scope)?);
            }
            output.extend(matched);
            if output.len() > MOST_ROWS {
                return Err("the query joins too many rows to be answered".into());
            }
        }
        Ok(output)
    }

    pub(super) fn join_holds(
        &self,
        row: &Bound,
        before: usize,
        condition: &JoinCondition,
        scope: &Scope,
    ) -> Result<bool, Undecided> {
        match condition {
            JoinCondition::None => Ok(true),
            JoinCondition::On(expression) => self.holds(row, &conjuncts(Some(expression)), scope),
            JoinCondition::Using(columns) => {
                let side = |range: std::ops::Range<usize>, column: &Identifier| {
                    let part = Bound {
                        sources: row.sources[range.clone()].to_vec(),
                        values: row.values[range].to_vec(),
                    };
                    match scope.with_row(&part).column(None, column) {
                        super::scope::Found::Value(value) => Ok(value),
                        _ => Err(Undecided::from("a column of USING is not modelled")),
                    }
                };
                for column in columns {
                    let left = side(0..before, column)?;
                    let right = side(before..row.sources.len(), column)?;
                    if left.compare(&right) != Some(Ordering::Equal) {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            JoinCondition::Natural => Err("NATURAL joins are not modelled".into()),
        }
    }

    /// The row with NULLs for the relations of the right side.
    pub(super) fn padded(
        &self,
        row: &Bound,
        right: &FromItem,
        scope: &Scope,
    ) -> Result<Bound, Undecided> {
        match right {
            FromItem::Join { left, right, .. } => {
                let row = self.padded(row, left, scope)?;
                self.padded(&row, right, scope)
            }
            item => {
                let source = self.source_shape(item, &scope.with_row(row))?;
                let nulls = vec![Datum::Null; source.columns.len()];
                Ok(row.joined(source, Arc::new(nulls)))
            }
        }
    }

    pub(super) fn subquery_rows(
        &self,
        query: &Query,
        alias: &crate::sql::query::Alias,
        scope: &Scope,
    ) -> Result<(Source, Table), Undecided> {
        let mut table = self.query(query, scope)?;
        for (index, name) in alias.columns.iter().enumerate().take(table.columns.len()) {
            table.columns[index] = name.as_str().into();
        }
        let name = alias.name.as_ref().map_or("", Identifier::as_str);
        let columns = Arc::new(table.columns.clone());
        Ok((
            Source {
                alias: name.into(),
                columns,
                open: false,
            },
            table,
        ))
    }
}

/// `a AND b AND c` as a list.
pub(super) fn conjuncts(expression: Option<&Expression>) -> Vec<&Expression> {
    match expression {
        None => Vec::new(),
        Some(Expression::Binary {
            operator,
            left,
            right,
        }) if operator == "AND" => {
            let mut all = conjuncts(Some(left));
            all.extend(conjuncts(Some(right)));
            all
        }
        Some(other) => vec![other],
    }
}
