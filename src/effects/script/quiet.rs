//! Calls that leave Python and are known to change nothing: queries, files that are no code, programs
//! that have no database. Every other one has an effect, an opaque one where it could not be read.

use crate::eval::{SinkCall, Value, sql_text};
use crate::model::{Dialect, Template};
use crate::registry::SinkKind;
use crate::sql::{self, Nature};

use super::http::Answers;
use super::{command, file_write, http, orm, sql_call};

/// Whether the call is known to change nothing.
pub(super) fn is_quiet(call: &SinkCall, answers: Answers<'_>) -> bool {
    match call.sink.kind {
        SinkKind::Sql => sends_questions(call),
        SinkKind::AlembicOperation => match call.path.rsplit('.').next() {
            Some("execute") => sends_questions(call),
            Some("batch_alter_table" | "run_async" | "invoke" | "get_bind") => true,
            _ => false,
        },
        SinkKind::AlembicCommand => !matches!(
            call.path.rsplit('.').next(),
            Some(
                "upgrade"
                    | "downgrade"
                    | "run_migrations"
                    | "stamp"
                    | "revision"
                    | "merge"
                    | "generate_revision"
                    | "main"
                    | "run_cmd"
            )
        ),
        SinkKind::Subprocess => !command::is_about_a_database(call, answers),
        SinkKind::ManagementCommand => command::management_words(call).first().is_some_and(|it| {
            !matches!(
                it.as_str(),
                "migrate" | "makemigrations" | "dbshell" | "loaddata" | "flush"
            )
        }),
        SinkKind::Http | SinkKind::HttpRead => http::is_quiet(call, answers),
        SinkKind::FileWrite => !file_write::is_code(call),
        SinkKind::Orm => orm::adds_what_is_there(call),
        SinkKind::TableCopy | SinkKind::Metadata | SinkKind::SchemaEditor => false,
        SinkKind::Begin
        | SinkKind::Savepoint
        | SinkKind::Commit
        | SinkKind::Rollback
        | SinkKind::Close
        | SinkKind::Flush
        | SinkKind::SetAutocommit => true,
    }
}

/// Whatever it sends, it only asks.
fn sends_questions(call: &SinkCall) -> bool {
    sql_call::payload(call)
        .is_some_and(|payload| payload.alternatives().iter().all(|it| only_reads(call, it)))
}

fn only_reads(call: &SinkCall, value: &Value) -> bool {
    match value {
        Value::None => return true,
        Value::List(elements) => return elements.borrow().iter().all(|it| only_reads(call, it)),
        Value::Tuple(elements) => return elements.iter().all(|it| only_reads(call, it)),
        _ => {}
    }
    let text = sql_text(value).or_else(|| sql_call::compiled(value));
    if let Some(template) = text {
        return text_only_reads(&template, call.sink.dialect);
    }
    value
        .as_external()
        .is_some_and(|external| sql_call::only_asks(&external.path))
}

fn text_only_reads(template: &Template, dialect: Dialect) -> bool {
    let reading = sql::read(template, dialect);
    reading.statements.iter().all(|statement| {
        let reads = match statement.nature {
            Nature::Query(_)
            | Nature::Transaction(_)
            | Nature::Setting(_)
            | Nature::PsqlCommand(_)
            | Nature::Utility(_) => true,
            // A block may do nothing but raise notices; an empty text is no statement.
            Nature::Block(_) => true,
            Nature::Invalid(_) | Nature::Unknown => statement.asks_in_other_words(),
            Nature::Change => false,
        };
        reads && statement.effects.is_empty()
    })
}
