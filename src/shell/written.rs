//! Files that a script writes: SQL, migrations and programs that will be run later.

use super::emit::Call;
use super::run::Interpreter;
use super::state::State;
use super::tree::Command;
use crate::model::{Action, Template};
use crate::sql;

impl Interpreter<'_> {
    /// A text goes into a file. Only texts that will come to a database count.
    pub(super) fn write_file(
        &mut self,
        target: &Template,
        text: &Template,
        command: &Command,
        state: &State,
    ) {
        let path = target.display();
        let Some(make) = kind(&path, &text.display()) else {
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
}

fn kind(path: &str, text: &str) -> Option<fn(crate::model::Outside) -> Action> {
    const SIGNS: &[&str] = &[
        "psycopg",
        "asyncpg",
        "sqlalchemy",
        "alembic",
        "psql",
        "create_engine",
        ".execute(",
        "migrat",
    ];
    let name = super::paths::name(path);
    let is_numbered = name.starts_with(|letter: char| letter.is_ascii_digit() || letter == '{');
    let is_of_chain = (path.contains("migrations/") || path.contains("versions/")) && is_numbered;
    if path.ends_with(".sql") && (sql::looks_like_sql(text) || is_of_chain && !text.is_empty()) {
        return Some(if is_of_chain {
            Action::WriteMigration
        } else {
            Action::WriteSqlFile
        });
    }
    if path.ends_with(".py") && text.contains("down_revision") {
        return Some(Action::WriteMigration);
    }
    let is_program = path.ends_with(".py") || path.ends_with(".sh");
    let touches = SIGNS.iter().any(|sign| text.contains(sign));
    (is_program && touches).then_some(Action::WriteSource)
}
