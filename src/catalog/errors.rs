//! PostgreSQL's messages, each written once. Names in them are quoted as the server quotes them:
//! without their schema where it prints `relname`, with it where it prints what was asked for.

use crate::model::{Identifier, ObjectName, SqlError, SqlState};

pub(crate) fn relation_exists(name: &ObjectName) -> SqlError {
    let message = format!("relation \"{}\" already exists", name.name);
    SqlError::new(SqlState::DUPLICATE_TABLE, message, name.to_string())
}

pub(crate) fn type_exists(name: &ObjectName) -> SqlError {
    let message = format!("type \"{}\" already exists", name.name);
    SqlError::new(SqlState::DUPLICATE_OBJECT, message, name.to_string())
}

pub(crate) fn no_relation(name: &ObjectName) -> SqlError {
    let message = format!("relation \"{name}\" does not exist");
    SqlError::new(SqlState::UNDEFINED_TABLE, message, name.to_string())
}

/// `kind` is `table`, `view`, `sequence` ...: what the DROP was for.
pub(crate) fn nothing_to_drop(kind: &str, name: &ObjectName) -> SqlError {
    let state = match kind {
        "table" | "view" | "materialized view" | "sequence" => SqlState::UNDEFINED_TABLE,
        _ => SqlState::UNDEFINED_OBJECT,
    };
    let message = format!("{kind} \"{}\" does not exist", name.name);
    SqlError::new(state, message, name.to_string())
}

pub(crate) fn no_schema(name: &Identifier) -> SqlError {
    let message = format!("schema \"{name}\" does not exist");
    SqlError::new(SqlState::INVALID_SCHEMA_NAME, message, name.as_str())
}

/// Of a table that is altered.
pub(crate) fn no_column_of(relation: &ObjectName, column: &Identifier) -> SqlError {
    let message = format!(
        "column \"{column}\" of relation \"{}\" does not exist",
        relation.name
    );
    SqlError::new(
        SqlState::UNDEFINED_COLUMN,
        message,
        relation.part(column.as_str()),
    )
}

/// `no_column_of` with the relation's name as the statement has it.
pub(crate) fn no_column_shown(relation: &ObjectName, error: SqlError) -> SqlError {
    let short = format!("of relation \"{}\"", relation.name);
    let message = error
        .message
        .replace(&short, &format!("of relation \"{relation}\""));
    SqlError { message, ..error }
}

/// In an expression.
pub(crate) fn no_column(column: &str, relation: Option<&ObjectName>) -> SqlError {
    let message = match column.contains('.') {
        true => format!("column {column} does not exist"),
        false => format!("column \"{column}\" does not exist"),
    };
    let object = relation.map_or_else(|| column.to_owned(), |relation| relation.part(column));
    SqlError::new(SqlState::UNDEFINED_COLUMN, message, object)
}

pub(crate) fn column_exists(relation: &ObjectName, column: &Identifier) -> SqlError {
    let message = format!(
        "column \"{column}\" of relation \"{}\" already exists",
        relation.name
    );
    SqlError::new(
        SqlState::DUPLICATE_COLUMN,
        message,
        relation.part(column.as_str()),
    )
}

pub(crate) fn no_type(name: &str) -> SqlError {
    let message = format!("type \"{name}\" does not exist");
    SqlError::new(SqlState::UNDEFINED_OBJECT, message, name)
}

pub(crate) fn no_role(name: &Identifier) -> SqlError {
    let message = format!("role \"{name}\" does not exist");
    SqlError::new(SqlState::UNDEFINED_OBJECT, message, name.as_str())
}

/// `what` is `a table`, `an index` ...
pub(crate) fn not_a(name: &ObjectName, what: &str) -> SqlError {
    let message = format!("\"{}\" is not {what}", name.name);
    SqlError::new(SqlState::WRONG_OBJECT_TYPE, message, name.to_string())
}

pub(crate) fn constraint_exists(relation: &ObjectName, name: &Identifier) -> SqlError {
    let table = &relation.name;
    let message = format!("constraint \"{name}\" for relation \"{table}\" already exists");
    SqlError::new(
        SqlState::DUPLICATE_OBJECT,
        message,
        relation.part(name.as_str()),
    )
}

pub(crate) fn no_constraint(relation: &ObjectName, name: &Identifier) -> SqlError {
    let table = &relation.name;
    let message = format!("constraint \"{name}\" of relation \"{table}\" does not exist");
    SqlError::new(
        SqlState::UNDEFINED_OBJECT,
        message,
        relation.part(name.as_str()),
    )
}

/// `kind` is `trigger`, `policy` ...
pub(crate) fn part_exists(kind: &str, relation: &ObjectName, name: &Identifier) -> SqlError {
    let preposition = if kind == "policy" {
        "table"
    } else {
        "relation"
    };
    let message = match kind {
        "policy" => format!(
            "policy \"{name}\" for table \"{}\" already exists",
            relation.name
        ),
        _ => format!(
            "{kind} \"{name}\" for {preposition} \"{}\" already exists",
            relation.name
        ),
    };
    SqlError::new(
        SqlState::DUPLICATE_OBJECT,
        message,
        relation.part(name.as_str()),
    )
}

/// `kind` is `trigger`, `policy`, `rule`.
pub(crate) fn no_part(kind: &str, relation: &ObjectName, name: &Identifier) -> SqlError {
    let message = format!(
        "{kind} \"{name}\" for table \"{}\" does not exist",
        relation.name
    );
    SqlError::new(
        SqlState::UNDEFINED_OBJECT,
        message,
        relation.part(name.as_str()),
    )
}

pub(crate) fn has_dependents(description: &str, object: String) -> SqlError {
    let message = format!("cannot drop {description} because other objects depend on it");
    SqlError::new(SqlState::DEPENDENT_OBJECTS_STILL_EXIST, message, object)
}

/// `CREATE INDEX CONCURRENTLY` and the like.
pub(crate) fn in_transaction(statement: &str) -> SqlError {
    let message = format!("{statement} cannot run inside a transaction block");
    SqlError::new(SqlState::ACTIVE_SQL_TRANSACTION, message, "")
}
