//! Differences that are meant: what the plan leaves to each environment, and what waits for a
//! decision of people.

use serde::Serialize;

use super::report::{Failure, Reason, Verdict};
use crate::catalog::{Difference, DifferenceKind, ObjectKind};

/// What an explanation covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Covers {
    /// Rights and owners, of whatever object: they differ between environments.
    Rights,
    /// A table or a column, by name, that stays because it may hold rows; and a refusal of the
    /// migration to convert it.
    Object(String),
}

/// Why databases on which a script ran may end elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Explanation {
    pub script: String,
    pub covers: Covers,
    /// `decision undone_later:idx_a:scripts/fix.py` or `left out at scripts/grants.sql:3: rights ...`.
    pub reason: String,
}

const RIGHTS: &[&str] = &["grants", "revoked", "owner"];

impl Explanation {
    fn explains(&self, difference: &Difference) -> bool {
        match &self.covers {
            Covers::Rights => is_about_rights(difference),
            Covers::Object(name) => {
                difference.kind == DifferenceKind::OnlyRight && is_part_of(difference, name)
            }
        }
    }

    /// A stop of ours whose statement is about the decision's object.
    fn explains_stop(&self, failure: &Failure) -> bool {
        let Covers::Object(name) = &self.covers else {
            return false;
        };
        let table = name.split('.').next().unwrap_or(name);
        let texts = [&failure.statement, &failure.error.message];
        texts.into_iter().any(|text| names_table(text, table))
    }
}

/// The text holds `public.table`, and not as the beginning of another name.
fn names_table(text: &str, table: &str) -> bool {
    let name = format!("public.{table}");
    let is_word = |one: char| one.is_alphanumeric() || one == '_';
    text.match_indices(&name)
        .any(|(at, _)| !text[at + name.len()..].starts_with(is_word))
}

fn is_about_rights(difference: &Difference) -> bool {
    match &difference.kind {
        DifferenceKind::Changed(attributes) => {
            let is_owned = difference.key.kind == ObjectKind::Sequence;
            attributes.iter().all(|one| {
                // A sequence can only belong to a column of the same owner's table.
                RIGHTS.contains(&one.attribute) || (is_owned && one.attribute == "owned by")
            })
        }
        DifferenceKind::OnlyLeft | DifferenceKind::OnlyRight => {
            difference.key.object.starts_with("default privileges")
        }
    }
}

/// Tables and columns, and what hangs on them.
fn is_part_of(difference: &Difference, name: &str) -> bool {
    let object = &difference.key.object;
    let inside = object
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('_'));
    let holds_rows = matches!(
        difference.key.kind,
        ObjectKind::Table
            | ObjectKind::Column
            | ObjectKind::Constraint
            | ObjectKind::Index
            | ObjectKind::Sequence
            | ObjectKind::Trigger
            | ObjectKind::Policy
    );
    inside && holds_rows
}

/// The verdict with its reasons, where all of it is explained.
pub(crate) fn explained(
    verdict: Verdict,
    scripts: &[&str],
    explanations: &[Explanation],
) -> Verdict {
    let known: Vec<_> = explanations
        .iter()
        .filter(|one| scripts.contains(&one.script.as_str()))
        .collect();
    match verdict {
        Verdict::Differs {
            differences,
            versions,
        } if versions.is_empty() => {
            let reasons = differences.iter().map(|difference| {
                let found = known.iter().find(|one| one.explains(difference));
                found.map(|one| reason(one, difference.to_string()))
            });
            match reasons.collect::<Option<Vec<_>>>() {
                Some(reasons) => Verdict::Explained { reasons },
                None => Verdict::Differs {
                    differences,
                    versions,
                },
            }
        }
        Verdict::Fails(failure) => stops(failure, &known).unwrap_or_else(Verdict::Fails),
        // A patched revision refuses like the consolidated migration.
        Verdict::Stuck(failure) => stops(failure, &known).unwrap_or_else(Verdict::Stuck),
        other => other,
    }
}

/// The refusal with the decisions that it waits for, or the failure as it was.
fn stops(failure: Failure, known: &[&Explanation]) -> Result<Verdict, Failure> {
    if !failure.error.message.starts_with("fixfold:") {
        return Err(failure);
    }
    let mut reasons: Vec<_> = known
        .iter()
        .filter(|one| one.explains_stop(&failure))
        .map(|one| reason(one, failure.error.to_string()))
        .collect();
    reasons.dedup();
    match reasons.is_empty() {
        true => Err(failure),
        false => Ok(Verdict::Stops { failure, reasons }),
    }
}

fn reason(explanation: &Explanation, what: String) -> Reason {
    Reason {
        what,
        why: explanation.reason.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SqlError, SqlState};

    fn failure(message: &str) -> Failure {
        Failure {
            file: "003".to_owned(),
            statement: "SELECT pg_temp.fixfold_ensure_column('public.flags', 'scope')".to_owned(),
            error: SqlError::new(SqlState::NOT_NULL_VIOLATION, message, ""),
        }
    }

    #[test]
    fn a_refusal_waits_for_the_decision_on_its_table() {
        let decision = |object: &str| Explanation {
            script: "fix.sql".to_owned(),
            covers: Covers::Object(object.to_owned()),
            reason: "decision".to_owned(),
        };
        let refusal = "fixfold: column public.flags.scope must not be null";
        for (message, object, word) in [
            (refusal, "flags.scope", "stops"),
            (refusal, "flags", "stops"),
            (refusal, "flag", "stuck"),
            ("relation \"flags\" already exists", "flags", "stuck"),
        ] {
            let verdict = Verdict::Stuck(failure(message));
            let found = explained(verdict, &["fix.sql"], &[decision(object)]);
            assert_eq!(found.word(), word, "{message} {object}");
        }
        let verdict = Verdict::Stuck(failure(refusal));
        let found = explained(verdict, &["other.sql"], &[decision("flags")]);
        assert_eq!(found.word(), "stuck");
    }
}
