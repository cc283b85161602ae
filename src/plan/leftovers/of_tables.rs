//! Constraints of tables that scripts made before the chain did.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, ConstraintKind};
use crate::model::{self, Action, ConstraintDefinition, Identifier, ObjectName};
use crate::plan::step::Leftover;

/// The constraints that a table has where the script made it before anybody else, and that the
/// target's table has not. Primary keys are the table's own affair.
pub(super) fn constraints(head: &Catalog, target: &Catalog, action: &Action) -> Vec<Leftover> {
    let Action::CreateTable { table, .. } = action else {
        return Vec::new();
    };
    let Some(wanted) = target.table(table).filter(|table| !table.is_temporary()) else {
        return Vec::new();
    };
    let mut without = head.clone();
    let drop = Action::DropTable {
        table: table.clone(),
        if_exists: true,
        cascade: true,
    };
    if without.apply(&drop).is_err() {
        return Vec::new();
    }
    let made = simpler(&without, action).find_map(|action| {
        let mut made = without.clone();
        made.apply(&action).is_ok().then_some(made)
    });
    let made = made.as_ref().and_then(|made| made.table(table));
    let made = made.into_iter().flat_map(|made| &made.constraints);
    let made = made.filter(|(_, one)| !matches!(one.kind, ConstraintKind::PrimaryKey { .. }));
    let names = made.map(|(name, _)| name.clone());
    let names = names.chain(references(&without, table, action));
    let names: BTreeSet<Identifier> = names
        .filter(|name| !wanted.constraints.contains_key(name))
        .collect();
    let leftovers = names.into_iter().map(|name| Leftover::Constraint {
        table: table.clone(),
        name,
    });
    leftovers.collect()
}

/// The names of its foreign keys: what head refuses for its types, an earlier database may have taken.
fn references(without: &Catalog, table: &ObjectName, action: &Action) -> Vec<Identifier> {
    let Action::CreateTable { definition, .. } = action else {
        return Vec::new();
    };
    let names = definition
        .constraints
        .iter()
        .filter_map(|one| match &one.kind {
            model::ConstraintKind::ForeignKey(key) => Some(
                one.name
                    .clone()
                    .unwrap_or_else(|| without.choose_foreign_key_name(table, &key.columns)),
            ),
            _ => None,
        });
    names.collect()
}

/// The action, and what is left of it without what head may refuse although an earlier database took it:
/// defaults, references to tables that have other types now, types that are the script's own.
fn simpler(without: &Catalog, action: &Action) -> impl Iterator<Item = Action> {
    let mut plain = action.clone();
    if let Action::CreateTable { definition, .. } = &mut plain {
        for column in &mut definition.columns {
            column.default = None;
        }
    }
    let mut alone = plain.clone();
    if let Action::CreateTable { definition, .. } = &mut alone {
        let is_own =
            |one: &ConstraintDefinition| !matches!(one.kind, model::ConstraintKind::ForeignKey(_));
        definition.constraints.retain(is_own);
    }
    let untyped = std::iter::once_with({
        let alone = alone.clone();
        move || with_known_types(without, alone)
    });
    [action.clone(), plain, alone].into_iter().chain(untyped)
}

/// The table with a text for each column of a type that is not there.
fn with_known_types(without: &Catalog, mut action: Action) -> Action {
    if let Action::CreateTable {
        table, definition, ..
    } = &mut action
    {
        let fails = |column: &model::ColumnDefinition| {
            let only = model::TableDefinition {
                columns: vec![column.clone()],
                ..model::TableDefinition::default()
            };
            let probe = Action::CreateTable {
                table: table.clone(),
                definition: Box::new(only),
                if_not_exists: false,
            };
            without.clone().apply(&probe).is_err()
        };
        for column in definition.columns.iter_mut().filter(|column| fails(column)) {
            column.data_type = model::DataType::named("text");
        }
    }
    action
}
