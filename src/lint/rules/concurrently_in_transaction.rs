//! `concurrently-in-transaction`.

use crate::lint::transaction;
use crate::lint::wording::one_line;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "concurrently-in-transaction",
    summary: "an index is made or dropped CONCURRENTLY in a transaction",
    level: Level::Error,
    documentation: include_str!("concurrently_in_transaction.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        let concurrent: Vec<(usize, &Effect)> = unit
            .sent()
            .filter(|(_, effect)| is_concurrent(&effect.action))
            .collect();
        if concurrent.is_empty() {
            continue;
        }
        let transactions = transaction::of_effects(context, &unit);
        for (index, effect) in concurrent {
            if transactions.get(index).copied().flatten().is_some() {
                found.push(report(
                    effect,
                    unit.revision.is_some() && unit.file.ends_with(".py"),
                ));
            }
        }
    }
}

fn is_concurrent(action: &Action) -> bool {
    let (Action::CreateIndex { concurrently, .. } | Action::DropIndex { concurrently, .. }) =
        action
    else {
        return false;
    };
    *concurrently
}

fn report(effect: &Effect, by_alembic: bool) -> Diagnostic {
    let operation = effect.operation().as_str().replace('_', " ");
    let message = format!(
        "{operation} `{}` CONCURRENTLY stands in a transaction, where PostgreSQL refuses it (25001)",
        effect.object()
    );
    let help = if by_alembic {
        "put it in `with op.get_context().autocommit_block():`".to_owned()
    } else {
        let statement = one_line(&effect.statement);
        format!("end the transaction before it: `COMMIT; {statement}; BEGIN;`")
    };
    RULE.at(&effect.provenance.call, message).with_help(help)
}
