//! Programs that start other programs: `sudo`, `docker exec`, `timeout`, `ssh` and their like.

use super::run::{Interpreter, Outcome};
use super::state::State;
use super::tree::Command;
use crate::model::Template;

/// What they are given ends with a command; their options are not told apart from it, the first
/// program that is known is taken.
const WRAPPERS: &[&str] = &[
    "sudo",
    "doas",
    "env",
    "nohup",
    "time",
    "exec",
    "command",
    "builtin",
    "stdbuf",
    "nice",
    "ionice",
    "timeout",
    "gtimeout",
    "xargs",
    "watch",
    "unbuffer",
    "script",
    "flock",
    "setsid",
    "poetry",
    "pipenv",
    "uv",
    "uvx",
    "rye",
    "pdm",
    "hatch",
    "conda",
    "mamba",
    "npx",
    "bunx",
    "pnpm",
    "yarn",
    "npm",
    "bundle",
    "docker",
    "docker-compose",
    "podman",
    "podman-compose",
    "nerdctl",
    "kubectl",
    "oc",
    "helm",
    "heroku",
    "railway",
    "render",
    "fly",
    "flyctl",
    "dokku",
    "ssh",
    "su",
    "gosu",
    "su-exec",
    "runuser",
    "chroot",
    "op",
    "doppler",
    "dotenv",
    "aws-vault",
    "direnv",
    "chamber",
    "gcloud",
    "az",
    "eb",
    "cf",
    "vercel",
    "coverage",
    "retry",
];

/// Programs that are looked for behind a wrapper.
const PROGRAMS: &[&str] = &[
    "psql",
    "pg:psql",
    "pgcli",
    "mysql",
    "mariadb",
    "sqlite3",
    "pg_restore",
    "createdb",
    "dropdb",
    "createuser",
    "dropuser",
    "alembic",
    "flask",
    "python",
    "python3",
    "python2",
    "manage.py",
    "django-admin",
    "supabase",
    "flyway",
    "liquibase",
    "dbmate",
    "migrate",
    "diesel",
    "sqlx",
    "goose",
    "prisma",
    "knex",
    "sequelize",
    "typeorm",
    "aerich",
    "atlas",
    "rails",
    "rake",
    "bash",
    "sh",
    "zsh",
    "dash",
];

pub(super) fn is_wrapper(name: &str) -> bool {
    WRAPPERS.contains(&name)
}

pub(super) fn is_program(name: &str) -> bool {
    let base = super::paths::name(name);
    PROGRAMS.contains(&base) || is_python(base)
}

pub(super) fn is_python(name: &str) -> bool {
    let rest = name
        .strip_prefix("python")
        .or_else(|| name.strip_prefix("pypy"));
    rest.is_some_and(|rest| {
        rest.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

impl Interpreter<'_> {
    /// Runs what the wrapper starts: words of its own, or a command line in one word.
    pub(super) fn wrapped(
        &mut self,
        command: &Command,
        words: &[Template],
        state: &mut State,
    ) -> Outcome {
        if connects_to_postgres(words) {
            self.psql(command, &words[..1], state);
            return Outcome::UNKNOWN;
        }
        if only_copies(words) {
            return Outcome::UNKNOWN;
        }
        for (idx, word) in words.iter().enumerate().skip(1) {
            let text = word.display();
            if is_program(&text) || is_file_to_run(&text) {
                return self.run_words(command, &words[idx..], state);
            }
            let first = text.split_whitespace().next().unwrap_or_default();
            let is_line =
                text.trim().contains(char::is_whitespace) && is_command_line(first, &text);
            if is_line {
                return self.run_line(command, word, state);
            }
        }
        Outcome::UNKNOWN
    }

    /// A command line in a text; its effects are those of the command that holds it.
    pub(super) fn run_line(
        &mut self,
        command: &Command,
        line: &Template,
        state: &mut State,
    ) -> Outcome {
        let n_effects = self.effects.len();
        let outcome = self.run_text(line, state);
        if let Some(place) = &command.place {
            for effect in &mut self.effects[n_effects..] {
                effect.provenance.call = place.clone();
            }
        }
        outcome
    }
}

/// `flyctl postgres connect -a app`, `railway connect postgres`, `gcloud sql connect db`: psql, which
/// gets what stands in the input.
fn connects_to_postgres(words: &[Template]) -> bool {
    const SERVICES: &[&str] = &["postgres", "postgresql", "pg", "mpg", "sql", "db"];
    let texts: Vec<String> = words
        .iter()
        .skip(1)
        .take(3)
        .map(Template::display)
        .collect();
    let follow = |first: &dyn Fn(&str) -> bool, second: &dyn Fn(&str) -> bool| {
        texts
            .windows(2)
            .any(|pair| first(&pair[0]) && second(&pair[1]))
    };
    let is_service = |word: &str| SERVICES.contains(&word.to_ascii_lowercase().as_str());
    let is_connect = |word: &str| word == "connect";
    follow(&is_service, &is_connect) || follow(&is_connect, &is_service)
}

/// `docker compose cp fix.py api:/app`, `kubectl cp`: a file goes somewhere, nothing is run.
fn only_copies(words: &[Template]) -> bool {
    let mut plain = words.iter().skip(1).map(Template::display);
    let order = plain.find(|word| !word.starts_with('-') && word != "compose");
    order.is_some_and(|order| matches!(order.as_str(), "cp" | "copy"))
}

fn is_file_to_run(text: &str) -> bool {
    let is_script = text.ends_with(".sh") || text.ends_with(".py");
    is_script && !text.starts_with('-') && !text.contains(char::is_whitespace)
}

fn is_command_line(first: &str, text: &str) -> bool {
    let starts = [
        "cd",
        "source",
        ".",
        "export",
        "set",
        "echo",
        "cat",
        "PGPASSWORD",
    ];
    is_program(first)
        || is_wrapper(first)
        || (starts.contains(&first) || first.contains('='))
            && text.split_whitespace().any(is_program)
}
