//! Alembic's operations, and those of a batch.

use std::borrow::Cow;

use crate::effects::alembic::{Batch, EnumChange, Sent};
use crate::effects::sqlalchemy::{self, reading};
use crate::eval::{Answer, SinkCall, Value};
use crate::model::{ObjectName, Piece, SqlError, Template};

use super::errors::{Wrapping, library_error, server_error};
use super::host::{RunHost, origin};

impl RunHost<'_> {
    /// `op.create_table(...)`, `batch_op.drop_column(...)`.
    pub(super) fn operation(&mut self, call: &SinkCall) -> Answer {
        let name = call
            .path
            .rsplit('.')
            .next()
            .unwrap_or(&call.path)
            .to_owned();
        if name == "batch_alter_table" {
            return Answer::Unknown;
        }
        if let Some(change) =
            EnumChange::read(&call.arguments).filter(|_| name == "sync_enum_values")
        {
            return self.change_enum(&change, call);
        }
        let batch = batch_of(call);
        let sent = self.with_operations(&call.place, |operations| {
            operations.operation(&name, &call.arguments, batch.as_ref())
        });
        match self.send_all(sent, call) {
            Err(answer) => answer,
            // The table that was made is what the symbolic result stands for.
            Ok(()) if name == "create_table" => Answer::Unknown,
            Ok(()) => Answer::Value(Value::None),
        }
    }

    /// The columns keep their defaults, which the package asks the database for.
    fn change_enum(&mut self, change: &EnumChange, call: &SinkCall) -> Answer {
        let default = |column: &crate::effects::alembic::EnumColumn| {
            let state = self.state.borrow();
            let table = ObjectName::from_sql(&column.table.display());
            let table = state.session.catalog.table(&table)?;
            table.column(&column.column.display())?.default.clone()
        };
        let defaults: Vec<_> = change.columns.iter().map(default).collect();
        for text in change.statements(&defaults) {
            if let Err(answer) = self.send_text(&text, call) {
                return answer;
            }
        }
        Answer::Value(Value::None)
    }

    /// Sends what an operation gave, in order.
    ///
    /// # Errors
    /// The answer that raises, where the library or the server refuses something.
    pub(super) fn send_all(
        &mut self,
        sent: Result<Vec<Sent>, sqlalchemy::Raised>,
        call: &SinkCall,
    ) -> Result<(), Answer> {
        let sent = sent.map_err(|raised| Answer::Raise(library_error(&raised)))?;
        for one in sent {
            self.send_one(&one, call)?;
        }
        Ok(())
    }

    fn send_one(&mut self, sent: &Sent, call: &SinkCall) -> Result<(), Answer> {
        match sent {
            Sent::Statement(text) => self.send_text(text, call),
            Sent::IfTypeMissing { name, statement } => match self.has_type(name) {
                true => Ok(()),
                false => self.send_text(statement, call),
            },
            Sent::IfTypeThere { name, statement } => match self.has_type(name) {
                true => self.send_text(statement, call),
                false => Ok(()),
            },
            Sent::IfTableMissing { name, statements } => {
                if self.has_table(name) {
                    return Ok(());
                }
                statements
                    .iter()
                    .try_for_each(|text| self.send_text(text, call))
            }
            Sent::IfTableThere { name, statement } => match self.has_table(name) {
                true => self.send_text(statement, call),
                false => Ok(()),
            },
        }
    }

    pub(super) fn send_text(&mut self, text: &Template, call: &SinkCall) -> Result<(), Answer> {
        let Some(text) = self.sendable(text, call) else {
            return Ok(());
        };
        let sent = self.state.borrow_mut().send(&text, &origin(call));
        sent.map(drop)
            .map_err(|error| raise(&error, &text, Wrapping::SqlAlchemy))
    }

    /// What of a text can be sent to the model; what is not known of it is noted.
    pub(super) fn sendable<'t>(
        &self,
        text: &'t Template,
        call: &SinkCall,
    ) -> Option<Cow<'t, Template>> {
        if let Some(reason) = unsendable(text) {
            self.note(&call.place, reason);
            return None;
        }
        let Some(hole) = text.holes().next().filter(|_| is_definition(text)) else {
            return Some(Cow::Borrowed(text));
        };
        let (label, reason) = (&hole.label, &hole.reason);
        let what = format!("a part of a statement is not known: `{label}`: {reason}");
        self.note(&call.place, what);
        Some(Cow::Owned(with_names_for_holes(text)))
    }

    fn has_type(&self, name: &Template) -> bool {
        let name = ObjectName::from_sql(&name.display());
        self.state
            .borrow()
            .session
            .catalog
            .resolve_type(&name)
            .is_some()
    }

    pub(super) fn has_table(&self, name: &Template) -> bool {
        let name = ObjectName::from_sql(&name.display());
        self.state
            .borrow()
            .session
            .catalog
            .relation(&name)
            .is_some()
    }
}

pub(super) fn raise(error: &SqlError, text: &Template, wrapping: Wrapping) -> Answer {
    Answer::Raise(server_error(error, &text.display(), wrapping))
}

/// A text with holes says nothing that the catalog could carry out, unless it only changes rows, or
/// the hole is in what a table is made of.
fn unsendable(text: &Template) -> Option<String> {
    let hole = text.holes().next()?;
    if is_definition(text) {
        return None;
    }
    let shown = text.display();
    let first = shown
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_uppercase();
    if matches!(first.as_str(), "INSERT" | "UPDATE" | "DELETE") {
        return None;
    }
    Some(format!(
        "a statement is not known: `{}`: {}",
        hole.label, hole.reason
    ))
}

/// Of what a table or column is made, not which one: everything before the first hole says so.
fn is_definition(text: &Template) -> bool {
    let known: String = text
        .pieces()
        .iter()
        .map_while(|piece| match piece {
            Piece::Known(fragment) => Some(fragment.text.as_str()),
            Piece::Hole(_) => None,
        })
        .collect();
    let known = known.trim_start().to_uppercase();
    let behind = known.split("ADD COLUMN ").nth(1).unwrap_or_default();
    (known.starts_with("CREATE TABLE ") && known.contains('('))
        || is_routine(&known)
        || (known.starts_with("ALTER TABLE ") && !behind.trim().is_empty() && behind.ends_with(' '))
}

/// A function whose name is known; the hole is in what it does.
fn is_routine(known: &str) -> bool {
    let made = known.strip_prefix("CREATE ").unwrap_or_default();
    let made = made.strip_prefix("OR REPLACE ").unwrap_or(made);
    let is_routine = made.starts_with("FUNCTION ") || made.starts_with("PROCEDURE ");
    is_routine && made.split_whitespace().any(|word| word == "AS")
}

/// A hole as a name that the catalog takes for one of something unknown.
fn with_names_for_holes(text: &Template) -> Template {
    let mut named = Template::default();
    for piece in text.pieces() {
        named.push(match piece {
            Piece::Known(_) => piece.clone(),
            Piece::Hole(hole) => Piece::known(
                format!("\"{{{}}}\"", hole.label.replace('"', "")),
                hole.origin.clone(),
            ),
        });
    }
    named
}

/// The batch that the operation belongs to.
fn batch_of(call: &SinkCall) -> Option<Batch> {
    call.path.contains("BatchOperations.").then_some(())?;
    let batch = call.receiver.as_ref()?.as_external()?;
    let arguments = batch.arguments.as_ref()?;
    Some(Batch {
        table: arguments.get(0, "table_name")?.clone(),
        schema: reading::given(arguments, "schema")
            .or(arguments.positional.get(1))
            .cloned(),
    })
}
