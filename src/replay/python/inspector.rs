//! `sa.inspect(bind)`: what the inspector's methods give, from the modelled catalog.

use std::rc::Rc;

use crate::catalog::{Catalog, Constraint, ConstraintKind, Relation, TypeKind};
use crate::effects::sqlalchemy::reading;
use crate::eval::{Answer, Arguments, External, Value};
use crate::model::{Identifier, ObjectName, Place, ReferentialAction};

use super::errors::plain;
use super::host::RunHost;
use super::reflection::type_value;

impl RunHost<'_> {
    pub(super) fn inspected(&mut self, result: &Rc<External>) -> Answer {
        let none = Arguments::default();
        let arguments = result.arguments.as_ref().unwrap_or(&none);
        let state = self.state.borrow();
        let catalog = &state.session.catalog;
        answer(catalog, result.name(), arguments, &result.place).unwrap_or(Answer::Unknown)
    }

    /// `engine.has_table("x")`, `dialect.has_table(bind, "x")`, `engine.table_names()`.
    pub(super) fn engine_probe(&mut self, result: &Rc<External>) -> Answer {
        let path = result.path.as_ref();
        if !path.starts_with("sqlalchemy.engine.") {
            return Answer::Unknown;
        }
        let Some(arguments) = &result.arguments else {
            return Answer::Unknown;
        };
        let state = self.state.borrow();
        let catalog = &state.session.catalog;
        let text = |position| reading::text(arguments.positional.get(position));
        let named = |position| {
            text(position).map(|name: crate::model::Template| {
                ObjectName::new(Identifier::exact(name.display()))
            })
        };
        match path.rsplit('.').next() {
            Some("has_table") => {
                let position = usize::from(path.contains("Dialect"));
                let found = named(position).map(|name| catalog.relation(&name).is_some());
                found.map_or(Answer::Unknown, |found| Answer::Value(Value::Bool(found)))
            }
            Some("has_type") => {
                let found = named(1).map(|name| catalog.resolve_type(&name).is_some());
                found.map_or(Answer::Unknown, |found| Answer::Value(Value::Bool(found)))
            }
            Some("table_names") => Answer::Value(table_names(catalog, None)),
            Some("in_transaction") => Answer::Value(Value::Bool(true)),
            _ => Answer::Unknown,
        }
    }
}

fn answer(catalog: &Catalog, method: &str, arguments: &Arguments, place: &Place) -> Option<Answer> {
    let schema = |position| {
        let given = reading::text(arguments.get(position, "schema"));
        given.map(|schema| Identifier::exact(schema.display()))
    };
    match method {
        "get_table_names" => return Some(Answer::Value(table_names(catalog, schema(0)))),
        "get_view_names" => return Some(Answer::Value(view_names(catalog, schema(0), false))),
        "get_materialized_view_names" => {
            return Some(Answer::Value(view_names(catalog, schema(0), true)));
        }
        "get_schema_names" => {
            let names = catalog
                .schemas
                .keys()
                .map(Identifier::as_str)
                .chain(["information_schema"]);
            return Some(Answer::Value(Value::list(names.map(Value::text).collect())));
        }
        "get_enums" => return Some(Answer::Value(enums(catalog, schema(0)))),
        "get_sequence_names" => return Some(Answer::Value(sequences(catalog))),
        _ => {}
    }
    let table = reading::text(arguments.get(0, "table_name"))?.known_text()?;
    let name = ObjectName::qualified(schema(1), Identifier::exact(table.clone()));
    if method == "has_table" {
        let found = matches!(
            catalog.relation(&name),
            Some(Relation::Table(_) | Relation::View(_) | Relation::MaterializedView(_))
        );
        return Some(Answer::Value(Value::Bool(found)));
    }
    if !method.starts_with("get_") {
        return None;
    }
    if catalog.relation(&name).is_none() {
        return Some(Answer::Raise(plain(
            "sqlalchemy.exc.NoSuchTableError",
            table,
        )));
    }
    let value = match method {
        "get_columns" => columns(catalog, &name, place),
        "get_indexes" => indexes(catalog, &name),
        "get_pk_constraint" => primary_key(catalog, &name),
        "get_unique_constraints" => uniques(catalog, &name),
        "get_foreign_keys" => foreign_keys(catalog, &name),
        "get_check_constraints" => checks(catalog, &name),
        "get_table_comment" => {
            let comment = catalog
                .table(&name)
                .and_then(|table| table.attributes.comment.clone());
            dict(vec![("text", comment.map_or(Value::None, Value::text))])
        }
        _ => return None,
    };
    Some(Answer::Value(value))
}

fn dict(entries: Vec<(&str, Value)>) -> Value {
    Value::dict(
        entries
            .into_iter()
            .map(|(name, value)| (Value::text(name), value))
            .collect(),
    )
}

fn names(identifiers: &[Identifier]) -> Value {
    Value::list(
        identifiers
            .iter()
            .map(|name| Value::text(name.as_str()))
            .collect(),
    )
}

fn in_schema(name: &ObjectName, schema: &Option<Identifier>) -> bool {
    let wanted = schema.as_ref().map_or("public", Identifier::as_str);
    name.schema.as_ref().map_or("public", Identifier::as_str) == wanted
}

fn table_names(catalog: &Catalog, schema: Option<Identifier>) -> Value {
    let tables = catalog.relations.iter().filter(|(name, relation)| {
        in_schema(name, &schema)
            && relation
                .as_table()
                .is_some_and(|table| !table.is_temporary())
    });
    Value::list(
        tables
            .map(|(name, _)| Value::text(name.name.as_str()))
            .collect(),
    )
}

fn view_names(catalog: &Catalog, schema: Option<Identifier>, materialized: bool) -> Value {
    let views = catalog.relations.iter().filter(|(name, relation)| {
        in_schema(name, &schema)
            && match relation {
                Relation::View(_) => !materialized,
                Relation::MaterializedView(_) => materialized,
                _ => false,
            }
    });
    Value::list(
        views
            .map(|(name, _)| Value::text(name.name.as_str()))
            .collect(),
    )
}

fn sequences(catalog: &Catalog) -> Value {
    let found = catalog
        .relations
        .iter()
        .filter(|(_, relation)| relation.as_sequence().is_some());
    Value::list(
        found
            .map(|(name, _)| Value::text(name.name.as_str()))
            .collect(),
    )
}

fn enums(catalog: &Catalog, schema: Option<Identifier>) -> Value {
    let found = catalog.types.iter().filter_map(|(name, user_type)| {
        let TypeKind::Enum { labels } = &user_type.kind else {
            return None;
        };
        let labels = labels
            .iter()
            .map(|label| Value::text(label.name.as_str()))
            .collect();
        in_schema(name, &schema).then(|| {
            dict(vec![
                ("name", Value::text(name.name.as_str())),
                (
                    "schema",
                    Value::text(name.schema.as_ref().map_or("public", Identifier::as_str)),
                ),
                ("visible", Value::Bool(true)),
                ("labels", Value::list(labels)),
            ])
        })
    });
    Value::list(found.collect())
}

fn columns(catalog: &Catalog, name: &ObjectName, place: &Place) -> Value {
    let columns = match catalog.relation(name) {
        Some(Relation::Table(table)) => &table.columns,
        Some(Relation::View(view) | Relation::MaterializedView(view)) => &view.columns,
        _ => return Value::list(Vec::new()),
    };
    let described = columns.iter().map(|column| {
        let default = column.default.as_ref();
        let sequence = default.is_some_and(|default| default.starts_with("nextval("));
        dict(vec![
            ("name", Value::text(column.name.as_str())),
            ("type", type_value(catalog, &column.data_type, place)),
            ("nullable", Value::Bool(!column.not_null)),
            (
                "default",
                default.map_or(Value::None, |text| Value::text(text.as_str())),
            ),
            ("autoincrement", Value::Bool(sequence)),
            (
                "comment",
                column
                    .attributes
                    .comment
                    .clone()
                    .map_or(Value::None, Value::text),
            ),
        ])
    });
    Value::list(described.collect())
}

/// Indexes as the inspector lists them: those of unique constraints too, the primary key's not.
fn indexes(catalog: &Catalog, name: &ObjectName) -> Value {
    let found = catalog.indexes_of(name);
    let listed = found.iter().filter(|(_, index)| {
        index.constraint.as_ref().is_none_or(|constraint| {
            let kind = catalog
                .constraint(name, constraint.as_str())
                .map(|known| &known.kind);
            !matches!(kind, Some(ConstraintKind::PrimaryKey { .. }))
        })
    });
    let described = listed.map(|(index_name, index)| {
        let keys = index.definition.keys.iter().map(|key| match key.is_column {
            true => Value::text(key.expression.as_str()),
            false => Value::None,
        });
        let mut entries = vec![
            ("name", Value::text(index_name.name.as_str())),
            ("unique", Value::Bool(index.definition.unique)),
            ("column_names", Value::list(keys.collect())),
        ];
        if let Some(constraint) = &index.constraint {
            entries.push(("duplicates_constraint", Value::text(constraint.as_str())));
        }
        dict(entries)
    });
    Value::list(described.collect())
}

fn constraints<'c>(
    catalog: &'c Catalog,
    name: &ObjectName,
) -> impl Iterator<Item = (&'c Identifier, &'c Constraint)> {
    catalog
        .table(name)
        .into_iter()
        .flat_map(|table| table.constraints.iter())
}

fn primary_key(catalog: &Catalog, name: &ObjectName) -> Value {
    let found = constraints(catalog, name).find_map(|(name, constraint)| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } => Some((name, columns)),
        _ => None,
    });
    match found {
        Some((name, columns)) => dict(vec![
            ("constrained_columns", names(columns)),
            ("name", Value::text(name.as_str())),
        ]),
        None => dict(vec![
            ("constrained_columns", Value::list(Vec::new())),
            ("name", Value::None),
        ]),
    }
}

fn uniques(catalog: &Catalog, name: &ObjectName) -> Value {
    let found =
        constraints(catalog, name).filter_map(|(name, constraint)| match &constraint.kind {
            ConstraintKind::Unique { columns, .. } => Some(dict(vec![
                ("name", Value::text(name.as_str())),
                ("column_names", names(columns)),
            ])),
            _ => None,
        });
    Value::list(found.collect())
}

fn foreign_keys(catalog: &Catalog, name: &ObjectName) -> Value {
    let found = constraints(catalog, name).filter_map(|(name, constraint)| {
        let ConstraintKind::ForeignKey(key) = &constraint.kind else {
            return None;
        };
        let schema = key.referenced_table.schema.as_ref();
        let mut options = Vec::new();
        for (word, action) in [("onupdate", &key.on_update), ("ondelete", &key.on_delete)] {
            if let Some(words) = action_words(action) {
                options.push((word, Value::text(words)));
            }
        }
        Some(dict(vec![
            ("name", Value::text(name.as_str())),
            ("constrained_columns", names(&key.columns)),
            (
                "referred_schema",
                schema.map_or(Value::None, |schema| Value::text(schema.as_str())),
            ),
            (
                "referred_table",
                Value::text(key.referenced_table.name.as_str()),
            ),
            ("referred_columns", names(&key.referenced_columns)),
            ("options", dict(options)),
        ]))
    });
    Value::list(found.collect())
}

fn action_words(action: &ReferentialAction) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction => None,
        ReferentialAction::Restrict => Some("RESTRICT"),
        ReferentialAction::Cascade => Some("CASCADE"),
        ReferentialAction::SetNull(_) => Some("SET NULL"),
        ReferentialAction::SetDefault(_) => Some("SET DEFAULT"),
    }
}

fn checks(catalog: &Catalog, name: &ObjectName) -> Value {
    let found =
        constraints(catalog, name).filter_map(|(name, constraint)| match &constraint.kind {
            ConstraintKind::Check { expression, .. } => Some(dict(vec![
                ("name", Value::text(name.as_str())),
                ("sqltext", Value::text(expression.as_str())),
            ])),
            _ => None,
        });
    Value::list(found.collect())
}
