//! SQL text, and SQLAlchemy statements, that a call sends.

use crate::effects::sqlalchemy::{Compiler, NamingConvention, NoCaller};
use crate::eval::{SinkCall, Value, sql_text};
use crate::model::{Action, Certainty, Dialect, Effect, InertReason, Outside, Template};
use crate::sql::{self, Nature, TransactionStatement};

use super::frame::{Frame, last_commit};

/// The effects of what the call sends.
pub(super) fn effects(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let Some(payload) = payload(call) else {
        return vec![frame.opaque(call, "nothing is known of what is sent")];
    };
    let alternatives = payload.alternatives();
    let several = alternatives.len() > 1;
    let mut found = Vec::new();
    for value in alternatives {
        found.extend(of_value(call, frame, value, several));
    }
    found
}

/// The text that is sent, as far as known.
pub(super) fn text(call: &SinkCall) -> Option<String> {
    let value = payload(call)?;
    let texts = value.alternatives().iter().filter_map(sql_text);
    let texts: Vec<String> = texts.map(|template| template.display()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// What is sent: the argument that the registry names, or the first one that is text.
pub(super) fn payload(call: &SinkCall) -> Option<&Value> {
    call.payload()
        .or_else(|| call.arguments.positional.first())
        .or_else(|| {
            ["query", "statement", "sql", "clause", "operation"]
                .iter()
                .find_map(|name| call.arguments.keyword(name))
        })
}

fn of_value(call: &SinkCall, frame: &Frame<'_>, value: &Value, several: bool) -> Vec<Effect> {
    match value {
        Value::None => return Vec::new(),
        Value::List(elements) => return of_all(call, frame, &elements.borrow()),
        Value::Tuple(elements) => return of_all(call, frame, elements),
        _ => {}
    }
    if let Some(template) = sql_text(value) {
        let file = whole_file(call, frame, &template);
        return match file {
            Some(file) if brings_its_transaction(&template, call.sink.dialect) => {
                vec![frame.committing().effect(file, Certainty::Exact)]
            }
            file => {
                let rejected = rejection(call, value);
                let mut found = frame.sql(&template, several, rejected.as_ref());
                found.extend(file.map(|file| frame.effect(file, Certainty::Exact)));
                found
            }
        };
    }
    match value {
        Value::External(external) => match compiled(value) {
            Some(template) => frame.sql(&template, several, None),
            None if only_asks(&external.path) => Vec::new(),
            None => vec![frame.opaque(call, &format!("`{}` is not read", external.path))],
        },
        Value::Unknown(unknown) => vec![frame.opaque(call, &unknown.reason)],
        _ => vec![frame.opaque(call, "what is sent is no text")],
    }
}

/// Django's `RunSQL` takes lists of statements, with their parameters perhaps.
fn of_all(call: &SinkCall, frame: &Frame<'_>, values: &[Value]) -> Vec<Effect> {
    let mut found = Vec::new();
    for value in values {
        let value = match value {
            Value::Maybe(maybe) => &maybe.value,
            value => value,
        };
        match value {
            Value::Tuple(parts) => {
                found.extend(
                    parts
                        .first()
                        .into_iter()
                        .flat_map(|part| of_value(call, frame, part, false)),
                );
            }
            value => found.extend(of_value(call, frame, value, false)),
        }
    }
    found
}

/// SQLAlchemy 2 refuses a plain string: `ObjectNotExecutableError`.
fn rejection(call: &SinkCall, value: &Value) -> Option<InertReason> {
    let is_plain = matches!(value, Value::Text(_));
    (is_plain && call.sink.rejects_plain_text).then(|| {
        InertReason::RejectedByLibrary(format!(
            "SQLAlchemy 2 takes no plain string in `{}`",
            call.sink.name
        ))
    })
}

/// A whole file that is sent: the file itself is an effect too.
fn whole_file(call: &SinkCall, frame: &Frame<'_>, template: &Template) -> Option<Action> {
    let origin = template.origin()?;
    let is_file = origin.line == 1 && origin.column == 1 && origin.file != call.place.file;
    let is_sql = origin.file.ends_with(".sql");
    let is_whole = || frame.is_whole(&origin.file, &template.display());
    (is_file && is_sql && template.pieces().len() == 1 && is_whole()).then(|| {
        Action::RunSqlFile(Outside {
            target: origin.file.to_string(),
            detail: call.sink.name.clone(),
        })
    })
}

/// A file that begins and commits its own transaction is a script of its own: nothing that the
/// caller does before or after changes what it does, so its statements count where they stand.
fn brings_its_transaction(template: &Template, dialect: Dialect) -> bool {
    let statements = sql::read(template, dialect).statements;
    let begins = statements.iter().position(|statement| {
        matches!(
            statement.nature,
            Nature::Transaction(TransactionStatement::Begin)
        )
    });
    begins.is_some_and(|begin| last_commit(&statements).is_some_and(|commit| begin < commit))
}

/// The text that SQLAlchemy makes of a statement object.
pub(super) fn compiled(value: &Value) -> Option<Template> {
    let naming = NamingConvention::default();
    let compiler = Compiler::new(&NoCaller, &naming, None);
    compiler
        .executed(value, &[])
        .ok()
        .filter(|template| !template.is_empty())
}

/// Statements that change nothing, whatever they are built of.
pub(super) fn only_asks(path: &str) -> bool {
    let asks = |name: &str| {
        path == name
            || path.starts_with(&format!("{name}."))
            || path.starts_with(&format!("{name}()"))
    };
    [
        "sqlalchemy.select",
        "sqlalchemy.func",
        "sqlalchemy.union",
        "sqlalchemy.union_all",
        "sqlalchemy.exists",
    ]
    .into_iter()
    .any(asks)
}
