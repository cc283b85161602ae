//! Reflection: `Table("x", metadata, autoload_with=bind)`, and types as the inspector gives them.

use std::rc::Rc;

use crate::catalog::{Catalog, Relation};
use crate::effects::sqlalchemy::reading;
use crate::eval::{Answer, Arguments, External, Value};
use crate::model::{DataType, Identifier, ObjectName, Place};

use super::errors::plain;
use super::host::RunHost;

impl RunHost<'_> {
    /// A table object; where it is to be reflected, its columns come from the catalog.
    pub(super) fn reflected_table(&mut self, result: &Rc<External>) -> Answer {
        let Some(arguments) = &result.arguments else {
            return Answer::Unknown;
        };
        let asks = |name: &str| arguments.keyword(name).is_some_and(|value| !is_none(value));
        if !(asks("autoload_with") || asks("autoload")) {
            return Answer::Unknown;
        }
        let Some(name) = reading::text(arguments.get(0, "name")).and_then(|t| t.known_text())
        else {
            return Answer::Unknown;
        };
        let schema = reading::text(arguments.keyword("schema"));
        let schema = schema.map(|schema| Identifier::exact(schema.display()));
        let table = ObjectName::qualified(schema, Identifier::exact(name.clone()));
        let state = self.state.borrow();
        let catalog = &state.session.catalog;
        match catalog.relation(&table) {
            None => Answer::Raise(plain("sqlalchemy.exc.NoSuchTableError", name)),
            Some(relation) => Answer::Value(with_columns(catalog, relation, result, arguments)),
        }
    }
}

fn is_none(value: &Value) -> bool {
    matches!(value, Value::None | Value::Bool(false))
}

/// The table with the catalog's columns after its own arguments.
fn with_columns(
    catalog: &Catalog,
    relation: &Relation,
    result: &Rc<External>,
    arguments: &Arguments,
) -> Value {
    let columns = match relation {
        Relation::Table(table) => &table.columns[..],
        Relation::View(view) | Relation::MaterializedView(view) => &view.columns[..],
        Relation::Index(_) | Relation::Sequence(_) => &[],
    };
    let mut arguments = arguments.clone();
    for column in columns {
        let name = Value::text(column.name.as_str());
        let data_type = type_value(catalog, &column.data_type, &result.place);
        let call = Arguments::positional(vec![name, data_type]);
        arguments
            .positional
            .push(call_of("sqlalchemy.Column", call, &result.place));
    }
    Value::External(Rc::new(External {
        path: result.path.clone(),
        type_path: result.type_path.clone(),
        receiver: result.receiver.clone(),
        arguments: Some(arguments),
        attributes: Default::default(),
        place: result.place.clone(),
    }))
}

fn call_of(path: &str, arguments: Arguments, place: &Place) -> Value {
    Value::External(Rc::new(External {
        path: path.into(),
        type_path: None,
        receiver: None,
        arguments: Some(arguments),
        attributes: Default::default(),
        place: place.clone(),
    }))
}

/// The class that reflection gives a type, by the name that PostgreSQL prints.
const CLASSES: &[(&str, &str)] = &[
    ("bigint", "sqlalchemy.BIGINT"),
    ("boolean", "sqlalchemy.BOOLEAN"),
    ("bytea", "sqlalchemy.dialects.postgresql.BYTEA"),
    ("character", "sqlalchemy.CHAR"),
    ("character varying", "sqlalchemy.VARCHAR"),
    ("date", "sqlalchemy.DATE"),
    ("double precision", "sqlalchemy.DOUBLE_PRECISION"),
    ("inet", "sqlalchemy.dialects.postgresql.INET"),
    ("integer", "sqlalchemy.INTEGER"),
    ("interval", "sqlalchemy.dialects.postgresql.INTERVAL"),
    ("json", "sqlalchemy.dialects.postgresql.JSON"),
    ("jsonb", "sqlalchemy.dialects.postgresql.JSONB"),
    ("numeric", "sqlalchemy.NUMERIC"),
    ("real", "sqlalchemy.REAL"),
    ("smallint", "sqlalchemy.SMALLINT"),
    ("text", "sqlalchemy.TEXT"),
    ("tsvector", "sqlalchemy.dialects.postgresql.TSVECTOR"),
    ("uuid", "sqlalchemy.UUID"),
];

/// The type object of a column, as reflection makes it.
pub(super) fn type_value(catalog: &Catalog, data_type: &DataType, place: &Place) -> Value {
    if data_type.array_dimensions > 0 {
        let item = DataType {
            array_dimensions: 0,
            ..data_type.clone()
        };
        let item = type_value(catalog, &item, place);
        let call = Arguments::positional(vec![item]);
        return call_of("sqlalchemy.dialects.postgresql.ARRAY", call, place);
    }
    let name = data_type.name.name.as_str();
    if let Some(labels) = catalog.enum_labels(&data_type.name) {
        let mut call = Arguments::positional(labels.into_iter().map(Value::text).collect());
        call.keywords.push(("name".into(), Value::text(name)));
        return call_of("sqlalchemy.dialects.postgresql.ENUM", call, place);
    }
    if let Some(zone) = name
        .strip_prefix("timestamp ")
        .or(name.strip_prefix("time "))
    {
        let path = if name.starts_with("timestamp") {
            "TIMESTAMP"
        } else {
            "TIME"
        };
        let mut call = Arguments::default();
        let with_zone = Value::Bool(zone.starts_with("with time"));
        call.keywords.push(("timezone".into(), with_zone));
        return call_of(
            &format!("sqlalchemy.dialects.postgresql.{path}"),
            call,
            place,
        );
    }
    let class = CLASSES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, class)| *class);
    let modifiers = data_type.modifiers.iter().map(|text| match text.parse() {
        Ok(number) => Value::Integer(number),
        Err(_) => Value::text(text.as_str()),
    });
    let call = Arguments::positional(modifiers.collect());
    call_of(class.unwrap_or("sqlalchemy.NullType"), call, place)
}
