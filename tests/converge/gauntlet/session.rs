//! Runs one case: set up, ensure, look, ensure again, undo.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

use fixfold::database::{Binaries, Cluster};
use fixfold::render::{announcement, helpers_used_by};
use postgres::{Client, Config, NoTls, SimpleQueryMessage};

use super::case::Case;
use super::dump::Dump;

pub struct Server {
    socket: PathBuf,
    pg_dump: PathBuf,
}

/// What the helpers said besides what they did.
#[derive(Default, Clone)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn add(&self, message: &str) {
        let said = message.strip_prefix("fixfold: note: ").or_else(|| {
            let undo = message.strip_prefix("fixfold: ")?;
            undo.starts_with("undo ").then_some(undo)
        });
        if let Some(said) = said {
            let first = said.lines().next().unwrap_or_default();
            self.0
                .lock()
                .expect("no panic")
                .push(format!("note: {first}\n"));
        }
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().expect("no panic")).concat()
    }
}

impl Server {
    pub fn new(cluster: &Cluster) -> Self {
        let binaries = Binaries::find(None).expect("PostgreSQL's programs");
        // The folder may hold links to some of them only.
        let server = std::fs::canonicalize(binaries.folder.join("postgres"));
        let server = server.expect("the server's program");
        Self {
            socket: cluster.socket_folder().to_owned(),
            pg_dump: server.with_file_name("pg_dump"),
        }
    }

    fn connect(&self, database: &str, notes: &Notes) -> Client {
        let notes = notes.clone();
        Config::new()
            .host_path(&self.socket)
            .user("postgres")
            .dbname(database)
            .notice_callback(move |notice| notes.add(notice.message()))
            .connect(NoTls)
            .expect("the server takes a connection")
    }

    /// Rows as text, values parted by ` | `.
    pub fn query(&self, database: &str, sql: &str) -> Result<Vec<String>, postgres::Error> {
        let mut client = self.connect(database, &Notes::default());
        let rows = client
            .simple_query(sql)?
            .into_iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(
                    (0..row.len())
                        .map(|index| row.get(index).unwrap_or("null"))
                        .collect::<Vec<_>>()
                        .join(" | "),
                ),
                _ => None,
            });
        Ok(rows.collect())
    }

    fn dump(&self, database: &str) -> Dump {
        let output = Command::new(&self.pg_dump)
            .arg("--host")
            .arg(&self.socket)
            .args(["--username", "postgres", "--exclude-table"])
            .args(["public.fixfold_journal*", database])
            .output()
            .expect("pg_dump runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Dump::parse(&String::from_utf8_lossy(&output.stdout))
    }

    /// Runs statements with the helpers that they call; the server's refusal if there is one.
    fn with_helpers(
        &self,
        database: &str,
        case: &Case,
        sql: &str,
        notes: &Notes,
    ) -> Result<(), String> {
        let mut client = self.connect(database, notes);
        let mut helpers = helpers_used_by([sql, &case.ensure, "pg_temp.fixfold_begin"]);
        // Here the server reads every body.
        helpers.retain(|helper| helper.contains("CREATE OR REPLACE FUNCTION"));
        let role = case
            .role
            .iter()
            .map(|role| format!("SET SESSION AUTHORIZATION {role}"));
        let settings = case.settings.iter().map(|setting| format!("SET {setting}"));
        let start = role.chain(settings).chain(helpers);
        let start: Vec<String> = start.chain([announcement("case")]).collect();
        let mut batches = vec![start.join(";\n"), sql.to_owned()];
        if !case.each_commits {
            batches = vec![format!("BEGIN;{};COMMIT", batches.join(";\n"))];
        } else {
            let calls = batches.remove(1);
            batches.extend(calls.split(";\n").map(str::to_owned));
        }
        for batch in batches {
            client
                .batch_execute(&batch)
                .map_err(|error| refusal(&error))?;
        }
        Ok(())
    }
}

/// Our own messages with their hints; the server's with their state.
fn refusal(error: &postgres::Error) -> String {
    let Some(error) = error.as_db_error() else {
        return format!("!! {error}\n");
    };
    let mut text = format!("{}\n", error.message());
    if !text.starts_with("fixfold: ") {
        return format!("the server: {} {text}", error.code().code());
    }
    if let Some(hint) = error.hint() {
        text.push_str(&format!("hint: {hint}\n"));
    }
    text
}

pub fn run(server: &Server, database: &str, case: &Case) -> String {
    let create = format!("CREATE DATABASE {database}");
    if let Err(error) = server
        .query("postgres", &create)
        .and_then(|_| server.query(database, &case.setup))
    {
        return format!("!! setup: {error:?}\n");
    }
    let found = ensure_twice_and_undo(server, database, case);
    let drop = format!("DROP DATABASE {database} WITH (FORCE)");
    server.query("postgres", &drop).expect("it goes");
    found
}

fn ensure_twice_and_undo(server: &Server, database: &str, case: &Case) -> String {
    let notes = Notes::default();
    let before = server.dump(database);
    let refused = server.with_helpers(database, case, &case.ensure, &notes);
    let after = server.dump(database);
    let changes = before.difference(&after);
    if let Err(refusal) = refused {
        let all_the_same = if changes.is_empty() {
            ""
        } else {
            "!! changed: "
        };
        return format!("stops: {refusal}{all_the_same}{changes}");
    }
    let mut found = changes;
    for answer in case.check.iter().flat_map(|check| {
        server
            .query(database, check)
            .unwrap_or_else(|error| vec![format!("!! {error:?}")])
    }) {
        found.push_str(&format!("check: {answer}\n"));
    }
    found.push_str(&notes.take());
    let grade = grade(server, database);
    found.push_str(&second_run(server, database, case, &after));
    found.push_str(&undo(server, database, case, &before, &grade));
    found
}

/// What the journal promises of the undo: the worst of its grades.
fn grade(server: &Server, database: &str) -> String {
    let sql = "SELECT coalesce(min(grade) FILTER (WHERE grade = 'cannot'), max(grade), 'nothing to undo') FROM public.fixfold_journal";
    let rows = server.query(database, sql).expect("there is a journal");
    rows.concat()
}

fn second_run(server: &Server, database: &str, case: &Case, after: &Dump) -> String {
    let journal = "SELECT id, done FROM public.fixfold_journal ORDER BY id";
    let first = server.query(database, journal).expect("there is a journal");
    if let Err(refusal) = server.with_helpers(database, case, &case.ensure, &Notes::default()) {
        return format!("!! second run: {refusal}");
    }
    let second = server.query(database, journal).expect("there is a journal");
    if second.len() != first.len() {
        return format!("!! second run: {}\n", second[first.len()..].join("\n"));
    }
    let again = after.difference(&server.dump(database));
    match again.is_empty() {
        true => String::new(),
        false => format!("!! second run: {again}"),
    }
}

fn undo(server: &Server, database: &str, case: &Case, before: &Dump, grade: &str) -> String {
    let notes = Notes::default();
    let call = "SELECT pg_temp.fixfold_undo('case')";
    let refused = server.with_helpers(database, case, call, &notes);
    let mut found = notes.take();
    if let Err(refusal) = refused {
        return format!("{found}undo stops: {refusal}");
    }
    let gone = "SELECT to_regclass('public.fixfold_journal') IS NULL";
    if server.query(database, gone).expect("an answer") != ["t"] {
        found.push_str("!! the journal is still there\n");
    }
    let back = server.dump(database);
    let given_back = if back == *before {
        "restores"
    } else if back.schema() != before.schema() {
        "cannot"
    } else if back.rows() == before.rows() {
        "restores, columns in another order"
    } else {
        "restores without data"
    };
    let kept =
        given_back.starts_with(grade) && (grade != "restores" || !given_back.contains("without"));
    let verdict = match grade {
        "nothing to undo" if given_back == "restores" => "nothing to undo".to_owned(),
        _ if kept && given_back != "cannot" => given_back.to_owned(),
        _ if given_back.starts_with("restores") && grade != "restores" => {
            format!("{given_back} (the journal feared: {grade})")
        }
        _ => format!(
            "!! {given_back}, the journal says: {grade}\n{}",
            before.difference(&back)
        ),
    };
    found.push_str(&format!("undo: {verdict}\n"));
    found
}
