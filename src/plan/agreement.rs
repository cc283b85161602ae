//! Tables and columns that only scripts make, and several of them: where these differ on a column's
//! type, the definition whose type most of them give it holds. The one that ran first is no better a
//! witness than the others.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::model::{Action, ColumnDefinition, DataType, Effect, Identifier, ObjectName};

/// Columns on whose type the scripts differ, with the definition that most of them give.
pub(super) type Agreed = BTreeMap<(ObjectName, Identifier), ColumnDefinition>;

pub(super) fn agreed<'a>(head: &Catalog, effects: impl Iterator<Item = &'a Effect>) -> Agreed {
    let mut votes: BTreeMap<(ObjectName, Identifier), Vec<(DataType, usize, ColumnDefinition)>> =
        BTreeMap::new();
    for (table, column) in effects.flat_map(definitions) {
        if head.column(table, column.name.as_str()).is_some() {
            continue;
        }
        let types = votes
            .entry((table.clone(), column.name.clone()))
            .or_default();
        match types
            .iter_mut()
            .find(|(known, ..)| *known == column.data_type)
        {
            Some((_, count, _)) => *count += 1,
            None => types.push((column.data_type.clone(), 1, column.clone())),
        }
    }
    let winners = votes.into_iter().filter_map(|(key, types)| {
        let (_, first, _) = types.first()?;
        let (_, most, definition) = types.iter().max_by_key(|(_, count, _)| *count)?;
        (most > first).then(|| (key, definition.clone()))
    });
    winners.collect()
}

fn definitions(effect: &Effect) -> Vec<(&ObjectName, &ColumnDefinition)> {
    if effect.reach.is_inert() {
        return Vec::new();
    }
    match &effect.action {
        Action::CreateTable {
            table, definition, ..
        } => definition
            .columns
            .iter()
            .map(|column| (table, column))
            .collect(),
        Action::AddColumn { table, column, .. } => vec![(table, &**column)],
        _ => Vec::new(),
    }
}

/// The action with the columns' types as most scripts have them.
pub(super) fn as_agreed(agreed: &Agreed, action: &Action) -> Action {
    let mut action = action.clone();
    match &mut action {
        Action::CreateTable {
            table, definition, ..
        } => {
            for column in &mut definition.columns {
                agree(agreed, table, column);
            }
        }
        Action::AddColumn { table, column, .. } => agree(agreed, table, column),
        _ => {}
    }
    action
}

fn agree(agreed: &Agreed, table: &ObjectName, column: &mut ColumnDefinition) {
    if let Some(winner) = agreed.get(&(table.clone(), column.name.clone())) {
        let not_null = column.not_null;
        *column = winner.clone();
        column.not_null = not_null && (winner.not_null || winner.default.is_some());
    }
}
