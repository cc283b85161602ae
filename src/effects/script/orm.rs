//! Writes through an object-relational mapper, as changes of the rows of the mapped table.

use std::rc::Rc;

use crate::eval::{self, Class, External, SinkCall, Value, class_of_row};
use crate::model::{Action, Certainty, Effect, Identifier, ObjectName, RowChange, RowOperation};

use super::frame::Frame;
use super::relationship;

/// The effects of `session.add(row)`, `query.delete()`, `row.column = value`, `Model.objects.create()`.
pub(super) fn effects(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let method = call.path.rsplit('.').next().unwrap_or_default();
    let operation = match (call.sink.name.as_str(), method) {
        ("orm attribute", _) | (_, "flag_modified") => RowOperation::Update,
        (_, "delete" | "adelete") => RowOperation::Delete,
        (_, "update" | "aupdate" | "bulk_update" | "abulk_update" | "bulk_update_mappings") => {
            RowOperation::Update
        }
        // A row that was loaded is there already.
        (_, "save" | "asave") if !matches!(call.receiver, Some(Value::Instance(_))) => {
            RowOperation::Update
        }
        _ => RowOperation::Insert,
    };
    if call.sink.name.starts_with("sqlalchemy.relationship.") {
        return vec![relationship::effect(call, frame)];
    }
    if adds_what_is_there(call) {
        return Vec::new();
    }
    let mut subjects = subjects(call);
    if operation == RowOperation::Insert && subjects.iter().any(is_new) {
        subjects.retain(is_new);
    }
    if subjects.is_empty() {
        return vec![of_unknown_class(call, frame, operation)];
    }
    let mut found = Vec::new();
    for subject in subjects {
        let effect = of_subject(call, frame, &subject, operation);
        found.push(
            effect.unwrap_or_else(|| {
                frame.opaque(call, "the table of the mapped class is not known")
            }),
        );
    }
    found
}

/// `session.add(row)` of rows that a query handed out: the session has them, and what the script sets
/// on them is told where it sets it.
pub(super) fn adds_what_is_there(call: &SinkCall) -> bool {
    let method = call.path.rsplit('.').next().unwrap_or_default();
    let is_of_session = !call.sink.name.starts_with("sqlalchemy.relationship.");
    if !is_of_session || !matches!(method, "add" | "add_all" | "merge") {
        return false;
    }
    let mut rows = Vec::new();
    let arguments = &call.arguments;
    let given = arguments.positional.iter();
    for argument in given.chain(arguments.keyword("instance")) {
        spread(argument, &mut rows);
    }
    !arguments.open && !rows.is_empty() && !rows.iter().any(is_new)
}

fn is_new(row: &Value) -> bool {
    !matches!(row, Value::None) && !eval::is_row_of_query(row)
}

/// What is written: rows among the arguments, or the rows that the receiver stands for.
fn subjects(call: &SinkCall) -> Vec<Value> {
    let mut found = Vec::new();
    let takes_rows = ["sqlalchemy.session", "sqlalchemy.attributes", "?"];
    if takes_rows
        .iter()
        .any(|label| call.sink.name.starts_with(label))
    {
        for argument in call
            .arguments
            .positional
            .iter()
            .chain(call.arguments.keyword("instance"))
        {
            spread(argument, &mut found);
        }
    } else {
        found.extend(call.receiver.iter().cloned());
    }
    found.retain(|value| class_of(value).is_some() || table_name(value).is_some());
    found
}

/// The class is not in the repository: which table it maps, its name alone tells.
fn of_unknown_class(call: &SinkCall, frame: &Frame<'_>, operation: RowOperation) -> Effect {
    let receiver = call.receiver.iter();
    let mut values = call.arguments.positional.iter().chain(receiver);
    let library = library_table(&call.path).or_else(|| values.clone().find_map(table_of_library));
    let asked = || eval::class_asked(&call.path).map(str::to_owned);
    let (table, certainty) = match library {
        Some(table) => (table.to_owned(), Certainty::Exact),
        None => match values.find_map(class_name).or_else(asked) {
            Some(class) => (format!("{{{class}}}"), Certainty::Partial),
            None => return frame.opaque(call, "which table the rows belong to is not known"),
        },
    };
    let change = RowChange {
        operation,
        table: ObjectName::new(table.as_str()),
        columns: attribute_set(call)
            .into_iter()
            .map(|name| Identifier::exact(name.as_str()))
            .collect(),
        values: Vec::new(),
        condition: None,
        cascade: false,
        statement: call.text.to_string(),
    };
    let action = Action::Rows(Box::new(change));
    frame.effect_with_text(action, certainty, &call.text)
}

/// Mapped classes that Django brings with it, and their tables (each model's `Meta.db_table`).
const LIBRARY_TABLES: &[(&str, &str)] = &[
    ("django.contrib.auth.models.User", "auth_user"),
    ("django.contrib.auth.get_user_model", "auth_user"),
    ("django.contrib.auth.models.Group", "auth_group"),
    ("django.contrib.auth.models.Permission", "auth_permission"),
    (
        "django.contrib.contenttypes.models.ContentType",
        "django_content_type",
    ),
    ("django.contrib.sites.models.Site", "django_site"),
    ("django.contrib.sessions.models.Session", "django_session"),
    ("django.contrib.admin.models.LogEntry", "django_admin_log"),
    ("rest_framework.authtoken.models.Token", "authtoken_token"),
];

fn library_table(path: &str) -> Option<&'static str> {
    let is_in = |class: &str| {
        let rest = path.strip_prefix(class);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let mut tables = LIBRARY_TABLES.iter();
    tables
        .find(|(class, _)| is_in(class))
        .map(|(_, table)| *table)
}

/// The same of a row or a query, whichever way it was come by.
fn table_of_library(value: &Value) -> Option<&'static str> {
    let mut current = value.as_external()?;
    loop {
        if let Some(table) = library_table(&current.path) {
            return Some(table);
        }
        current = current.receiver_external()?;
    }
}

/// `Role(...)`, `Role.query.first()`, `session.query(Role).get(1)`: the class that no file declares.
fn class_name(value: &Value) -> Option<String> {
    if let Value::List(elements) = value {
        return elements.borrow().iter().find_map(class_name);
    }
    if let Value::OneOf(alternatives) = value {
        return alternatives.values.iter().find_map(class_name);
    }
    if let Value::Maybe(maybe) = value {
        return class_name(&maybe.value);
    }
    let mut current = value.as_external()?;
    loop {
        // `session.execute(select(Role))`
        if matches!(current.name(), "execute" | "scalars" | "scalar")
            && let Some(class) = asked_first(current).and_then(class_name)
        {
            return Some(class);
        }
        let asked = current.arguments.iter().flat_map(|it| it.positional.iter());
        let mut classes = asked.filter_map(Value::as_external).chain([current]);
        let named = classes
            .find(|it| eval::is_named_like_class(it.name()) && !eval::is_of_library(&it.path));
        if let Some(named) = named {
            return Some(named.name().to_owned());
        }
        if let Some(class) = eval::class_asked(&current.path) {
            return Some(class.to_owned());
        }
        current = current.receiver_external()?;
    }
}

fn asked_first(call: &External) -> Option<&Value> {
    call.arguments.as_ref()?.positional.first()
}

fn spread(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::List(elements) | Value::Set(elements) => {
            elements
                .borrow()
                .iter()
                .for_each(|element| spread(element, found));
        }
        Value::Tuple(elements) => elements.iter().for_each(|element| spread(element, found)),
        Value::OneOf(alternatives) => {
            alternatives
                .values
                .iter()
                .for_each(|value| spread(value, found));
        }
        Value::Maybe(maybe) => spread(&maybe.value, found),
        value => found.push(value.clone()),
    }
}

fn class_of(value: &Value) -> Option<Rc<Class>> {
    match value {
        Value::Class(class) => Some(class.clone()),
        value => class_of_row(value),
    }
}

fn of_subject(
    call: &SinkCall,
    frame: &Frame<'_>,
    subject: &Value,
    operation: RowOperation,
) -> Option<Effect> {
    let table = match class_of(subject) {
        Some(class) => eval::table_name(&class)?,
        None => table_name(subject)?,
    };
    let columns = columns(call, subject);
    let change = RowChange {
        operation,
        table: ObjectName::new(table.as_str()),
        columns: columns
            .iter()
            .map(|column| Identifier::exact(column.as_str()))
            .collect(),
        values: Vec::new(),
        condition: (operation != RowOperation::Insert)
            .then(|| "the rows that were loaded".to_owned()),
        cascade: false,
        statement: call.text.to_string(),
    };
    Some(frame.effect_with_text(Action::Rows(Box::new(change)), Certainty::Exact, &call.text))
}

/// The columns that the script names.
fn columns(call: &SinkCall, subject: &Value) -> Vec<String> {
    if let Some(name) = attribute_set(call) {
        return vec![name];
    }
    if let Value::Instance(instance) = subject {
        let names = instance
            .attributes
            .all()
            .into_iter()
            .map(|(name, _)| name.to_string());
        return names.filter(|name| !name.starts_with(['_', '<'])).collect();
    }
    // Options of the call itself, not columns.
    const OPTIONS: &[&str] = &["synchronize_session", "execution_options", "update_args"];
    let keywords = call
        .arguments
        .keywords
        .iter()
        .map(|(name, _)| name.to_string())
        .filter(|name| !OPTIONS.contains(&name.as_str()));
    let entries = match call.arguments.positional.first() {
        Some(Value::Dict(entries)) => entries
            .borrow()
            .iter()
            .filter_map(|(key, _)| column_name(key))
            .collect(),
        _ => Vec::new(),
    };
    entries.into_iter().chain(keywords).collect()
}

/// `user.role = value` and `flag_modified(user, "role")` set `role`.
fn attribute_set(call: &SinkCall) -> Option<String> {
    let position = match call.sink.name.as_str() {
        "orm attribute" => 0,
        "sqlalchemy.attributes.flag_modified" => 1,
        _ => return None,
    };
    call.arguments.positional.get(position)?.known_text()
}

/// `"role"`, or `User.role`.
fn column_name(key: &Value) -> Option<String> {
    match key {
        Value::Text(template) => template.known_text(),
        Value::External(external) => Some(external.name().to_owned()),
        _ => None,
    }
}

/// A table named by a call: `client.table("users").insert(...)`.
fn table_name(value: &Value) -> Option<String> {
    let mut current = value.as_external()?.clone();
    loop {
        if matches!(current.name(), "table" | "from_" | "Table") {
            return current.arguments.as_ref()?.positional.first()?.known_text();
        }
        let next = current.receiver_external()?.clone();
        current = next;
    }
}

/// `copy_from(file, "table")`, `frame.to_sql("table", engine)`.
pub(super) fn table_copy(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let Some(table) = call.payload().and_then(Value::known_text) else {
        return vec![frame.opaque(call, "which table is filled is not known")];
    };
    let operation = if call.path.ends_with("to_sql") {
        RowOperation::Insert
    } else {
        RowOperation::Copy
    };
    let change = RowChange {
        operation,
        table: ObjectName::from_sql(&table),
        columns: Vec::new(),
        values: Vec::new(),
        condition: None,
        cascade: false,
        statement: call.text.to_string(),
    };
    vec![frame.effect_with_text(Action::Rows(Box::new(change)), Certainty::Exact, &call.text)]
}
