//! Files that a script writes: SQL, migrations and programs that will be run later.

use std::rc::Rc;

use super::emit::Call;
use super::run::Interpreter;
use super::state::State;
use super::tree::Command;
use crate::model::{Action, Outside, Template};
use crate::sql;

impl Interpreter<'_> {
    /// A text goes into a file. Only texts that will come to a database count.
    pub(super) fn write_file(
        &mut self,
        target: &Template,
        text: &Template,
        command: &Command,
        state: &mut State,
    ) {
        let path = target.display();
        if path.ends_with(".sql") {
            Rc::make_mut(&mut state.written).insert(path.clone(), text.clone());
        }
        let Some(make) = self.kind_of_file(&path, text) else {
            return;
        };
        let call = Call {
            place: command.place.clone(),
            sink: "shell redirection",
            state,
        };
        let detail = format!("writes {path}");
        self.outside(&call, target, &detail, make);
    }

    fn kind_of_file(&self, path: &str, text: &Template) -> Option<fn(Outside) -> Action> {
        let shown = text.display();
        let name = super::paths::name(path);
        let is_numbered = name.starts_with(|letter: char| letter.is_ascii_digit() || letter == '{');
        let is_of_chain =
            is_numbered && (path.contains("migrations/") || path.contains("versions/"));
        if path.ends_with(".sql") {
            let is_sql = sql::looks_like_sql(&shown) || is_of_chain && !text.is_empty();
            let make = if is_of_chain {
                Action::WriteMigration
            } else {
                Action::WriteSqlFile
            };
            return is_sql.then_some(make);
        }
        if path.ends_with(".py") {
            let is_revision = shown.contains("down_revision");
            let make = if is_revision {
                Action::WriteMigration
            } else {
                Action::WriteSource
            };
            return (is_revision || changes_database(&shown)).then_some(make);
        }
        (path.ends_with(".sh") && self.text_has_effects(text, path)).then_some(Action::WriteSource)
    }
}

/// Words of Python that changes a database, or has it changed.
const CHANGES: &[&str] = &[
    "alembic",
    "migrat",
    "alter table",
    "create table",
    "create type",
    "create index",
    "drop table",
    "drop type",
    "insert into",
    "delete from",
    "truncate ",
    "create_all",
    ".commit(",
    "psql",
];

/// Whether Python inside of a script is more than a question.
pub(super) fn changes_database(code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    CHANGES.iter().any(|word| code.contains(word))
}
