//! A script's effects sorted by what they are to its class.

use crate::model::{Action, Effect, ObjectName, Operation, RowChange};

/// Each effect is in one list at most. Those that no run has count too: they are what the script was
/// written for.
#[derive(Default)]
pub(super) struct Tally<'a> {
    /// Changes of the schema by the script's own text.
    pub schema: Vec<&'a Effect>,
    /// Changes of rows by the script's own text.
    pub rows: Vec<&'a Effect>,
    /// Changes whose text stands in another file of the estate.
    pub borrowed: Vec<&'a Effect>,
    /// Migrations, scripts and SQL files that it runs.
    pub runs: Vec<&'a Effect>,
    /// SQL that writes the version table.
    pub stamps: Vec<&'a Effect>,
    /// Roles, grants and owners.
    pub rights: Vec<&'a Effect>,
    /// SQL files and migrations that it writes.
    pub written: Vec<&'a Effect>,
    /// Source files that it rewrites.
    pub patched: Vec<&'a Effect>,
    /// Requests that change something: `Signals` has those that lead nowhere too.
    pub requests: Vec<&'a Effect>,
    pub unclear: Vec<&'a Effect>,
}

impl<'a> Tally<'a> {
    pub(super) fn of(file: &str, effects: &'a [Effect]) -> Self {
        let mut tally = Self::default();
        let temporary: Vec<&ObjectName> = effects.iter().filter_map(temporary_table).collect();
        for effect in effects {
            let counts = !is_about(effect, &temporary)
                && !is_test_run(effect)
                && !is_unknown_command(effect)
                && !is_dangling(effect);
            if counts {
                tally.add(file, effect);
            }
        }
        tally
    }

    pub(super) fn changes(&self) -> impl Iterator<Item = &'a RowChange> + use<'a, '_> {
        self.rows.iter().filter_map(|effect| row_change(effect))
    }

    fn add(&mut self, file: &str, effect: &'a Effect) {
        self.list_of(file, effect).push(effect);
    }

    fn list_of(&mut self, file: &str, effect: &Effect) -> &mut Vec<&'a Effect> {
        const RUNS: &[Operation] = &[
            Operation::RunMigrations,
            Operation::RunScript,
            Operation::RunSqlFile,
        ];
        const RIGHTS: &[Operation] = &[
            Operation::Grant,
            Operation::Revoke,
            Operation::CreateRole,
            Operation::DropRole,
            Operation::SetOwner,
        ];
        let operation = effect.operation();
        if RUNS.contains(&operation) || is_by_tool(effect) {
            &mut self.runs
        } else if operation == Operation::Stamp {
            &mut self.stamps
        } else if RIGHTS.contains(&operation) {
            &mut self.rights
        } else if [Operation::WriteMigration, Operation::WriteSqlFile].contains(&operation) {
            &mut self.written
        } else if operation == Operation::WriteSource {
            &mut self.patched
        } else if operation == Operation::CallEndpoint {
            &mut self.requests
        } else if [Operation::Opaque, Operation::UnknownStatement].contains(&operation) {
            &mut self.unclear
        } else if is_borrowed(file, effect) {
            &mut self.borrowed
        } else if row_change(effect).is_some() {
            &mut self.rows
        } else {
            &mut self.schema
        }
    }
}

fn row_change(effect: &Effect) -> Option<&RowChange> {
    if let Action::Rows(change) = &effect.action {
        Some(change)
    } else {
        None
    }
}

/// A program that nobody can name is no sign of a database.
fn is_unknown_command(effect: &Effect) -> bool {
    const PROGRAMS: &[&str] = &["subprocess.", "asyncio.", "os.", "paramiko."];
    let is_program = PROGRAMS.iter().any(|label| effect.sink.starts_with(label));
    is_program && effect.operation() == Operation::Opaque
}

/// A request that leads nowhere.
fn is_dangling(effect: &Effect) -> bool {
    matches!(&effect.action, Action::Opaque(opaque) if opaque.is_dangling_request())
}

/// The session's own affair.
fn temporary_table(effect: &Effect) -> Option<&ObjectName> {
    if let Action::CreateTable {
        table, definition, ..
    } = &effect.action
    {
        definition.temporary.then_some(table)
    } else if let Action::CreateTableAs {
        table, temporary, ..
    } = &effect.action
    {
        temporary.then_some(table)
    } else {
        None
    }
}

fn is_about(effect: &Effect, temporary: &[&ObjectName]) -> bool {
    if temporary.is_empty() {
        return false;
    }
    let table = if let Action::CreateIndex { definition, .. } = &effect.action {
        &definition.table
    } else if let Action::Rows(change) = &effect.action {
        &change.table
    } else if let Action::CreateTable { table, .. }
    | Action::CreateTableAs { table, .. }
    | Action::DropTable { table, .. }
    | Action::AddColumn { table, .. } = &effect.action
    {
        table
    } else {
        return false;
    };
    temporary.contains(&table)
}

/// What it runs is a test, which has a database of its own.
fn is_test_run(effect: &Effect) -> bool {
    let Action::RunScript(script) = &effect.action else {
        return false;
    };
    let name = script.target.rsplit('/').next().unwrap_or_default();
    let in_tests = script.target.split('/').any(|part| part == "tests");
    in_tests && name.starts_with("test")
}

/// Through a migration tool, not by SQL on its table.
fn is_by_tool(effect: &Effect) -> bool {
    matches!(&effect.action, Action::Stamp(stamp) if stamp.stamped_revision().is_some())
}

/// Its text stands in another file of the estate: a sibling .sql, another module.
fn is_borrowed(file: &str, effect: &Effect) -> bool {
    let text = effect.provenance.text.as_ref();
    text.is_some_and(|text| *text.file != *file)
}
