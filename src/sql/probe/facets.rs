//! Takes a query on the catalog apart: which name each of its conditions fixes.

use std::collections::BTreeMap;

use crate::model::ObjectName;
use crate::sql::expression::{Collection, Expression, Literal};
use crate::sql::query::{FromItem, JoinCondition, Query, QueryBody, Select};
use crate::sql::spell::spell;

use super::{Probe, Subject, is_catalog_relation};

/// The kinds of names that a catalog column can fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Facet {
    Table,
    Column,
    Constraint,
    Index,
    Type,
    Label,
    Policy,
    Trigger,
    Function,
    Extension,
    Role,
    Sequence,
    Schema,
    Kind,
}

/// Columns of `information_schema` and `pg_catalog` by what they name.
const COLUMNS: &[(&str, Facet)] = &[
    ("table_name", Facet::Table),
    ("tablename", Facet::Table),
    ("relname", Facet::Table),
    ("viewname", Facet::Table),
    ("matviewname", Facet::Table),
    ("conrelid", Facet::Table),
    ("attrelid", Facet::Table),
    ("tgrelid", Facet::Table),
    ("polrelid", Facet::Table),
    ("indrelid", Facet::Table),
    ("event_object_table", Facet::Table),
    ("column_name", Facet::Column),
    ("attname", Facet::Column),
    ("constraint_name", Facet::Constraint),
    ("conname", Facet::Constraint),
    ("indexname", Facet::Index),
    ("typname", Facet::Type),
    ("enumtypid", Facet::Type),
    ("udt_name", Facet::Type),
    ("enumlabel", Facet::Label),
    ("policyname", Facet::Policy),
    ("polname", Facet::Policy),
    ("trigger_name", Facet::Trigger),
    ("tgname", Facet::Trigger),
    ("proname", Facet::Function),
    ("routine_name", Facet::Function),
    ("extname", Facet::Extension),
    ("rolname", Facet::Role),
    ("usename", Facet::Role),
    ("sequence_name", Facet::Sequence),
    ("sequencename", Facet::Sequence),
    ("schema_name", Facet::Schema),
    ("nspname", Facet::Schema),
    ("table_schema", Facet::Schema),
    ("schemaname", Facet::Schema),
    ("constraint_schema", Facet::Schema),
    ("trigger_schema", Facet::Schema),
    ("routine_schema", Facet::Schema),
    ("sequence_schema", Facet::Schema),
    ("relkind", Facet::Kind),
    ("table_type", Facet::Kind),
];

#[derive(Debug, Default)]
pub(super) struct Facets {
    relations: Vec<ObjectName>,
    found: BTreeMap<Facet, String>,
    details: Vec<String>,
}

impl Facets {
    pub(super) fn of_query(query: &Query) -> Option<Self> {
        let mut facets = Self::default();
        match &query.body {
            QueryBody::Select(select) => facets.select(select),
            QueryBody::Nested(inner) => return Self::of_query(inner),
            QueryBody::Set { left, .. } => return Self::of_query(left),
            QueryBody::Table(name) => facets.relations.push(name.clone()),
            QueryBody::Values(_) | QueryBody::Change(_) | QueryBody::Unread(_) => {}
        }
        (!facets.relations.is_empty()).then_some(facets)
    }

    fn select(&mut self, select: &Select) {
        for item in &select.from {
            self.from_item(item);
        }
        if let Some(filter) = &select.filter {
            self.condition(filter);
        }
    }

    fn from_item(&mut self, item: &FromItem) {
        match item {
            FromItem::Relation { name, .. } => self.relations.push(name.clone()),
            FromItem::Join {
                left,
                right,
                condition,
                ..
            } => {
                self.from_item(left);
                self.from_item(right);
                if let JoinCondition::On(condition) = condition {
                    self.condition(condition);
                }
            }
            FromItem::Subquery { query, .. } => {
                if let Some(inner) = Self::of_query(query) {
                    self.relations.extend(inner.relations);
                    self.found.extend(inner.found);
                    self.details.extend(inner.details);
                }
            }
            FromItem::Function { .. } | FromItem::Unread(_) => {}
        }
    }

    fn is_catalog(&self) -> bool {
        self.relations.iter().all(is_catalog_relation)
    }

    fn condition(&mut self, condition: &Expression) {
        match condition {
            Expression::Binary {
                operator,
                left,
                right,
            } if operator == "AND" => {
                self.condition(left);
                self.condition(right);
            }
            Expression::Binary {
                operator,
                left,
                right,
            } if operator == "=" => {
                let fixed = self.fix(left, right) || self.fix(right, left);
                // A join's condition tells nothing to people.
                let joins = column_name(left).is_some() && column_name(right).is_some();
                if !fixed && !(joins && self.is_catalog()) {
                    self.details.push(spell(condition));
                }
            }
            Expression::In {
                operand,
                collection: Collection::List(list),
                negated: false,
            } if self.is_catalog() => {
                let names: Option<Vec<_>> = list.iter().map(value_text).collect();
                match (column_name(operand).and_then(facet_of), names) {
                    (Some(facet), Some(names)) => {
                        self.found.insert(facet, names.join("|"));
                    }
                    _ => self.details.push(spell(condition)),
                }
            }
            other => self.details.push(spell(other)),
        }
    }

    /// `column = value`: notes the name that it fixes.
    fn fix(&mut self, column: &Expression, value: &Expression) -> bool {
        if !self.is_catalog() {
            return false;
        }
        let Some(facet) = column_name(column).and_then(facet_of) else {
            return false;
        };
        let Some(text) = value_text(value) else {
            return matches!(facet, Facet::Schema);
        };
        self.found.insert(facet, text);
        true
    }

    fn get(&self, facet: Facet) -> String {
        self.found.get(&facet).cloned().unwrap_or_default()
    }

    fn has(&self, facet: Facet) -> bool {
        self.found.contains_key(&facet)
    }

    fn of_relation(&self, names: &[&str]) -> bool {
        self.relations
            .iter()
            .any(|relation| names.contains(&relation.name.as_str()))
    }

    fn table(&self) -> String {
        let schema = self.get(Facet::Schema);
        let table = self.get(Facet::Table);
        match schema.as_str() {
            _ if table.is_empty() => table,
            "" | "public" => table,
            _ => format!("{schema}.{table}"),
        }
    }

    pub(super) fn probe(self) -> Probe {
        Probe {
            subject: self.subject(),
            details: self.details,
        }
    }

    fn subject(&self) -> Subject {
        if !self.is_catalog() {
            let relation = self
                .relations
                .iter()
                .find(|relation| !is_catalog_relation(relation));
            return Subject::Rows {
                table: relation.map(ToString::to_string).unwrap_or_default(),
            };
        }
        let part = |kind, facet| Subject::Part {
            kind,
            table: self.table(),
            name: self.get(facet),
        };
        if self.has(Facet::Column) {
            return Subject::Column {
                table: self.table(),
                column: self.get(Facet::Column),
            };
        }
        if self.has(Facet::Label) {
            return Subject::EnumLabel {
                of_type: self.get(Facet::Type),
                label: self.get(Facet::Label),
            };
        }
        for (facet, kind) in [
            (Facet::Constraint, "constraint"),
            (Facet::Policy, "policy"),
            (Facet::Trigger, "trigger"),
        ] {
            if self.has(facet) {
                return part(kind, facet);
            }
        }
        for (facet, kind) in [
            (Facet::Index, "index"),
            (Facet::Type, "type"),
            (Facet::Function, "function"),
            (Facet::Extension, "extension"),
            (Facet::Role, "role"),
            (Facet::Sequence, "sequence"),
        ] {
            if self.has(facet) {
                let name = self.get(facet);
                return Subject::Object { kind, name };
            }
        }
        self.relation_subject()
    }

    fn relation_subject(&self) -> Subject {
        let table = self.table();
        if table.is_empty() {
            let schema = self.get(Facet::Schema);
            let names_schema = self.of_relation(&["schemata", "pg_namespace"]);
            if names_schema && !schema.is_empty() {
                return Subject::Object {
                    kind: "schema",
                    name: schema,
                };
            }
            let relation = self.relations.first().map(ToString::to_string);
            return Subject::Catalog {
                relation: relation.unwrap_or_default(),
            };
        }
        let parts: &[(&[&str], &str)] = &[
            (&["columns", "pg_attribute"], "column"),
            (
                &[
                    "table_constraints",
                    "pg_constraint",
                    "key_column_usage",
                    "constraint_column_usage",
                ],
                "constraint",
            ),
            (&["pg_indexes", "pg_index"], "index"),
            (&["pg_policies", "pg_policy"], "policy"),
            (&["triggers", "pg_trigger"], "trigger"),
        ];
        for (relations, kind) in parts {
            if self.of_relation(relations) {
                return match *kind {
                    "column" => Subject::Column {
                        table,
                        column: String::new(),
                    },
                    kind => Subject::Part {
                        kind: fixed_kind(kind),
                        table,
                        name: String::new(),
                    },
                };
            }
        }
        Subject::Object {
            kind: self.relation_kind(),
            name: table,
        }
    }

    fn relation_kind(&self) -> &'static str {
        if self.of_relation(&["views", "pg_views"]) {
            return "view";
        }
        if self.of_relation(&["pg_matviews"]) {
            return "materialized view";
        }
        match self.get(Facet::Kind).as_str() {
            "i" => "index",
            "S" => "sequence",
            "v" | "VIEW" => "view",
            "m" => "materialized view",
            _ => "table",
        }
    }
}

fn fixed_kind(kind: &str) -> &'static str {
    match kind {
        "constraint" => "constraint",
        "index" => "index",
        "policy" => "policy",
        _ => "trigger",
    }
}

fn facet_of(column: &str) -> Option<Facet> {
    COLUMNS
        .iter()
        .find(|(name, _)| *name == column)
        .map(|(_, facet)| *facet)
}

/// The column that an expression reads, also through `lower(...)` and casts.
fn column_name(expression: &Expression) -> Option<&str> {
    match expression {
        Expression::Name { name, .. } => Some(name.as_str()),
        Expression::Cast { operand, .. } => column_name(operand),
        Expression::Call(call) if matches!(call.function.name.as_str(), "lower" | "upper") => {
            column_name(&call.arguments.first()?.1)
        }
        _ => None,
    }
}

/// A value as a name: constants, placeholders, variables, `'users'::regclass`, a lookup by name.
fn value_text(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Literal(Literal::Text(text)) => {
            Some(text.strip_prefix("public.").unwrap_or(text).to_owned())
        }
        Expression::Literal(Literal::Number(text)) => Some(text.clone()),
        Expression::Parameter(text) | Expression::Hole(text) => Some(text.clone()),
        Expression::Cast { operand, .. } => value_text(operand),
        Expression::Name { qualifier, .. } if is_catalog_alias(expression, qualifier.len()) => None,
        Expression::Name { .. } => Some(format!("{{{}}}", spell(expression))),
        Expression::Subquery(query) => {
            let inner = Facets::of_query(query)?;
            [Facet::Type, Facet::Table, Facet::Schema]
                .into_iter()
                .find(|facet| inner.has(*facet))
                .map(|facet| inner.get(facet))
        }
        Expression::Call(call) if call.arguments.len() == 1 => {
            let wraps = ["lower", "upper", "to_regclass", "to_regtype", "quote_ident"];
            if wraps.contains(&call.function.name.as_str()) {
                return value_text(&call.arguments.first()?.1);
            }
            None
        }
        Expression::Call(call) if call.function.name.as_str() == "current_schema" => None,
        _ => None,
    }
}

/// Whether a name is a column of the catalog (`t.oid`), so that the condition is a join.
fn is_catalog_alias(expression: &Expression, qualifiers: usize) -> bool {
    let name = column_name(expression).unwrap_or_default();
    facet_of(name).is_some() || name == "oid" || (qualifiers > 0 && name.ends_with("id"))
}
