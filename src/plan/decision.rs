//! Questions that only a person can answer, each with a default.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::graph::{ActorKind, Conflict, ConflictKind, ObjectKey, ObjectKind};
use crate::model::{Effect, Place, RowChange};

/// Answers by decision id, as the ledger keeps them: the `answer` of a side.
pub type Answers = BTreeMap<String, String>;

/// What a person has said about a whole script, other than that it is to be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptRuling {
    /// Its effects are left out.
    Skip,
    /// It has done its work and can be moved out of the way.
    Archive,
}

impl ScriptRuling {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Archive => "archive",
        }
    }
}

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
    /// It was given to the whole question, and not to this place of it.
    pub is_answered_with_others: bool,
}

impl Decision {
    /// With what people have answered: to this place, else to the question that it belongs to.
    pub fn answered(mut self, answers: &Answers) -> Self {
        self.answer = answers.get(&self.id).cloned();
        if self.answer.is_none() {
            self.answer = answers.get(&self.question_id()).cloned();
            self.is_answered_with_others = self.answer.is_some();
        }
        self
    }

    /// The id of the question that it belongs to: of one kind, with one default, and about one table where
    /// the answer depends on what the table is for.
    pub fn question_id(&self) -> String {
        let kind = self.id.split(':').next().unwrap_or_default();
        let subject = match kind {
            "baseline" | "rights" => return self.id.clone(),
            "rows_against" | "rows_without" | "values_against" | "values_beside" => {
                return format!("{kind}:*:{}", self.default);
            }
            _ => self.subject(),
        };
        format!("{kind}:{subject}:*:{}", self.default)
    }

    /// The table of a column, a constraint and the like; indexes are alike to whoever decides.
    fn subject(&self) -> String {
        match self.object.kind {
            ObjectKind::Column
            | ObjectKind::Constraint
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::EnumLabel => match self.object.name.rsplit_once('.') {
                Some((table, _)) => table.to_owned(),
                None => self.object.name.clone(),
            },
            ObjectKind::Index => "indexes".to_owned(),
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Type
            | ObjectKind::Sequence
            | ObjectKind::Relation
            | ObjectKind::Function
            | ObjectKind::VersionTable => self.object.name.clone(),
        }
    }

    /// The same with the script's side as its default.
    pub(super) fn for_script(mut self, answers: &Answers) -> Self {
        self.default = "script";
        self.answer = None;
        self.is_answered_with_others = false;
        self.answered(answers)
    }

    /// Whether this side holds. What comes with a file or an expression is answered with its own.
    pub fn is_held(&self, side: &Side) -> bool {
        let outcome = self.outcome();
        match side.answer.strip_suffix("FILE") {
            Some(word) => outcome.starts_with(word),
            None => outcome == side.answer,
        }
    }

    /// What holds: the answer, else the default.
    pub fn outcome(&self) -> &str {
        self.answer.as_deref().unwrap_or(self.default)
    }

    /// Shall the rows go that a script removes? Not unless somebody says so.
    pub fn removal(effect: &Effect, change: &RowChange, answers: &Answers) -> Self {
        let place = &effect.provenance.call;
        let id = format!(
            "removes_rows:{}:{}:{}",
            change.table, place.file, place.line
        );
        let sides = vec![
            Side {
                answer: "keep",
                place: None,
                definition: "the rows stay".to_owned(),
            },
            Side {
                answer: "script",
                place: Some(place.clone()),
                definition: change
                    .statement
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" "),
            },
        ];
        Self {
            answer: None,
            is_answered_with_others: false,
            id,
            object: ObjectKey::new(ObjectKind::Relation, change.table.to_string()),
            question: format!("shall rows of `{}` go, as the script wants?", change.table),
            sides,
            default: "keep",
        }
        .answered(answers)
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
        let decision = Self {
            id,
            object: conflict.object.clone(),
            question,
            sides,
            default,
            answer: None,
            is_answered_with_others: false,
        };
        Some(decision.answered(answers))
    }
}

fn question(conflict: &Conflict) -> Option<String> {
    let object = format!(
        "{} `{}`",
        conflict.object.kind.as_str(),
        conflict.object.name
    );
    match conflict.kind {
        ConflictKind::Duplicate
        | ConflictKind::StandsBeside
        | ConflictKind::RepeatsScript
        | ConflictKind::WritesVersion => None,
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

/// How the object is on both sides, in words; never empty, so that both can be weighed.
fn definitions(conflict: &Conflict) -> (String, String) {
    let side = |pick: fn(&crate::graph::Difference) -> &str| {
        let parts = conflict.differences.iter().map(|difference| {
            let value = Some(pick(difference)).filter(|value| !value.is_empty());
            format!("{}: {}", difference.aspect, value.unwrap_or("none"))
        });
        parts.collect::<Vec<_>>().join("; ")
    };
    if conflict.differences.is_empty() {
        let (ours, theirs) = without_shapes(conflict.kind);
        return (ours.to_owned(), theirs.to_owned());
    }
    (
        side(|difference| &difference.ours),
        side(|difference| &difference.theirs),
    )
}

/// The script's side and the other, where it is not about shapes.
fn without_shapes(kind: ConflictKind) -> (&'static str, &'static str) {
    match kind {
        ConflictKind::DropsChainObject => ("goes", "stays, or comes back"),
        ConflictKind::UndoneLater => ("comes back", "stays away"),
        ConflictKind::NeedsMissing => (
            "it is there in some database: say what it was in a revision of its own",
            "left out",
        ),
        ConflictKind::RowsDoNotFit => ("the statement is kept", "the statement is left out"),
        ConflictKind::AltersChainObject
        | ConflictKind::DifferentShape
        | ConflictKind::LastWriterWins => ("as the script has it", "as it is without the script"),
        ConflictKind::Duplicate
        | ConflictKind::StandsBeside
        | ConflictKind::RepeatsScript
        | ConflictKind::WritesVersion => ("", ""),
    }
}
