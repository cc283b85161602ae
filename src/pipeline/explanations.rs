//! Why some states may end elsewhere than the first one: what the plan leaves to environments, and what
//! waits for people.

use super::Audit;
use crate::catalog::Catalog;
use crate::graph::{self, ObjectKey, ObjectKind};
use crate::model::{Action, ObjectName};
use crate::plan::Disposition;
use crate::verify::{Covers, Explanation};

/// What the plan leaves to environments, and what waits for people.
pub(super) fn explanations(audit: &Audit) -> Vec<Explanation> {
    let effects = audit
        .survey
        .scripts
        .iter()
        .flat_map(|script| &script.effects);
    let rights = effects.filter_map(|effect| {
        let statement = statement_about_rights(&effect.action)?;
        let place = &effect.provenance.call;
        let left_out = audit
            .plan
            .left_out
            .iter()
            .find(|one| one.place == *place && one.operation == effect.operation().as_str());
        // Rights on objects that only a run can name are in no step either.
        let reason = left_out.map_or("rights differ between environments", |one| &one.reason);
        Some(Explanation {
            script: place.file.to_string(),
            covers: Covers::Rights(statement),
            reason: format!("left out at {place}: {reason}"),
        })
    });
    let made_by_runs = audit.plan.left_out.iter().filter_map(|one| {
        let kind = one
            .operation
            .split_once('_')
            .filter(|(verb, _)| ["add", "create"].contains(verb));
        let (_, kind) = kind.filter(|_| one.object.contains('{'))?;
        Some(Explanation {
            script: one.place.file.to_string(),
            covers: Covers::MadeByRun {
                kind: kind.to_owned(),
                name: one.object.clone(),
            },
            reason: format!("left out at {}: only a run knows the names", one.place),
        })
    });
    let open = audit.plan.decisions.iter();
    let open = open.filter(|decision| decision.outcome() != "script");
    let decisions = open.filter_map(|decision| {
        let script = decision.sides.iter().find(|side| side.answer == "script")?;
        Some(Explanation {
            script: script.place.as_ref()?.file.to_string(),
            covers: Covers::Object(decision.object.name.clone()),
            reason: format!("decision {}: {}", decision.id, decision.outcome()),
        })
    });
    // Where somebody has decided that all have the same rights, others are no more meant.
    let rights = rights.filter(|_| !audit.plan.evens_out_rights());
    rights
        .chain(made_by_runs)
        .chain(decisions)
        .chain(refused(audit))
        .collect()
}

/// What scripts make, nobody else has, and the plan could not take in.
fn refused(audit: &Audit) -> Vec<Explanation> {
    let mut found = Vec::new();
    for script in &audit.survey.scripts {
        let judged = audit.plan.judged.get(&script.file).into_iter().flatten();
        let effects = script.effects.iter().zip(judged);
        let effects = effects.filter(|(_, judged)| judged.disposition == Disposition::Conflicting);
        for (effect, judged) in effects {
            let made = graph::touches(&effect.action).into_iter();
            let made = made.filter(|touch| touch.relation == graph::Relation::Creates);
            let lacking = made.filter(|touch| !is_in(&audit.plan.target, &touch.object));
            found.extend(lacking.map(|touch| Explanation {
                script: script.file.to_string(),
                covers: Covers::Object(touch.object.name),
                reason: format!("left out at {}: {}", effect.provenance.call, judged.reason),
            }));
        }
    }
    found
}

/// Whether the catalog has the table, the column, the constraint or the index; other things hold no rows,
/// and are not left to databases.
fn is_in(catalog: &Catalog, object: &ObjectKey) -> bool {
    let name = ObjectName::from_sql(&object.name);
    let part = object.name.rsplit_once('.');
    let part = part.map(|(table, part)| (ObjectName::from_sql(table), part));
    match (object.kind, part) {
        (ObjectKind::Relation, _) => catalog.relation(&name).is_some(),
        (ObjectKind::Index, _) => catalog.find_index(&name).is_some(),
        (ObjectKind::Column, Some((table, column))) => catalog.column(&table, column).is_some(),
        (ObjectKind::Constraint, Some((table, constraint))) => {
            catalog.constraint(&table, constraint).is_some()
        }
        _ => true,
    }
}

fn statement_about_rights(action: &Action) -> Option<String> {
    match action {
        Action::Grant { statement, .. } | Action::Revoke { statement, .. } => {
            Some(statement.clone())
        }
        Action::SetOwner { object, owner } => Some(format!("{object} OWNER TO {owner}")),
        // A schema that is made anew has none of the rights that everybody had on it.
        Action::CreateSchema { name, .. } => Some(format!("CREATE SCHEMA {name}")),
        Action::UnknownStatement { statement, .. } => {
            let upper = statement.to_uppercase();
            let is_default =
                upper
                    .split_whitespace()
                    .take(3)
                    .eq(["ALTER", "DEFAULT", "PRIVILEGES"]);
            is_default.then(|| statement.clone())
        }
        _ => None,
    }
}
