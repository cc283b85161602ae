//! `swallowed-error-in-revision`.

use crate::lint::walk;
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level, Place};
use crate::python::tree::{ExceptHandler, Statement, StatementKind};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "swallowed-error-in-revision",
    summary: "a revision goes on after an error that has aborted its transaction",
    level: Level::Error,
    documentation: include_str!("swallowed_error_in_revision.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (_, module) in context.python_revisions() {
        walk::statements(&module.body, &mut |statement| {
            if let StatementKind::Try { body, handlers, .. } = &statement.kind
                && let Some(sent) = unprotected(body)
                && let Some(handler) = handlers.iter().find(|handler| goes_on(handler))
            {
                found.push(report(sent, handler));
            }
        });
    }
}

/// The first statement that is sent to the database, unless a savepoint is set around it.
fn unprotected(body: &[Statement]) -> Option<&Place> {
    let mut sent = None;
    let mut protected = false;
    walk::calls(body, &mut |call| {
        let name = walk::called_name(call).unwrap_or_default();
        protected |= matches!(
            name,
            "begin_nested" | "autocommit_block" | "begin" | "connect"
        );
        let by_alembic = walk::receiver(call) == Some("op") && !READING.contains(&name);
        if by_alembic || name == "execute" {
            sent.get_or_insert(&call.place);
        }
    });
    sent.filter(|_| !protected)
}

/// Operations of Alembic that send nothing.
const READING: &[&str] = &[
    "get_bind",
    "get_context",
    "f",
    "inline_literal",
    "batch_alter_table",
];

/// Whether the handler lets the revision continue on the same transaction.
fn goes_on(handler: &ExceptHandler) -> bool {
    let mut leaves = false;
    walk::statements(&handler.body, &mut |statement| {
        leaves |= matches!(statement.kind, StatementKind::Raise { .. });
    });
    walk::calls(&handler.body, &mut |call| {
        let name = walk::called_name(call).unwrap_or_default();
        leaves |= matches!(name, "rollback" | "exit");
    });
    !leaves && catches_all(handler)
}

/// Errors of the database itself; a missing import or key aborts no transaction.
fn catches_all(handler: &ExceptHandler) -> bool {
    let Some(exception) = &handler.exception else {
        return true;
    };
    let harmless = [
        "ImportError",
        "ModuleNotFoundError",
        "KeyError",
        "ValueError",
        "AttributeError",
    ];
    !harmless.iter().any(|name| exception.text.ends_with(name))
}

fn report(sent: &Place, handler: &ExceptHandler) -> Diagnostic {
    let message = "an error here is caught, but PostgreSQL has aborted the transaction by then";
    RULE.at(sent, message)
        .with_label(handler.place.clone(), "everything after this fails with 25P02")
        .with_help("ask the catalog before the statement, or put it in `with op.get_bind().begin_nested():`")
}
