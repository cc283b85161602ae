//! Scalar expressions in SQL's three-valued logic, with "not known" beside NULL.

use std::sync::Arc;

use crate::model::{DataType, Identifier, ObjectName};
use crate::sql::expression::{Collection, Expression, Literal, When};

use super::datum::{Datum, OidKind, truth_of};
use super::operator::{
    and, array_literal, compared, is_boolean, is_distinct, is_null, operate, or, quantified,
    subscript, unary,
};
use super::scope::{Found, Scope};
use super::{Reader, Undecided};

impl Reader<'_> {
    pub(super) fn evaluate(
        &self,
        expression: &Expression,
        scope: &Scope,
    ) -> Result<Datum, Undecided> {
        Ok(match expression {
            Expression::Literal(literal) => constant(literal),
            Expression::Name { qualifier, name } => self.name(qualifier, name, scope),
            Expression::Star { .. } => return Err("`*` as a value".into()),
            Expression::Parameter(written) => match self.surroundings.parameters.get(written) {
                Some(value) => value.clone(),
                None => Datum::unknown(format!("the parameter {written} is not known")),
            },
            Expression::Hole(label) => Datum::unknown(format!("{{{label}}} is not known")),
            Expression::Call(call) => self.call(call, scope)?,
            Expression::Unary { operator, operand } => {
                unary(operator, self.evaluate(operand, scope)?)
            }
            Expression::Binary {
                operator,
                left,
                right,
            } => self.binary(operator, left, right, scope)?,
            Expression::Cast { operand, data_type } => {
                self.cast(self.evaluate(operand, scope)?, data_type)
            }
            Expression::Exists(query) => Datum::Bool(!self.query(query, scope)?.rows.is_empty()),
            Expression::Subquery(query) => self.single(query, scope)?,
            Expression::In {
                operand,
                collection,
                negated,
            } => self.membership(operand, collection, *negated, scope)?,
            Expression::Quantified {
                left,
                operator,
                all,
                collection,
            } => {
                let left = self.evaluate(left, scope)?;
                let items = self.collection(collection, scope)?;
                quantified(&left, operator, *all, &items)
            }
            Expression::IsNull { operand, negated } => {
                is_null(&self.evaluate(operand, scope)?, *negated)
            }
            Expression::IsBoolean {
                operand,
                value,
                negated,
            } => is_boolean(&self.evaluate(operand, scope)?, *value, *negated),
            Expression::IsDistinct {
                left,
                right,
                negated,
            } => {
                let (left, right) = (self.evaluate(left, scope)?, self.evaluate(right, scope)?);
                is_distinct(&left, &right, *negated)
            }
            Expression::Between {
                operand,
                low,
                high,
                negated,
            } => {
                let value = self.evaluate(operand, scope)?;
                let low = compared(">=", &value, &self.evaluate(low, scope)?);
                let high = compared("<=", &value, &self.evaluate(high, scope)?);
                let inside = and(low, high);
                if *negated {
                    unary("NOT", inside)
                } else {
                    inside
                }
            }
            Expression::Case {
                operand,
                whens,
                otherwise,
            } => self.case(operand.as_deref(), whens, otherwise.as_deref(), scope)?,
            Expression::Array(items) => self.array(items, scope)?,
            Expression::ArrayQuery(query) => {
                let rows = self.query(query, scope)?.rows.into_iter();
                let first = rows.filter_map(|row| row.into_iter().next());
                Datum::Array(Arc::new(first.collect()))
            }
            Expression::Row(items) => match self.array(items, scope)? {
                Datum::Array(items) => Datum::Row(items),
                other => other,
            },
            Expression::Subscript { base, index } => {
                subscript(&self.evaluate(base, scope)?, &self.evaluate(index, scope)?)
            }
            Expression::Field { name, .. } => {
                Datum::unknown(format!("the field {name} of a composite value"))
            }
            Expression::Collate { operand, .. } => self.evaluate(operand, scope)?,
            Expression::Unread(text) => Datum::unknown(format!("`{text}` was not read")),
        })
    }

    fn name(&self, qualifier: &[Identifier], name: &Identifier, scope: &Scope) -> Datum {
        if let Some(value) = bare_word(qualifier, name) {
            return self.session_value(value);
        }
        match scope.column(qualifier.last(), name) {
            Found::Value(value) => value,
            Found::Open(reason) => self
                .variable(qualifier, name)
                .unwrap_or(Datum::Unknown(reason)),
            Found::Nothing => self
                .variable(qualifier, name)
                .unwrap_or_else(|| Datum::unknown(format!("{name} is not known"))),
        }
    }

    /// A variable of PL/pgSQL, or the field of a record.
    fn variable(&self, qualifier: &[Identifier], name: &Identifier) -> Option<Datum> {
        let variables = &self.surroundings.variables;
        match qualifier.last() {
            None => variables.get(name).cloned(),
            Some(record) => variables
                .get(&Identifier::exact(format!("{record}.{name}")))
                .cloned(),
        }
    }

    /// Whether every name of the expression is found in the rows so far (or around them).
    pub(super) fn names_are_known(&self, expression: &Expression, scope: &Scope) -> bool {
        let known = |expression: &Expression| self.names_are_known(expression, scope);
        match expression {
            Expression::Name { qualifier, name } => {
                matches!(scope.column(qualifier.last(), name), Found::Value(_))
                    || self.variable(qualifier, name).is_some()
                    || bare_word(qualifier, name).is_some()
            }
            Expression::Literal(_) | Expression::Parameter(_) => true,
            Expression::Call(call) => {
                !call.star && call.arguments.iter().all(|(_, argument)| known(argument))
            }
            Expression::Unary { operand, .. }
            | Expression::Cast { operand, .. }
            | Expression::IsNull { operand, .. }
            | Expression::IsBoolean { operand, .. }
            | Expression::Collate { operand, .. } => known(operand),
            Expression::Binary { left, right, .. } | Expression::IsDistinct { left, right, .. } => {
                known(left) && known(right)
            }
            Expression::In {
                operand,
                collection: Collection::List(items),
                ..
            } => known(operand) && items.iter().all(known),
            Expression::Quantified {
                left,
                collection: Collection::Array(array),
                ..
            } => known(left) && known(array),
            Expression::Array(items) | Expression::Row(items) => items.iter().all(known),
            _ => false,
        }
    }

    fn binary(
        &self,
        operator: &str,
        left: &Expression,
        right: &Expression,
        scope: &Scope,
    ) -> Result<Datum, Undecided> {
        let left = self.evaluate(left, scope);
        match (operator, &left) {
            ("AND", Ok(Datum::Bool(false))) | ("OR", Ok(Datum::Bool(true))) => return left,
            _ => {}
        }
        let right = self.evaluate(right, scope);
        let lifted = |value: Result<Datum, Undecided>| value.unwrap_or_else(Datum::Unknown);
        match operator {
            "AND" => Ok(and(lifted(left), lifted(right))),
            "OR" => Ok(or(lifted(left), lifted(right))),
            _ => Ok(operate(operator, &left?, &right?)),
        }
    }

    /// A query that gives one value: NULL without rows.
    fn single(&self, query: &crate::sql::query::Query, scope: &Scope) -> Result<Datum, Undecided> {
        let table = self.query(query, scope)?;
        Ok(table
            .rows
            .into_iter()
            .next()
            .and_then(|row| row.into_iter().next())
            .unwrap_or(Datum::Null))
    }

    fn membership(
        &self,
        operand: &Expression,
        collection: &Collection,
        negated: bool,
        scope: &Scope,
    ) -> Result<Datum, Undecided> {
        let value = self.evaluate(operand, scope)?;
        let items = self.collection(collection, scope)?;
        let found = quantified(&value, "=", false, &items);
        Ok(if negated { unary("NOT", found) } else { found })
    }

    fn collection(&self, collection: &Collection, scope: &Scope) -> Result<Vec<Datum>, Undecided> {
        match collection {
            Collection::List(items) => items
                .iter()
                .map(|item| self.evaluate(item, scope))
                .collect(),
            Collection::Query(query) => {
                let rows = self.query(query, scope)?.rows;
                Ok(rows
                    .into_iter()
                    .filter_map(|row| row.into_iter().next())
                    .collect())
            }
            Collection::Array(array) => match self.evaluate(array, scope)? {
                Datum::Array(items) => Ok(items.to_vec()),
                Datum::Null => Ok(vec![Datum::Null]),
                Datum::Text(text) => Ok(array_literal(&text)),
                Datum::Unknown(reason) => Err(reason),
                _ => Err("ANY of what is no array".into()),
            },
        }
    }

    fn case(
        &self,
        operand: Option<&Expression>,
        whens: &[When],
        otherwise: Option<&Expression>,
        scope: &Scope,
    ) -> Result<Datum, Undecided> {
        let subject = operand
            .map(|operand| self.evaluate(operand, scope))
            .transpose()?;
        for when in whens {
            let condition = self.evaluate(&when.condition, scope)?;
            let holds = match &subject {
                Some(subject) => compared("=", subject, &condition),
                None => condition,
            };
            match holds {
                Datum::Bool(true) => return self.evaluate(&when.result, scope),
                Datum::Unknown(_) => return Ok(holds),
                _ => {}
            }
        }
        otherwise.map_or(Ok(Datum::Null), |otherwise| self.evaluate(otherwise, scope))
    }

    fn array(&self, items: &[Expression], scope: &Scope) -> Result<Datum, Undecided> {
        let items: Result<Vec<_>, _> = items
            .iter()
            .map(|item| self.evaluate(item, scope))
            .collect();
        Ok(Datum::Array(Arc::new(items?)))
    }

    pub(super) fn cast(&self, value: Datum, data_type: &DataType) -> Datum {
        if value.is_null() || value.is_unknown() {
            return value;
        }
        if data_type.array_dimensions > 0 {
            return match value {
                Datum::Text(text) => Datum::Array(Arc::new(array_literal(&text))),
                other => other,
            };
        }
        match data_type.name.name.as_str() {
            "regclass" => self.to_oid(OidKind::Class, &value),
            "regtype" => self.to_oid(OidKind::Type, &value),
            "regnamespace" => self.to_oid(OidKind::Namespace, &value),
            "regproc" | "regprocedure" => self.to_oid(OidKind::Procedure, &value),
            "regrole" => self.to_oid(OidKind::Role, &value),
            "text" | "character varying" | "character" | "name" | "\"char\"" => value.to_text(),
            "boolean" => match &value {
                Datum::Text(text) => truth_of(text).map_or(value, Datum::Bool),
                Datum::Integer(number) => Datum::Bool(*number != 0),
                _ => value,
            },
            "integer" | "bigint" | "smallint" => match &value {
                Datum::Text(text) => text.trim().parse().map_or(value.clone(), Datum::Integer),
                Datum::Bool(truth) => Datum::Integer(i64::from(*truth)),
                _ => value,
            },
            "oid" => value,
            _ => value,
        }
    }

    fn to_oid(&self, kind: OidKind, value: &Datum) -> Datum {
        let Datum::Text(text) = value else {
            return value.clone();
        };
        let name = ObjectName::from_sql(text.trim());
        let found = match kind {
            OidKind::Class => self
                .catalog
                .resolve_relation(&name)
                .map(|name| name.to_string()),
            OidKind::Type => self
                .catalog
                .resolve_type(&name)
                .map(|name| name.to_string()),
            OidKind::Namespace => self
                .catalog
                .has_schema(name.name.as_str())
                .then(|| name.name.to_string()),
            OidKind::Role => self
                .catalog
                .has_role(name.name.as_str())
                .then(|| name.name.to_string()),
            _ => None,
        };
        match found {
            Some(name) => Datum::oid(kind, name),
            None => Datum::unknown(format!("{text} is not in the model")),
        }
    }
}

fn constant(literal: &Literal) -> Datum {
    match literal {
        Literal::Null => Datum::Null,
        Literal::Boolean(truth) => Datum::Bool(*truth),
        Literal::Number(number) => number
            .parse()
            .map_or_else(|_| Datum::Number(number.clone()), Datum::Integer),
        Literal::Text(text) | Literal::Bits(text) => Datum::text(text),
    }
}

/// Values of the session that are written without parentheses.
fn bare_word<'n>(qualifier: &[Identifier], name: &'n Identifier) -> Option<&'n str> {
    let words = [
        "current_schema",
        "current_user",
        "session_user",
        "user",
        "current_catalog",
        "current_role",
        "current_date",
        "current_timestamp",
        "current_time",
        "localtimestamp",
    ];
    (qualifier.is_empty() && words.contains(&name.as_str())).then(|| name.as_str())
}
