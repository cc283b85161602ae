//! `inert-statement`.

use std::collections::BTreeMap;

use crate::lint::unit::Unit;
use crate::lint::wording::{count, names};
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Effect, InertReason, Level, Place, Reach};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "inert-statement",
    summary: "a statement can never take effect",
    level: Level::Warning,
    documentation: include_str!("inert_statement.md"),
    check,
};

/// Effects of one cause: the reason in words, and the call where the cause lies.
type Causes<'a> = BTreeMap<(&'a Place, String), Vec<&'a Effect>>;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        let mut causes = Causes::new();
        for effect in unit.effects {
            if let Reach::Inert(reason) = &effect.reach
                && !matches!(reason, InertReason::InvalidSql(_))
            {
                let key = (cause(&unit, effect, reason), reason.describe());
                causes.entry(key).or_default().push(effect);
            }
        }
        found.extend(
            causes
                .iter()
                .map(|((place, reason), effects)| report(place, reason, effects)),
        );
    }
}

/// Where a reason holds for a whole file, function or transaction, its first effect speaks for all.
fn cause<'a>(unit: &Unit<'a>, effect: &'a Effect, reason: &InertReason) -> &'a Place {
    let for_all = match reason {
        InertReason::NeverCalled(_)
        | InertReason::DoesNotParse(_)
        | InertReason::DryRun
        | InertReason::AbortedTransaction(_)
        | InertReason::Uncommitted
        | InertReason::RolledBack => true,
        InertReason::InvalidSql(_)
        | InertReason::RejectedByLibrary(_)
        | InertReason::FilteredOut(_)
        | InertReason::NotExecuted(_)
        | InertReason::Other(_) => false,
    };
    let same = |other: &&Effect| matches!(&other.reach, Reach::Inert(of) if of == reason);
    match unit.effects.iter().find(same) {
        Some(first) if for_all => &first.provenance.call,
        _ => &effect.provenance.call,
    }
}

fn report(place: &Place, reason: &str, effects: &[&Effect]) -> Diagnostic {
    let words = |effect: &Effect| {
        let operation = effect.operation().as_str().replace('_', " ");
        format!("{operation} of `{}`", effect.object())
    };
    let what = match effects {
        [only] => words(only),
        effects => {
            let mut objects: Vec<String> = effects.iter().map(|effect| effect.object()).collect();
            objects.dedup();
            let number = count(effects.len(), "statement");
            format!("{number} on {}", names(objects.iter().map(String::as_str)))
        }
    };
    RULE.at(place, format!("{what} can never take effect: {reason}")).with_help(
        "take it out; or, if it is still wanted, write it as a revision, since no database has it from here",
    )
}
