//! `enum-value-used-in-same-transaction`.

use crate::lint::transaction::{self, Transaction};
use crate::lint::unit::Unit;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "enum-value-used-in-same-transaction",
    summary: "an enum label is used in the transaction that adds it",
    level: Level::Error,
    documentation: include_str!("enum_value_used_in_same_transaction.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        let mut added = unit
            .sent()
            .filter_map(|(index, effect)| added_label(index, effect));
        if added.next().is_none() {
            continue;
        }
        let transactions = transaction::of_effects(context, &unit);
        let added = unit
            .sent()
            .filter_map(|(index, effect)| added_label(index, effect));
        for (index, effect, label) in added {
            if let Some(user) = first_use(&unit, &transactions, index, label) {
                found.push(report(effect, label, user));
            }
        }
    }
}

fn added_label(index: usize, effect: &Effect) -> Option<(usize, &Effect, &str)> {
    let Action::AddEnumValue { label, .. } = &effect.action else {
        return None;
    };
    Some((index, effect, label))
}

/// The first later effect of the same transaction whose statement holds the label as a literal.
fn first_use<'a>(
    unit: &Unit<'a>,
    transactions: &[Transaction],
    added: usize,
    label: &str,
) -> Option<&'a Effect> {
    let of = |index: usize| transactions.get(index).copied().flatten();
    let own = of(added)?;
    let literal = format!("'{}'", label.replace('\'', "''"));
    let later = unit.sent().skip_while(|(index, _)| *index <= added);
    later
        .filter(|(index, _)| of(*index) == Some(own))
        .map(|(_, effect)| effect)
        .find(|effect| {
            !matches!(
                effect.action,
                Action::AddEnumValue { .. } | Action::Comment { .. }
            ) && effect.statement.contains(&literal)
        })
}

fn report(effect: &Effect, label: &str, user: &Effect) -> Diagnostic {
    let message = format!(
        "enum label `{}` is used before the transaction that adds it is committed",
        effect.object()
    );
    RULE.at(&user.provenance.call, message)
        .with_label(effect.provenance.call.clone(), "added here")
        .with_help(format!(
            "commit after ADD VALUE '{label}': in a revision, write it in `with op.get_context().autocommit_block():` or in a revision before this one"
        ))
}
