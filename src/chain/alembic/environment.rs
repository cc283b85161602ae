//! env.py: what it gives to `context.configure` for a real connection, as far as constants tell.

use std::sync::Arc;

use crate::model::Place;
use crate::python;
use crate::python::tree::{Argument, Expression, ExpressionKind, Module, Statement, StatementKind};
use crate::source::Files;

use super::constant::{Constant, Constants};

/// The settings of a run against a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Env.py, if there is one.
    pub file: Option<Arc<str>>,
    pub version_table: String,
    pub version_table_schema: Option<String>,
    /// Each revision has a transaction of its own; else all share one.
    pub transaction_per_migration: bool,
    /// The name that env.py gives as `target_metadata`, if it is a plain name.
    pub target_metadata: Option<String>,
    /// The call of `context.configure` that was read.
    pub configured_at: Option<Place>,
    /// Settings that are given but not known, by name.
    pub unknown: Vec<String>,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            file: None,
            version_table: "alembic_version".to_owned(),
            version_table_schema: None,
            transaction_per_migration: false,
            target_metadata: None,
            configured_at: None,
            unknown: Vec::new(),
        }
    }
}

impl Environment {
    pub(super) fn read(files: &dyn Files, file: &str) -> Self {
        let Ok(source) = files.read(file) else {
            return Self::default();
        };
        let name: Arc<str> = file.into();
        Self::from_module(&python::parse(&source.text, &name).module)
    }

    fn from_module(module: &Module) -> Self {
        let mut environment = Self {
            file: Some(module.file.clone()),
            ..Self::default()
        };
        let mut calls = Vec::new();
        configure_calls(&module.body, &mut calls);
        let online = calls
            .iter()
            .find(|call| call.keyword("connection").is_some());
        if let Some(call) = online.or(calls.last()) {
            environment.read_call(call, &Constants::read(&module.body));
        }
        environment
    }

    fn read_call(&mut self, call: &ConfigureCall, constants: &Constants) {
        self.configured_at = Some(call.place.clone());
        if let Some(value) = call.keyword("transaction_per_migration") {
            match constants.evaluate(value) {
                Constant::Bool(truth) => self.transaction_per_migration = truth,
                _ => self.unknown.push("transaction_per_migration".to_owned()),
            }
        }
        match call
            .keyword("version_table")
            .map(|value| constants.evaluate(value))
        {
            Some(Constant::Text(name)) => self.version_table = name,
            Some(Constant::None) | None => {}
            Some(_) => self.unknown.push("version_table".to_owned()),
        }
        match call
            .keyword("version_table_schema")
            .map(|value| constants.evaluate(value))
        {
            Some(Constant::Text(name)) => self.version_table_schema = Some(name),
            Some(Constant::None) | None => {}
            Some(_) => self.unknown.push("version_table_schema".to_owned()),
        }
        if let Some(ExpressionKind::Name(name)) =
            call.keyword("target_metadata").map(|value| &value.kind)
        {
            self.target_metadata = Some(name.clone());
        }
    }
}

struct ConfigureCall<'tree> {
    arguments: &'tree [Argument],
    place: Place,
}

impl ConfigureCall<'_> {
    fn keyword(&self, name: &str) -> Option<&Expression> {
        self.arguments.iter().find_map(|argument| match argument {
            Argument::Keyword(known, value) if known == name => Some(value),
            _ => None,
        })
    }
}

/// The calls of `context.configure`, wherever they stand.
fn configure_calls<'tree>(body: &'tree [Statement], calls: &mut Vec<ConfigureCall<'tree>>) {
    for statement in body {
        match &statement.kind {
            StatementKind::Expression(expression) | StatementKind::Return(Some(expression)) => {
                configure_call(expression, calls);
            }
            StatementKind::Assign { value, .. } => configure_call(value, calls),
            StatementKind::Function(function) => configure_calls(&function.body, calls),
            StatementKind::If { body, orelse, .. }
            | StatementKind::For { body, orelse, .. }
            | StatementKind::While { body, orelse, .. } => {
                configure_calls(body, calls);
                configure_calls(orelse, calls);
            }
            StatementKind::With { body, .. } => configure_calls(body, calls),
            StatementKind::Try {
                body,
                handlers,
                orelse,
                finally,
            } => {
                configure_calls(body, calls);
                for handler in handlers {
                    configure_calls(&handler.body, calls);
                }
                configure_calls(orelse, calls);
                configure_calls(finally, calls);
            }
            _ => {}
        }
    }
}

fn configure_call<'tree>(expression: &'tree Expression, calls: &mut Vec<ConfigureCall<'tree>>) {
    let call = match &expression.kind {
        ExpressionKind::Await(inner) => return configure_call(inner, calls),
        ExpressionKind::Call {
            function,
            arguments,
        } => (function, arguments),
        _ => return,
    };
    if let (ExpressionKind::Attribute { value, name }, arguments) = (&call.0.kind, call.1)
        && name == "configure"
        && matches!(&value.kind, ExpressionKind::Name(name) if name == "context")
    {
        calls.push(ConfigureCall {
            arguments,
            place: expression.place.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(text: &str) -> Environment {
        let file: Arc<str> = "env.py".into();
        Environment::from_module(&python::parse(text, &file).module)
    }

    #[test]
    fn the_online_call_counts() {
        let read = environment(
            "TABLE = 'migrations'\n\
             def offline():\n    context.configure(url=url, version_table='x')\n\
             def online():\n    with engine.connect() as connection:\n        \
             context.configure(connection=connection, version_table=TABLE, \
             transaction_per_migration=True, target_metadata=metadata)\n",
        );
        assert_eq!(read.version_table, "migrations");
        assert!(read.transaction_per_migration);
        assert_eq!(read.target_metadata.as_deref(), Some("metadata"));
    }

    #[test]
    fn what_is_not_known_is_said() {
        let read = environment("context.configure(connection=c, version_table_schema=settings.S)");
        assert_eq!(read.unknown, ["version_table_schema"]);
        assert_eq!(read.version_table, "alembic_version");
    }
}
