//! `unique-over-existing-rows`.

use crate::graph::{ObjectKey, ObjectKind};
use crate::lint::unit::Unit;
use crate::lint::wording::names;
use crate::lint::{Context, Rule};
use crate::model::{Action, ConstraintKind, Diagnostic, Effect, Level, ObjectName};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "unique-over-existing-rows",
    summary: "uniqueness is demanded of rows that are there already",
    level: Level::Note,
    documentation: include_str!("unique_over_existing_rows.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (index, effect) in unit.possible() {
            if let Some((table, columns)) = demanded(effect)
                && !columns.is_empty()
                && unit.may_have_rows(index, table)
                && !columns
                    .iter()
                    .any(|column| is_new(&unit, index, table, column))
            {
                found.push(report(effect, table, &columns));
            }
        }
    }
}

/// The table and columns that are to be unique from here on.
fn demanded(effect: &Effect) -> Option<(&ObjectName, Vec<&str>)> {
    if let Action::CreateIndex { definition, .. } = &effect.action
        && definition.unique
        && definition.predicate.is_none()
    {
        let keys = definition.keys.iter().map(|key| key.expression.as_str());
        return Some((&definition.table, keys.collect()));
    }
    let Action::AddConstraint { table, constraint } = &effect.action else {
        return None;
    };
    match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns, .. } => {
            let columns = columns.iter().map(|column| column.as_str());
            Some((table, columns.collect()))
        }
        ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclude { .. }
        | ConstraintKind::UsingIndex { .. } => None,
    }
}

/// A column that the unit has just added holds what the unit itself put there.
fn is_new(unit: &Unit<'_>, index: usize, table: &ObjectName, column: &str) -> bool {
    unit.makes_before(
        index,
        &ObjectKey::new(ObjectKind::Column, table.part(column)),
    )
}

fn report(effect: &Effect, table: &ObjectName, columns: &[&str]) -> Diagnostic {
    let list = columns.join(", ");
    let message = format!(
        "{} of `{table}` must be unique from here on: this fails if two rows share a value",
        names(columns.iter().copied())
    );
    let help = format!(
        "look first: `SELECT {list}, count(*) FROM {table} GROUP BY {list} HAVING count(*) > 1;`"
    );
    RULE.at(&effect.provenance.call, message).with_help(help)
}
