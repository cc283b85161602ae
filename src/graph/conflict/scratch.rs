//! What an action makes when nothing stands in its way: applied to a catalog from which the object
//! was taken out, in a transaction that is then taken back. So both sides of a comparison carry
//! PostgreSQL's implicit parts, and nothing is copied.

use crate::catalog::{Catalog, Column, Constraint, Index, Table, UserType};
use crate::model::{Action, ConstraintDefinition, Identifier, ObjectName, SqlError};

/// The table that a CREATE TABLE makes beside this catalog's other objects.
pub fn table(catalog: &mut Catalog, name: &ObjectName, action: &Action) -> Result<Table, SqlError> {
    let drop = Action::DropTable {
        table: name.clone(),
        if_exists: true,
        cascade: true,
    };
    let made = without(catalog, Some(&drop), action, |made| {
        made.table(name).cloned()
    })?;
    made.ok_or_else(|| lost(name))
}

pub fn column(
    catalog: &mut Catalog,
    table: &ObjectName,
    name: &Identifier,
    action: &Action,
) -> Result<Column, SqlError> {
    let drop = Action::DropColumn {
        table: table.clone(),
        column: name.clone(),
        if_exists: true,
        cascade: true,
        if_table_exists: true,
    };
    let made = without(catalog, Some(&drop), action, |made| {
        made.column(table, name.as_str()).cloned()
    })?;
    made.ok_or_else(|| lost(table))
}

pub fn index(catalog: &mut Catalog, name: &ObjectName, action: &Action) -> Result<Index, SqlError> {
    let drop = Action::DropIndex {
        index: name.clone(),
        if_exists: true,
        cascade: true,
        concurrently: false,
    };
    // What stands in a transaction here may well stand outside of one in the script.
    let mut action = action.clone();
    if let Action::CreateIndex { concurrently, .. } = &mut action {
        *concurrently = false;
    }
    let made = without(catalog, Some(&drop), &action, |made| {
        made.find_index(name).cloned()
    })?;
    made.ok_or_else(|| lost(name))
}

pub fn user_type(
    catalog: &mut Catalog,
    name: &ObjectName,
    action: &Action,
) -> Result<UserType, SqlError> {
    let drop = Action::DropType {
        name: name.clone(),
        if_exists: true,
        cascade: true,
        is_domain: false,
    };
    let made = without(catalog, Some(&drop), action, |made| {
        made.user_type(name).cloned()
    })?;
    made.ok_or_else(|| lost(name))
}

/// The constraint with its name, which PostgreSQL chooses where the statement gives none.
pub fn constraint(
    catalog: &mut Catalog,
    table: &ObjectName,
    definition: &ConstraintDefinition,
    action: &Action,
) -> Result<(Identifier, Constraint), SqlError> {
    let drop = definition.name.as_ref().map(|name| Action::DropConstraint {
        table: table.clone(),
        constraint: name.clone(),
        if_exists: true,
        cascade: true,
    });
    let before = catalog.table(table);
    let known: Vec<Identifier> = before
        .filter(|_| drop.is_none())
        .map(|table| table.constraints.keys().cloned().collect())
        .unwrap_or_default();
    let is_new = |name: &Identifier| match &definition.name {
        Some(wanted) => name == wanted,
        None => !known.contains(name),
    };
    let made = without(catalog, drop.as_ref(), action, |made| {
        let mut constraints = made
            .table(table)
            .into_iter()
            .flat_map(|table| &table.constraints);
        let found = constraints.find(|(name, _)| is_new(name))?;
        Some((found.0.clone(), found.1.clone()))
    })?;
    made.ok_or_else(|| lost(table))
}

/// What the action makes once `drop` has cleared the way; the catalog is as it was afterwards.
fn without<T>(
    catalog: &mut Catalog,
    drop: Option<&Action>,
    action: &Action,
    take: impl FnOnce(&Catalog) -> T,
) -> Result<T, SqlError> {
    catalog.begin();
    if let Some(drop) = drop {
        // Taking out what is not there is no failure of the action in question.
        let _ = catalog.apply(drop);
    }
    let made = catalog.apply(action).map(|_| take(catalog));
    catalog.rollback();
    made
}

fn lost(name: &ObjectName) -> SqlError {
    SqlError::new(
        crate::model::SqlState::UNDEFINED_OBJECT,
        format!("`{name}` is not there after the statement that creates it"),
        name.to_string(),
    )
}
