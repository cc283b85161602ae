//! `swallowed-error-in-transaction`.

use crate::lint::unit::Unit;
use crate::lint::walk;
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, GuardKind, Level, Place};
use crate::python::tree::{
    ExceptHandler, Expression, ExpressionKind, Statement, StatementKind, WithItem,
};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "swallowed-error-in-transaction",
    summary: "Python goes on after an error that has aborted the transaction",
    level: Level::Error,
    documentation: include_str!("swallowed_error_in_transaction.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (_, module) in context.python_revisions() {
        // Alembic itself goes on: it writes the version in the same transaction.
        let caught = walk::scopes(&module).into_iter().flat_map(tries);
        found.extend(caught.map(|caught| caught.report(Level::Error)));
    }
    for unit in context.scripts().filter(|unit| may_swallow(context, unit)) {
        let Some(module) = (context.module)(unit.file) else {
            continue;
        };
        for scope in walk::scopes(&module) {
            let caught = tries(scope).into_iter();
            found.extend(
                caught
                    .filter(|caught| caught.is_followed(scope))
                    .map(|caught| caught.report(Level::Warning)),
            );
        }
    }
}

/// A script that catches errors of statements, on connections that hold a transaction open.
fn may_swallow(context: &Context<'_>, unit: &Unit<'_>) -> bool {
    let caught = unit.possible().any(|(_, effect)| {
        let mut guards = effect.guards.iter();
        guards.any(|guard| {
            matches!(
                guard.kind,
                GuardKind::ExceptionHandler | GuardKind::InHandler
            )
        })
    });
    caught
        && unit.file.ends_with(".py")
        && (context.text)(unit.file).is_some_and(|text| {
            // asyncpg commits each statement for itself unless told otherwise.
            let by_itself = text.contains("asyncpg") && !text.contains(".transaction(");
            !by_itself && !text.to_lowercase().contains("autocommit")
        })
}

/// A `try` around statements that are sent, whose handler goes on.
struct Caught<'a> {
    sent: &'a Place,
    handler: &'a ExceptHandler,
    last_line: u32,
}

fn tries(scope: &[Statement]) -> Vec<Caught<'_>> {
    let mut found = Vec::new();
    walk::statements_here(scope, &mut |statement| {
        if let StatementKind::Try { body, handlers, .. } = &statement.kind
            && let Some(sent) = unprotected(body)
            && let Some(handler) = handlers.iter().find(|handler| goes_on(handler))
        {
            let last_line = statement.end_line;
            found.push(Caught {
                sent,
                handler,
                last_line,
            });
        }
    });
    found
}

impl Caught<'_> {
    /// Something is sent after the error: in the handler, behind the `try`, or in the next round of
    /// a loop.
    fn is_followed(&self, scope: &[Statement]) -> bool {
        let mut followed = false;
        let first = self.sent.line;
        walk::calls_here(scope, &mut |call| {
            let line = call.place.line;
            let in_handler = line >= self.handler.place.line && line <= self.last_line;
            followed |= is_sent(call) && (line > self.last_line || in_handler);
        });
        walk::statements_here(scope, &mut |statement| {
            let is_loop = matches!(
                statement.kind,
                StatementKind::For { .. } | StatementKind::While { .. }
            );
            let holds = statement.place.line < first && statement.end_line >= self.last_line;
            followed |= is_loop && holds;
        });
        followed
    }

    fn report(&self, level: Level) -> Diagnostic {
        let message = "an error here is caught, but PostgreSQL has aborted the transaction by then";
        let mut diagnostic = RULE
            .at(self.sent, message)
            .with_label(
                self.handler.place.clone(),
                "everything after this fails with 25P02",
            )
            .with_help(
                "ask the catalog before the statement, or set a savepoint around it (`begin_nested()`), or roll back in the handler",
            );
        diagnostic.level = level;
        diagnostic
    }
}

/// The first statement that is sent to the database, unless a transaction or savepoint of its own
/// is around it.
fn unprotected(body: &[Statement]) -> Option<&Place> {
    let mut sent = None;
    let mut protected = false;
    walk::calls_here(body, &mut |call| {
        protected |= walk::called_name(call).is_some_and(opens);
        if is_sent(call) {
            sent.get_or_insert(&call.place);
        }
    });
    walk::statements_here(body, &mut |statement| {
        if let StatementKind::With { items, .. } = &statement.kind {
            protected |= items.iter().any(is_connection);
        }
    });
    sent.filter(|_| !protected)
}

/// A call that begins a transaction or savepoint, or opens a connection.
fn opens(name: &str) -> bool {
    let name = name.to_lowercase();
    let words = [
        "begin",
        "connect",
        "session",
        "transaction",
        "autocommit_block",
    ];
    words.iter().any(|word| name.contains(word))
}

/// `with conn:` ends its own transaction.
fn is_connection(item: &WithItem) -> bool {
    match &item.context.kind {
        ExpressionKind::Name(name) => opens(name) || name.contains("conn"),
        _ => false,
    }
}

/// Operations of Alembic that send nothing.
const READING: &[&str] = &[
    "get_bind",
    "get_context",
    "f",
    "inline_literal",
    "batch_alter_table",
];

fn is_sent(call: &Expression) -> bool {
    let name = walk::called_name(call).unwrap_or_default();
    let by_alembic = walk::receiver(call) == Some("op") && !READING.contains(&name);
    by_alembic || matches!(name, "execute" | "executemany" | "exec_driver_sql")
}

/// Whether the handler lets the program continue on the same transaction.
fn goes_on(handler: &ExceptHandler) -> bool {
    let leaves = handler.body.last().is_some_and(|last| match &last.kind {
        StatementKind::Raise { .. } | StatementKind::Return(_) => true,
        StatementKind::Expression(value) => walk::called_name(value) == Some("exit"),
        _ => false,
    });
    let mut rolls_back = false;
    walk::calls_here(&handler.body, &mut |call| {
        rolls_back |= walk::called_name(call) == Some("rollback");
    });
    !leaves && !rolls_back && catches_database_errors(handler)
}

/// A missing import or key aborts no transaction.
fn catches_database_errors(handler: &ExceptHandler) -> bool {
    let Some(exception) = &handler.exception else {
        return true;
    };
    let harmless = [
        "ImportError",
        "ModuleNotFoundError",
        "KeyError",
        "ValueError",
        "AttributeError",
        "FileNotFoundError",
        "JSONDecodeError",
        "KeyboardInterrupt",
    ];
    !harmless.iter().any(|name| exception.text.ends_with(name))
}
