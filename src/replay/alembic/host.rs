//! The interpreter's host in a run of Alembic: dispatches what leaves Python.

use std::rc::Rc;

use crate::effects::alembic::Operations;
use crate::eval::{Answer, Estate, External, Host, SinkCall, Value};
use crate::model::Place;
use crate::registry::{Registry, SinkKind};

use super::caller::EstateCaller;
use super::connection_value::{connection, inspector, migration_context};
use super::state::{Origin, Shared};

pub(super) struct AlembicHost<'a> {
    pub(super) state: Shared,
    pub(super) estate: &'a dyn Estate,
    pub(super) registry: &'a Registry,
}

impl Host for AlembicHost<'_> {
    fn sink(&mut self, call: &SinkCall) -> Answer {
        match call.sink.kind {
            SinkKind::AlembicOperation => self.operation(call),
            SinkKind::Sql => self.sql(call),
            SinkKind::Metadata => self.metadata(call),
            SinkKind::Orm => self.orm(call),
            SinkKind::Begin => self.begin(call),
            SinkKind::Savepoint => self.savepoint(call),
            SinkKind::Commit => self.commit(call),
            SinkKind::Rollback => self.rollback(call),
            SinkKind::Flush | SinkKind::Close => Answer::Unknown,
            SinkKind::SetAutocommit => {
                self.note(&call.place, "the isolation level is changed by hand");
                Answer::Unknown
            }
            _ => {
                let what = format!("`{}` leaves the database's model", call.sink.name);
                self.note(&call.place, what);
                Answer::Unknown
            }
        }
    }

    fn external(&mut self, result: &Rc<External>) -> Answer {
        let place = &result.place;
        match result.path.as_ref() {
            "alembic.op.get_bind" | "alembic.context.get_bind" => Answer::Value(connection(place)),
            "alembic.op.get_context" | "alembic.context.get_context" => {
                Answer::Value(migration_context(place))
            }
            "alembic.context.is_offline_mode" => Answer::Value(Value::Bool(false)),
            "alembic.context.get_x_argument" => Answer::Value(match result.arguments.as_ref() {
                Some(call) if call.get(0, "as_dictionary").is_some() => Value::dict(Vec::new()),
                _ => Value::list(Vec::new()),
            }),
            "sqlalchemy.inspect" => self.inspect(result),
            path if path.starts_with("alembic.op.") && self.is_unknown_operation(path) => {
                let name = path.rsplit('.').next().unwrap_or(path);
                let message = format!("module 'alembic.op' has no attribute '{name}'");
                Answer::Raise(super::errors::plain("builtins.AttributeError", message))
            }
            path if path.starts_with("sqlalchemy.engine.reflection.Inspector.") => {
                self.inspected(result)
            }
            "sqlalchemy.Table" => self.reflected_table(result),
            path if path.starts_with("sqlalchemy.orm.Query.") => self.query_result(result),
            _ => self.engine_probe(result),
        }
    }

    fn items(&mut self, external: &Rc<External>) -> Option<Vec<Value>> {
        self.queried_items(external)
    }

    fn decide(&mut self, condition: &Value, place: &Place) -> Option<bool> {
        if let Value::Unknown(unknown) = condition
            && let Some(default) = &unknown.default
            && let Some(truth) = crate::effects::sqlalchemy::reading::truth(default)
        {
            return Some(truth);
        }
        let what = crate::effects::sqlalchemy::reading::describe(condition);
        self.note(place, format!("`{what}` is not known; taken as false"));
        Some(false)
    }

    fn is_concrete(&self) -> bool {
        true
    }
}

impl AlembicHost<'_> {
    pub(super) fn note(&self, place: &Place, what: impl Into<String>) {
        self.state.borrow_mut().note(place, what);
    }

    /// Works with Alembic's operations on the state.
    pub(super) fn with_operations<T>(
        &self,
        place: &Place,
        work: impl FnOnce(&mut Operations<'_>) -> T,
    ) -> T {
        let caller = EstateCaller {
            estate: self.estate,
            registry: self.registry,
            place: place.clone(),
        };
        let (naming, mut made) = {
            let mut state = self.state.borrow_mut();
            (state.naming.clone(), std::mem::take(&mut state.made_types))
        };
        let result = work(&mut Operations::new(&caller, &naming, &mut made));
        self.state.borrow_mut().made_types = made;
        result
    }

    /// Operations that neither Alembic has nor the interpreter knows as a sink.
    fn is_unknown_operation(&self, path: &str) -> bool {
        let known = [
            "f",
            "inline_literal",
            "get_bind",
            "get_context",
            "batch_alter_table",
            "invoke",
            "implementation_for",
            "register_operation",
            "run_async",
            "create_table",
            "execute",
        ];
        path.strip_prefix("alembic.op.")
            .is_some_and(|name| !name.contains(['.', '(']) && !known.contains(&name))
    }

    fn inspect(&self, result: &Rc<External>) -> Answer {
        let first = result
            .arguments
            .as_ref()
            .and_then(|call| call.positional.first());
        match first {
            // `inspect(Model)` asks about a mapped class.
            Some(Value::Class(_) | Value::Instance(_)) => Answer::Unknown,
            _ => Answer::Value(inspector(&result.place)),
        }
    }
}

/// The origin of a call.
pub(super) fn origin(call: &SinkCall) -> Origin {
    Origin::of(call)
}
