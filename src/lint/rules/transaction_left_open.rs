//! `transaction-left-open`.

use crate::lint::transaction;
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "transaction-left-open",
    summary: "a SQL file begins a transaction and never ends it",
    level: Level::Error,
    documentation: include_str!("transaction_left_open.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units().filter(|unit| unit.file.ends_with(".sql")) {
        if unit.effects.is_empty() {
            continue;
        }
        if let Some(place) = transaction::left_open(context, unit.file) {
            let message = format!(
                "`{}` never ends the transaction that begins here: psql takes it back at the end",
                unit.file
            );
            let help = "write `COMMIT;` at the end of the file";
            found.push(RULE.at(&place, message).with_help(help));
        }
    }
}
