//! Sinks known by their looks: the receiver's type is unknown, but the method's name and what it is
//! given say that a database is meant.

use crate::model::Template;
use crate::registry::{Sink, SinkKind};
use crate::sql::looks_like_sql;

use super::external::{Arguments, External};
use super::value::Value;

/// The SQL text of a value: a string, or a library's object around one.
pub(crate) fn sql_text(value: &Value) -> Option<Template> {
    match value {
        Value::Text(template) => Some((**template).clone()),
        Value::External(external) => {
            let (path, arguments) = external.call()?;
            let inner = match path {
                "sqlalchemy.text" | "sqlalchemy.DDL" => {
                    arguments.get(0, "text").or(arguments.positional.first())
                }
                // `text(...).bindparams(...)`, `.execution_options(...)`, `.columns(...)`.
                _ if path.starts_with("sqlalchemy.TextClause.") => external.receiver.as_ref(),
                _ => return super::composition::composed_text(external),
            };
            inner.and_then(sql_text)
        }
        _ => None,
    }
}

/// What the receiver is called in the source: the words that hint at a connection.
pub(crate) fn described(value: &Value) -> &str {
    match value {
        Value::Unknown(unknown) => &unknown.text,
        Value::External(external) => &external.path,
        Value::Instance(instance) => instance.class.name(),
        Value::Class(class) => class.name(),
        _ => "",
    }
}

/// Words in a receiver's name that say that it is a database's.
const DATABASE_WORDS: &[&str] = &[
    "conn",
    "cur",
    "db",
    "database",
    "session",
    "engine",
    "bind",
    "tx",
    "trans",
    "pool",
    "op",
    "connection",
    "cursor",
    "sql",
    "pg",
    "postgres",
    "execute",
    "client",
];

pub(crate) fn looks_like_sink(
    sink: &Sink,
    method: &str,
    receiver: &str,
    arguments: &Arguments,
) -> bool {
    match sink.kind {
        SinkKind::Sql => sends_sql(method, receiver, arguments),
        SinkKind::Commit | SinkKind::Rollback => names_database(receiver),
        SinkKind::Metadata => names_metadata(receiver) || names_session(receiver),
        SinkKind::Orm => names_session(receiver) && arguments.positional.iter().any(is_row),
        _ => false,
    }
}

/// `Order.query.filter_by(...).delete()`, `Order.objects.create(...)` of a class that no file of the
/// estate declares: the sink that it is if the class is mapped, which its attribute says.
pub(crate) fn query_of_class(path: &str, callee: &External) -> Option<String> {
    let receiver = callee.receiver.as_ref().map_or(path, described);
    let manager = MANAGERS
        .iter()
        .find(|(name, _)| class_before(receiver, name).is_some());
    manager.map(|(_, kind)| format!("{kind}.{}", callee.name()))
}

/// How a mapped class is asked for rows, and what answers.
const MANAGERS: &[(&str, &str)] = &[
    ("query", "sqlalchemy.orm.Query"),
    ("objects", "django.db.models.QuerySet"),
];

/// The class in `shop.models.Order.query.filter_by`.
pub(crate) fn class_asked(path: &str) -> Option<&str> {
    let mut names = MANAGERS.iter();
    names.find_map(|(name, _)| class_before(path, name))
}

/// A query of SQLAlchemy's on a class that no file of the estate declares: `Order.query.filter(...)`,
/// `session.query(Order)`, `session.scalars(select(Order))`, `session.get(Order, 1)`.
pub(crate) fn asks_class(query: &External) -> bool {
    let mut step = Some(query);
    while let Some(call) = step {
        let of_class = class_before(&call.path, "query").is_some() && !is_of_library(&call.path);
        if of_class || is_begun_with_class(call) {
            return true;
        }
        step = call.receiver_external().map(|receiver| &**receiver);
    }
    false
}

fn is_begun_with_class(call: &External) -> bool {
    let Some(arguments) = &call.arguments else {
        return false;
    };
    let Some(Value::External(first)) = arguments.positional.first() else {
        return false;
    };
    match call.name() {
        "query" | "select" | "get" => is_undeclared_class(first),
        "scalars" | "execute" | "scalar" => asks_class(first),
        _ => false,
    }
}

/// Packages whose classes are no tables of anybody's.
const LIBRARIES: &[&str] = &[
    "sqlalchemy",
    "sqlmodel",
    "flask_sqlalchemy",
    "django.db",
    "builtins",
    "collections",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "io",
    "itertools",
    "json",
    "logging",
    "pathlib",
    "string",
    "threading",
    "types",
    "typing",
    "unittest",
    "mock",
    "uuid",
    "pandas",
    "numpy",
    "requests",
    "httpx",
    "pydantic",
    "redis",
    "rich",
];

/// May this be a mapped class, though no file of the estate declares it?
pub(crate) fn is_undeclared_class(external: &External) -> bool {
    external.arguments.is_none()
        && external.type_path.is_none()
        && is_named_like_class(external.name())
        && !is_of_library(&external.path)
}

/// Does the path lead into a library that has no tables?
pub(crate) fn is_of_library(path: &str) -> bool {
    let is_in = |library: &&str| {
        let rest = path.strip_prefix(*library);
        rest.is_some_and(|rest| rest.starts_with('.'))
    };
    LIBRARIES.iter().any(is_in)
}

/// The same, and not `SessionLocal` or `DatabaseManager`: what is asked of those is a database's answer.
pub(crate) fn is_named_like_mapped_class(name: &str) -> bool {
    is_named_like_class(name) && !names_database(name)
}

/// `OrderLine`, and not `ORDERS` or `orders`.
pub(crate) fn is_named_like_class(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

fn class_before<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    // Most paths have no class in them at all.
    if !path.contains(char::is_uppercase) || !path.contains(name) {
        return None;
    }
    let mut before = "";
    for segment in path.split('.') {
        if segment == name && before.starts_with(char::is_uppercase) {
            return Some(before);
        }
        before = segment;
    }
    None
}

fn sends_sql(method: &str, receiver: &str, arguments: &Arguments) -> bool {
    let Some(first) = arguments.positional.first().or_else(|| {
        ["query", "statement", "sql", "clause", "operation"]
            .iter()
            .find_map(|name| arguments.keyword(name))
    }) else {
        return false;
    };
    let is_execute = method.starts_with("execute") || method.starts_with("exec_driver");
    first.alternatives().iter().any(|value| match value {
        Value::Text(template) => {
            let text = template.display();
            looks_like_sql(&text) || is_execute && template.has_holes() && names_database(receiver)
        }
        Value::External(external) => {
            let is_statement =
                external.path.starts_with("sqlalchemy.") || external.path.starts_with("psycopg");
            is_statement || is_execute && names_database(receiver)
        }
        Value::Unknown(_) => is_execute && names_database(receiver),
        _ => false,
    })
}

fn words(receiver: &str) -> impl Iterator<Item = String> + '_ {
    receiver
        .split(|character: char| !character.is_ascii_alphanumeric())
        .flat_map(|word| split_camel(word))
        .map(|word| word.to_ascii_lowercase())
}

fn split_camel(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (index, character) in word.char_indices().skip(1) {
        if character.is_ascii_uppercase()
            && !word[..index].ends_with(|last: char| last.is_ascii_uppercase())
        {
            parts.push(&word[start..index]);
            start = index;
        }
    }
    parts.push(&word[start..]);
    parts
}

fn names_database(receiver: &str) -> bool {
    words(receiver).any(|word| {
        DATABASE_WORDS
            .iter()
            .any(|known| word == *known || word.starts_with(known) && known.len() > 3)
    })
}

/// `models.Base.metadata`, of a class that no file declares too.
pub(crate) fn names_metadata(receiver: &str) -> bool {
    const WORD: &[u8] = b"metadata";
    let mut parts = receiver.as_bytes().windows(WORD.len());
    parts.any(|part| part.eq_ignore_ascii_case(WORD))
        && words(receiver).any(|word| word == "metadata")
}

fn names_session(receiver: &str) -> bool {
    words(receiver).any(|word| {
        matches!(
            word.as_str(),
            "session" | "db" | "sess" | "s" | "sessionlocal"
        )
    })
}

fn is_row(value: &Value) -> bool {
    match value {
        Value::Instance(instance) => super::metadata::is_model(&instance.class),
        Value::List(elements) => elements.borrow().iter().any(|element| match element {
            Value::Maybe(maybe) => is_row(&maybe.value),
            element => is_row(element),
        }),
        Value::External(external) if is_made(external) => true,
        value => super::metadata::is_loaded_row(value),
    }
}

/// `Order(...)`, an object of a class that no file of the estate declares.
fn is_made(external: &External) -> bool {
    external.arguments.is_some() && external.name().starts_with(char::is_uppercase)
}
