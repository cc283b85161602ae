//! The tables and views of `pg_catalog` about views, sequences, functions, policies and roles.

use std::sync::Arc;

use crate::catalog::{Catalog, Relation};
use crate::model::PolicyCommand;

use super::catalog_tables::{Rows, namespace, text};
use super::datum::{Datum, OidKind};
use super::information_schema::named_tables;
use super::system_names::schema;

pub(super) fn views(catalog: &Catalog, materialized: bool) -> Rows {
    let rows = catalog.relations.iter().filter_map(|(name, relation)| {
        let view = match relation {
            Relation::View(view) if !materialized => view,
            Relation::MaterializedView(view) if materialized => view,
            _ => return None,
        };
        Some(vec![
            Datum::text(schema(name)),
            text(&name.name),
            Datum::text(&view.query),
        ])
    });
    rows.collect()
}

pub(super) fn sequences(catalog: &Catalog) -> Rows {
    let found = catalog
        .relations
        .iter()
        .filter(|(_, relation)| relation.as_sequence().is_some());
    found
        .map(|(name, _)| vec![Datum::text(schema(name)), text(&name.name)])
        .collect()
}

pub(super) fn procedures(catalog: &Catalog) -> Rows {
    let rows = catalog.functions.iter().map(|(signature, function)| {
        vec![
            Datum::oid(OidKind::Procedure, signature.to_string()),
            text(&signature.name.name),
            namespace(&signature.name),
            Datum::text(if function.definition.is_procedure {
                "p"
            } else {
                "f"
            }),
        ]
    });
    rows.collect()
}

pub(super) fn triggers(catalog: &Catalog) -> Rows {
    let mut rows = Vec::new();
    for (table, content) in named_tables(catalog) {
        for (name, trigger) in &content.triggers {
            rows.push(vec![
                Datum::oid(OidKind::Trigger, table.part(name.as_str())),
                text(name),
                Datum::class(table),
                Datum::Bool(false),
                Datum::text(trigger.enabled.to_string()),
            ]);
        }
    }
    rows
}

pub(super) fn policies(catalog: &Catalog) -> Rows {
    let mut rows = Vec::new();
    for (table, content) in named_tables(catalog) {
        for (name, policy) in &content.policies {
            let definition = &policy.definition;
            let roles = match definition.roles.is_empty() {
                true => vec![Datum::text("public")],
                false => definition.roles.iter().map(text).collect(),
            };
            rows.push(vec![
                Datum::text(schema(table)),
                text(&table.name),
                text(name),
                Datum::text(if definition.permissive {
                    "PERMISSIVE"
                } else {
                    "RESTRICTIVE"
                }),
                Datum::Array(Arc::new(roles)),
                Datum::text(match definition.command {
                    PolicyCommand::All => "ALL",
                    PolicyCommand::Select => "SELECT",
                    PolicyCommand::Insert => "INSERT",
                    PolicyCommand::Update => "UPDATE",
                    PolicyCommand::Delete => "DELETE",
                }),
            ]);
        }
    }
    rows
}

pub(super) fn policy_rows(catalog: &Catalog) -> Rows {
    let mut rows = Vec::new();
    for (table, content) in named_tables(catalog) {
        for (name, policy) in &content.policies {
            rows.push(vec![
                Datum::oid(OidKind::Policy, table.part(name.as_str())),
                text(name),
                Datum::class(table),
                Datum::Bool(policy.definition.permissive),
            ]);
        }
    }
    rows
}

pub(super) fn extensions(catalog: &Catalog) -> Rows {
    let names = catalog.extensions.keys();
    names
        .map(|name| vec![Datum::oid(OidKind::Extension, name.as_str()), text(name)])
        .collect()
}

pub(super) fn roles(catalog: &Catalog) -> Rows {
    let rows = catalog.roles.iter().map(|(name, role)| {
        vec![
            Datum::oid(OidKind::Role, name.as_str()),
            text(name),
            Datum::Bool(role.superuser),
            Datum::Bool(role.can_login),
            Datum::Bool(role.bypass_row_security),
        ]
    });
    rows.collect()
}

pub(super) fn users(catalog: &Catalog) -> Rows {
    let rows = catalog.roles.iter().filter(|(_, role)| role.can_login);
    rows.map(|(name, role)| vec![text(name), Datum::Bool(role.superuser)])
        .collect()
}
