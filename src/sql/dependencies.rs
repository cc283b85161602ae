//! What a query reads: relations, and columns as far as it is clear whose they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Identifier, ObjectName};

use super::expression::{Call, Collection, Expression};
use super::query::{FromItem, JoinCondition, Query, QueryBody, Select};

/// Names that a FROM brings into scope: alias to relation; `None` for what is no relation.
type Scope = BTreeMap<String, Option<ObjectName>>;

#[derive(Debug, Default)]
pub(crate) struct Dependencies {
    relations: BTreeSet<ObjectName>,
    columns: BTreeSet<String>,
    /// Names of WITH queries on the way down.
    common: Vec<Identifier>,
    scopes: Vec<Scope>,
}

impl Dependencies {
    pub(crate) fn of_query(query: &Query) -> Self {
        let mut dependencies = Self::default();
        dependencies.query(query);
        dependencies
    }

    pub(crate) fn relations(&self) -> Vec<ObjectName> {
        self.relations.iter().cloned().collect()
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        self.columns.iter().cloned().collect()
    }

    fn query(&mut self, query: &Query) {
        let known = self.common.len();
        if query.recursive {
            self.common
                .extend(query.with.iter().map(|table| table.name.clone()));
        }
        for table in &query.with {
            self.query(&table.query);
            self.common.push(table.name.clone());
        }
        let scopes = self.scopes.len();
        match &query.body {
            QueryBody::Select(select) => self.select(select),
            QueryBody::Set { left, right, .. } => {
                self.query(left);
                self.query(right);
            }
            QueryBody::Values(rows) => rows
                .iter()
                .flatten()
                .for_each(|value| self.expression(value)),
            QueryBody::Table(name) => self.relation(name),
            QueryBody::Nested(inner) => self.query(inner),
            QueryBody::Change(_) | QueryBody::Unread(_) => {}
        }
        for order in &query.order_by {
            self.order(&order.expression);
        }
        self.scopes.truncate(scopes);
        self.common.truncate(known);
    }

    /// ORDER BY names output columns first: only qualified names are surely of a relation.
    fn order(&mut self, expression: &Expression) {
        match expression {
            Expression::Name { qualifier, .. } if qualifier.is_empty() => {}
            other => self.expression(other),
        }
    }

    fn select(&mut self, select: &Select) {
        self.scopes.push(Scope::new());
        for item in &select.from {
            self.from_item(item);
        }
        for target in &select.targets {
            self.expression(&target.expression);
        }
        let rest = select
            .filter
            .iter()
            .chain(&select.having)
            .chain(&select.group_by);
        rest.for_each(|expression| self.expression(expression));
    }

    fn relation(&mut self, name: &ObjectName) {
        let is_common = name.schema.is_none() && self.common.contains(&name.name);
        if !is_common && !is_system(name) {
            self.relations.insert(name.clone());
        }
    }

    fn bring(&mut self, name: &Identifier, relation: Option<ObjectName>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_string(), relation);
        }
    }

    fn from_item(&mut self, item: &FromItem) {
        match item {
            FromItem::Relation { name, alias } => {
                self.relation(name);
                let is_common = name.schema.is_none() && self.common.contains(&name.name);
                let known = (!is_common).then(|| name.clone());
                self.bring(alias.name.as_ref().unwrap_or(&name.name), known);
            }
            FromItem::Subquery { query, alias } => {
                self.query(query);
                if let Some(name) = &alias.name {
                    self.bring(name, None);
                }
            }
            FromItem::Function { call, alias, .. } => {
                self.call(call);
                self.bring(alias.name.as_ref().unwrap_or(&call.function.name), None);
            }
            FromItem::Join {
                left,
                right,
                condition,
                ..
            } => {
                self.from_item(left);
                self.from_item(right);
                if let JoinCondition::On(condition) = condition {
                    self.expression(condition);
                }
            }
            FromItem::Unread(_) => self.bring(&Identifier::default(), None),
        }
    }

    fn column(&mut self, qualifier: &[Identifier], name: &Identifier) {
        match qualifier {
            [] => self.bare_column(name),
            [table] => {
                let known = self
                    .scopes
                    .iter()
                    .rev()
                    .find_map(|scope| scope.get(table.as_str()));
                if let Some(Some(relation)) = known {
                    self.columns.insert(relation.part(name.as_str()));
                }
            }
            [.., schema, table] => {
                let relation = ObjectName::qualified(Some(schema.clone()), table.clone());
                self.columns.insert(relation.part(name.as_str()));
            }
        }
    }

    fn bare_column(&mut self, name: &Identifier) {
        let Some(scope) = self.scopes.last() else {
            return;
        };
        let only = match scope.values().collect::<Vec<_>>().as_slice() {
            [Some(relation)] => Some(relation.part(name.as_str())),
            [] | [None] => return,
            _ => None,
        };
        self.columns
            .insert(only.unwrap_or_else(|| name.to_string()));
    }

    fn call(&mut self, call: &Call) {
        for (_, argument) in &call.arguments {
            self.expression(argument);
        }
        for order in &call.order_by {
            self.expression(&order.expression);
        }
        if let Some(filter) = &call.filter {
            self.expression(filter);
        }
    }

    fn collection(&mut self, collection: &Collection) {
        match collection {
            Collection::List(list) => list.iter().for_each(|value| self.expression(value)),
            Collection::Array(array) => self.expression(array),
            Collection::Query(query) => self.query(query),
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::Literal(_)
            | Expression::Star { .. }
            | Expression::Parameter(_)
            | Expression::Hole(_)
            | Expression::Unread(_) => {}
            Expression::Name { qualifier, name } => self.column(qualifier, name),
            Expression::Call(call) => self.call(call),
            Expression::Unary { operand, .. }
            | Expression::Cast { operand, .. }
            | Expression::IsNull { operand, .. }
            | Expression::IsBoolean { operand, .. }
            | Expression::Collate { operand, .. }
            | Expression::Field { base: operand, .. } => self.expression(operand),
            Expression::Binary { left, right, .. }
            | Expression::IsDistinct { left, right, .. }
            | Expression::Subscript {
                base: left,
                index: right,
            } => {
                self.expression(left);
                self.expression(right);
            }
            Expression::Exists(query)
            | Expression::Subquery(query)
            | Expression::ArrayQuery(query) => self.query(query),
            Expression::In {
                operand: left,
                collection,
                ..
            }
            | Expression::Quantified {
                left, collection, ..
            } => {
                self.expression(left);
                self.collection(collection);
            }
            Expression::Between {
                operand, low, high, ..
            } => {
                for part in [operand, low, high] {
                    self.expression(part);
                }
            }
            Expression::Case {
                operand,
                whens,
                otherwise,
            } => {
                for part in operand.iter().chain(otherwise) {
                    self.expression(part);
                }
                for when in whens {
                    self.expression(&when.condition);
                    self.expression(&when.result);
                }
            }
            Expression::Array(list) | Expression::Row(list) => {
                list.iter().for_each(|value| self.expression(value));
            }
        }
    }
}

/// The catalog's own relations: always there.
fn is_system(name: &ObjectName) -> bool {
    match &name.schema {
        Some(schema) => matches!(schema.as_str(), "pg_catalog" | "information_schema"),
        None => name.name.as_str().starts_with("pg_"),
    }
}
