//! `constraint-without-not-valid`.

use crate::lint::{Context, Rule};
use crate::model::{
    Action, ConstraintDefinition, ConstraintKind, Diagnostic, Effect, Level, ObjectName,
};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "constraint-without-not-valid",
    summary: "a foreign key or check is verified on all rows under a heavy lock",
    level: Level::Note,
    documentation: include_str!("constraint_without_not_valid.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (index, effect) in unit.possible() {
            if let Action::AddConstraint { table, constraint } = &effect.action
                && let Some(kind) = scanned(constraint)
                && unit.may_have_rows(index, table)
            {
                found.push(report(effect, table, constraint, kind));
            }
        }
    }
}

/// What the constraint is, if adding it reads the whole table.
fn scanned(constraint: &ConstraintDefinition) -> Option<&'static str> {
    match &constraint.kind {
        _ if constraint.not_valid => None,
        ConstraintKind::ForeignKey(_) => Some("foreign key"),
        ConstraintKind::Check { .. } => Some("check"),
        ConstraintKind::PrimaryKey { .. }
        | ConstraintKind::Unique { .. }
        | ConstraintKind::Exclude { .. }
        | ConstraintKind::UsingIndex { .. } => None,
    }
}

fn report(
    effect: &Effect,
    table: &ObjectName,
    constraint: &ConstraintDefinition,
    kind: &str,
) -> Diagnostic {
    let name = constraint.name.as_ref();
    let named = name.map_or_else(String::new, |name| format!(" `{name}`"));
    let message = format!("{kind}{named} is verified on every row of `{table}` while it is locked");
    let validated = name.map_or_else(|| "...".to_owned(), ToString::to_string);
    let help = format!(
        "add it NOT VALID, then, in a later transaction, `ALTER TABLE {table} VALIDATE CONSTRAINT {validated};`"
    );
    RULE.at(&effect.provenance.call, message).with_help(help)
}
