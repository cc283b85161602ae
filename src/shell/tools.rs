//! Migration tools on the command line: which words of theirs run migrations, and which only write
//! down that they ran.

use super::emit::Call;
use super::run::Interpreter;
use super::state::State;
use super::tree::Command;
use crate::model::{Action, Outside, Template};

/// One word of one tool.
struct Verb {
    tool: &'static str,
    /// The words after the program's name, options left out; all must stand there in this order.
    words: &'static [&'static str],
    make: fn(Outside) -> Action,
    /// What the object is if the command line does not say.
    target: &'static str,
}

const fn verb(
    tool: &'static str,
    words: &'static [&'static str],
    make: fn(Outside) -> Action,
    target: &'static str,
) -> Verb {
    Verb {
        tool,
        words,
        make,
        target,
    }
}

const VERBS: &[Verb] = &[
    verb("alembic", &["upgrade"], Action::RunMigrations, "head"),
    verb("alembic", &["downgrade"], Action::RunMigrations, "-1"),
    verb("alembic", &["stamp"], Action::Stamp, "head"),
    verb("alembic", &["revision"], Action::WriteMigration, "revision"),
    verb("alembic", &["merge"], Action::WriteMigration, "merge"),
    verb("flask", &["db", "upgrade"], Action::RunMigrations, "head"),
    verb("flask", &["db", "downgrade"], Action::RunMigrations, "-1"),
    verb("flask", &["db", "stamp"], Action::Stamp, "head"),
    verb(
        "flask",
        &["db", "migrate"],
        Action::WriteMigration,
        "revision",
    ),
    verb(
        "flask",
        &["db", "revision"],
        Action::WriteMigration,
        "revision",
    ),
    verb("supabase", &["db", "push"], Action::RunMigrations, "all"),
    verb("supabase", &["db", "reset"], Action::RunMigrations, "all"),
    verb(
        "supabase",
        &["migration", "up"],
        Action::RunMigrations,
        "all",
    ),
    verb(
        "supabase",
        &["migration", "down"],
        Action::RunMigrations,
        "-1",
    ),
    verb(
        "supabase",
        &["migration", "repair"],
        Action::Stamp,
        "repair",
    ),
    verb(
        "supabase",
        &["migration", "squash"],
        Action::WriteMigration,
        "squash",
    ),
    verb("flyway", &["migrate"], Action::RunMigrations, "all"),
    verb("flyway", &["undo"], Action::RunMigrations, "-1"),
    verb("flyway", &["repair"], Action::Stamp, "repair"),
    verb("flyway", &["baseline"], Action::Stamp, "baseline"),
    verb("liquibase", &["update"], Action::RunMigrations, "all"),
    verb("liquibase", &["rollback"], Action::RunMigrations, "-1"),
    verb("dbmate", &["up"], Action::RunMigrations, "all"),
    verb("dbmate", &["migrate"], Action::RunMigrations, "all"),
    verb("dbmate", &["down"], Action::RunMigrations, "-1"),
    verb("dbmate", &["rollback"], Action::RunMigrations, "-1"),
    verb("migrate", &["up"], Action::RunMigrations, "all"),
    verb("migrate", &["down"], Action::RunMigrations, "all"),
    verb("migrate", &["goto"], Action::RunMigrations, "version"),
    verb("migrate", &["force"], Action::Stamp, "version"),
    verb(
        "diesel",
        &["migration", "run"],
        Action::RunMigrations,
        "all",
    ),
    verb(
        "diesel",
        &["migration", "revert"],
        Action::RunMigrations,
        "-1",
    ),
    verb(
        "diesel",
        &["migration", "redo"],
        Action::RunMigrations,
        "-1",
    ),
    verb("sqlx", &["migrate", "run"], Action::RunMigrations, "all"),
    verb("sqlx", &["migrate", "revert"], Action::RunMigrations, "-1"),
    verb("goose", &["up"], Action::RunMigrations, "all"),
    verb("goose", &["down"], Action::RunMigrations, "-1"),
    verb(
        "prisma",
        &["migrate", "deploy"],
        Action::RunMigrations,
        "all",
    ),
    verb("prisma", &["migrate", "dev"], Action::RunMigrations, "all"),
    verb(
        "prisma",
        &["migrate", "reset"],
        Action::RunMigrations,
        "all",
    ),
    verb("prisma", &["migrate", "resolve"], Action::Stamp, "resolve"),
    verb("prisma", &["db", "push"], Action::RunMigrations, "schema"),
    verb("knex", &["migrate:latest"], Action::RunMigrations, "all"),
    verb("knex", &["migrate:rollback"], Action::RunMigrations, "-1"),
    verb("sequelize", &["db:migrate"], Action::RunMigrations, "all"),
    verb("typeorm", &["migration:run"], Action::RunMigrations, "all"),
    verb(
        "typeorm",
        &["migration:revert"],
        Action::RunMigrations,
        "-1",
    ),
    verb("aerich", &["upgrade"], Action::RunMigrations, "all"),
    verb("aerich", &["downgrade"], Action::RunMigrations, "-1"),
    verb("atlas", &["migrate", "apply"], Action::RunMigrations, "all"),
    verb(
        "atlas",
        &["schema", "apply"],
        Action::RunMigrations,
        "schema",
    ),
    verb("rails", &["db:migrate"], Action::RunMigrations, "all"),
    verb("rails", &["db:rollback"], Action::RunMigrations, "-1"),
    verb("rails", &["db:seed"], Action::RunScript, "db/seeds.rb"),
    verb("rake", &["db:migrate"], Action::RunMigrations, "all"),
];

/// Options that take the next word.
const WITH_VALUE: &[&str] = &[
    "-c",
    "--config",
    "-n",
    "--name",
    "-x",
    "-m",
    "--message",
    "--rev-id",
    "--app",
    "-A",
    "-d",
    "--directory",
    "--db-url",
    "-path",
    "-database",
    "-source",
    "--url",
    "-u",
    "--dir",
    "--schema",
    "--raiseerr",
    "--head",
    "--version-path",
    "--project-ref",
    "--linked-project",
    "--env",
    "--status",
];

impl Interpreter<'_> {
    /// `false`: no migration tool.
    pub(super) fn migration_tool(
        &mut self,
        name: &str,
        command: &Command,
        words: &[Template],
        state: &mut State,
    ) -> bool {
        if !VERBS.iter().any(|verb| verb.tool == name) {
            return false;
        }
        let plain = plain_words(&words[1..]);
        let texts: Vec<String> = plain.iter().map(|word| word.display()).collect();
        let is_offline = words.iter().any(|word| word.display() == "--sql");
        let is_help = words.iter().any(|word| word.display() == "--help");
        let found = VERBS.iter().find(|verb| {
            verb.tool == name
                && verb.words.len() <= texts.len()
                && verb
                    .words
                    .iter()
                    .zip(&texts)
                    .all(|(wanted, text)| wanted == text)
        });
        if let Some(verb) = found.filter(|_| !is_offline && !is_help) {
            let named = plain.get(verb.words.len()).copied().cloned();
            let target = named.unwrap_or_else(|| Template::from_text(verb.target));
            let call = Call {
                place: command.place.clone(),
                sink: verb.tool,
                state,
            };
            let all: Vec<String> = words.iter().map(Template::display).collect();
            self.outside(&call, &target, &all.join(" "), verb.make);
        }
        true
    }
}

/// The words that are no options; `-1` is a target.
fn plain_words(words: &[Template]) -> Vec<&Template> {
    let mut plain = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let text = word.display();
        let is_number = text
            .trim_start_matches(['-', '+'])
            .bytes()
            .all(|byte| byte.is_ascii_digit());
        if text.starts_with('-') && !is_number {
            if WITH_VALUE.contains(&text.as_str()) {
                rest.next();
            }
            continue;
        }
        plain.push(word);
    }
    plain
}
