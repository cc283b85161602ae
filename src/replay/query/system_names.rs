//! Words of the system catalogs: types' internal names, kinds, definitions of constraints and indexes.

use crate::catalog::{Constraint, ConstraintKind, Index};
use crate::model::{DataType, Identifier, ObjectName, ReferentialAction};
use crate::replay::words::{quoted, quoted_name};

use super::datum::Datum;

/// `pg_type.typname` of PostgreSQL's own types, by the name that `format_type` prints.
const INTERNAL_NAMES: &[(&str, &str)] = &[
    ("bigint", "int8"),
    ("bit varying", "varbit"),
    ("boolean", "bool"),
    ("character", "bpchar"),
    ("character varying", "varchar"),
    ("double precision", "float8"),
    ("integer", "int4"),
    ("real", "float4"),
    ("smallint", "int2"),
    ("time with time zone", "timetz"),
    ("time without time zone", "time"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
];

/// The schema that an object lives in; `public` is not kept.
pub(super) fn schema(name: &ObjectName) -> &str {
    name.schema.as_ref().map_or("public", Identifier::as_str)
}

/// `udt_name` and `typname`.
pub(super) fn internal_name(data_type: &DataType) -> String {
    let name = data_type.name.name.as_str();
    let known = INTERNAL_NAMES.iter().find(|(printed, _)| *printed == name);
    let name = known.map_or(name, |(_, internal)| internal);
    if data_type.array_dimensions > 0 {
        format!("_{name}")
    } else {
        name.to_owned()
    }
}

/// `data_type` of the information schema. `user_defined`: the catalog has a type of that name.
pub(super) fn standard_name(data_type: &DataType, user_defined: bool) -> String {
    if data_type.array_dimensions > 0 {
        return "ARRAY".to_owned();
    }
    match user_defined {
        true => "USER-DEFINED".to_owned(),
        false => data_type.name.name.to_string(),
    }
}

/// A number among the type's modifiers: a length, a precision, a scale.
pub(super) fn modifier(data_type: &DataType, position: usize) -> Datum {
    let number = data_type
        .modifiers
        .get(position)
        .and_then(|text| text.parse().ok());
    number.map_or(Datum::Null, Datum::Integer)
}

/// `constraint_type` of the information schema, and `contype`.
pub(super) fn constraint_words(kind: &ConstraintKind) -> (&'static str, &'static str) {
    match kind {
        ConstraintKind::PrimaryKey { .. } => ("PRIMARY KEY", "p"),
        ConstraintKind::Unique { .. } => ("UNIQUE", "u"),
        ConstraintKind::ForeignKey(_) => ("FOREIGN KEY", "f"),
        ConstraintKind::Check { .. } => ("CHECK", "c"),
        ConstraintKind::Exclude { .. } => ("EXCLUDE", "x"),
    }
}

/// `delete_rule` and `confdeltype`.
pub(super) fn action_words(action: &ReferentialAction) -> (&'static str, &'static str) {
    match action {
        ReferentialAction::NoAction => ("NO ACTION", "a"),
        ReferentialAction::Restrict => ("RESTRICT", "r"),
        ReferentialAction::Cascade => ("CASCADE", "c"),
        ReferentialAction::SetNull(_) => ("SET NULL", "n"),
        ReferentialAction::SetDefault(_) => ("SET DEFAULT", "d"),
    }
}

fn list(columns: &[Identifier]) -> String {
    columns.iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// `pg_get_constraintdef`; a check's expression is deparsed by the server, so that only its kind can
/// be told.
pub(super) fn constraint_definition(constraint: &Constraint) -> Datum {
    match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } => {
            Datum::text(format!("PRIMARY KEY ({})", list(columns)))
        }
        ConstraintKind::Unique { columns, .. } => {
            Datum::text(format!("UNIQUE ({})", list(columns)))
        }
        ConstraintKind::ForeignKey(key) => {
            let mut text = format!(
                "FOREIGN KEY ({}) REFERENCES {}({})",
                list(&key.columns),
                quoted_name(&key.referenced_table),
                list(&key.referenced_columns)
            );
            for (words, action) in [("UPDATE", &key.on_update), ("DELETE", &key.on_delete)] {
                if *action != ReferentialAction::NoAction {
                    text.push_str(&format!(" ON {words} {}", action_words(action).0));
                }
            }
            Datum::text(text)
        }
        ConstraintKind::Check { expression, .. } => Datum::text(format!("CHECK (({expression}))")),
        ConstraintKind::Exclude { definition } => Datum::text(format!("EXCLUDE {definition}")),
    }
}

/// `pg_get_indexdef`, expressions as written.
pub(super) fn index_definition(name: &ObjectName, index: &Index) -> String {
    let definition = &index.definition;
    let keys: Vec<String> = definition
        .keys
        .iter()
        .map(|key| {
            let expression = match key.is_column {
                true => quoted(&Identifier::exact(key.expression.clone())),
                false => key.expression.clone(),
            };
            format!("{expression} {}", key.options).trim().to_owned()
        })
        .collect();
    let table = format!(
        "{}.{}",
        schema(&definition.table),
        quoted(&definition.table.name)
    );
    let predicate = definition
        .predicate
        .as_ref()
        .map(|text| format!(" WHERE ({text})"))
        .unwrap_or_default();
    format!(
        "CREATE {}INDEX {} ON {table} USING {} ({}){predicate}",
        if definition.unique { "UNIQUE " } else { "" },
        quoted(&name.name),
        definition.method,
        keys.join(", "),
    )
}
