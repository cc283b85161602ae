//! The functions that steps call: the revision that makes one may have been passed over where a version
//! table was distrusted, and what calls it must find it.

use crate::catalog::ConstraintKind;
use crate::graph::{ObjectKey, ObjectKind};
use crate::model::{Identifier, ObjectName};

use super::builder::Builder;
use super::step::{Step, StepKind};

/// A step for each function of the target that one of these steps calls, with that step's places.
pub(super) fn functions(builder: &Builder<'_>, steps: &[Step]) -> Vec<Step> {
    let known = builder.target.functions.iter();
    let known: Vec<&ObjectName> = known.map(|(signature, _)| &signature.name).collect();
    let mut found = Vec::new();
    for step in steps {
        let texts = expressions(&step.kind);
        for name in known.iter().filter(|name| {
            texts.iter().any(|text| calls(text, &name.name)) || runs(&step.kind, name)
        }) {
            let key = ObjectKey::new(ObjectKind::Function, name.to_string());
            found.extend(builder.of_object(&key, &step.citations));
        }
    }
    found
}

/// The expressions that the server reads when the step runs. A function's body it reads when it is called.
fn expressions(kind: &StepKind) -> Vec<&str> {
    let texts = match kind {
        StepKind::Policy { policy, .. } => vec![
            policy.definition.using.as_deref(),
            policy.definition.with_check.as_deref(),
        ],
        StepKind::Column { column, .. } => {
            vec![column.default.as_deref(), column.generated.as_deref()]
        }
        StepKind::Table { table, .. } => {
            let columns = table.columns.iter();
            columns
                .flat_map(|column| [column.default.as_deref(), column.generated.as_deref()])
                .collect()
        }
        StepKind::Constraint { constraint, .. } => match &constraint.kind {
            ConstraintKind::Check { expression, .. } => vec![Some(expression.as_str())],
            ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Unique { .. }
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclude { .. } => Vec::new(),
        },
        StepKind::Index { index, .. } => {
            let definition = &index.definition;
            let keys = definition.keys.iter().filter(|key| !key.is_column);
            let keys = keys.map(|key| Some(key.expression.as_str()));
            keys.chain([definition.predicate.as_deref()]).collect()
        }
        StepKind::View { view, .. } => vec![Some(view.query.as_str())],
        StepKind::Trigger { trigger, .. } => vec![trigger.condition.as_deref()],
        _ => Vec::new(),
    };
    texts.into_iter().flatten().collect()
}

fn runs(kind: &StepKind, name: &ObjectName) -> bool {
    matches!(kind, StepKind::Trigger { trigger, .. } if trigger.function.name == name.name)
}

/// The name stands before a parenthesis, and not as the end of another one.
fn calls(text: &str, name: &Identifier) -> bool {
    let is_word = |one: char| one.is_alphanumeric() || one == '_';
    text.match_indices(name.as_str()).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.as_str().len()..].trim_start_matches(['"', ' ']);
        !before.is_some_and(is_word) && after.starts_with('(')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_a_name_before_a_parenthesis() {
        for (text, expected) in [
            ("(id = current_org())", true),
            ("public.current_org ( )", true),
            ("my_current_org()", false),
            ("current_org_id()", false),
            ("current_org = 1", false),
        ] {
            let name = Identifier::exact("current_org");
            assert_eq!(calls(text, &name), expected, "{text}");
        }
    }
}
