//! `row-security-left-off`.

use crate::lint::unit::Unit;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level, ObjectName};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "row-security-left-off",
    summary: "row security is switched off and not on again",
    level: Level::Error,
    documentation: include_str!("row_security_left_off.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (index, effect) in unit.possible() {
            if let Action::DisableRls { table } = &effect.action
                && !is_switched_on(&unit, index, table)
                && !(unit.revision.is_some() && is_on_at_head(context, table))
            {
                let message = format!("row security of `{table}` is off from here on");
                let help = format!(
                    "switch it on again in the same transaction: `ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;`"
                );
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}

/// A later revision has switched it on again, or dropped the table.
fn is_on_at_head(context: &Context<'_>, table: &ObjectName) -> bool {
    let at_head = context.chain.head().table(table);
    at_head.is_none_or(|table| table.row_security)
}

fn is_switched_on(unit: &Unit<'_>, index: usize, of: &ObjectName) -> bool {
    let mut later = unit.possible().skip_while(|(other, _)| *other <= index);
    later.any(|(_, effect)| matches!(&effect.action, Action::EnableRls { table } if table == of))
}
