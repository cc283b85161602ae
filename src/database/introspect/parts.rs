//! Triggers and policies.

use super::Reader;
use super::row::Row;
use crate::catalog::{Policy, Trigger};
use crate::model::{Identifier, PolicyCommand, PolicyDefinition};

/// Bits of `pg_trigger.tgtype`.
const ROW: i64 = 1;
const BEFORE: i64 = 2;
const INSERT: i64 = 4;
const DELETE: i64 = 8;
const UPDATE: i64 = 16;
const TRUNCATE: i64 = 32;
const INSTEAD: i64 = 64;

impl Reader {
    pub(super) fn trigger(&mut self, row: &mut Row<'_>) -> Option<()> {
        let table = row.object_name()?;
        let name = row.identifier()?;
        let function = row.object_name()?;
        let bits = row.number()?;
        let columns = row.identifiers()?;
        let constraint = row.flag()?;
        let enabled = row.letter();
        let statement = row.text()?;
        let trigger = Trigger {
            function,
            timing: timing(bits, &columns),
            for_each_row: bits & ROW != 0,
            condition: condition(&statement),
            constraint,
            statement,
            enabled,
            comment: row.optional(),
        };
        self.catalog.fill_trigger(&table, name, trigger);
        Some(())
    }

    pub(super) fn policy(&mut self, row: &mut Row<'_>) -> Option<()> {
        let table = row.object_name()?;
        let name = row.identifier()?;
        let permissive = row.flag()?;
        let command = match row.letter() {
            'r' => PolicyCommand::Select,
            'a' => PolicyCommand::Insert,
            'w' => PolicyCommand::Update,
            'd' => PolicyCommand::Delete,
            _ => PolicyCommand::All,
        };
        let roles = row.identifiers()?;
        let (using, with_check) = (row.optional(), row.optional());
        let definition = PolicyDefinition {
            table: table.clone(),
            permissive,
            command,
            roles,
            using,
            with_check,
        };
        let comment = row.optional();
        self.catalog.fill_policy(
            &table,
            name,
            Policy {
                definition,
                comment,
            },
        );
        Some(())
    }
}

/// As `pg_get_triggerdef` words it.
fn timing(bits: i64, columns: &[Identifier]) -> String {
    let when = match (bits & BEFORE != 0, bits & INSTEAD != 0) {
        (_, true) => "INSTEAD OF",
        (true, false) => "BEFORE",
        (false, false) => "AFTER",
    };
    let names: Vec<_> = columns.iter().map(Identifier::as_str).collect();
    let update = match names.is_empty() {
        true => "UPDATE".to_owned(),
        false => format!("UPDATE OF {}", names.join(", ")),
    };
    let events = [
        (INSERT, "INSERT".to_owned()),
        (DELETE, "DELETE".to_owned()),
        (UPDATE, update),
        (TRUNCATE, "TRUNCATE".to_owned()),
    ];
    let events: Vec<_> = events
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .map(|(_, event)| event)
        .collect();
    format!("{when} {}", events.join(" OR "))
}

/// What stands between ` WHEN (` and `) EXECUTE`.
fn condition(statement: &str) -> Option<String> {
    let start = statement.find(" WHEN (")? + " WHEN (".len();
    let end = statement.rfind(") EXECUTE ")?;
    statement.get(start..end).map(str::to_owned)
}
