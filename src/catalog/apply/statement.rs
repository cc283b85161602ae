//! Statements of several actions: ALTER TABLE works in passes, DROP takes all its objects at once,
//! and either all of it happens or nothing.

use crate::catalog::{Applied, Catalog, Changes, ObjectAddress};
use crate::model::{Action, ObjectName, SqlError};

impl Catalog {
    /// Applies the actions of one statement, all or none.
    ///
    /// # Errors
    /// The first error, as the server would report it for the whole statement.
    pub fn apply_statement(&mut self, actions: &[&Action]) -> Result<Vec<Applied>, SqlError> {
        if let [action] = actions {
            return self.apply(action).map(|applied| vec![applied]);
        }
        self.atomically(|catalog| {
            if let Some(dropped) = catalog.drop_together(actions)? {
                return Ok(dropped);
            }
            let mut order: Vec<_> = (0..actions.len()).collect();
            if actions.iter().all(|action| pass(action).is_some()) {
                order.sort_by_key(|&index| pass(actions[index]));
            }
            let mut outcomes: Vec<(usize, Applied)> = Vec::new();
            for index in order {
                outcomes.push((index, catalog.dispatch(actions[index])?));
            }
            outcomes.sort_by_key(|(index, _)| *index);
            Ok(outcomes.into_iter().map(|(_, applied)| applied).collect())
        })
    }

    /// `DROP TABLE a, b`: what depends on one may be the other. `None` for any other statement.
    fn drop_together(&mut self, actions: &[&Action]) -> Result<Option<Vec<Applied>>, SqlError> {
        let mut outcomes = Vec::new();
        let mut targets = Vec::new();
        let mut any_cascade = false;
        for action in actions {
            let Some((name, kind, if_exists, cascade)) = dropped(action) else {
                return Ok(None);
            };
            any_cascade |= cascade;
            match self.relation_to_drop(name, kind, if_exists)? {
                Ok(found) => {
                    targets.push(ObjectAddress::Relation(found));
                    outcomes.push(Applied::changed());
                }
                Err(skipped) => outcomes.push(skipped),
            }
        }
        if targets.is_empty() {
            return Ok(Some(outcomes));
        }
        let removed = self.drop_objects(&targets, any_cascade)?;
        let first = outcomes.iter_mut().find(|outcome| !outcome.is_skipped());
        if let Some(first) = first {
            *first = Applied::Changed(Changes {
                removed,
                ..Changes::default()
            });
        }
        Ok(Some(outcomes))
    }
}

/// A relation that can be dropped with others: name, kind, IF EXISTS, CASCADE.
fn dropped(action: &Action) -> Option<(&ObjectName, &'static str, bool, bool)> {
    match action {
        Action::DropTable {
            table,
            if_exists,
            cascade,
        } => Some((table, "table", *if_exists, *cascade)),
        Action::DropView {
            name,
            materialized,
            if_exists,
            cascade,
        } => {
            let kind = if *materialized {
                "materialized view"
            } else {
                "view"
            };
            Some((name, kind, *if_exists, *cascade))
        }
        _ => None,
    }
}

/// The pass of ALTER TABLE in which an action is carried out (`AlterTablePass`); `None` for what
/// is no part of such a statement.
fn pass(action: &Action) -> Option<u8> {
    Some(match action {
        Action::DropColumn { .. }
        | Action::DropConstraint { .. }
        | Action::DropNotNull { .. }
        | Action::DropDefault { .. } => 0,
        Action::AlterColumnType { .. } => 1,
        Action::AddColumn { .. } => 2,
        Action::SetDefault { .. } => 4,
        Action::SetNotNull { .. } => 3,
        Action::AddConstraint { constraint, .. } => match constraint.kind {
            crate::model::ConstraintKind::PrimaryKey { .. }
            | crate::model::ConstraintKind::Unique { .. }
            | crate::model::ConstraintKind::Exclude { .. }
            | crate::model::ConstraintKind::UsingIndex { .. } => 5,
            crate::model::ConstraintKind::Check { .. }
            | crate::model::ConstraintKind::ForeignKey(_) => 6,
        },
        Action::ValidateConstraint { .. }
        | Action::EnableRls { .. }
        | Action::DisableRls { .. }
        | Action::ForceRls { .. }
        | Action::SetOwner { .. } => 7,
        _ => return None,
    })
}
