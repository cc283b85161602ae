//! `policy-without-row-security`.

use crate::lint::unit::Unit;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level, ObjectName};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "policy-without-row-security",
    summary: "a policy is made for a table whose row security is off",
    level: Level::Warning,
    documentation: include_str!("policy_without_row_security.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (_, effect) in unit.possible() {
            if let Action::CreatePolicy { policy, definition } = &effect.action
                && !is_secured_at_head(context, &definition.table)
                && !secures(&unit, &definition.table)
            {
                let table = &definition.table;
                let message =
                    format!("policy `{policy}` does nothing: row security of `{table}` is off");
                let help =
                    format!("switch it on: `ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;`");
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}

/// A table that the chain does not know may be secured by whoever makes it.
fn is_secured_at_head(context: &Context<'_>, table: &ObjectName) -> bool {
    let at_head = context.chain.head().table(table);
    at_head.is_some_and(|table| table.row_security) || table.schema.is_some() && at_head.is_none()
}

fn secures(unit: &Unit<'_>, of: &ObjectName) -> bool {
    unit.possible().any(|(_, effect)| {
        if let Action::EnableRls { table } = &effect.action {
            table == of || table.name.as_str().contains('{')
        } else {
            false
        }
    })
}
