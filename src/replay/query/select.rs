//! SELECT: joins, conditions, groups, order.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::model::Identifier;
use crate::sql::expression::Expression;
use crate::sql::query::{FromItem, OrderBy, Query, QueryBody, Select, SetOperator, Target};

use super::aggregate::has_aggregate;
use super::datum::Datum;
use super::from::conjuncts;
use super::scope::{Bound, Scope};
use super::{Reader, Table, Undecided};

/// More rows than this are not joined: the answer is undecided.
pub(super) const MOST_ROWS: usize = 200_000;

impl Reader<'_> {
    pub(super) fn query(&self, query: &Query, outer: &Scope) -> Result<Table, Undecided> {
        let mut tables: Vec<(Identifier, Table)> = Vec::new();
        for common in &query.with {
            if query.recursive {
                return Err("WITH RECURSIVE is not modelled".into());
            }
            let scope = outer.with_tables(&tables);
            let mut table = self.query(&common.query, &scope)?;
            for (index, name) in common.columns.iter().enumerate().take(table.columns.len()) {
                table.columns[index] = name.as_str().into();
            }
            tables.push((common.name.clone(), table));
        }
        let scope = outer.with_tables(&tables);
        let mut table = self.body(query, &scope)?;
        self.limit(query, &scope, &mut table)?;
        Ok(table)
    }

    fn body(&self, query: &Query, scope: &Scope) -> Result<Table, Undecided> {
        match &query.body {
            QueryBody::Select(select) => self.select(select, &query.order_by, scope),
            QueryBody::Values(rows) => self.values(rows, scope),
            QueryBody::Nested(query) => self.query(query, scope),
            QueryBody::Set {
                operator,
                all,
                left,
                right,
            } => {
                let left = self.query(left, scope)?;
                let right = self.query(right, scope)?;
                Ok(combine(*operator, *all, left, right))
            }
            QueryBody::Table(name) => {
                let source = FromItem::Relation {
                    name: name.clone(),
                    alias: Default::default(),
                };
                let select = Select {
                    targets: vec![Target {
                        expression: Expression::Star {
                            qualifier: Vec::new(),
                        },
                        alias: None,
                    }],
                    from: vec![source],
                    ..Select::default()
                };
                self.select(&select, &query.order_by, scope)
            }
            QueryBody::Change(text) | QueryBody::Unread(text) => {
                Err(format!("the query was not read: {}", short(text)).into())
            }
        }
    }

    fn values(&self, rows: &[Vec<Expression>], scope: &Scope) -> Result<Table, Undecided> {
        let width = rows.first().map_or(0, Vec::len);
        let columns = (1..=width)
            .map(|index| format!("column{index}").into())
            .collect();
        let rows = rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|value| self.evaluate(value, scope))
                    .collect()
            })
            .collect::<Result<_, _>>()?;
        Ok(Table { columns, rows })
    }

    fn select(
        &self,
        select: &Select,
        order_by: &[OrderBy],
        scope: &Scope,
    ) -> Result<Table, Undecided> {
        let conditions = conjuncts(select.filter.as_ref());
        let rows = self.sources_of(&select.from, &conditions, scope)?;
        let grouped = !select.group_by.is_empty()
            || select.having.is_some()
            || select
                .targets
                .iter()
                .any(|target| has_aggregate(&target.expression));
        let mut output = match grouped {
            true => self.grouped(select, &rows, order_by, scope)?,
            false => self.plain(select, &rows, order_by, scope)?,
        };
        if order_by.is_empty() {
            output.table.columns = self.column_names(select, &rows, scope);
        } else {
            output.table.columns = self.column_names(select, &rows, scope);
            sort(&mut output, order_by)?;
        }
        if select.distinct {
            distinct(&mut output.table.rows);
        }
        Ok(output.table)
    }

    fn plain(
        &self,
        select: &Select,
        rows: &[Bound],
        order_by: &[OrderBy],
        scope: &Scope,
    ) -> Result<Output, Undecided> {
        let mut output = Output::default();
        for row in rows {
            let scope = scope.with_row(row);
            self.output_row(select, order_by, &scope, &mut output)?;
        }
        Ok(output)
    }

    fn grouped(
        &self,
        select: &Select,
        rows: &[Bound],
        order_by: &[OrderBy],
        scope: &Scope,
    ) -> Result<Output, Undecided> {
        let mut groups: Vec<(Vec<Datum>, Vec<Bound>)> = Vec::new();
        for row in rows {
            let inner = scope.with_row(row);
            let mut key = Vec::new();
            for expression in &select.group_by {
                let expression = positional(expression, select);
                key.push(self.evaluate(expression, &inner)?);
            }
            match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, members)) => members.push(row.clone()),
                None => groups.push((key, vec![row.clone()])),
            }
        }
        if groups.is_empty() && select.group_by.is_empty() {
            groups.push((Vec::new(), Vec::new()));
        }
        let mut output = Output::default();
        let nothing = Bound::default();
        for (_, members) in &groups {
            let row = members.first().unwrap_or(&nothing);
            let scope = scope.with_row(row).with_group(members);
            if let Some(having) = &select.having {
                match self.evaluate(having, &scope)? {
                    Datum::Bool(true) => {}
                    Datum::Unknown(reason) => return Err(reason),
                    _ => continue,
                }
            }
            self.output_row(select, order_by, &scope, &mut output)?;
        }
        Ok(output)
    }

    fn output_row(
        &self,
        select: &Select,
        order_by: &[OrderBy],
        scope: &Scope,
        output: &mut Output,
    ) -> Result<(), Undecided> {
        let mut values = Vec::new();
        for target in &select.targets {
            match &target.expression {
                Expression::Star { qualifier } => {
                    if scope.star_is_open(qualifier.last()) {
                        return Err("`*` of a relation that is not modelled in full".into());
                    }
                    values.extend(
                        scope
                            .star(qualifier.last())
                            .into_iter()
                            .map(|(_, value)| value),
                    );
                }
                expression => values.push(self.evaluate(expression, scope)?),
            }
        }
        let mut keys = Vec::new();
        for order in order_by {
            keys.push(self.order_key(order, select, &values, scope)?);
        }
        output.keys.push(keys);
        output.table.rows.push(values);
        Ok(())
    }

    /// An output column by name or number, else any expression.
    fn order_key(
        &self,
        order: &OrderBy,
        select: &Select,
        values: &[Datum],
        scope: &Scope,
    ) -> Result<Datum, Undecided> {
        if let Expression::Name { qualifier, name } = &order.expression
            && qualifier.is_empty()
            && let Some(index) = select
                .targets
                .iter()
                .position(|target| target.alias.as_ref() == Some(name))
        {
            return Ok(values.get(index).cloned().unwrap_or(Datum::Null));
        }
        self.evaluate(positional(&order.expression, select), scope)
    }

    fn column_names(&self, select: &Select, rows: &[Bound], scope: &Scope) -> Vec<Arc<str>> {
        let mut names = Vec::new();
        for target in &select.targets {
            match (&target.alias, &target.expression) {
                (Some(alias), _) => names.push(alias.as_str().into()),
                (None, Expression::Star { qualifier }) => {
                    if let Some(row) = rows.first() {
                        let scope = scope.with_row(row);
                        names.extend(
                            scope
                                .star(qualifier.last())
                                .into_iter()
                                .map(|(name, _)| name),
                        );
                    }
                }
                (None, expression) => names.push(implied_name(expression)),
            }
        }
        names
    }

    fn limit(&self, query: &Query, scope: &Scope, table: &mut Table) -> Result<(), Undecided> {
        let count = |expression: &Option<Expression>| match expression {
            None => Ok(None),
            Some(expression) => match self.evaluate(expression, scope)? {
                Datum::Integer(number) => Ok(usize::try_from(number).ok()),
                Datum::Null => Ok(None),
                _ => Err(Undecided::from("LIMIT of an unknown number")),
            },
        };
        if let Some(offset) = count(&query.offset)? {
            table.rows.drain(..offset.min(table.rows.len()));
        }
        if let Some(limit) = count(&query.limit)? {
            table.rows.truncate(limit);
        }
        Ok(())
    }
}

/// Rows with what they are ordered by.
#[derive(Default)]
struct Output {
    table: Table,
    keys: Vec<Vec<Datum>>,
}

fn sort(output: &mut Output, order_by: &[OrderBy]) -> Result<(), Undecided> {
    let is_open = output.keys.iter().flatten().any(Datum::is_unknown);
    if is_open && output.keys.len() > 1 {
        return Err("ORDER BY a value that is not known".into());
    }
    let mut order: Vec<usize> = (0..output.table.rows.len()).collect();
    order.sort_by(|left, right| compare_keys(&output.keys[*left], &output.keys[*right], order_by));
    output.table.rows = order
        .iter()
        .map(|index| output.table.rows[*index].clone())
        .collect();
    Ok(())
}

fn compare_keys(left: &[Datum], right: &[Datum], order_by: &[OrderBy]) -> Ordering {
    for ((left, right), order) in left.iter().zip(right).zip(order_by) {
        let nulls_first = order.nulls_first.unwrap_or(order.descending);
        let ordering = match (left.is_null(), right.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) if nulls_first => Ordering::Less,
            (true, false) => Ordering::Greater,
            (false, true) if nulls_first => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let ordering = left.compare(right).unwrap_or(Ordering::Equal);
                if order.descending {
                    ordering.reverse()
                } else {
                    ordering
                }
            }
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    Ordering::Equal
}

fn distinct(rows: &mut Vec<Vec<Datum>>) {
    let mut kept: Vec<Vec<Datum>> = Vec::new();
    for row in rows.drain(..) {
        if !kept.contains(&row) {
            kept.push(row);
        }
    }
    *rows = kept;
}

fn combine(operator: SetOperator, all: bool, left: Table, right: Table) -> Table {
    let mut rows = match operator {
        SetOperator::Union => left.rows.into_iter().chain(right.rows).collect(),
        SetOperator::Intersect => left
            .rows
            .into_iter()
            .filter(|row| right.rows.contains(row))
            .collect(),
        SetOperator::Except => left
            .rows
            .into_iter()
            .filter(|row| !right.rows.contains(row))
            .collect::<Vec<_>>(),
    };
    if !all {
        distinct(&mut rows);
    }
    Table {
        columns: left.columns,
        rows,
    }
}

/// `ORDER BY 1`, `GROUP BY 2`: the target of that number.
fn positional<'e>(expression: &'e Expression, select: &'e Select) -> &'e Expression {
    if let Expression::Literal(crate::sql::expression::Literal::Number(number)) = expression
        && let Ok(number) = number.parse::<usize>()
        && let Some(target) = number
            .checked_sub(1)
            .and_then(|index| select.targets.get(index))
    {
        return &target.expression;
    }
    expression
}

/// The name that PostgreSQL gives an output column (`FigureColname`).
fn implied_name(expression: &Expression) -> Arc<str> {
    match expression {
        Expression::Name { name, .. } | Expression::Field { name, .. } => name.as_str().into(),
        Expression::Call(call) => call.function.name.as_str().into(),
        Expression::Cast { operand, data_type } => match implied_name(operand) {
            name if &*name == "?column?" => data_type.name.name.as_str().into(),
            name => name,
        },
        Expression::Exists(_) => "exists".into(),
        Expression::Case { .. } => "case".into(),
        Expression::Array(_) | Expression::ArrayQuery(_) => "array".into(),
        Expression::Literal(crate::sql::expression::Literal::Boolean(_)) => "bool".into(),
        Expression::Subquery(query) => match &query.body {
            QueryBody::Select(select) => match select.targets.first() {
                Some(Target {
                    alias: Some(alias), ..
                }) => alias.as_str().into(),
                Some(target) => implied_name(&target.expression),
                None => "?column?".into(),
            },
            _ => "?column?".into(),
        },
        _ => "?column?".into(),
    }
}

fn short(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
