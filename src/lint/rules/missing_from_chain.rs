//! `missing-from-chain`.

use super::redundant_index;
use crate::catalog::Catalog;
use crate::graph::{ObjectKey, ObjectKind, Relation, Touch, touches};
use crate::lint::unit::Unit;
use crate::lint::wording::object;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, Level, ObjectName};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "missing-from-chain",
    summary: "a script makes what no revision makes",
    level: Level::Warning,
    documentation: include_str!("missing_from_chain.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if context.chain.steps.is_empty() {
        return;
    }
    for unit in context.scripts() {
        for (index, effect) in unit.possible() {
            if let Some(touch) = made(effect)
                && !touch.object.name.contains('{')
                && !is_at_head(context.chain.head(), &touch.object)
                && context.chain.creation(&touch.object).is_none()
                && !unit.drops_after(index, &touch.object)
                && !is_redundant(context, effect)
                && !is_part_of_missing(context, effect)
            {
                found.push(report(&unit, effect, &touch.object));
            }
        }
    }
}

/// The object that the effect is about, if it makes one: a table's own columns come with it.
fn made(effect: &Effect) -> Option<Touch> {
    if let Action::CreateTable { definition, .. } = &effect.action
        && definition.temporary
    {
        return None;
    }
    if let Action::CreateTableAs {
        temporary: true, ..
    } = &effect.action
    {
        return None;
    }
    let mut made = touches(&effect.action)
        .into_iter()
        .filter(|touch| touch.relation == Relation::Creates);
    made.next()
}

/// A part of a table that no revision makes is told with the table.
fn is_part_of_missing(context: &Context<'_>, effect: &Effect) -> bool {
    let mut needed = touches(&effect.action)
        .into_iter()
        .filter(|touch| touch.relation == Relation::Needs)
        .filter(|touch| touch.object.kind == ObjectKind::Relation);
    // A view reads tables, but is none of their parts.
    let is_view = matches!(
        effect.action,
        Action::CreateView { .. } | Action::CreateMaterializedView { .. }
    );
    let is_table = matches!(effect.action, Action::CreateTable { .. });
    !is_view && !is_table && needed.any(|touch| !is_at_head(context.chain.head(), &touch.object))
}

/// `redundant-index` speaks of an index that the chain has under another name.
fn is_redundant(context: &Context<'_>, effect: &Effect) -> bool {
    let Action::CreateIndex {
        index, definition, ..
    } = &effect.action
    else {
        return false;
    };
    redundant_index::twin(context.chain.head(), index.as_ref(), definition).is_some()
}

/// What the model of the head does not know by name only: implicit constraints and indexes.
fn is_at_head(head: &Catalog, key: &ObjectKey) -> bool {
    let name = ObjectName::from_sql(&key.name);
    let part = key.name.rsplit_once('.');
    let table = || part.and_then(|(table, _)| head.table(&ObjectName::from_sql(table)));
    let part = part.map_or("", |(_, part)| part);
    match key.kind {
        ObjectKind::Schema => head.has_schema(&key.name),
        ObjectKind::Extension => head.has_extension(&key.name),
        ObjectKind::Type => head.user_type(&name).is_some(),
        ObjectKind::Sequence => head.sequence(&name).is_some(),
        ObjectKind::Relation => head.relation(&name).is_some(),
        ObjectKind::Index => head.find_index(&name).is_some(),
        ObjectKind::Function => !head.functions_named(&name).is_empty(),
        ObjectKind::Column => table().is_some_and(|table| table.column(part).is_some()),
        ObjectKind::Constraint => table().is_some_and(|table| {
            table
                .constraints
                .keys()
                .any(|constraint| constraint.as_str() == part)
        }),
        ObjectKind::Trigger => table().is_some_and(|table| {
            table
                .triggers
                .keys()
                .any(|trigger| trigger.as_str() == part)
        }),
        ObjectKind::Policy => {
            table().is_some_and(|table| table.policies.keys().any(|policy| policy.as_str() == part))
        }
        // `enum-labels-differ` speaks of labels, `version-table-written` of version tables.
        ObjectKind::EnumLabel | ObjectKind::VersionTable => true,
    }
}

fn report(unit: &Unit<'_>, effect: &Effect, key: &ObjectKey) -> Diagnostic {
    let message = format!("{} is made here, and by no revision", object(key));
    let help = format!(
        "fold it into the chain (`fixfold consolidate`), then archive `{}`: a database built from the chain lacks it",
        unit.file
    );
    RULE.at(&effect.provenance.call, message).with_help(help)
}
