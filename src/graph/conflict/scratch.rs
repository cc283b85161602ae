//! What an action makes when nothing stands in its way: applied to a copy of a catalog from which
//! the object was taken out. So both sides of a comparison carry PostgreSQL's implicit parts.

use crate::catalog::{Catalog, Column, Constraint, Index, Table, UserType};
use crate::model::{Action, ConstraintDefinition, Identifier, ObjectName, SqlError};

/// The table that a CREATE TABLE makes beside this catalog's other objects.
pub fn table(catalog: &Catalog, name: &ObjectName, action: &Action) -> Result<Table, SqlError> {
    let drop = Action::DropTable {
        table: name.clone(),
        if_exists: true,
        cascade: true,
    };
    let made = without(catalog, &drop, action)?;
    made.table(name).cloned().ok_or_else(|| lost(name))
}

pub fn column(
    catalog: &Catalog,
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
    let made = without(catalog, &drop, action)?;
    made.column(table, name.as_str())
        .cloned()
        .ok_or_else(|| lost(table))
}

pub fn index(catalog: &Catalog, name: &ObjectName, action: &Action) -> Result<Index, SqlError> {
    let drop = Action::DropIndex {
        index: name.clone(),
        if_exists: true,
        cascade: true,
        concurrently: false,
    };
    let made = without(catalog, &drop, action)?;
    made.find_index(name).cloned().ok_or_else(|| lost(name))
}

pub fn user_type(
    catalog: &Catalog,
    name: &ObjectName,
    action: &Action,
) -> Result<UserType, SqlError> {
    let drop = Action::DropType {
        name: name.clone(),
        if_exists: true,
        cascade: true,
        is_domain: false,
    };
    let made = without(catalog, &drop, action)?;
    made.user_type(name).cloned().ok_or_else(|| lost(name))
}

/// The constraint with its name, which PostgreSQL chooses where the statement gives none.
pub fn constraint(
    catalog: &Catalog,
    table: &ObjectName,
    definition: &ConstraintDefinition,
    action: &Action,
) -> Result<(Identifier, Constraint), SqlError> {
    let made = match &definition.name {
        Some(name) => {
            let drop = Action::DropConstraint {
                table: table.clone(),
                constraint: name.clone(),
                if_exists: true,
                cascade: true,
            };
            without(catalog, &drop, action)?
        }
        None => {
            let mut made = catalog.clone();
            made.apply(action)?;
            made
        }
    };
    let before = catalog.table(table);
    let is_new = |name: &Identifier| match &definition.name {
        Some(wanted) => name == wanted,
        None => !before.is_some_and(|table| table.constraints.contains_key(name)),
    };
    let after = made.table(table).into_iter();
    let mut found = after.flat_map(|table| &table.constraints);
    let found = found.find(|(name, _)| is_new(name));
    found
        .map(|(name, constraint)| (name.clone(), constraint.clone()))
        .ok_or_else(|| lost(table))
}

fn without(catalog: &Catalog, drop: &Action, action: &Action) -> Result<Catalog, SqlError> {
    let mut made = catalog.clone();
    // Taking out what is not there is no failure of the action in question.
    let _ = made.apply(drop);
    made.apply(action)?;
    Ok(made)
}

fn lost(name: &ObjectName) -> SqlError {
    SqlError::new(
        crate::model::SqlState::UNDEFINED_OBJECT,
        format!("`{name}` is not there after the statement that creates it"),
        name.to_string(),
    )
}
