//! Drift: how a live database differs from the schema that its chain promises, and which script and
//! line did it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::catalog::{Canonical, Catalog, Difference, DifferenceKind, FactKey, ObjectKind, diff};
use crate::graph::{self, ChainHistory, ObjectKey, Relation};
use crate::model::{Place, Script};

/// How well a script explains a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// It does just what is seen: creates what is extra, drops what is missing.
    Does,
    /// It touches the object in another way.
    Touches,
    /// Its object's name has a hole into which this one fits.
    MayDo,
}

/// One script that explains a difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Suspect {
    pub fit: Fit,
    pub script: Arc<str>,
    pub place: Place,
    pub operation: &'static str,
}

/// A revision of the chain that knows the object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChainWord {
    pub revision: String,
    pub place: Place,
    pub relation: Relation,
}

/// One difference with its explanation; `suspects` is empty where no script explains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    pub difference: Difference,
    /// Best first.
    pub suspects: Vec<Suspect>,
    pub chain: Vec<ChainWord>,
}

/// One touch of one script, by object name.
struct Touching<'a> {
    script: &'a Script,
    place: &'a Place,
    operation: &'static str,
    relation: Relation,
}

/// Compares `expected` with `live` and names the scripts behind each difference.
pub fn attribute(
    expected: &Catalog,
    live: &Catalog,
    chain: &ChainHistory,
    scripts: &[Script],
    canonical: &dyn Canonical,
) -> Vec<Drift> {
    let touched = touched_by_scripts(scripts);
    diff(expected, live, canonical)
        .into_iter()
        .map(|difference| {
            let suspects = suspects(&difference, &touched);
            let chain = chain_words(chain, &difference.key);
            Drift {
                difference,
                suspects,
                chain,
            }
        })
        .collect()
}

fn touched_by_scripts(scripts: &[Script]) -> BTreeMap<ObjectKey, Vec<Touching<'_>>> {
    let mut touched: BTreeMap<ObjectKey, Vec<Touching<'_>>> = BTreeMap::new();
    for script in scripts {
        for effect in script
            .effects
            .iter()
            .filter(|effect| !effect.reach.is_inert())
        {
            for touch in graph::touches(&effect.action) {
                let touching = Touching {
                    script,
                    place: &effect.provenance.call,
                    operation: effect.operation().as_str(),
                    relation: touch.relation,
                };
                touched.entry(touch.object).or_default().push(touching);
            }
        }
    }
    touched
}

fn suspects(
    difference: &Difference,
    touched: &BTreeMap<ObjectKey, Vec<Touching<'_>>>,
) -> Vec<Suspect> {
    let Some(key) = object_key(&difference.key) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (object, touchings) in touched {
        let same_kind = object.kind == key.kind;
        let exact = (same_kind && object.name == key.name) || is_label_of(object, &key);
        if !exact && !(same_kind && fits_hole(&object.name, &key.name)) {
            continue;
        }
        for touching in touchings
            .iter()
            .filter(|touching| touching.relation != Relation::Needs)
        {
            let fit = match (exact, explains(&difference.kind, touching.relation)) {
                (true, true) => Fit::Does,
                (true, false) => Fit::Touches,
                (false, _) => Fit::MayDo,
            };
            found.push(Suspect {
                fit,
                script: touching.script.file.clone(),
                place: touching.place.clone(),
                operation: touching.operation,
            });
        }
    }
    found.sort();
    found.dedup();
    found
}

fn explains(kind: &DifferenceKind, relation: Relation) -> bool {
    match kind {
        DifferenceKind::OnlyLeft => relation == Relation::Drops,
        DifferenceKind::OnlyRight => relation == Relation::Creates,
        DifferenceKind::Changed(_) => matches!(relation, Relation::Alters | Relation::Creates),
    }
}

/// The graph's name for what the catalog calls it.
fn object_key(fact: &FactKey) -> Option<ObjectKey> {
    let kind = match fact.kind {
        ObjectKind::Role | ObjectKind::Other => return None,
        ObjectKind::Schema => graph::ObjectKind::Schema,
        ObjectKind::Extension => graph::ObjectKind::Extension,
        ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Type => graph::ObjectKind::Type,
        ObjectKind::Sequence => graph::ObjectKind::Sequence,
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => {
            graph::ObjectKind::Relation
        }
        ObjectKind::Column => graph::ObjectKind::Column,
        ObjectKind::Constraint => graph::ObjectKind::Constraint,
        ObjectKind::Index => graph::ObjectKind::Index,
        ObjectKind::Function => graph::ObjectKind::Function,
        ObjectKind::Trigger => graph::ObjectKind::Trigger,
        ObjectKind::Policy => graph::ObjectKind::Policy,
    };
    Some(ObjectKey::new(kind, fact.object.clone()))
}

/// A script that adds a label changes the type.
fn is_label_of(object: &ObjectKey, wanted: &ObjectKey) -> bool {
    object.kind == graph::ObjectKind::EnumLabel
        && wanted.kind == graph::ObjectKind::Type
        && object
            .name
            .strip_prefix(&wanted.name)
            .is_some_and(|rest| rest.starts_with('.'))
}

/// Whether `name` has holes (`{table}.created_at`) and `wanted` fits it.
fn fits_hole(name: &str, wanted: &str) -> bool {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('{') {
        parts.push(before);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    parts.push(rest);
    if parts.len() == 1 {
        return false;
    }
    let Some(mut left) = wanted.strip_prefix(parts[0]) else {
        return false;
    };
    for part in &parts[1..parts.len() - 1] {
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.len() > rest.len() && left.ends_with(rest)
}

fn chain_words(chain: &ChainHistory, fact: &FactKey) -> Vec<ChainWord> {
    let Some(key) = object_key(fact) else {
        return Vec::new();
    };
    let events = chain
        .events(&key)
        .iter()
        .filter(|event| event.relation != Relation::Needs);
    events
        .map(|event| ChainWord {
            revision: chain.steps[event.step].revision.id.to_string(),
            place: event.place.clone(),
            relation: event.relation,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fits_hole;

    #[test]
    fn a_hole_takes_any_name_but_not_none() {
        assert!(fits_hole("{table}.created_at", "users.created_at"));
        assert!(fits_hole("idx_{table}_{column}", "idx_users_email"));
        assert!(!fits_hole("{table}.created_at", "users.updated_at"));
        assert!(!fits_hole("{table}.created_at", ".created_at"));
        assert!(!fits_hole("users.created_at", "users.created_at"));
    }
}
