//! What the survey knows of variables.

use std::collections::BTreeMap;

use crate::model::Template;
use crate::sql::query::Query;

/// A variable's value, as far as it can be known without a database.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Known {
    Text(Template),
    List(Vec<Known>),
    /// The first row's first value of this query.
    Query(Box<Query>),
    /// A record's fields.
    Row(BTreeMap<String, Known>),
    /// Unknown, with the reason.
    Unknown(String),
}

pub(super) type Variables = BTreeMap<String, Known>;

/// What holds behind a branching: a variable that differs is unknown.
pub(super) fn merge(before: &Variables, branches: &[Variables]) -> Variables {
    let mut merged = before.clone();
    for (name, value) in &mut merged {
        let same = branches
            .iter()
            .all(|branch| branch.get(name) == Some(value));
        if same {
            continue;
        }
        let first = branches.first().and_then(|branch| branch.get(name));
        let agree = branches.iter().all(|branch| branch.get(name) == first);
        *value = match first {
            Some(first) if agree => first.clone(),
            _ => Known::Unknown("set in one branch and not in another".to_owned()),
        };
    }
    merged
}
