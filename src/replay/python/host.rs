//! The interpreter's host in a run of Alembic: dispatches what leaves Python.

use std::rc::Rc;

use crate::effects::alembic::Operations;
use crate::effects::script::{is_made_autocommit, switches_on};
use crate::eval::{Answer, Estate, External, Host, SinkCall, Source, Value};
use crate::model::{Place, Template};
use crate::registry::{Registry, SinkKind};
use crate::replay::script::Program;

use super::caller::EstateCaller;
use super::connection_value::{URL, connection, inspector, migration_context};
use super::state::{Origin, Shared};

pub(super) struct RunHost<'a> {
    pub(super) state: Shared,
    pub(super) estate: &'a dyn Estate,
    pub(super) registry: &'a Registry,
    pub(super) task: Task<'a>,
}

/// What the host runs.
pub(super) enum Task<'a> {
    /// A chain's revisions: every call goes through the run's connection.
    Revisions,
    Script(&'a Program<'a>),
}

impl Host for RunHost<'_> {
    fn sink(&mut self, call: &SinkCall) -> Answer {
        let waits = call.needs_commit && !call.sink.autocommits && !is_made_autocommit(call);
        self.state.borrow_mut().select(call.connection, waits);
        match call.sink.kind {
            SinkKind::AlembicOperation => self.operation(call),
            SinkKind::Sql => self.sql(call),
            SinkKind::Metadata => self.metadata(call),
            SinkKind::Orm => self.orm(call),
            SinkKind::Begin => self.begin(call),
            SinkKind::Savepoint => self.savepoint(call),
            SinkKind::Commit => self.commit(call),
            SinkKind::Rollback => self.rollback(call),
            SinkKind::Subprocess | SinkKind::AlembicCommand => self.errand(call),
            SinkKind::Close if matches!(self.task, Task::Script(_)) => {
                self.state.borrow_mut().rollback();
                Answer::Unknown
            }
            SinkKind::Flush | SinkKind::Close => Answer::Unknown,
            SinkKind::SetAutocommit if matches!(self.task, Task::Script(_)) => {
                let mut state = self.state.borrow_mut();
                state.set_autocommit(call.connection, switches_on(call));
                Answer::Unknown
            }
            SinkKind::FileWrite | SinkKind::HttpRead if matches!(self.task, Task::Script(_)) => {
                Answer::Unknown
            }
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
        self.state.borrow_mut().refresh();
        match result.path.as_ref() {
            "uuid.uuid4" | "uuid.uuid1" => Answer::Value(self.identifier()),
            "alembic.op.get_bind" | "alembic.context.get_bind" => Answer::Value(connection(place)),
            "alembic.op.get_context" | "alembic.context.get_context" => {
                Answer::Value(migration_context(place))
            }
            "alembic.context.is_offline_mode" => Answer::Value(Value::Bool(false)),
            "alembic.context.get_x_argument" => Answer::Value(match result.arguments.as_ref() {
                Some(call) if call.get(0, "as_dictionary").is_some() => Value::dict(Vec::new()),
                _ => Value::list(Vec::new()),
            }),
            "sqlalchemy.engine.URL.get_backend_name" => Answer::Value(Value::text("postgresql")),
            "sqlalchemy.engine.URL.get_driver_name" => Answer::Value(Value::text("psycopg2")),
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

    fn text_of(&mut self, external: &Rc<External>) -> Option<Template> {
        let is_url = external.path.starts_with("sqlalchemy.engine.URL");
        is_url.then(|| Template::from_text(URL))
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
        if let Some(answer) = self.from_outside(condition) {
            return Some(answer);
        }
        let what = crate::effects::sqlalchemy::reading::describe(condition);
        self.note(place, format!("`{what}` is not known; taken as false"));
        Some(false)
    }

    fn is_skipped(&mut self, iterable: &Value, place: &Place) -> bool {
        let what = crate::effects::sqlalchemy::reading::describe(iterable);
        self.note(place, format!("`{what}` is not known; taken as empty"));
        true
    }

    fn is_concrete(&self) -> bool {
        true
    }
}

impl RunHost<'_> {
    /// A random identifier, the same in every run.
    fn identifier(&self) -> Value {
        let mut state = self.state.borrow_mut();
        state.session.identifiers += 1;
        // People cut them: the beginning alone tells them apart, too.
        let number = state.session.identifiers;
        Value::text(format!("{number:08x}-0000-4000-8000-{number:012x}"))
    }

    /// A condition on the environment of a script: nothing is set but the database's address.
    fn from_outside(&self, condition: &Value) -> Option<bool> {
        let Task::Script(_) = self.task else {
            return None;
        };
        if let Value::External(external) = condition {
            let arguments = external.arguments.as_ref()?;
            let negated = &*external.path == "operator.not_";
            let inner = arguments.positional.first().filter(|_| negated)?;
            return Some(!self.from_outside(inner)?);
        }
        let Value::Unknown(unknown) = condition else {
            return None;
        };
        match &unknown.source {
            Source::Environment(name) => {
                let name = name.to_uppercase();
                Some(
                    ["DATABASE", "DB_", "POSTGRES", "PG"]
                        .iter()
                        .any(|part| name.contains(part)),
                )
            }
            Source::CommandLine(_) => Some(false),
            _ => None,
        }
    }

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
        let (naming, version, mut made) = {
            let mut state = self.state.borrow_mut();
            let made = std::mem::take(&mut state.made_types);
            (state.naming.clone(), state.libraries.alembic, made)
        };
        let mut operations = Operations::new(&caller, &naming, &mut made).of_version(version);
        let result = work(&mut operations);
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
