//! Database clients: `psql`, `pg_restore`, `mysql`, `sqlite3`.
//!
//! Options: PostgreSQL manual, "psql".

use super::emit::Call;
use super::run::Interpreter;
use super::state::State;
use super::tree::Command;
use crate::model::{Action, Dialect, Template};

/// Short options of psql that take a value.
const WITH_VALUE: &[char] = &['d', 'F', 'h', 'L', 'o', 'p', 'P', 'R', 'T', 'U', 'v'];

/// What the client is told to do, in order.
enum Order {
    Command(Template),
    File(Template),
}

impl Interpreter<'_> {
    pub(super) fn psql(&mut self, command: &Command, words: &[Template], state: &mut State) {
        let orders = psql_orders(&words[1..]);
        let input = self.input.take();
        if orders.is_empty() {
            if let Some(input) = input {
                let call = self.client(command, "psql", state);
                self.sql(&call, &input, Dialect::Postgres);
            }
            return;
        }
        for order in orders {
            match order {
                Order::Command(text) => {
                    let call = self.client(command, "psql -c", state);
                    self.sql(&call, &text, Dialect::Postgres);
                }
                Order::File(file) if file.display() == "-" => {
                    let call = self.client(command, "psql", state);
                    self.sql(&call, &input.clone().unwrap_or_default(), Dialect::Postgres);
                }
                Order::File(file) => {
                    let call = self.client(command, "psql -f", state);
                    self.run_sql_file(&call, &file);
                }
            }
        }
    }

    fn client<'c>(&self, command: &Command, sink: &'c str, state: &'c State) -> Call<'c> {
        Call {
            place: command.place.clone(),
            sink,
            state,
        }
    }

    fn run_sql_file(&mut self, call: &Call<'_>, file: &Template) {
        let target = match file.known_text() {
            Some(path) => Template::from_text(self.shown_path(&path, call.state)),
            None => match self.resolve(&file.display(), call.state) {
                Some(path) => Template::from_text(path),
                None => file.clone(),
            },
        };
        let detail = format!("{} {}", call.sink, file.display());
        self.outside(call, &target, &detail, Action::RunSqlFile);
        self.written_sql(call, &file.display(), Dialect::Postgres);
    }

    /// What the script itself has written into the file that a client gets now.
    pub(super) fn written_sql(&mut self, call: &Call<'_>, path: &str, dialect: Dialect) {
        if let Some(text) = call.state.written.get(path).cloned() {
            self.sql(call, &text, dialect);
        }
    }

    /// A dump is restored: what is in it takes place.
    pub(super) fn restore(&mut self, command: &Command, words: &[Template], state: &mut State) {
        let is_listing = words
            .iter()
            .any(|word| matches!(word.display().as_str(), "-l" | "--list"));
        let file = words.last().filter(|word| !word.display().starts_with('-'));
        if let (false, Some(file)) = (is_listing || words.len() < 2, file) {
            let call = self.client(command, "pg_restore", state);
            self.run_sql_file(&call, file);
        }
    }

    /// `createdb`, `dropdb`, `createuser`, `dropuser`: wrappers around one statement each (manual,
    /// "PostgreSQL Client Applications").
    pub(super) fn one_statement(
        &mut self,
        statement: &str,
        command: &Command,
        words: &[Template],
        state: &mut State,
    ) {
        let Some(object) = first_plain(&words[1..]) else {
            return;
        };
        let mut text = Template::from_text(format!("{statement} "));
        text.append(object);
        let call = self.client(command, "psql", state);
        self.sql(&call, &text, Dialect::Postgres);
    }

    /// `mysql -e`, `sqlite3 file "SQL"`, and what they read from their input.
    pub(super) fn other_client(
        &mut self,
        command: &Command,
        words: &[Template],
        dialect: Dialect,
        state: &mut State,
    ) {
        let sink = if dialect == Dialect::Mysql {
            "mysql"
        } else {
            "sqlite3"
        };
        let input = self.input.take();
        let mut texts: Vec<Template> = input.into_iter().collect();
        let mut arguments = words[1..].iter();
        let mut n_plain = 0;
        while let Some(word) = arguments.next() {
            let text = word.display();
            if dialect == Dialect::Mysql && (text == "-e" || text == "--execute") {
                texts.extend(arguments.next().cloned());
            } else if !text.starts_with('-') {
                n_plain += 1;
                if dialect == Dialect::Sqlite && n_plain > 1 {
                    texts.push(word.clone());
                }
            }
        }
        for text in texts {
            let call = self.client(command, sink, state);
            self.sql(&call, &text, dialect);
        }
    }
}

/// The first word that is no option and no option's value.
fn first_plain(words: &[Template]) -> Option<&Template> {
    const WITH_VALUE: &[&str] = &[
        "-O",
        "--owner",
        "-h",
        "--host",
        "-p",
        "--port",
        "-U",
        "--username",
        "-T",
        "--template",
        "-E",
        "--encoding",
        "-l",
        "--locale",
        "-D",
        "--tablespace",
        "-c",
        "--connection-limit",
        "--maintenance-db",
        "-g",
        "--role",
    ];
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.display();
        if WITH_VALUE.contains(&text.as_str()) {
            words.next();
        } else if !text.starts_with('-') {
            return Some(word);
        }
    }
    None
}

fn psql_orders(arguments: &[Template]) -> Vec<Order> {
    let mut orders = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let text = word.display();
        if let Some(command) = after(word, "--command=") {
            orders.push(Order::Command(command));
        } else if let Some(file) = after(word, "--file=") {
            orders.push(Order::File(file));
        } else if text == "--command" {
            orders.extend(words.next().cloned().map(Order::Command));
        } else if text == "--file" {
            orders.extend(words.next().cloned().map(Order::File));
        } else if let Some(flags) = text.strip_prefix('-').filter(|rest| !rest.starts_with('-')) {
            short_options(word, flags, &mut words, &mut orders);
        } else if matches!(
            text.as_str(),
            "--dbname" | "--host" | "--port" | "--username" | "--set" | "--variable" | "--output"
        ) {
            words.next();
        }
    }
    orders
}

/// `-tAc "..."`: flags, the last of which may take the next word, or the rest of this one.
fn short_options<'w>(
    word: &Template,
    flags: &str,
    words: &mut impl Iterator<Item = &'w Template>,
    orders: &mut Vec<Order>,
) {
    for (at, flag) in flags.char_indices() {
        let rest_start = at + flag.len_utf8();
        let is_last = rest_start == flags.len();
        let mut value = || match is_last {
            true => words.next().cloned(),
            false => after(word, &format!("-{}", &flags[..rest_start])),
        };
        match flag {
            'c' => {
                orders.extend(value().map(Order::Command));
                return;
            }
            'f' => {
                orders.extend(value().map(Order::File));
                return;
            }
            flag if WITH_VALUE.contains(&flag) => {
                let _ = value();
                return;
            }
            _ => {}
        }
    }
}

/// What follows a prefix of known text.
fn after(word: &Template, prefix: &str) -> Option<Template> {
    let (first, others) = word.pieces().split_first()?;
    let crate::model::Piece::Known(first) = first else {
        return None;
    };
    let rest = first.text.strip_prefix(prefix)?;
    let origin = first.origin.as_ref().map(|origin| origin.after(prefix));
    let mut template = Template::default();
    template.push(crate::model::Piece::known(rest, origin));
    others.iter().for_each(|piece| template.push(piece.clone()));
    Some(template)
}
