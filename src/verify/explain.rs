//! Differences that are meant: what the plan leaves to each environment, and what waits for a
//! decision of people.

use serde::Serialize;

use super::report::{Failure, Reason, Verdict};
use crate::catalog::{Difference, DifferenceKind, ObjectKind};

/// What an explanation covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Covers {
    /// What this statement about rights or an owner gives, takes or names: they differ between
    /// environments.
    Rights(String),
    /// What a statement makes whose names only a run knows: the kind of object, and the name with each
    /// unknown part in braces.
    MadeByRun { kind: String, name: String },
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
            Covers::Rights(statement) => {
                is_about_rights(difference) && is_of_statement(difference, statement)
            }
            Covers::MadeByRun { kind, name } => {
                difference.kind == DifferenceKind::OnlyRight
                    && difference.key.kind.as_str() == kind
                    && fits(&difference.key.object, name)
            }
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

/// Whether the name is the pattern's, any text standing for each part in braces. A pattern that is
/// nothing but such parts fits nothing: it says too little.
fn fits(name: &str, pattern: &str) -> bool {
    let mut parts = pattern
        .split('{')
        .enumerate()
        .map(|(index, part)| match index {
            0 => part,
            _ => part.split_once('}').map_or("", |(_, rest)| rest),
        });
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let known = first.len() + rest.iter().map(|part| part.len()).sum::<usize>();
    let Some(mut left) = name.strip_prefix(first).filter(|_| known > 0) else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return left.is_empty();
    };
    for part in middle {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

/// The statement names the object, or all of its kind, and somebody who stands in the difference.
fn is_of_statement(difference: &Difference, statement: &str) -> bool {
    let object = &difference.key.object;
    let of_all = [
        "ALL TABLES",
        "ALL SEQUENCES",
        "ALL FUNCTIONS",
        "ALL ROUTINES",
    ];
    let of_all = of_all.iter().chain(&["DEFAULT PRIVILEGES", "OWNED BY"]);
    let upper = statement.to_uppercase();
    // A name that only a run knows is told in braces.
    let names_all = of_all.into_iter().any(|words| upper.contains(words)) || upper.contains('{');
    let DifferenceKind::Changed(attributes) = &difference.kind else {
        return names_all;
    };
    // A sequence stays behind when its table gets another owner.
    let of_table = attributes
        .iter()
        .filter(|one| one.attribute == "owned by")
        .flat_map(|one| [&one.left, &one.right])
        .flatten()
        .filter_map(|side| side.split('.').rev().nth(1));
    if upper.contains(" OWNER TO ")
        && of_table
            .into_iter()
            .any(|table| holds_word(statement, table))
    {
        return true;
    }
    // `users.email` is a part of `users`, and `users_id_seq` belongs to it.
    let parts = object.split(['.', '(', ' ']);
    let is_schema = difference.key.kind == ObjectKind::Schema;
    let names_object = parts
        .filter(|part| is_schema || *part != "public")
        .any(|part| holds_word(statement, part))
        || (difference.key.kind == ObjectKind::Sequence && names_beginning(statement, object));
    let sides = attributes.iter().flat_map(|one| [&one.left, &one.right]);
    let mut words = sides.flatten().flat_map(|side| side.split([' ', ',']));
    let names_somebody = words.any(|word| {
        let is_privilege = word.chars().all(|one| one.is_uppercase() || one == '_');
        word == "PUBLIC" && upper.contains("PUBLIC")
            || !is_privilege && word != "to" && holds_word(statement, word)
    });
    (names_object || names_all) && names_somebody
}

/// A word of the statement is the beginning of the object's name.
fn names_beginning(statement: &str, object: &str) -> bool {
    let words = statement.split(|one: char| !one.is_alphanumeric() && one != '_');
    words.filter(|word| !word.is_empty()).any(|word| {
        object
            .strip_prefix(word)
            .is_some_and(|rest| rest.starts_with('_'))
    })
}

fn holds_word(text: &str, wanted: &str) -> bool {
    let mut words = text.split(|one: char| !one.is_alphanumeric() && one != '_');
    !wanted.is_empty() && words.any(|word| word.eq_ignore_ascii_case(wanted))
}

/// Tables and columns, and what hangs on them.
fn is_part_of(difference: &Difference, name: &str) -> bool {
    let object = &difference.key.object;
    let inside = object
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('_'));
    // `goods.goods_price_fkey` goes with `goods.price`: so PostgreSQL names a column's constraints.
    let of_column = name.rsplit_once('.').is_some_and(|(table, column)| {
        let table_name = table.rsplit('.').next().unwrap_or(table);
        object.starts_with(&format!("{table}.{table_name}_{column}_"))
    });
    let inside = inside || of_column;
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
    (inside || is_named_after(difference, name)) && holds_rows
}

/// Keys and indexes of a column that stays: PostgreSQL and its tools name them after table and column,
/// `orders_user_id_fkey`, `ix_orders_user_id`.
fn is_named_after(difference: &Difference, column: &str) -> bool {
    let Some((table, column)) = column.rsplit_once('.') else {
        return false;
    };
    let object = &difference.key.object;
    let bare = table.rsplit('.').next().unwrap_or(table);
    let own = object
        .strip_prefix(table)
        .and_then(|rest| rest.strip_prefix('.'));
    let (name, of_table) = match difference.key.kind {
        ObjectKind::Constraint => (own.unwrap_or_default(), own.is_some()),
        ObjectKind::Index => (object.as_str(), true),
        _ => return false,
    };
    let words = format!("{bare}_{column}");
    let found = name.find(&words).map(|at| &name[at + words.len()..]);
    of_table && found.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
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
                Some(reasons) if differences.iter().all(is_about_rights) => {
                    Verdict::OtherRights { reasons }
                }
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
    use crate::catalog::{AttributeDifference, FactKey};
    use crate::model::{SqlError, SqlState};

    fn failure(message: &str) -> Failure {
        Failure {
            file: "003".to_owned(),
            statement: "SELECT pg_temp.fixfold_ensure_column('public.flags', 'scope')".to_owned(),
            error: SqlError::new(SqlState::NOT_NULL_VIOLATION, message, ""),
        }
    }

    #[test]
    fn rights_are_explained_by_statements_that_name_object_and_role() {
        let difference = |object: &str, right: &str| Difference {
            key: FactKey {
                kind: ObjectKind::Table,
                object: object.to_owned(),
            },
            kind: DifferenceKind::Changed(vec![AttributeDifference {
                attribute: "grants",
                left: None,
                right: Some(right.to_owned()),
            }]),
        };
        let rights = |statement: &str| Explanation {
            script: "fix.sql".to_owned(),
            covers: Covers::Rights(statement.to_owned()),
            reason: String::new(),
        };
        let on_users = difference("users", "SELECT to reader");
        for (statement, explains) in [
            ("GRANT SELECT ON users, logs TO reader", true),
            (
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
                true,
            ),
            ("GRANT SELECT ON users TO writer", false),
            ("GRANT SELECT ON logs TO reader", false),
            ("GRANT SELECT ON users_old TO reader", false),
        ] {
            assert_eq!(
                rights(statement).explains(&on_users),
                explains,
                "{statement}"
            );
        }
        let to_all = difference("users", "SELECT to PUBLIC");
        assert!(rights("GRANT SELECT ON public.users TO public").explains(&to_all));
    }

    #[test]
    fn unknown_parts_of_names_stand_for_any_text() {
        for (name, pattern, expected) in [
            ("idx_fk_users_id", "idx_fk_{t}_{c}", true),
            ("idx_users_id", "idx_fk_{t}_{c}", false),
            ("users.created_at", "{t}.created_at", true),
            ("users.updated_at", "{t}.created_at", false),
            ("users", "{t}", false),
            ("users", "users", true),
        ] {
            assert_eq!(fits(name, pattern), expected, "{name} {pattern}");
        }
    }

    #[test]
    fn a_column_that_stays_keeps_its_constraints() {
        let constraint = |object: &str| Difference {
            key: FactKey {
                kind: ObjectKind::Constraint,
                object: object.to_owned(),
            },
            kind: DifferenceKind::OnlyRight,
        };
        let of = |object: &str| is_part_of(&constraint(object), "goods.price");
        assert!(of("goods.goods_price_fkey"));
        assert!(!of("goods.goods_priced_fkey"));
        assert!(!of("orders.goods_price_fkey"));
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
