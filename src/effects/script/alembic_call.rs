//! Alembic used outside a chain: its operations, and its commands by API.

use std::collections::BTreeSet;

use crate::effects::alembic::{Batch, Operations, Sent};
use crate::effects::sqlalchemy::{NamingConvention, NoCaller};
use crate::eval::{SinkCall, Value};
use crate::model::{Action, Certainty, Effect, Guard, GuardKind, Outside, Template};

use super::frame::Frame;

/// The statements of `op.<name>(...)`.
pub(super) fn operation(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let name = call.path.rsplit('.').next().unwrap_or_default();
    if matches!(
        name,
        "batch_alter_table" | "run_async" | "invoke" | "get_bind"
    ) {
        return Vec::new();
    }
    let naming = NamingConvention::default();
    let mut made_types = BTreeSet::new();
    let mut operations = Operations::new(&NoCaller, &naming, &mut made_types);
    match operations.operation(name, &call.arguments, batch(call).as_ref()) {
        Ok(sent) => sent
            .iter()
            .flat_map(|sent| statements(sent, frame))
            .collect(),
        Err(raised) => vec![frame.opaque(call, &raised.to_string())],
    }
}

pub(super) fn statements(sent: &Sent, frame: &Frame<'_>) -> Vec<Effect> {
    let guarded = |name: &Template, text: &Template, there: bool| {
        let state = if there { "exists" } else { "is missing" };
        let guard = Guard::new(
            GuardKind::CatalogProbe,
            format!("{} {state}", name.display()),
            None,
        );
        frame.behind(guard).sql(text, false, None)
    };
    match sent {
        Sent::Statement(text) => frame.sql(text, false, None),
        Sent::IfTypeMissing { name, statement } => guarded(name, statement, false),
        Sent::IfTypeThere { name, statement } | Sent::IfTableThere { name, statement } => {
            guarded(name, statement, true)
        }
        Sent::IfTableMissing { name, statements } => statements
            .iter()
            .flat_map(|text| guarded(name, text, false))
            .collect(),
    }
}

/// The table of `with op.batch_alter_table("table") as batch_op`.
fn batch(call: &SinkCall) -> Option<Batch> {
    let mut current = call.receiver.as_ref()?.as_external()?;
    loop {
        if current.path.ends_with("batch_alter_table") {
            let arguments = current.arguments.as_ref()?;
            return Some(Batch {
                table: arguments.get(0, "table_name")?.clone(),
                schema: arguments.keyword("schema").cloned(),
            });
        }
        current = current.receiver_external()?;
    }
}

/// `alembic.command.upgrade(config, "head")` and the like.
pub(super) fn command(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let name = call.path.rsplit('.').next().unwrap_or_default();
    if matches!(name, "main" | "run_cmd") {
        return main(call, frame);
    }
    let is_flask = call.path.starts_with("flask_migrate.");
    let at = usize::from(!is_flask);
    let target = call.arguments.get(at, "revision").map_or_else(
        || {
            if name == "downgrade" {
                "-1".to_owned()
            } else {
                "head".to_owned()
            }
        },
        shown,
    );
    let outside = Outside {
        target,
        detail: format!("alembic {name}"),
    };
    let action = match name {
        "upgrade" | "downgrade" | "run_migrations" => Action::RunMigrations(outside),
        "stamp" => Action::Stamp(outside),
        "revision" | "merge" | "generate_revision" => Action::WriteMigration(outside),
        _ => return Vec::new(),
    };
    vec![frame.effect(action, Certainty::Exact)]
}

/// `alembic.config.main(argv=["upgrade", "head"])`.
fn main(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let words: Vec<String> = match call.arguments.get(0, "argv") {
        Some(Value::List(elements)) => elements.borrow().iter().map(shown).collect(),
        Some(Value::Tuple(elements)) => elements.iter().map(shown).collect(),
        _ => {
            return vec![frame.opaque(
                call,
                "the arguments of Alembic's command line are not known",
            )];
        }
    };
    super::command::alembic(&words, frame).into_iter().collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(template) => template.display(),
        Value::Unknown(unknown) => match &unknown.default {
            Some(Value::Text(template)) => template.display(),
            _ => format!("{{{}}}", unknown.text),
        },
        Value::Integer(integer) => integer.to_string(),
        _ => "{revision}".to_owned(),
    }
}
