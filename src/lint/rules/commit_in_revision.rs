//! `commit-in-revision`.

use crate::lint::walk;
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};
use crate::python::tree::Expression;

pub(in crate::lint) static RULE: Rule = Rule {
    id: "commit-in-revision",
    summary: "a revision ends the transaction that its tool has begun",
    level: Level::Error,
    documentation: include_str!("commit_in_revision.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (_, module) in context.python_revisions() {
        walk::calls(&module.body, &mut |call| {
            if let Some(what) = ends_transaction(call) {
                let message = format!("{what} ends Alembic's own transaction");
                found.push(RULE.at(&call.place, message).with_help(
                    "take it out; for statements that must run outside a transaction: `with op.get_context().autocommit_block():`",
                ));
            }
        });
    }
}

/// `op.execute("COMMIT")`, or `commit()` of the connection that the revision runs on.
fn ends_transaction(call: &Expression) -> Option<String> {
    match walk::called_name(call)? {
        "execute" | "exec_driver_sql" => {
            let sql = walk::plain_string(walk::first_argument(call)?)?;
            let words = sql.trim().trim_end_matches(';').trim_end().to_uppercase();
            let ends = [
                "COMMIT",
                "ROLLBACK",
                "END",
                "COMMIT WORK",
                "COMMIT TRANSACTION",
            ];
            ends.contains(&words.as_str()).then(|| format!("`{words}`"))
        }
        name @ ("commit" | "rollback") => {
            let receiver = walk::receiver(call)?;
            let of_alembic = ["op.get_bind()", "bind", "conn", "connection"];
            of_alembic
                .contains(&receiver)
                .then(|| format!("`{receiver}.{name}()`"))
        }
        _ => None,
    }
}
