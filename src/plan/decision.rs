//! Questions that only a person can answer, each with a default.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::graph::{ActorKind, Conflict, ConflictKind, ObjectKey};
use crate::model::Place;

/// Answers by decision id, as the ledger keeps them: `chain` or `script`.
pub type Answers = BTreeMap<String, String>;

/// One side of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// What to answer for this side.
    pub answer: &'static str,
    pub place: Option<Place>,
    /// How the object is on this side.
    pub definition: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Stable: `different_shape:feature_flags.scope:scripts/fix.py`.
    pub id: String,
    pub object: ObjectKey,
    pub question: String,
    pub sides: Vec<Side>,
    pub default: &'static str,
    /// The answer of the ledger, where there is one.
    pub answer: Option<String>,
}

impl Decision {
    /// What holds: the answer, else the default.
    pub fn outcome(&self) -> &str {
        self.answer.as_deref().unwrap_or(self.default)
    }

    /// The decision that a conflict asks for; `None` where the chain and the script agree.
    pub fn of(conflict: &Conflict, answers: &Answers) -> Option<Self> {
        let question = question(conflict)?;
        let id = format!(
            "{}:{}:{}",
            conflict.kind.as_str(),
            conflict.object.name,
            conflict.script
        );
        let answer = answers.get(&id).cloned();
        let (ours, theirs) = definitions(conflict);
        let other = conflict.counterpart.as_ref();
        let by_script = other.is_some_and(|other| other.actor.kind == ActorKind::Script);
        let default = if by_script { "first" } else { "chain" };
        let sides = vec![
            Side {
                answer: default,
                place: other.map(|other| other.place.clone()),
                definition: theirs,
            },
            Side {
                answer: "script",
                place: Some(conflict.place.clone()),
                definition: ours,
            },
        ];
        Some(Self {
            id,
            object: conflict.object.clone(),
            question,
            sides,
            default,
            answer,
        })
    }
}

fn question(conflict: &Conflict) -> Option<String> {
    let object = format!(
        "{} `{}`",
        conflict.object.kind.as_str(),
        conflict.object.name
    );
    match conflict.kind {
        ConflictKind::Duplicate | ConflictKind::WritesVersion => None,
        ConflictKind::DifferentShape => Some(format!("which shape of {object} is right?")),
        ConflictKind::NeedsMissing => Some(format!("nobody creates {object}: what was it?")),
        ConflictKind::UndoneLater => Some(format!("the chain drops {object}: shall it come back?")),
        ConflictKind::DropsChainObject => Some(format!("shall {object} go, as the script wants?")),
        ConflictKind::AltersChainObject => Some(format!("which definition of {object} is right?")),
        ConflictKind::RowsDoNotFit => Some(format!(
            "rows for {object} do not fit it at head: are they still wanted?"
        )),
        ConflictKind::LastWriterWins => {
            Some(format!("two scripts make {object}: which one is right?"))
        }
    }
}

fn definitions(conflict: &Conflict) -> (String, String) {
    let side = |pick: fn(&crate::graph::Difference) -> &str| {
        let parts = conflict
            .differences
            .iter()
            .filter(|difference| !pick(difference).is_empty());
        parts
            .map(|difference| format!("{}: {}", difference.aspect, pick(difference)))
            .collect::<Vec<_>>()
            .join("; ")
    };
    (
        side(|difference| &difference.ours),
        side(|difference| &difference.theirs),
    )
}
