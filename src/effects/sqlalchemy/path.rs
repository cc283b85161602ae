//! Which SQLAlchemy construct a symbolic value is: the dotted path says it.

use crate::eval::{Arguments, External, Value};

/// Libraries whose names are SQLAlchemy's own or stand for them.
const ROOTS: &[&str] = &[
    "sqlalchemy",
    "sqlmodel",
    "flask_sqlalchemy",
    "sqlalchemy_utils",
    "geoalchemy2",
    "pgvector",
    "advanced_alchemy",
    "fastapi_users_db_sqlalchemy",
    "fastapi_utils",
    "flask_appbuilder",
    "citext",
    "alembic_utils",
];

/// The last name of the path: `Column` for `sqlalchemy.schema.Column` and for
/// `flask_sqlalchemy.SQLAlchemy().Column`. `None` for other libraries.
pub(crate) fn construct(external: &External) -> Option<&str> {
    let root = external.path.split(['.', '(']).next()?;
    let name = external.path.rsplit('.').next()?;
    ROOTS.contains(&root).then_some(name)
}

/// The construct of a value, if it is one.
pub(crate) fn construct_of(value: &Value) -> Option<(&str, &External)> {
    match value {
        Value::External(external) => Some((construct(external)?, external)),
        _ => None,
    }
}

/// The arguments of a call of `name`, if the value is its result.
pub(crate) fn call_of<'value>(value: &'value Value, name: &str) -> Option<&'value Arguments> {
    let (found, external) = construct_of(value)?;
    (found == name)
        .then_some(external.arguments.as_ref())
        .flatten()
}

/// The object that the method was called on, unless that is a registry object such as
/// Flask-SQLAlchemy's `db`, whose attributes are SQLAlchemy's own names.
pub(crate) fn receiver(external: &External) -> Option<&Value> {
    let receiver = external.receiver.as_ref()?;
    match receiver {
        Value::External(object) if object.path.ends_with("flask_sqlalchemy.SQLAlchemy") => None,
        _ => Some(receiver),
    }
}

/// The dialect that the path goes through: `mysql` for `sqlalchemy.dialects.mysql.LONGTEXT`.
pub(crate) fn dialect(external: &External) -> Option<&str> {
    let (_, rest) = external.path.split_once("dialects.")?;
    rest.split('.').next()
}

/// Whether the path goes through `sqlalchemy.func`; gives the function's name with its packages.
pub(crate) fn function_name(external: &External) -> Option<&str> {
    let (before, name) = external.path.rsplit_once("func.")?;
    let is_func = before.is_empty() || before.ends_with('.');
    (is_func && construct(external).is_some() && external.arguments.is_some()).then_some(name)
}
