//! Tables and types that SQLAlchemy creates or drops from their declaration.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::effects::alembic::{Operations, Sent};
use crate::effects::sqlalchemy::{NamingConvention, NoCaller};
use crate::eval::{External, SinkCall, Value};
use crate::model::{Effect, Template};

use super::alembic_call::statements;
use super::frame::Frame;

/// `create_all`, `drop_all`, `table.create()`, `enum.drop()`.
pub(super) fn effects(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let method = call.path.rsplit('.').next().unwrap_or_default();
    match method {
        "create_all" => all_tables(call, frame, "create"),
        "drop_all" => all_tables(call, frame, "drop"),
        _ => match &call.receiver {
            Some(object) => of_object(object, method, checks(call), call, frame),
            None => Vec::new(),
        },
    }
}

/// A table or an index of its own is made without a look, unless the script asks for one; types and
/// sequences are looked for first (SQLAlchemy 2, `checkfirst`).
fn checks(call: &SinkCall) -> bool {
    let looks = call.receiver.as_ref().and_then(Value::as_external);
    let is_plain = looks.is_some_and(|object| {
        object.is_call_of("sqlalchemy.Table") || object.is_call_of("sqlalchemy.Index")
    });
    match call.arguments.get(1, "checkfirst") {
        Some(Value::Bool(checks)) => *checks,
        Some(_) => true,
        None => !is_plain,
    }
}

fn all_tables(call: &SinkCall, frame: &Frame<'_>, verb: &str) -> Vec<Effect> {
    let tables = match call.arguments.get(1, "tables") {
        Some(Value::List(tables)) => tables.borrow().clone(),
        _ => {
            let all = call.declared.iter();
            all.filter(|table| belongs(table, call)).cloned().collect()
        }
    };
    if tables.is_empty() {
        return vec![frame.opaque(call, "which tables the metadata holds is not known")];
    }
    tables
        .iter()
        .flat_map(|table| of_object(table, verb, true, call, frame))
        .collect()
}

/// Is the table one of the metadata that the call is made on? A `Table` names its metadata; mapped
/// classes have their base's.
fn belongs(table: &Value, call: &SinkCall) -> bool {
    let own = table
        .as_external()
        .and_then(|table| table.arguments.as_ref()?.positional.get(1)?.as_external());
    let (Some(own), Some(asked)) = (own, call.receiver.as_ref().and_then(Value::as_external))
    else {
        return true;
    };
    if !own.is_call_of("sqlalchemy.MetaData") {
        return true;
    }
    // `declarative_base(metadata=...)`: the base has the same one.
    let given = asked.receiver_external().and_then(|base| {
        base.arguments
            .as_ref()?
            .keyword("metadata")
            .and_then(Value::as_external)
    });
    Rc::ptr_eq(own, asked) || given.is_some_and(|given| Rc::ptr_eq(own, given))
}

fn of_object(
    object: &Value,
    verb: &str,
    checks: bool,
    call: &SinkCall,
    frame: &Frame<'_>,
) -> Vec<Effect> {
    match sent(object, verb, checks) {
        Ok(Some(sent)) => sent
            .iter()
            .flat_map(|sent| statements(sent, frame))
            .collect(),
        Ok(None) => vec![frame.opaque(call, "the declaration is not read")],
        Err(message) => vec![frame.opaque(call, &message)],
    }
}

fn sent(object: &Value, verb: &str, checks: bool) -> Result<Option<Vec<Sent>>, String> {
    let naming = NamingConvention::default();
    let mut made_types = BTreeSet::new();
    let mut operations = Operations::new(&NoCaller, &naming, &mut made_types);
    operations
        .schema_object(object, verb, checks)
        .map_err(|raised| raised.to_string())
}

/// The text of a construct that a script compiles itself: `str(CreateTable(table).compile(engine))`.
pub(super) fn text_of(external: &Rc<External>) -> Option<Template> {
    let value = Value::External(external.clone());
    if external.path.ends_with(".compile") {
        return text_of(external.receiver_external()?);
    }
    let (path, arguments) = external.call()?;
    let name = path.strip_prefix("sqlalchemy.schema.")?;
    let object = arguments.positional.first()?;
    match name {
        "CreateTable" => created(object, "CREATE TABLE"),
        "DropTable" => all_texts(object, "drop")?.into_iter().next(),
        "CreateIndex" => {
            let index = object.as_external()?;
            let name = index.arguments.as_ref()?.positional.first()?.known_text()?;
            let statements = all_texts(index.receiver.as_ref()?, "create")?;
            statements
                .into_iter()
                .find(|text| text.display().contains(&format!("INDEX {name} ")))
        }
        _ => super::sql_call::compiled(&value),
    }
}

fn created(table: &Value, words: &str) -> Option<Template> {
    all_texts(table, "create")?
        .into_iter()
        .find(|text| text.display().trim_start().starts_with(words))
}

fn all_texts(object: &Value, verb: &str) -> Option<Vec<Template>> {
    let sent = sent(object, verb, false).ok()??;
    let texts = sent.into_iter().flat_map(|sent| match sent {
        Sent::IfTableMissing { statements, .. } => statements,
        Sent::Statement(text)
        | Sent::IfTypeMissing {
            statement: text, ..
        }
        | Sent::IfTypeThere {
            statement: text, ..
        }
        | Sent::IfTableThere {
            statement: text, ..
        } => vec![text],
    });
    Some(texts.collect())
}
