//! The views of the information schema, as far as the model fills them.

use crate::catalog::{Catalog, Column, Constraint, ConstraintKind, IdentityKind, Relation, Table};
use crate::model::{Identifier, ObjectName};

use super::datum::Datum;
use super::relation::Modelled;
use super::system_names::{
    action_words, constraint_words, internal_name, modifier, schema, standard_name,
};

type Rows = Vec<Vec<Datum>>;

/// The view of that name.
pub(super) fn relation(catalog: &Catalog, name: &str, database: &str) -> Option<Modelled> {
    let (columns, rows): (&'static [&'static str], Rows) = match name {
        "tables" => (
            &["table_catalog", "table_schema", "table_name", "table_type"],
            tables(catalog, database),
        ),
        "columns" => (COLUMNS, columns(catalog, database)),
        "table_constraints" => (
            &[
                "constraint_catalog",
                "constraint_schema",
                "constraint_name",
                "table_schema",
                "table_name",
                "constraint_type",
                "is_deferrable",
                "initially_deferred",
            ],
            table_constraints(catalog, database),
        ),
        "key_column_usage" => (
            &[
                "constraint_catalog",
                "constraint_schema",
                "constraint_name",
                "table_schema",
                "table_name",
                "column_name",
                "ordinal_position",
            ],
            key_columns(catalog, database),
        ),
        "constraint_column_usage" => (
            &[
                "table_schema",
                "table_name",
                "column_name",
                "constraint_schema",
                "constraint_name",
            ],
            used_columns(catalog),
        ),
        "referential_constraints" => (
            &[
                "constraint_schema",
                "constraint_name",
                "unique_constraint_schema",
                "unique_constraint_name",
                "update_rule",
                "delete_rule",
            ],
            referential(catalog),
        ),
        "check_constraints" => (
            &["constraint_schema", "constraint_name", "check_clause"],
            checks(catalog),
        ),
        "schemata" => (
            &["catalog_name", "schema_name"],
            schemata(catalog, database),
        ),
        "views" => (
            &["table_schema", "table_name", "view_definition"],
            views(catalog),
        ),
        "routines" => (
            &[
                "routine_schema",
                "routine_name",
                "routine_type",
                "specific_schema",
            ],
            routines(catalog),
        ),
        "triggers" => (
            &[
                "trigger_schema",
                "trigger_name",
                "event_object_schema",
                "event_object_table",
            ],
            triggers(catalog),
        ),
        "sequences" => (&["sequence_schema", "sequence_name"], sequences(catalog)),
        _ => return None,
    };
    Some(Modelled { columns, rows })
}

const COLUMNS: &[&str] = &[
    "table_catalog",
    "table_schema",
    "table_name",
    "column_name",
    "ordinal_position",
    "column_default",
    "is_nullable",
    "data_type",
    "character_maximum_length",
    "numeric_precision",
    "numeric_scale",
    "udt_schema",
    "udt_name",
    "is_identity",
    "identity_generation",
    "is_generated",
];

pub(super) fn named_tables(catalog: &Catalog) -> impl Iterator<Item = (&ObjectName, &Table)> {
    catalog
        .relations
        .iter()
        .filter_map(|(name, relation)| Some((name, relation.as_table()?)))
}

pub(super) fn constraints(
    catalog: &Catalog,
) -> impl Iterator<Item = (&ObjectName, &Identifier, &Constraint)> {
    named_tables(catalog).flat_map(|(table, content)| {
        content
            .constraints
            .iter()
            .map(move |(name, constraint)| (table, name, constraint))
    })
}

fn tables(catalog: &Catalog, database: &str) -> Rows {
    let rows = catalog.relations.iter().filter_map(|(name, relation)| {
        let kind = match relation {
            Relation::Table(table) if table.is_temporary() => "LOCAL TEMPORARY",
            Relation::Table(_) => "BASE TABLE",
            Relation::View(_) => "VIEW",
            Relation::MaterializedView(_) | Relation::Index(_) | Relation::Sequence(_) => {
                return None;
            }
        };
        Some(vec![
            Datum::text(database),
            Datum::text(schema(name)),
            Datum::text(name.name.as_str()),
            Datum::text(kind),
        ])
    });
    rows.collect()
}

fn columns(catalog: &Catalog, database: &str) -> Rows {
    let mut rows = Vec::new();
    for (name, relation) in catalog.relations.iter() {
        let columns = match relation {
            Relation::Table(table) => &table.columns,
            Relation::View(view) => &view.columns,
            Relation::MaterializedView(_) | Relation::Index(_) | Relation::Sequence(_) => continue,
        };
        for (index, column) in columns.iter().enumerate() {
            rows.push(column_row(catalog, database, name, index, column));
        }
    }
    rows
}

fn column_row(
    catalog: &Catalog,
    database: &str,
    table: &ObjectName,
    index: usize,
    column: &Column,
) -> Vec<Datum> {
    let data_type = &column.data_type;
    let own_type = catalog.resolve_type(&data_type.name);
    let is_text = matches!(
        data_type.name.name.as_str(),
        "character varying" | "character"
    );
    let is_number = data_type.name.name.as_str() == "numeric";
    let of = |wanted: bool, position| {
        if wanted {
            modifier(data_type, position)
        } else {
            Datum::Null
        }
    };
    vec![
        Datum::text(database),
        Datum::text(schema(table)),
        Datum::text(table.name.as_str()),
        Datum::text(column.name.as_str()),
        Datum::Integer(index as i64 + 1),
        Datum::optional(column.default.as_deref()),
        Datum::yes_or_no(!column.not_null),
        Datum::text(standard_name(data_type, own_type.is_some())),
        of(is_text, 0),
        of(is_number, 0),
        of(is_number, 1),
        Datum::text(own_type.as_ref().map_or("pg_catalog", schema)),
        Datum::text(internal_name(data_type)),
        Datum::yes_or_no(column.identity.is_some()),
        match column.identity {
            Some(IdentityKind::Always) => Datum::text("ALWAYS"),
            Some(IdentityKind::ByDefault) => Datum::text("BY DEFAULT"),
            None => Datum::Null,
        },
        Datum::text(if column.generated.is_some() {
            "ALWAYS"
        } else {
            "NEVER"
        }),
    ]
}

fn table_constraints(catalog: &Catalog, database: &str) -> Rows {
    let rows = constraints(catalog).filter_map(|(table, name, constraint)| {
        if matches!(constraint.kind, ConstraintKind::Exclude { .. }) {
            return None;
        }
        Some(vec![
            Datum::text(database),
            Datum::text(schema(table)),
            Datum::text(name.as_str()),
            Datum::text(schema(table)),
            Datum::text(table.name.as_str()),
            Datum::text(constraint_words(&constraint.kind).0),
            Datum::yes_or_no(constraint.deferrable),
            Datum::yes_or_no(constraint.initially_deferred),
        ])
    });
    rows.collect()
}

fn key_columns(catalog: &Catalog, database: &str) -> Rows {
    let mut rows = Vec::new();
    for (table, name, constraint) in constraints(catalog) {
        for (index, column) in constraint.columns().iter().enumerate() {
            rows.push(vec![
                Datum::text(database),
                Datum::text(schema(table)),
                Datum::text(name.as_str()),
                Datum::text(schema(table)),
                Datum::text(table.name.as_str()),
                Datum::text(column.as_str()),
                Datum::Integer(index as i64 + 1),
            ]);
        }
    }
    rows
}

/// Foreign keys use the columns that they refer to, keys their own.
fn used_columns(catalog: &Catalog) -> Rows {
    let mut rows = Vec::new();
    for (table, name, constraint) in constraints(catalog) {
        let (used_table, columns) = match &constraint.kind {
            ConstraintKind::ForeignKey(key) => (&key.referenced_table, &key.referenced_columns[..]),
            _ => (table, constraint.columns()),
        };
        for column in columns {
            rows.push(vec![
                Datum::text(schema(used_table)),
                Datum::text(used_table.name.as_str()),
                Datum::text(column.as_str()),
                Datum::text(schema(table)),
                Datum::text(name.as_str()),
            ]);
        }
    }
    rows
}

fn referential(catalog: &Catalog) -> Rows {
    let rows = constraints(catalog).filter_map(|(table, name, constraint)| {
        let ConstraintKind::ForeignKey(key) = &constraint.kind else {
            return None;
        };
        let unique = constraint.supporting_index.as_ref();
        Some(vec![
            Datum::text(schema(table)),
            Datum::text(name.as_str()),
            Datum::optional(unique.map(schema)),
            Datum::optional(unique.map(|index| index.name.as_str())),
            Datum::text(action_words(&key.on_update).0),
            Datum::text(action_words(&key.on_delete).0),
        ])
    });
    rows.collect()
}

fn checks(catalog: &Catalog) -> Rows {
    let rows = constraints(catalog).filter_map(|(table, name, constraint)| {
        let ConstraintKind::Check { expression, .. } = &constraint.kind else {
            return None;
        };
        Some(vec![
            Datum::text(schema(table)),
            Datum::text(name.as_str()),
            Datum::text(format!("({expression})")),
        ])
    });
    rows.collect()
}

fn schemata(catalog: &Catalog, database: &str) -> Rows {
    let own = catalog.schemas.keys().map(Identifier::as_str);
    let system = ["information_schema", "pg_catalog", "pg_toast"];
    own.chain(system)
        .map(|name| vec![Datum::text(database), Datum::text(name)])
        .collect()
}

fn views(catalog: &Catalog) -> Rows {
    let rows = catalog
        .relations
        .iter()
        .filter_map(|(name, relation)| match relation {
            Relation::View(view) => Some(vec![
                Datum::text(schema(name)),
                Datum::text(name.name.as_str()),
                Datum::text(&view.query),
            ]),
            _ => None,
        });
    rows.collect()
}

fn routines(catalog: &Catalog) -> Rows {
    let rows = catalog.functions.iter().map(|(signature, function)| {
        let is_procedure = function.definition.is_procedure;
        vec![
            Datum::text(schema(&signature.name)),
            Datum::text(signature.name.name.as_str()),
            Datum::text(if is_procedure {
                "PROCEDURE"
            } else {
                "FUNCTION"
            }),
            Datum::text(schema(&signature.name)),
        ]
    });
    rows.collect()
}

fn triggers(catalog: &Catalog) -> Rows {
    let mut rows = Vec::new();
    for (table, content) in named_tables(catalog) {
        for name in content.triggers.keys() {
            rows.push(vec![
                Datum::text(schema(table)),
                Datum::text(name.as_str()),
                Datum::text(schema(table)),
                Datum::text(table.name.as_str()),
            ]);
        }
    }
    rows
}

fn sequences(catalog: &Catalog) -> Rows {
    let found = catalog
        .relations
        .iter()
        .filter(|(_, relation)| relation.as_sequence().is_some());
    found
        .map(|(name, _)| vec![Datum::text(schema(name)), Datum::text(name.name.as_str())])
        .collect()
}
