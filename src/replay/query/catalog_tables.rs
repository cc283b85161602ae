//! The tables and views of `pg_catalog`, as far as the model fills them.

use std::sync::Arc;

use crate::catalog::{Catalog, ConstraintKind, IdentityKind, Persistence, Relation, TypeKind};
use crate::model::{DataType, Identifier, ObjectName};

use super::catalog_objects::{
    extensions, policies, policy_rows, procedures, roles, sequences, triggers, users, views,
};
use super::datum::{Datum, OidKind};
use super::information_schema::{constraints, named_tables};
use super::relation::Modelled;
use super::system_names::{
    action_words, constraint_words, index_definition, internal_name, schema,
};

pub(super) type Rows = Vec<Vec<Datum>>;

/// The table or view of that name.
pub(super) fn relation(catalog: &Catalog, name: &str, database: &str) -> Option<Modelled> {
    let (columns, rows): (&'static [&'static str], Rows) = match name {
        "pg_class" => (
            &[
                "oid",
                "relname",
                "relnamespace",
                "relkind",
                "relrowsecurity",
                "relforcerowsecurity",
                "relpersistence",
                "relispartition",
            ],
            classes(catalog),
        ),
        "pg_namespace" => (&["oid", "nspname"], namespaces(catalog)),
        "pg_type" => (
            &[
                "oid",
                "typname",
                "typnamespace",
                "typtype",
                "typcategory",
                "typrelid",
            ],
            types(catalog),
        ),
        "pg_enum" => (&["enumtypid", "enumsortorder", "enumlabel"], enums(catalog)),
        "pg_attribute" => (
            &[
                "attrelid",
                "attname",
                "attnum",
                "attnotnull",
                "attisdropped",
                "atttypid",
                "atthasdef",
                "attidentity",
            ],
            attributes(catalog),
        ),
        "pg_attrdef" => (&["adrelid", "adnum", "adbin"], defaults(catalog)),
        "pg_constraint" => (
            &[
                "oid",
                "conname",
                "connamespace",
                "contype",
                "conrelid",
                "confrelid",
                "condeferrable",
                "condeferred",
                "convalidated",
                "conkey",
                "confkey",
                "confdeltype",
                "confupdtype",
            ],
            constraint_rows(catalog),
        ),
        "pg_index" => (
            &[
                "indexrelid",
                "indrelid",
                "indisunique",
                "indisprimary",
                "indisvalid",
            ],
            index_rows(catalog),
        ),
        "pg_indexes" => (
            &[
                "schemaname",
                "tablename",
                "indexname",
                "tablespace",
                "indexdef",
            ],
            indexes(catalog),
        ),
        "pg_tables" => (
            &["schemaname", "tablename", "tableowner", "rowsecurity"],
            tables(catalog),
        ),
        "pg_views" => (
            &["schemaname", "viewname", "definition"],
            views(catalog, false),
        ),
        "pg_matviews" => (
            &["schemaname", "matviewname", "definition"],
            views(catalog, true),
        ),
        "pg_sequences" => (&["schemaname", "sequencename"], sequences(catalog)),
        "pg_proc" => (
            &["oid", "proname", "pronamespace", "prokind"],
            procedures(catalog),
        ),
        "pg_trigger" => (
            &["oid", "tgname", "tgrelid", "tgisinternal", "tgenabled"],
            triggers(catalog),
        ),
        "pg_policies" => (
            &[
                "schemaname",
                "tablename",
                "policyname",
                "permissive",
                "roles",
                "cmd",
            ],
            policies(catalog),
        ),
        "pg_policy" => (
            &["oid", "polname", "polrelid", "polpermissive"],
            policy_rows(catalog),
        ),
        "pg_extension" => (&["oid", "extname"], extensions(catalog)),
        "pg_roles" | "pg_authid" => (
            &["oid", "rolname", "rolsuper", "rolcanlogin", "rolbypassrls"],
            roles(catalog),
        ),
        "pg_user" => (&["usename", "usesuper"], users(catalog)),
        "pg_database" => (&["datname"], vec![vec![Datum::text(database)]]),
        _ => return None,
    };
    Some(Modelled { columns, rows })
}

pub(super) fn namespace(name: &ObjectName) -> Datum {
    Datum::oid(OidKind::Namespace, schema(name))
}

pub(super) fn text(name: &Identifier) -> Datum {
    Datum::text(name.as_str())
}

fn classes(catalog: &Catalog) -> Rows {
    let rows = catalog.relations.iter().map(|(name, relation)| {
        let table = relation.as_table();
        let kind = match relation {
            Relation::Table(table) if table.partition_by.is_some() => "p",
            Relation::Table(_) => "r",
            Relation::Index(_) => "i",
            Relation::Sequence(_) => "S",
            Relation::View(_) => "v",
            Relation::MaterializedView(_) => "m",
        };
        let persistence = match table.map(|table| table.persistence) {
            Some(Persistence::Temporary { .. }) => "t",
            Some(Persistence::Unlogged) => "u",
            _ => "p",
        };
        vec![
            Datum::class(name),
            text(&name.name),
            namespace(name),
            Datum::text(kind),
            Datum::Bool(table.is_some_and(|table| table.row_security)),
            Datum::Bool(table.is_some_and(|table| table.force_row_security)),
            Datum::text(persistence),
            Datum::Bool(table.is_some_and(|table| table.partition_of.is_some())),
        ]
    });
    rows.collect()
}

fn namespaces(catalog: &Catalog) -> Rows {
    let own = catalog.schemas.keys().map(Identifier::as_str);
    let all = own.chain(["pg_catalog", "information_schema", "pg_toast"]);
    all.map(|name| vec![Datum::oid(OidKind::Namespace, name), Datum::text(name)])
        .collect()
}

/// Types of the database: its own, the row types of its relations, and the arrays of both.
fn types(catalog: &Catalog) -> Rows {
    let mut rows = Vec::new();
    for (name, user_type) in catalog.types.iter() {
        let (kind, category) = match &user_type.kind {
            TypeKind::Enum { .. } => ("e", "E"),
            TypeKind::Domain { .. } => ("d", "S"),
            TypeKind::Composite { .. } => ("c", "C"),
            TypeKind::Other { .. } => ("r", "R"),
        };
        push_type(&mut rows, name, kind, category, Datum::Integer(0));
    }
    for (name, relation) in catalog.relations.iter() {
        if relation.as_table().is_some() || relation.as_view().is_some() {
            push_type(&mut rows, name, "c", "C", Datum::class(name));
        }
    }
    rows
}

fn push_type(rows: &mut Rows, name: &ObjectName, kind: &str, category: &str, relation: Datum) {
    rows.push(vec![
        Datum::oid(OidKind::Type, name.to_string()),
        text(&name.name),
        namespace(name),
        Datum::text(kind),
        Datum::text(category),
        relation,
    ]);
    let array = format!("_{}", name.name);
    rows.push(vec![
        Datum::oid(OidKind::Type, format!("{name}[]")),
        Datum::text(array),
        namespace(name),
        Datum::text("b"),
        Datum::text("A"),
        Datum::Integer(0),
    ]);
}

fn enums(catalog: &Catalog) -> Rows {
    let mut rows = Vec::new();
    for (name, user_type) in catalog.types.iter() {
        for (index, label) in user_type.labels().unwrap_or_default().iter().enumerate() {
            rows.push(vec![
                Datum::oid(OidKind::Type, name.to_string()),
                Datum::Integer(index as i64 + 1),
                Datum::text(&label.name),
            ]);
        }
    }
    rows
}

fn type_oid(catalog: &Catalog, data_type: &DataType) -> Datum {
    let dimensions = if data_type.array_dimensions > 0 {
        "[]"
    } else {
        ""
    };
    match catalog.resolve_type(&data_type.name) {
        Some(name) => Datum::oid(OidKind::Type, format!("{name}{dimensions}")),
        None => Datum::oid(OidKind::Type, internal_name(data_type)),
    }
}

fn attributes(catalog: &Catalog) -> Rows {
    let mut rows = Vec::new();
    for (name, relation) in catalog.relations.iter() {
        let columns = match relation {
            Relation::Table(table) => &table.columns,
            Relation::View(view) | Relation::MaterializedView(view) => &view.columns,
            Relation::Index(_) | Relation::Sequence(_) => continue,
        };
        for (index, column) in columns.iter().enumerate() {
            let has_default = column.default.is_some() || column.generated.is_some();
            rows.push(vec![
                Datum::class(name),
                text(&column.name),
                Datum::Integer(index as i64 + 1),
                Datum::Bool(column.not_null),
                Datum::Bool(false),
                type_oid(catalog, &column.data_type),
                Datum::Bool(has_default),
                Datum::text(match column.identity {
                    Some(IdentityKind::Always) => "a",
                    Some(IdentityKind::ByDefault) => "d",
                    None => "",
                }),
            ]);
        }
    }
    rows
}

fn defaults(catalog: &Catalog) -> Rows {
    let mut rows = Vec::new();
    for (name, table) in named_tables(catalog) {
        for (index, column) in table.columns.iter().enumerate() {
            if let Some(default) = &column.default {
                rows.push(vec![
                    Datum::class(name),
                    Datum::Integer(index as i64 + 1),
                    Datum::text(default),
                ]);
            }
        }
    }
    rows
}

fn constraint_rows(catalog: &Catalog) -> Rows {
    let rows = constraints(catalog).map(|(table, name, constraint)| {
        let numbers = |table: &ObjectName, columns: &[Identifier]| {
            let columns = columns
                .iter()
                .map(|column| column_number(catalog, table, column));
            Datum::Array(Arc::new(columns.collect()))
        };
        let key = match &constraint.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            _ => None,
        };
        vec![
            Datum::oid(OidKind::Constraint, table.part(name.as_str())),
            text(name),
            namespace(table),
            Datum::text(constraint_words(&constraint.kind).1),
            Datum::class(table),
            key.map_or(Datum::Integer(0), |key| Datum::class(&key.referenced_table)),
            Datum::Bool(constraint.deferrable),
            Datum::Bool(constraint.initially_deferred),
            Datum::Bool(constraint.validated),
            numbers(table, constraint.columns()),
            key.map_or(Datum::Null, |key| {
                numbers(&key.referenced_table, &key.referenced_columns)
            }),
            Datum::text(key.map_or(" ", |key| action_words(&key.on_delete).1)),
            Datum::text(key.map_or(" ", |key| action_words(&key.on_update).1)),
        ]
    });
    rows.collect()
}

fn column_number(catalog: &Catalog, table: &ObjectName, column: &Identifier) -> Datum {
    let position = catalog
        .table(table)
        .and_then(|table| table.columns.iter().position(|known| known.name == *column));
    position.map_or(Datum::Null, |position| Datum::Integer(position as i64 + 1))
}

fn index_rows(catalog: &Catalog) -> Rows {
    let rows = catalog.relations.iter().filter_map(|(name, relation)| {
        let index = relation.as_index()?;
        let primary = index.constraint.as_ref().is_some_and(|constraint| {
            let found = catalog.constraint(&index.definition.table, constraint.as_str());
            found.is_some_and(|known| matches!(known.kind, ConstraintKind::PrimaryKey { .. }))
        });
        Some(vec![
            Datum::class(name),
            Datum::class(&index.definition.table),
            Datum::Bool(index.definition.unique),
            Datum::Bool(primary),
            Datum::Bool(index.valid),
        ])
    });
    rows.collect()
}

fn indexes(catalog: &Catalog) -> Rows {
    let rows = catalog.relations.iter().filter_map(|(name, relation)| {
        let index = relation.as_index()?;
        Some(vec![
            Datum::text(schema(&index.definition.table)),
            text(&index.definition.table.name),
            text(&name.name),
            Datum::Null,
            Datum::text(index_definition(name, index)),
        ])
    });
    rows.collect()
}

fn tables(catalog: &Catalog) -> Rows {
    let rows = named_tables(catalog).map(|(name, table)| {
        let owner = table
            .attributes
            .owner
            .as_ref()
            .unwrap_or(&catalog.current_role);
        vec![
            Datum::text(schema(name)),
            text(&name.name),
            text(owner),
            Datum::Bool(table.row_security),
        ]
    });
    rows.collect()
}
