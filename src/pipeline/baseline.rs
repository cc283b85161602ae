//! What the chain needs and no file creates: it was made by hand before the first revision, and only a
//! person can say what it was.

use std::collections::BTreeMap;

use crate::graph::{ChainHistory, ObjectKey, ObjectKind, Relation, touches};
use crate::model::{ChainFault, ObjectName, Place};
use crate::plan::{Answers, Decision, Side};

/// One question for each object whose absence makes a revision fail on a new database.
pub(super) fn questions(
    faults: &[ChainFault],
    history: &ChainHistory,
    answers: &Answers,
) -> Vec<Decision> {
    let mut needed: BTreeMap<ObjectKey, Vec<Place>> = BTreeMap::new();
    for fault in faults {
        let ChainFault::Fails { place, reason, .. } = fault else {
            continue;
        };
        if let Some(key) = absent(reason).filter(|key| !is_made(history, key)) {
            needed.entry(key).or_default().push(place.clone());
        }
    }
    let questions = needed.into_iter();
    questions
        .map(|(object, places)| question(object, &places, answers))
        .collect()
}

/// The object of `relation "x" does not exist (42P01)` and the like.
fn absent(reason: &str) -> Option<ObjectKey> {
    let (before, _) = reason.split_once("\" does not exist")?;
    let (words, name) = before.rsplit_once('"')?;
    let kind = match words.trim() {
        "relation" | "table" | "view" => ObjectKind::Relation,
        "type" => ObjectKind::Type,
        "schema" => ObjectKind::Schema,
        "extension" => ObjectKind::Extension,
        _ => return None,
    };
    Some(ObjectKey::new(kind, ObjectName::from_sql(name).to_string()))
}

fn is_made(history: &ChainHistory, key: &ObjectKey) -> bool {
    let effects = history.steps.iter().flat_map(|step| &step.effects);
    effects
        .flat_map(|effect| touches(&effect.action))
        .any(|touch| touch.relation == Relation::Creates && touch.object == *key)
}

fn question(object: ObjectKey, places: &[Place], answers: &Answers) -> Decision {
    let (kind, name) = (object.kind.as_str(), object.name.clone());
    let id = format!("baseline:{name}");
    let others = match places.len() {
        0 | 1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let sides = vec![
        Side {
            answer: "without",
            place: places.first().cloned(),
            definition: format!(
                "left out: the revisions that need it fail on a new database{others}"
            ),
        },
        Side {
            answer: "dump",
            place: None,
            definition: format!(
                "take its definition from a database that has it (`pg_dump --schema-only -t {name}`), or write a stub, and name the file under `prelude` in fixfold.yaml"
            ),
        },
    ];
    Decision {
        answer: None,
        is_answered_with_others: false,
        id,
        question: format!("no file creates {kind} `{name}`: what was it?"),
        object,
        sides,
        default: "without",
    }
    .answered(answers)
}

#[cfg(test)]
mod tests {
    use super::absent;

    #[test]
    fn the_server_names_what_is_absent() {
        let key = absent("relation \"business_profiles\" does not exist (42P01)");
        assert_eq!(
            key.map(|key| key.name).as_deref(),
            Some("business_profiles")
        );
        assert_eq!(
            absent("column \"a\" of relation \"b\" does not exist (42703)"),
            None
        );
    }
}
