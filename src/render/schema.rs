//! A whole catalog as statements that make it anew, in the order of `pg_dump --schema-only`: what a
//! statement needs stands before it, and keys between tables come last.

mod access;
mod relations;
mod routines;
mod types;

use std::fmt::Display;

use crate::catalog::{Catalog, Relation, Sequence, Table};
use crate::model::{Identifier, ObjectName};

use super::quote::{quote_identifier, quote_name};
use routines::RowsOf;

/// The statements, each with a line between it and the next.
pub fn schema(catalog: &Catalog) -> String {
    let mut script = Script::default();
    script.add("SET check_function_bodies = false");
    script.add("SET client_min_messages = warning");
    namespaces(catalog, &mut script);
    types::write(catalog, &mut script);
    let late = routines::write_early(catalog, &mut script);
    relations::write_sequences(catalog, &mut script);
    relations::write_tables(catalog, &mut script);
    routines::write_late(&late, RowsOf::Table, &mut script);
    relations::write_keys(catalog, &mut script);
    relations::write_views(catalog, &mut script);
    routines::write_late(&late, RowsOf::View, &mut script);
    relations::write_indexes(catalog, &mut script);
    relations::write_parts(catalog, &mut script);
    routines::write_triggers(catalog, &mut script);
    relations::write_foreign_keys(catalog, &mut script);
    access::write(catalog, &mut script);
    others(catalog, &mut script);
    script.text
}

/// Statements one after the other.
#[derive(Default)]
struct Script {
    text: String,
}

impl Script {
    fn add(&mut self, statement: impl Display) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&format!("{statement};\n"));
    }
}

fn namespaces(catalog: &Catalog, script: &mut Script) {
    for name in catalog.schemas.keys() {
        if name.as_str() != "public" && !name.as_str().starts_with("pg_temp") {
            script.add(format_args!("CREATE SCHEMA {}", quote_identifier(name)));
        }
    }
    for (name, extension) in &catalog.extensions {
        if name.as_str() == "plpgsql" {
            continue;
        }
        let schema = extension.schema.as_ref();
        let schema = schema.map(|schema| format!(" WITH SCHEMA {}", quote_identifier(schema)));
        let schema = schema.unwrap_or_default();
        let name = quote_identifier(name);
        script.add(format_args!(
            "CREATE EXTENSION IF NOT EXISTS {name}{schema}"
        ));
    }
}

/// Publications; rules and the like, which only a live catalog has, as the server prints them.
fn others(catalog: &Catalog, script: &mut Script) {
    for ((kind, name), definition) in &catalog.others {
        if kind != "publication" {
            if definition.starts_with("CREATE ") {
                script.add(definition.trim_end_matches(';'));
            }
            continue;
        }
        let name = quote_identifier(&Identifier::exact(name.as_str()));
        match &**definition {
            "" => script.add(format_args!("CREATE PUBLICATION {name}")),
            "all tables" => script.add(format_args!("CREATE PUBLICATION {name} FOR ALL TABLES")),
            tables => script.add(format_args!("CREATE PUBLICATION {name} FOR TABLE {tables}")),
        }
    }
}

/// The tables that outlive the session.
fn tables(catalog: &Catalog) -> impl Iterator<Item = (&ObjectName, &Table)> {
    let relations = catalog.relations.iter();
    let tables = relations.filter_map(|(name, relation)| Some((name, relation.as_table()?)));
    tables.filter(|(_, table)| !table.is_temporary())
}

/// The sequence behind an identity column.
fn identity_sequence<'c>(
    catalog: &'c Catalog,
    table: &ObjectName,
    column: &Identifier,
) -> Option<(&'c ObjectName, &'c Sequence)> {
    let relations = catalog.relations.iter();
    let mut sequences = relations.filter_map(|(name, relation)| match relation {
        Relation::Sequence(sequence) if sequence.identity => Some((name, sequence)),
        _ => None,
    });
    sequences.find(|(_, sequence)| {
        let owner = sequence.owned_by.as_ref();
        owner.is_some_and(|(of, at)| of == table && at == column)
    })
}

/// `table.column`, as OWNED BY and COMMENT take it.
fn part(table: &ObjectName, name: &Identifier) -> String {
    format!("{}.{}", quote_name(table), quote_identifier(name))
}
