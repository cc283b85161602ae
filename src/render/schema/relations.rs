//! Sequences, tables with their columns and constraints, views and indexes.

use std::collections::BTreeSet;

use crate::catalog::{
    Catalog, Column, Constraint, ConstraintKind, Persistence, Relation, Table, View,
};
use crate::model::{Identifier, ObjectName};
use crate::render::definition;
use crate::render::quote::{quote_identifier, quote_list, quote_name};

use super::{Script, identity_sequence, part, tables};

/// Those of identity columns come with their columns.
pub(super) fn write_sequences(catalog: &Catalog, script: &mut Script) {
    for (name, relation) in &catalog.relations {
        if let Relation::Sequence(sequence) = relation
            && !sequence.identity
        {
            let (name, options) = (quote_name(name), definition::sequence(sequence));
            script.add(format_args!("CREATE SEQUENCE {name} {options}"));
        }
    }
}

/// Tables without their keys, parents first; then what the sequences belong to.
pub(super) fn write_tables(catalog: &Catalog, script: &mut Script) {
    let mut made = BTreeSet::new();
    for (name, table) in tables(catalog) {
        write_table(catalog, name, table, &mut made, script);
    }
    for (name, relation) in &catalog.relations {
        if let Relation::Sequence(sequence) = relation
            && !sequence.identity
            && let Some((table, column)) = &sequence.owned_by
        {
            let (name, owner) = (quote_name(name), part(table, column));
            script.add(format_args!("ALTER SEQUENCE {name} OWNED BY {owner}"));
        }
    }
}

fn write_table<'c>(
    catalog: &'c Catalog,
    name: &'c ObjectName,
    table: &'c Table,
    made: &mut BTreeSet<&'c ObjectName>,
    script: &mut Script,
) {
    if !made.insert(name) {
        return;
    }
    for parent in &table.inherits {
        if let Some(Relation::Table(above)) = catalog.relations.get(parent) {
            write_table(catalog, parent, above, made, script);
        }
    }
    script.add(create_table(catalog, name, table));
}

fn create_table(catalog: &Catalog, name: &ObjectName, table: &Table) -> String {
    // A part of a partitioned table is made by itself first, and attached afterwards.
    let is_part = table.partition_of.is_some();
    let columns = table.columns.iter();
    let own = columns.filter(|column| is_part || !column.inherited);
    let mut lines: Vec<_> = own.map(|known| column(catalog, name, known)).collect();
    let checks = table.constraints.iter().filter(|(_, constraint)| {
        matches!(constraint.kind, ConstraintKind::Check { .. })
            && constraint.validated
            && (is_part || !constraint.inherited)
    });
    lines.extend(checks.map(|(name, check)| named(name, check)));
    let unlogged = match table.persistence {
        Persistence::Unlogged => "UNLOGGED ",
        Persistence::Permanent | Persistence::Temporary { .. } => "",
    };
    let mut text = format!("CREATE {unlogged}TABLE {} (\n    ", quote_name(name));
    text.push_str(&lines.join(",\n    "));
    text.push_str("\n)");
    if !table.inherits.is_empty() && !is_part {
        let parents: Vec<_> = table.inherits.iter().map(quote_name).collect();
        text.push_str(&format!("\nINHERITS ({})", parents.join(", ")));
    }
    if let Some(key) = &table.partition_by {
        text.push_str(&format!("\nPARTITION BY {key}"));
    }
    let options = bare_options(&table.options);
    if !options.is_empty() {
        text.push_str(&format!("\nWITH ({options})"));
    }
    text
}

fn bare_options(text: &str) -> &str {
    let text = text.trim();
    let inside = text.strip_prefix('(');
    inside
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(text)
}

fn column(catalog: &Catalog, table: &ObjectName, column: &Column) -> String {
    let mut text = definition::column(column, false);
    if column.identity.is_some()
        && let Some((name, sequence)) = identity_sequence(catalog, table, &column.name)
    {
        let options = definition::sequence(sequence);
        // An identity's sequence has the type of its column.
        let options = options
            .split_once(" INCREMENT")
            .map_or("", |(_, rest)| rest);
        let name = quote_name(name);
        let identity = format!("AS IDENTITY (SEQUENCE NAME {name} INCREMENT{options})");
        text = text.replacen("AS IDENTITY", &identity, 1);
    }
    text
}

fn named(name: &Identifier, constraint: &Constraint) -> String {
    let definition = definition::constraint(constraint);
    format!("CONSTRAINT {} {definition}", quote_identifier(name))
}

/// Views in the order in which they read each other.
pub(super) fn write_views(catalog: &Catalog, script: &mut Script) {
    let mut made = BTreeSet::new();
    for (name, relation) in &catalog.relations {
        write_view(catalog, name, relation, &mut made, script);
    }
}

fn write_view<'c>(
    catalog: &'c Catalog,
    name: &'c ObjectName,
    relation: &'c Relation,
    made: &mut BTreeSet<&'c ObjectName>,
    script: &mut Script,
) {
    let Some(view) = relation.as_view() else {
        return;
    };
    if !made.insert(name) {
        return;
    }
    for read in &view.reads {
        if let Some(below) = catalog.relations.get(read) {
            write_view(catalog, read, below, made, script);
        }
    }
    let materialized = matches!(relation, Relation::MaterializedView(_));
    script.add(create_view(name, view, materialized));
}

fn create_view(name: &ObjectName, view: &View, materialized: bool) -> String {
    let kind = if materialized {
        "MATERIALIZED VIEW"
    } else {
        "VIEW"
    };
    let names: Vec<_> = view
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let columns = match view.columns_incomplete || names.is_empty() {
        true => String::new(),
        false => format!(" ({})", quote_list(&names)),
    };
    let options = bare_options(view.options.trim().trim_start_matches("WITH "));
    let options = match options.is_empty() {
        true => String::new(),
        false => format!(" WITH ({options})"),
    };
    let query = view.query.trim().trim_end_matches(';');
    format!(
        "CREATE {kind} {}{columns}{options} AS\n{query}",
        quote_name(name)
    )
}

/// Keys of one table. A view that groups by one needs it.
pub(super) fn write_keys(catalog: &Catalog, script: &mut Script) {
    for (table, known) in tables(catalog) {
        for (name, constraint) in &known.constraints {
            if constraint.has_index() {
                add_constraint(table, name, constraint, script);
            }
        }
    }
}

/// The indexes that no constraint has.
pub(super) fn write_indexes(catalog: &Catalog, script: &mut Script) {
    for (name, relation) in &catalog.relations {
        if let Relation::Index(index) = relation
            && index.constraint.is_none()
            && index.valid
        {
            let unique = if index.definition.unique {
                "UNIQUE "
            } else {
                ""
            };
            let name = quote_identifier(&name.name);
            let (table, rest) = (
                quote_name(&index.definition.table),
                definition::index(index),
            );
            script.add(format_args!(
                "CREATE {unique}INDEX {name} ON {table} {rest}"
            ));
        }
    }
}

fn add_constraint(
    table: &ObjectName,
    name: &Identifier,
    constraint: &Constraint,
    script: &mut Script,
) {
    let not_valid = if constraint.validated {
        ""
    } else {
        " NOT VALID"
    };
    let (table, constraint) = (quote_name(table), named(name, constraint));
    script.add(format_args!(
        "ALTER TABLE ONLY {table}\n    ADD {constraint}{not_valid}"
    ));
}

/// The parts of partitioned tables: their keys and indexes stand already and are found there.
pub(super) fn write_parts(catalog: &Catalog, script: &mut Script) {
    for (name, table) in tables(catalog) {
        if let Some((parent, bounds)) = &table.partition_of {
            let (parent, name) = (quote_name(parent), quote_name(name));
            script.add(format_args!(
                "ALTER TABLE ONLY {parent} ATTACH PARTITION {name} {bounds}"
            ));
        }
    }
}

/// Keys between tables, and checks that old rows need not satisfy.
pub(super) fn write_foreign_keys(catalog: &Catalog, script: &mut Script) {
    for (table, known) in tables(catalog) {
        for (name, constraint) in &known.constraints {
            let is_late = match constraint.kind {
                ConstraintKind::ForeignKey(_) => true,
                ConstraintKind::Check { .. } => !constraint.validated,
                ConstraintKind::PrimaryKey { .. }
                | ConstraintKind::Unique { .. }
                | ConstraintKind::Exclude { .. } => false,
            };
            if is_late && !constraint.inherited {
                let only = if known.partition_by.is_some() {
                    ""
                } else {
                    "ONLY "
                };
                let not_valid = if constraint.validated {
                    ""
                } else {
                    " NOT VALID"
                };
                let (table, constraint) = (quote_name(table), named(name, constraint));
                script.add(format_args!(
                    "ALTER TABLE {only}{table}\n    ADD {constraint}{not_valid}"
                ));
            }
        }
    }
}
