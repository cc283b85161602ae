//! Tables and types that SQLAlchemy creates or drops from their declaration.

use std::collections::BTreeSet;

use crate::effects::alembic::{Operations, Sent};
use crate::effects::sqlalchemy::{NamingConvention, NoCaller};
use crate::eval::{SinkCall, Value};
use crate::model::{Action, Certainty, Effect, Guard, GuardKind, ObjectName, TableDefinition};

use super::frame::Frame;

/// `create_all`, `drop_all`, `table.create()`, `enum.drop()`.
pub(super) fn effects(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let method = call.path.rsplit('.').next().unwrap_or_default();
    match method {
        "create_all" | "drop_all" => all_tables(call, frame, method == "create_all"),
        _ => one_object(call, frame, method),
    }
}

fn all_tables(call: &SinkCall, frame: &Frame<'_>, creates: bool) -> Vec<Effect> {
    let tables: Vec<String> = chosen(call).iter().filter_map(table_name).collect();
    if tables.is_empty() {
        return vec![frame.opaque(call, "which tables the metadata holds is not known")];
    }
    tables
        .iter()
        .map(|table| table_effect(table, creates, frame))
        .collect()
}

/// The tables that the call names, else all that are declared.
fn chosen(call: &SinkCall) -> Vec<Value> {
    match call.arguments.get(1, "tables") {
        Some(Value::List(tables)) => tables.borrow().clone(),
        _ => call.declared.clone(),
    }
}

fn table_name(value: &Value) -> Option<String> {
    match value {
        Value::Class(class)
            if class
                .lookup("__abstract__")
                .is_some_and(|flag| matches!(flag, Value::Bool(true)))
                && class.attributes.get("__abstract__").is_some() =>
        {
            None
        }
        Value::Class(class) => {
            class.lookup("__tablename__")?;
            super::orm::table_of(class)
        }
        Value::External(table) => match &table.receiver {
            Some(Value::Class(class)) => super::orm::table_of(class),
            _ => table.arguments.as_ref()?.positional.first()?.known_text(),
        },
        _ => None,
    }
}

fn table_effect(table: &str, creates: bool, frame: &Frame<'_>) -> Effect {
    let name = ObjectName::from_sql(table);
    let (action, state) = if creates {
        let action = Action::CreateTable {
            table: name,
            definition: Box::new(TableDefinition::default()),
            if_not_exists: false,
        };
        (action, "is missing")
    } else {
        let action = Action::DropTable {
            table: name,
            if_exists: false,
            cascade: false,
        };
        (action, "exists")
    };
    let mut effect = frame.effect(action, Certainty::Partial);
    effect.guards.push(Guard::new(
        GuardKind::CatalogProbe,
        format!("table {table} {state}"),
        None,
    ));
    effect
}

/// `Table(...).create(bind)`, `ENUM(...).drop(bind, checkfirst=True)`.
fn one_object(call: &SinkCall, frame: &Frame<'_>, method: &str) -> Vec<Effect> {
    let Some(object) = &call.receiver else {
        return Vec::new();
    };
    if let Some(name) = table_name(object)
        && matches!(object, Value::External(external) if matches!(external.receiver, Some(Value::Class(_))))
    {
        return vec![table_effect(&name, method == "create", frame)];
    }
    let checks = !matches!(
        call.arguments.get(1, "checkfirst"),
        Some(Value::Bool(false))
    );
    let naming = NamingConvention::default();
    let mut made_types = BTreeSet::new();
    let mut operations = Operations::new(&NoCaller, &naming, &mut made_types);
    match operations.schema_object(object, method, checks) {
        Ok(Some(sent)) => sent
            .iter()
            .flat_map(|sent| statements(sent, frame))
            .collect(),
        Ok(None) => vec![frame.opaque(call, "the declaration is not read")],
        Err(raised) => vec![frame.opaque(call, &raised.to_string())],
    }
}

fn statements(sent: &Sent, frame: &Frame<'_>) -> Vec<Effect> {
    match sent {
        Sent::Statement(text)
        | Sent::IfTypeMissing {
            statement: text, ..
        }
        | Sent::IfTypeThere {
            statement: text, ..
        }
        | Sent::IfTableThere {
            statement: text, ..
        } => frame.sql(text, false, None),
        Sent::IfTableMissing { statements, .. } => statements
            .iter()
            .flat_map(|text| frame.sql(text, false, None))
            .collect(),
    }
}
