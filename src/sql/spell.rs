//! Writes expressions and queries in one fixed spelling.

use std::fmt::Write;

use crate::model::Identifier;

use super::expression::{Call, Collection, Expression, Literal};
use super::query::{
    Alias, CommonTable, FromItem, JoinCondition, JoinKind, OrderBy, Query, QueryBody, Select,
    SetOperator,
};

/// The expression in one spelling: names folded, keywords in upper case, operators in parentheses
/// wherever they stand within another operator.
pub fn spell(expression: &Expression) -> String {
    let mut writer = Writer::default();
    writer.expression(expression);
    writer.text
}

/// The query in one spelling.
pub fn spell_query(query: &Query) -> String {
    let mut writer = Writer::default();
    writer.query(query);
    writer.text
}

#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            each(self, item);
        }
    }

    fn names(&mut self, names: &[Identifier]) {
        self.list(names, |writer, name| writer.push(name.as_str()));
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Null => self.push("NULL"),
            Literal::Boolean(true) => self.push("true"),
            Literal::Boolean(false) => self.push("false"),
            Literal::Number(text) | Literal::Bits(text) => self.push(text),
            Literal::Text(text) => {
                let _ = write!(self.text, "'{}'", text.replace('\'', "''"));
            }
        }
    }

    /// In parentheses if it is an operator's application.
    fn operand(&mut self, expression: &Expression) {
        let compound = matches!(
            expression,
            Expression::Unary { .. }
                | Expression::Binary { .. }
                | Expression::In { .. }
                | Expression::Quantified { .. }
                | Expression::IsNull { .. }
                | Expression::IsBoolean { .. }
                | Expression::IsDistinct { .. }
                | Expression::Between { .. }
                | Expression::Collate { .. }
        );
        if compound {
            self.push("(");
            self.expression(expression);
            self.push(")");
        } else {
            self.expression(expression);
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::Literal(literal) => self.literal(literal),
            Expression::Name { qualifier, name } => {
                self.qualifier(qualifier);
                self.push(name.as_str());
            }
            Expression::Star { qualifier } => {
                self.qualifier(qualifier);
                self.push("*");
            }
            Expression::Parameter(text) | Expression::Hole(text) | Expression::Unread(text) => {
                self.push(text);
            }
            Expression::Call(call) => self.call(call),
            Expression::Unary { operator, operand } => {
                self.push(operator);
                if operator.chars().all(char::is_alphabetic) {
                    self.push(" ");
                }
                self.operand(operand);
            }
            Expression::Binary {
                operator,
                left,
                right,
            } => self.binary(operator, left, right),
            Expression::Cast { operand, data_type } => {
                self.operand(operand);
                let _ = write!(self.text, "::{data_type}");
            }
            Expression::Exists(query) => {
                self.push("EXISTS ");
                self.in_parentheses(query);
            }
            Expression::Subquery(query) => self.in_parentheses(query),
            Expression::ArrayQuery(query) => {
                self.push("ARRAY");
                self.in_parentheses(query);
            }
            Expression::Array(list) => {
                self.push("ARRAY[");
                self.list(list, Self::expression);
                self.push("]");
            }
            Expression::Row(list) => {
                self.push("(");
                self.list(list, Self::expression);
                self.push(")");
            }
            other => self.predicate(other),
        }
    }

    fn qualifier(&mut self, qualifier: &[Identifier]) {
        for part in qualifier {
            self.push(part.as_str());
            self.push(".");
        }
    }

    /// AND and OR are lists: their own nesting does not show.
    fn binary(&mut self, operator: &str, left: &Expression, right: &Expression) {
        let is_list = matches!(operator, "AND" | "OR");
        for (index, side) in [left, right].into_iter().enumerate() {
            if index > 0 {
                let _ = write!(self.text, " {operator} ");
            }
            match side {
                Expression::Binary {
                    operator: inner, ..
                } if is_list && inner == operator => self.expression(side),
                _ => self.operand(side),
            }
        }
    }

    fn predicate(&mut self, expression: &Expression) {
        match expression {
            Expression::In {
                operand,
                collection,
                negated,
            } => {
                self.operand(operand);
                self.push(if *negated { " NOT IN " } else { " IN " });
                self.collection(collection);
            }
            Expression::Quantified {
                left,
                operator,
                all,
                collection,
            } => {
                self.operand(left);
                let word = if *all { "ALL" } else { "ANY" };
                let _ = write!(self.text, " {operator} {word} ");
                self.collection(collection);
            }
            Expression::IsNull { operand, negated } => {
                self.operand(operand);
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
            }
            Expression::IsBoolean {
                operand,
                value,
                negated,
            } => {
                self.operand(operand);
                self.push(if *negated { " IS NOT " } else { " IS " });
                self.push(match value {
                    Some(true) => "TRUE",
                    Some(false) => "FALSE",
                    None => "UNKNOWN",
                });
            }
            Expression::IsDistinct {
                left,
                right,
                negated,
            } => {
                self.operand(left);
                self.push(if *negated {
                    " IS NOT DISTINCT FROM "
                } else {
                    " IS DISTINCT FROM "
                });
                self.operand(right);
            }
            Expression::Between {
                operand,
                low,
                high,
                negated,
            } => {
                self.operand(operand);
                self.push(if *negated {
                    " NOT BETWEEN "
                } else {
                    " BETWEEN "
                });
                self.operand(low);
                self.push(" AND ");
                self.operand(high);
            }
            Expression::Collate { operand, collation } => {
                self.operand(operand);
                let _ = write!(self.text, " COLLATE {collation}");
            }
            Expression::Subscript { base, index } => {
                self.operand(base);
                self.push("[");
                self.expression(index);
                self.push("]");
            }
            Expression::Field { base, name } => {
                self.push("(");
                self.expression(base);
                let _ = write!(self.text, ").{name}");
            }
            Expression::Case { .. } => self.case(expression),
            // The others are written by `expression`.
            _ => {}
        }
    }

    fn case(&mut self, expression: &Expression) {
        let Expression::Case {
            operand,
            whens,
            otherwise,
        } = expression
        else {
            return;
        };
        self.push("CASE");
        if let Some(operand) = operand {
            self.push(" ");
            self.expression(operand);
        }
        for when in whens {
            self.push(" WHEN ");
            self.expression(&when.condition);
            self.push(" THEN ");
            self.expression(&when.result);
        }
        if let Some(otherwise) = otherwise {
            self.push(" ELSE ");
            self.expression(otherwise);
        }
        self.push(" END");
    }

    fn collection(&mut self, collection: &Collection) {
        match collection {
            Collection::List(list) => {
                self.push("(");
                self.list(list, Self::expression);
                self.push(")");
            }
            Collection::Array(array) => {
                self.push("(");
                self.expression(array);
                self.push(")");
            }
            Collection::Query(query) => self.in_parentheses(query),
        }
    }

    fn call(&mut self, call: &Call) {
        let _ = write!(self.text, "{}(", call.function);
        if call.star {
            self.push("*");
        }
        if call.distinct {
            self.push("DISTINCT ");
        }
        self.list(&call.arguments, |writer, (name, value)| {
            if let Some(name) = name {
                let _ = write!(writer.text, "{name} => ");
            }
            writer.expression(value);
        });
        self.order_by(&call.order_by);
        self.push(")");
        if let Some(filter) = &call.filter {
            self.push(" FILTER (WHERE ");
            self.expression(filter);
            self.push(")");
        }
        if call.window {
            self.push(" OVER ()");
        }
    }

    fn order_by(&mut self, list: &[OrderBy]) {
        if list.is_empty() {
            return;
        }
        self.push(" ORDER BY ");
        self.list(list, |writer, order| {
            writer.expression(&order.expression);
            if order.descending {
                writer.push(" DESC");
            }
            match order.nulls_first {
                Some(true) => writer.push(" NULLS FIRST"),
                Some(false) => writer.push(" NULLS LAST"),
                None => {}
            }
        });
    }

    fn in_parentheses(&mut self, query: &Query) {
        self.push("(");
        self.query(query);
        self.push(")");
    }

    fn query(&mut self, query: &Query) {
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
        self.push(table.name.as_str());
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
