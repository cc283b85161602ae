//! Which program a command runs.

use super::emit::Call;
use super::paths;
use super::run::{Interpreter, Outcome};
use super::state::State;
use super::tree::Command;
use super::wrappers::{is_python, is_wrapper};
use crate::model::{Action, Dialect, Template};

/// Scripts that run scripts, no deeper than this.
const DEEPEST_SCRIPT: usize = 4;

impl Interpreter<'_> {
    /// Runs a command whose words are expanded.
    pub(super) fn run_words(
        &mut self,
        command: &Command,
        words: &[Template],
        state: &mut State,
    ) -> Outcome {
        let Some(first) = words.first() else {
            return Outcome::UNKNOWN;
        };
        let shown = first.display();
        let name = match first.known_text() {
            Some(text) => paths::name(&text).to_owned(),
            None => program_of_hole(&shown),
        };
        if let Some(outcome) = self.builtin(&name, command, words, state) {
            return outcome;
        }
        match name.as_str() {
            "psql" | "pg:psql" | "pgcli" => self.psql(command, words, state),
            "mysql" | "mariadb" => self.other_client(command, words, Dialect::Mysql, state),
            "sqlite3" => self.other_client(command, words, Dialect::Sqlite, state),
            "pg_restore" => self.restore(command, words, state),
            "createdb" => self.one_statement("CREATE DATABASE", command, words, state),
            "dropdb" => self.one_statement("DROP DATABASE", command, words, state),
            "createuser" => self.one_statement("CREATE ROLE", command, words, state),
            "dropuser" => self.one_statement("DROP ROLE", command, words, state),
            "bash" | "sh" | "zsh" | "dash" => return self.shell(command, words, state),
            "curl" | "wget" | "http" | "https" | "xh" => self.web_client(command, words, state),
            "su" => return self.wrapped(command, words, state),
            name if is_python(name) => return self.python(command, words, state),
            name if name.ends_with("manage.py") || name == "django-admin" => {
                self.django(command, &words[1..], state);
            }
            name if self.migration_tool(name, command, words, state) => {}
            name if is_wrapper(name) => return self.wrapped(command, words, state),
            _ if first.has_holes() => return self.wrapped(command, words, state),
            _ => self.run_file(command, &shown, words, state),
        }
        Outcome::UNKNOWN
    }

    /// `bash -c "..."`, `bash file.sh`, `bash <<EOF`.
    fn shell(&mut self, command: &Command, words: &[Template], state: &mut State) -> Outcome {
        let mut arguments = words[1..].iter();
        while let Some(word) = arguments.next() {
            let text = word.display();
            if text.starts_with('-') && text.ends_with('c') && !text.starts_with("--") {
                return match arguments.next() {
                    Some(line) => self.run_line(command, &line.clone(), state),
                    None => Outcome::UNKNOWN,
                };
            }
            if !text.starts_with('-') {
                self.run_file(command, &text, words, state);
                return Outcome::UNKNOWN;
            }
        }
        match self.input.take() {
            Some(input) if !input.has_holes() => self.run_line(command, &input, state),
            _ => Outcome::UNKNOWN,
        }
    }

    /// A script of the estate, or what is named like one.
    pub(super) fn run_file(
        &mut self,
        command: &Command,
        path: &str,
        words: &[Template],
        state: &State,
    ) {
        if !path.ends_with(".sh") && !path.ends_with(".py") && !path.ends_with(".bash") {
            return;
        }
        if !self.works_on_database(path, state) {
            return;
        }
        let call = Call {
            place: command.place.clone(),
            sink: if path.ends_with(".py") {
                "python"
            } else {
                "shell"
            },
            state,
        };
        let target = Template::from_text(self.shown_path(path, state));
        let texts: Vec<String> = words.iter().map(Template::display).collect();
        self.outside(&call, &target, &texts.join(" "), Action::RunScript);
    }

    /// Folders that a relative path may start from: where the script says that it runs, where it
    /// stands, the estate's root.
    pub(super) fn folders(&self, state: &State) -> Vec<String> {
        let mut folders = state.folder.iter().cloned().collect::<Vec<_>>();
        folders.push(paths::parent(self.file()).to_owned());
        folders.push(String::new());
        folders.iter().map(|folder| paths::clean(folder)).collect()
    }

    /// The file of the estate that a path means.
    pub(super) fn resolve(&self, path: &str, state: &State) -> Option<String> {
        let path = path.trim_start_matches("./");
        let found = self.folders(state).into_iter().find_map(|folder| {
            let path = paths::clean(&paths::join(&folder, path));
            self.is_file(&path).then_some(path)
        });
        // `{APP_DIR}/scripts/fix.py`, `/app/scripts/fix.py`: the longest end that is there.
        found.or_else(|| {
            let mut rest = path;
            while let Some((_, after)) = rest.split_once('/') {
                let mut folders = self.folders(state).into_iter();
                let found = folders.find_map(|folder| {
                    let path = paths::clean(&paths::join(&folder, after));
                    self.is_file(&path).then_some(path)
                });
                if found.is_some() {
                    return found;
                }
                rest = after;
            }
            None
        })
    }

    /// The path as reports show it: the estate's own file, if it is one.
    pub(super) fn shown_path(&self, path: &str, state: &State) -> String {
        self.resolve(path, state).unwrap_or_else(|| path.to_owned())
    }

    fn is_file(&self, path: &str) -> bool {
        self.files.is_listed(path)
    }

    /// Whether a script has to do with a database: a shell script by what it does, another by its
    /// text, one that is not there by its name.
    fn works_on_database(&self, path: &str, state: &State) -> bool {
        const SIGNS: &[&str] = &[
            "psycopg",
            "asyncpg",
            "sqlalchemy",
            "alembic",
            "psql",
            "django.setup",
            "django.db",
            "sqlite3",
            "create_engine",
            "SessionLocal",
            "get_db",
            ".execute(",
            "pymysql",
        ];
        /// An application is started, not a fix.
        const SERVES: &[&str] = &["uvicorn.run(", "app.run(", "hypercorn.", "socketio.run("];
        const NAMES: &[&str] = &[
            "migrat", "schema", "database", "_db", "db_", "sql", "seed", "repair", "table", "enum",
        ];
        let Some(file) = self.resolve(path, state) else {
            let name = paths::name(path).to_ascii_lowercase();
            return NAMES.iter().any(|word| name.contains(word));
        };
        let Ok(source) = self.files.read(&file) else {
            return true;
        };
        if file.ends_with(".py") {
            let serves = SERVES.iter().any(|sign| source.text.contains(sign));
            let name = paths::name(&file).to_ascii_lowercase();
            // What it imports may do the work.
            let is_named_so = NAMES.iter().any(|word| name.contains(word));
            let shows_it = SIGNS.iter().any(|sign| source.text.contains(sign));
            return !serves && (shows_it || is_named_so);
        }
        let is_open = self.reading.iter().any(|open| **open == *file);
        !is_open && self.has_effects(&source)
    }

    fn has_effects(&self, source: &crate::source::Source) -> bool {
        let start = crate::model::Place::new(source.file.clone(), 1, 1);
        let template = Template::from_source(source.text.to_string(), start);
        self.text_has_effects(&template, &source.file)
    }

    /// Whether a shell script that reads so would do anything to a database.
    pub(super) fn text_has_effects(&self, text: &Template, file: &str) -> bool {
        if self.reading.len() >= DEEPEST_SCRIPT {
            return false;
        }
        let text = super::text::Text::new(text);
        let parsed = super::parser::parse(&text);
        let mut inner = Interpreter::new(self.files, "");
        inner.reading.clone_from(&self.reading);
        inner.reading.push(std::rc::Rc::from(file));
        inner.script(&parsed.commands, None, &mut State::default());
        let changes = |code: &Template| super::written::changes_database(&code.display());
        inner.effects.iter().any(|it| !super::is_request(it))
            || inner.python.iter().any(|python| changes(&python.code))
    }
}

/// `{PYTHON}`, `{PSQL_BIN}`: variables that are named for the program that they hold.
fn program_of_hole(shown: &str) -> String {
    let lower = shown.to_ascii_lowercase();
    let known = ["psql", "alembic", "python"];
    let found = known.iter().find(|name| lower.contains(*name));
    found.map_or_else(String::new, |name| (*name).to_owned())
}
