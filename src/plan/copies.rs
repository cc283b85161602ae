//! Tables that are copies of others, and what scripts make by names that only a run knows: both look as
//! they would on the schema at which the plan arrives.

use crate::catalog::Catalog;
use crate::graph::{Relation, touches};
use crate::model::{Action, ColumnDefinition, ObjectName};

use super::Citation;

/// The columns that a copy (`CREATE TABLE ... AS SELECT * FROM ...`) has somewhere and the target's has not,
/// because other scripts gave them to the copied table later. They may be null: other databases have rows
/// without them.
pub(super) fn missing_columns(
    target: &Catalog,
    touched: &[(Citation, Action)],
) -> Vec<(Citation, Action)> {
    let copies = touched
        .iter()
        .filter_map(|(citation, action)| match action {
            Action::CreateTableAs {
                table,
                temporary: false,
                ..
            } => Some((citation, action, table)),
            _ => None,
        });
    copies
        .flat_map(|(citation, action, table)| {
            let additions = additions(target, action, table);
            additions
                .into_iter()
                .map(|addition| (citation.clone(), addition))
        })
        .collect()
}

fn additions(target: &Catalog, copy: &Action, table: &ObjectName) -> Vec<Action> {
    let mut made = target.clone();
    let drop = Action::DropTable {
        table: table.clone(),
        if_exists: true,
        cascade: true,
    };
    if made.apply(&drop).is_err() || made.apply(copy).is_err() {
        return Vec::new();
    }
    let (Some(made), Some(known)) = (made.table(table), target.table(table)) else {
        return Vec::new();
    };
    let lacking = made.columns.iter();
    let lacking = lacking.filter(|column| known.column(column.name.as_str()).is_none());
    lacking
        .map(|column| Action::AddColumn {
            table: table.clone(),
            column: Box::new(ColumnDefinition::new(
                column.name.clone(),
                column.data_type.clone(),
            )),
            constraints: Vec::new(),
            if_not_exists: true,
            if_table_exists: false,
        })
        .collect()
}

/// Whether it makes something that stays, other than rows and rights.
pub fn makes_something(action: &Action) -> bool {
    let is_schema = !matches!(
        action,
        Action::Rows(_) | Action::Grant { .. } | Action::Revoke { .. } | Action::SetOwner { .. }
    );
    let mut touches = touches(action).into_iter();
    is_schema && touches.any(|touch| touch.relation == Relation::Creates)
}
