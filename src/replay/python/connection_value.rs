//! The library objects that a revision is handed: the connection, the migration context, the
//! inspector; and rows as Python sees them.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::eval::{External, Source, Unknown, Value};
use crate::model::Place;
use crate::replay::query::Datum;

/// A library's object with attributes that are known.
pub(super) fn object(path: &str, type_path: &str, place: &Place, known: &[(&str, Value)]) -> Value {
    let attributes: BTreeMap<Rc<str>, Value> = known
        .iter()
        .map(|(name, value)| (Rc::from(*name), value.clone()))
        .collect();
    Value::External(Rc::new(External {
        path: path.into(),
        type_path: Some(type_path.into()),
        receiver: None,
        arguments: Some(Default::default()),
        attributes: attributes.into(),
        place: place.clone(),
    }))
}

fn dialect(place: &Place) -> Value {
    let name = Value::text("postgresql");
    let known = [
        ("name", name),
        ("driver", Value::text("psycopg2")),
        ("supports_native_enum", Value::Bool(true)),
        ("supports_alter", Value::Bool(true)),
        ("default_schema_name", Value::text("public")),
        (
            "server_version_info",
            Value::tuple(vec![Value::Integer(15), Value::Integer(0)]),
        ),
    ];
    object(
        "sqlalchemy.engine.Dialect",
        "sqlalchemy.engine.Dialect",
        place,
        &known,
    )
}

/// What `str(engine.url)` gives.
pub(super) const URL: &str = "postgresql+psycopg2://user:***@localhost:5432/app";

fn url(place: &Place) -> Value {
    let known = [
        ("drivername", Value::text("postgresql+psycopg2")),
        ("username", Value::text("user")),
        ("host", Value::text("localhost")),
        ("port", Value::Integer(5432)),
        ("database", Value::text("app")),
    ];
    object(
        "sqlalchemy.engine.URL",
        "sqlalchemy.engine.URL",
        place,
        &known,
    )
}

/// `op.get_bind()`: the connection of the run.
pub(super) fn connection(place: &Place) -> Value {
    let dialect = dialect(place);
    let engine = object(
        "sqlalchemy.engine.Engine",
        "sqlalchemy.engine.Engine",
        place,
        &[
            ("dialect", dialect.clone()),
            ("name", Value::text("postgresql")),
            ("driver", Value::text("psycopg2")),
            ("url", url(place)),
        ],
    );
    object(
        "alembic.op.get_bind",
        "sqlalchemy.engine.Connection",
        place,
        &[
            ("dialect", dialect),
            ("engine", engine),
            ("closed", Value::Bool(false)),
        ],
    )
}

/// `op.get_context()`.
pub(super) fn migration_context(place: &Place) -> Value {
    let connection = connection(place);
    let implementation = object(
        "alembic.ddl.impl.DefaultImpl",
        "alembic.ddl.impl.DefaultImpl",
        place,
        &[
            ("dialect", dialect(place)),
            ("transactional_ddl", Value::Bool(true)),
        ],
    );
    object(
        "alembic.op.get_context",
        "alembic.runtime.migration.MigrationContext",
        place,
        &[
            ("dialect", dialect(place)),
            ("connection", connection.clone()),
            ("bind", connection),
            ("impl", implementation),
            ("as_sql", Value::Bool(false)),
        ],
    )
}

/// `sa.inspect(bind)`.
pub(super) fn inspector(place: &Place) -> Value {
    object(
        "sqlalchemy.inspect",
        "sqlalchemy.engine.reflection.Inspector",
        place,
        &[
            ("dialect", dialect(place)),
            ("bind", connection(place)),
            ("default_schema_name", Value::text("public")),
        ],
    )
}

/// A cell as the driver hands it out.
pub(super) fn cell(datum: &Datum, place: &Place) -> Value {
    match datum {
        Datum::Null => Value::None,
        Datum::Bool(truth) => Value::Bool(*truth),
        Datum::Integer(number) => Value::Integer(*number),
        Datum::Number(number) => number.parse().map_or(Value::None, Value::Float),
        Datum::Text(text) => Value::text(&**text),
        Datum::Array(items) => Value::list(items.iter().map(|item| cell(item, place)).collect()),
        Datum::Row(items) => Value::tuple(items.iter().map(|item| cell(item, place)).collect()),
        Datum::Oid(oid) => Value::text(oid.name.as_str()),
        Datum::Unknown(reason) => unknown("cell", reason, place),
    }
}

/// A value that the model does not know.
pub(super) fn unknown(text: &str, reason: &str, place: &Place) -> Value {
    Value::Unknown(Rc::new(Unknown {
        text: Arc::from(text),
        reason: reason.into(),
        source: Source::Other,
        type_path: None,
        default: None,
        place: place.clone(),
    }))
}
