//! Queries in one fixed spelling.

use std::fmt::Write;

use super::query::{
    Alias, CommonTable, FromItem, JoinCondition, JoinKind, Query, QueryBody, Select, SetOperator,
};
use super::spell::Writer;

impl Writer {
    pub(super) fn query(&mut self, query: &Query) {
        if !query.with.is_empty() {
            self.push(if query.recursive {
                "WITH RECURSIVE "
            } else {
                "WITH "
            });
            self.list(&query.with, Self::common_table);
            self.push(" ");
        }
        match &query.body {
            QueryBody::Select(select) => self.select(select),
            QueryBody::Set {
                operator,
                all,
                left,
                right,
            } => {
                self.query(left);
                self.push(match operator {
                    SetOperator::Union => " UNION ",
                    SetOperator::Intersect => " INTERSECT ",
                    SetOperator::Except => " EXCEPT ",
                });
                self.push(if *all { "ALL " } else { "" });
                self.query(right);
            }
            QueryBody::Values(rows) => {
                self.push("VALUES ");
                self.list(rows, |writer, row| {
                    writer.push("(");
                    writer.list(row, Self::expression);
                    writer.push(")");
                });
            }
            QueryBody::Table(name) => {
                let _ = write!(self.text, "TABLE {name}");
            }
            QueryBody::Nested(inner) => self.in_parentheses(inner),
            QueryBody::Change(text) | QueryBody::Unread(text) => self.push(text),
        }
        self.order_by(&query.order_by);
        if let Some(limit) = &query.limit {
            self.push(" LIMIT ");
            self.expression(limit);
        }
        if let Some(offset) = &query.offset {
            self.push(" OFFSET ");
            self.expression(offset);
        }
    }

    fn common_table(&mut self, table: &CommonTable) {
        self.name(&table.name);
        if !table.columns.is_empty() {
            self.push("(");
            self.names(&table.columns);
            self.push(")");
        }
        self.push(" AS ");
        self.in_parentheses(&table.query);
    }

    fn select(&mut self, select: &Select) {
        self.push(if select.distinct {
            "SELECT DISTINCT "
        } else {
            "SELECT "
        });
        self.list(&select.targets, |writer, target| {
            writer.expression(&target.expression);
            if let Some(alias) = &target.alias {
                let _ = write!(writer.text, " AS {alias}");
            }
        });
        if !select.from.is_empty() {
            self.push(" FROM ");
            self.list(&select.from, Self::from_item);
        }
        if let Some(filter) = &select.filter {
            self.push(" WHERE ");
            self.expression(filter);
        }
        if !select.group_by.is_empty() {
            self.push(" GROUP BY ");
            self.list(&select.group_by, Self::expression);
        }
        if let Some(having) = &select.having {
            self.push(" HAVING ");
            self.expression(having);
        }
    }

    fn alias(&mut self, alias: &Alias) {
        if let Some(name) = &alias.name {
            let _ = write!(self.text, " {name}");
        }
        if !alias.columns.is_empty() {
            self.push("(");
            self.names(&alias.columns);
            self.push(")");
        }
    }

    fn from_item(&mut self, item: &FromItem) {
        match item {
            FromItem::Relation { name, alias } => {
                let _ = write!(self.text, "{name}");
                self.alias(alias);
            }
            FromItem::Subquery { query, alias } => {
                self.in_parentheses(query);
                self.alias(alias);
            }
            FromItem::Function {
                call,
                alias,
                with_ordinality,
            } => {
                self.call(call);
                self.push(if *with_ordinality {
                    " WITH ORDINALITY"
                } else {
                    ""
                });
                self.alias(alias);
            }
            FromItem::Join {
                left,
                right,
                kind,
                condition,
            } => self.join(left, right, *kind, condition),
            FromItem::Unread(text) => self.push(text),
        }
    }

    fn join(
        &mut self,
        left: &FromItem,
        right: &FromItem,
        kind: JoinKind,
        condition: &JoinCondition,
    ) {
        self.from_item(left);
        if matches!(condition, JoinCondition::Natural) {
            self.push(" NATURAL");
        }
        self.push(match kind {
            JoinKind::Inner => " JOIN ",
            JoinKind::Left => " LEFT JOIN ",
            JoinKind::Right => " RIGHT JOIN ",
            JoinKind::Full => " FULL JOIN ",
            JoinKind::Cross => " CROSS JOIN ",
        });
        self.from_item(right);
        match condition {
            JoinCondition::On(condition) => {
                self.push(" ON ");
                self.expression(condition);
            }
            JoinCondition::Using(columns) => {
                self.push(" USING (");
                self.names(columns);
                self.push(")");
            }
            JoinCondition::Natural | JoinCondition::None => {}
        }
    }
}
