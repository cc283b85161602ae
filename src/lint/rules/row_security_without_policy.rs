//! `row-security-without-policy`.

use crate::lint::unit::Unit;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level, ObjectName};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "row-security-without-policy",
    summary: "row security is switched on for a table that has no policy",
    level: Level::Warning,
    documentation: include_str!("row_security_without_policy.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (_, effect) in unit.possible() {
            if let Action::EnableRls { table } = &effect.action
                && !has_policy_at_head(context, table)
                && !touches_policies(&unit, table)
            {
                let message = format!(
                    "`{table}` gets row security, but no policy: it shows no rows but to its owner"
                );
                let help = format!(
                    "write a policy beside it: `CREATE POLICY {}_own ON {table} USING (...);`",
                    table.name
                );
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}

fn has_policy_at_head(context: &Context<'_>, table: &ObjectName) -> bool {
    let at_head = context.chain.head().table(table);
    at_head.is_some_and(|table| !table.policies.is_empty())
}

/// A policy whose table is not fully known may be this table's.
fn touches_policies(unit: &Unit<'_>, of: &ObjectName) -> bool {
    unit.possible().any(|(_, effect)| {
        if let Action::CreatePolicy { definition, .. } = &effect.action {
            definition.table == *of || definition.table.name.as_str().contains('{')
        } else {
            false
        }
    })
}
