//! `ON CONFLICT`: the index or constraint that it names must be there (manual, INSERT).

use crate::catalog::Catalog;
use crate::catalog::expression::{Token, tokenize};
use crate::model::{Identifier, ObjectName, RowChange, SqlError, SqlState};

/// What stands behind `ON CONFLICT`.
enum Target {
    Columns(Vec<Identifier>),
    Constraint(Identifier),
}

impl Catalog {
    /// # Errors
    /// 42P10 where no unique index has just these columns, 42704 where there is no such constraint.
    pub(super) fn check_conflict_target(
        &self,
        table: &ObjectName,
        change: &RowChange,
    ) -> Result<(), SqlError> {
        let Ok(found) = self.table_at(table) else {
            return Ok(());
        };
        match target(&tokenize(&change.statement)) {
            Some(Target::Columns(columns)) if !found.columns_incomplete => {
                for column in &columns {
                    self.existing_column(table, column)?;
                }
                self.require_unique_index(table, &columns)
            }
            Some(Target::Constraint(name)) if !found.constraints.contains_key(&name) => {
                let message = format!(
                    "constraint \"{name}\" for table \"{}\" does not exist",
                    table.name
                );
                let object = table.part(name.as_str());
                Err(SqlError::new(SqlState::UNDEFINED_OBJECT, message, object))
            }
            _ => Ok(()),
        }
    }

    fn require_unique_index(
        &self,
        table: &ObjectName,
        columns: &[Identifier],
    ) -> Result<(), SqlError> {
        let mut wanted: Vec<_> = columns.iter().map(Identifier::as_str).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let fits = self.indexes_at(table).any(|(_, index)| {
            let definition = &index.definition;
            let mut keys: Vec<_> = definition
                .keys
                .iter()
                .map(|key| key.expression.as_str())
                .collect();
            keys.sort_unstable();
            let plain = definition.keys.iter().all(|key| key.is_column);
            definition.unique && definition.predicate.is_none() && plain && keys == wanted
        });
        if fits {
            return Ok(());
        }
        let message =
            "there is no unique or exclusion constraint matching the ON CONFLICT specification";
        Err(SqlError::new(
            SqlState::INVALID_COLUMN_REFERENCE,
            message,
            table.to_string(),
        ))
    }
}

/// `None` where there is none, or it is more than columns: expressions, a predicate.
fn target(tokens: &[Token<'_>]) -> Option<Target> {
    let at = tokens
        .windows(2)
        .rposition(|pair| pair[0].is("on") && pair[1].is("conflict"))?;
    let rest = tokens.get(at + 2..)?;
    if let [on, constraint, name, ..] = rest
        && on.is("on")
        && constraint.is("constraint")
    {
        return name.identifier().map(Target::Constraint);
    }
    let mut columns = Vec::new();
    let mut rest = rest.iter();
    if !rest.next()?.is("(") {
        return None;
    }
    loop {
        columns.push(rest.next()?.identifier()?);
        let next = rest.next()?;
        if next.is(")") {
            break;
        }
        if !next.is(",") {
            return None;
        }
    }
    rest.next()?.is("do").then_some(Target::Columns(columns))
}
