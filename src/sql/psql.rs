//! psql's own commands (manual, psql, "Meta-Commands").

use crate::model::{Action, Certainty, Dialect, Outside, Place};

use super::reading::{Nature, PsqlCommand, ReadEffect, ReadStatement};
use super::source_text::SourceText;
use super::split::StatementPiece;

/// Reads one command; its effects are those that need no further statement.
pub(crate) fn read_command(
    source: &SourceText,
    piece: &StatementPiece,
    name: &str,
    arguments: &str,
) -> ReadStatement {
    let shown = source.markers.restore(arguments);
    let place = source.place(piece.start);
    let command = command(name, &shown);
    let certainty = if source.markers.has_hole(arguments) {
        Certainty::Partial
    } else {
        Certainty::Exact
    };
    ReadStatement {
        text: source.written(piece.start, piece.end),
        effects: effect(&command, certainty, place.as_ref())
            .into_iter()
            .collect(),
        nature: Nature::PsqlCommand(command),
        dialect: Dialect::Postgres,
        place,
    }
}

fn command(name: &str, arguments: &str) -> PsqlCommand {
    let arguments = arguments.trim().to_owned();
    match name {
        "i" | "include" => PsqlCommand::Include {
            path: unquoted(&arguments),
            relative: false,
        },
        "ir" | "include_relative" => PsqlCommand::Include {
            path: unquoted(&arguments),
            relative: true,
        },
        "copy" => PsqlCommand::Copy(format!("COPY {arguments}")),
        "if" => PsqlCommand::If(arguments),
        "elif" => PsqlCommand::Elif(arguments),
        "else" => PsqlCommand::Else,
        "endif" => PsqlCommand::Endif,
        "set" => {
            let (name, value) = arguments
                .split_once(char::is_whitespace)
                .unwrap_or((&arguments, ""));
            PsqlCommand::Set {
                name: name.to_owned(),
                value: unquoted(value),
            }
        }
        "g" | "gx" | "gexec" | "gset" | "gdesc" | "watch" | "crosstabview" => PsqlCommand::Go {
            command: name.to_owned(),
        },
        "c" | "connect" => PsqlCommand::Connect(arguments),
        "!" => PsqlCommand::Shell(arguments),
        _ => PsqlCommand::Other {
            name: name.to_owned(),
            arguments,
        },
    }
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    let inner = text
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    inner.map_or_else(|| text.to_owned(), |inner| inner.replace("''", "'"))
}

fn effect(
    command: &PsqlCommand,
    certainty: Certainty,
    place: Option<&Place>,
) -> Option<ReadEffect> {
    let action = match command {
        PsqlCommand::Include { path, .. } => Action::RunSqlFile(Outside {
            target: path.clone(),
            detail: "psql includes the file".to_owned(),
        }),
        PsqlCommand::Shell(line) => Action::RunScript(Outside {
            target: line.clone(),
            detail: "psql runs a shell command".to_owned(),
        }),
        PsqlCommand::Copy(_)
        | PsqlCommand::If(_)
        | PsqlCommand::Elif(_)
        | PsqlCommand::Else
        | PsqlCommand::Endif
        | PsqlCommand::Set { .. }
        | PsqlCommand::Go { .. }
        | PsqlCommand::Connect(_)
        | PsqlCommand::Other { .. } => return None,
    };
    Some(ReadEffect::new(action, certainty, place.cloned()))
}
