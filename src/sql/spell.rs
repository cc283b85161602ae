//! Writes expressions and queries in one fixed spelling.

use std::fmt::Write;

use crate::model::Identifier;

use super::expression::{Call, Collection, Expression, Literal};
use super::query::{OrderBy, Query};

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
pub(super) struct Writer {
    pub(super) text: String,
}

impl Writer {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            each(self, item);
        }
    }

    pub(super) fn names(&mut self, names: &[Identifier]) {
        self.list(names, Self::name);
    }

    /// In quotes where it would be read as something else without: keywords are left as they are,
    /// since functions and types can have their names.
    pub(super) fn name(&mut self, name: &Identifier) {
        let text = name.as_str();
        let is_plain = text.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && text.chars().all(|one| {
                one.is_alphanumeric() && !one.is_uppercase() || matches!(one, '_' | '$')
            });
        let is_hole = text.starts_with('{') && text.ends_with('}') && !text.contains('"');
        if is_plain || is_hole {
            self.push(text);
        } else {
            let _ = write!(self.text, "\"{}\"", text.replace('"', "\"\""));
        }
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

    pub(super) fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::Literal(literal) => self.literal(literal),
            Expression::Name { qualifier, name } => {
                self.qualifier(qualifier);
                self.name(name);
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
            self.name(part);
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

    pub(super) fn call(&mut self, call: &Call) {
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

    pub(super) fn order_by(&mut self, list: &[OrderBy]) {
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

    pub(super) fn in_parentheses(&mut self, query: &Query) {
        self.push("(");
        self.query(query);
        self.push(")");
    }
}
