//! What a plain-text dump has of objects that no revision makes: their tables with all that stands on
//! them, as they were before the chain. What the chain makes itself is left to it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use super::absent;
use crate::catalog::Catalog;
use crate::graph::{ObjectKey, ObjectKind, Relation, Touch, touches};
use crate::model::{Action, Diagnostic, Dialect, Level, ObjectName, Place, Template};
use crate::render::quote_name;
use crate::replay::Session;
use crate::sql::{self, ReadStatement};

/// All that dumps have given.
#[derive(Default)]
pub(super) struct Found {
    /// Statements, each with its semicolon.
    pub text: String,
    pub files: BTreeSet<Arc<str>>,
    pub diagnostics: Vec<Diagnostic>,
}

/// What the action adds to the database and cannot add twice. A table that is there keeps all that it has,
/// and so does a column that is only made where it is not.
pub(super) fn added(action: &Action) -> Vec<ObjectKey> {
    let is_kept = matches!(
        action,
        Action::CreateTable { .. }
            | Action::CreateTableAs { .. }
            | Action::AddColumn {
                if_not_exists: true,
                ..
            }
    );
    let touched = touches(action).into_iter();
    let created = touched.filter(|touch| !is_kept && touch.relation == Relation::Creates);
    created.map(|touch| touch.object).collect()
}

pub(super) fn added_by(statement: &str) -> Vec<ObjectKey> {
    let read = read(statement);
    let effects = read.iter().flat_map(|statement| &statement.effects);
    effects.flat_map(|effect| added(&effect.action)).collect()
}

/// What the statement would make.
pub(super) fn created_by(statement: &str) -> Vec<ObjectKey> {
    let read = read(statement);
    let created = read.iter().flat_map(touched);
    let created = created.filter(|touch| touch.relation == Relation::Creates);
    created.map(|touch| touch.object).collect()
}

fn read(statement: &str) -> Vec<ReadStatement> {
    sql::read(&Template::from_text(statement), Dialect::Postgres).statements
}

/// Takes the asked objects out of a dump and gives the catalog with them.
pub(super) fn take(
    found: &mut Found,
    text: &str,
    file: &str,
    asked: &BTreeSet<ObjectKey>,
    made: &BTreeSet<ObjectKey>,
    start: Catalog,
) -> Catalog {
    let template = Template::from_source(text, Place::new(file, 1, 1));
    let read = sql::read(&template, Dialect::Postgres).statements;
    let mut taker = Taker {
        statements: &read,
        taken: BTreeSet::new(),
        session: Session::new(start),
        text: String::new(),
        left: Vec::new(),
    };
    for (place, statement) in read.iter().enumerate() {
        if is_part(statement, asked, made) {
            taker.take(place);
        }
    }
    for table in asked.iter().filter(|key| key.kind == ObjectKind::Relation) {
        taker.without_columns_of(&ObjectName::from_sql(&table.name), made);
    }
    found.text.push_str(&taker.text);
    found
        .diagnostics
        .extend(taker.left.into_iter().map(|(place, reason)| {
            let message = format!(
                "left out of the baseline, for it needs what the chain makes later: {reason}"
            );
            Diagnostic::new("partial-baseline", Level::Note, place, message)
        }));
    for key in asked {
        let is_there = read
            .iter()
            .flat_map(touched)
            .any(|touch| touch.relation == Relation::Creates && touch.object == *key);
        if !is_there {
            let message = format!(
                "`{file}` does not create {} `{}`",
                key.kind.as_str(),
                key.name
            );
            found.diagnostics.push(Diagnostic::new(
                "unread-baseline",
                Level::Warning,
                None,
                message,
            ));
        }
    }
    taker.session.catalog
}

struct Taker<'r> {
    statements: &'r [ReadStatement],
    taken: BTreeSet<usize>,
    session: Session,
    text: String,
    left: Vec<(Option<Place>, String)>,
}

impl Taker<'_> {
    /// Runs the statement on the model, after what it needs of the same dump.
    fn take(&mut self, place: usize) {
        if !self.taken.insert(place) {
            return;
        }
        let statement = &self.statements[place];
        loop {
            let run = self.session.run(statement);
            let Some(error) = run.error() else {
                break;
            };
            let reason = error.to_string();
            let needed = self
                .creator(&reason)
                .filter(|needed| !self.taken.contains(needed));
            match needed {
                Some(needed) => self.take(needed),
                None => {
                    self.left.push((statement.place.clone(), reason));
                    return;
                }
            }
        }
        let _ = writeln!(
            self.text,
            "{};",
            statement.text.trim().trim_end_matches(';')
        );
    }

    /// The statement that makes what an error misses: a type, a sequence, a function; a table is asked for
    /// by itself.
    fn creator(&self, reason: &str) -> Option<usize> {
        let missing = absent(reason).map(|key| key.name).or_else(|| {
            let (name, _) = reason.strip_prefix("function ")?.split_once('(')?;
            Some(ObjectName::from_sql(name).to_string())
        })?;
        self.statements.iter().position(|statement| {
            touched(statement).any(|touch| {
                let helps = matches!(
                    touch.object.kind,
                    ObjectKind::Type
                        | ObjectKind::Sequence
                        | ObjectKind::Schema
                        | ObjectKind::Extension
                        | ObjectKind::Function
                );
                helps && touch.relation == Relation::Creates && touch.object.name == missing
            })
        })
    }

    /// Columns that a revision adds come with it, and what stands on them.
    fn without_columns_of(&mut self, table: &ObjectName, made: &BTreeSet<ObjectKey>) {
        let Some(found) = self.session.catalog.table(table) else {
            return;
        };
        let columns = found.columns.iter().map(|column| column.name.clone());
        let added = columns.filter(|column| {
            made.contains(&ObjectKey::new(
                ObjectKind::Column,
                table.part(column.as_str()),
            ))
        });
        for column in added.collect::<Vec<_>>() {
            let statement = format!(
                "ALTER TABLE {} DROP COLUMN {} CASCADE",
                quote_name(table),
                crate::render::quote_identifier(&column)
            );
            self.session
                .execute(&Template::from_text(statement.as_str()));
            let _ = writeln!(self.text, "{statement};");
        }
    }
}

fn touched(statement: &ReadStatement) -> impl Iterator<Item = Touch> + '_ {
    let effects = statement.effects.iter();
    effects.flat_map(|effect| touches(&effect.action))
}

/// It makes an asked object or stands on one, and no revision makes the same.
fn is_part(
    statement: &ReadStatement,
    asked: &BTreeSet<ObjectKey>,
    made: &BTreeSet<ObjectKey>,
) -> bool {
    let counts = |action: &Action| {
        !matches!(
            action,
            Action::Rows(_)
                | Action::SetOwner { .. }
                | Action::Grant { .. }
                | Action::Revoke { .. }
        )
    };
    if statement.effects.is_empty() || !statement.effects.iter().all(|one| counts(&one.action)) {
        return false;
    }
    let changed: Vec<Touch> = touched(statement)
        .filter(|touch| matches!(touch.relation, Relation::Creates | Relation::Alters))
        .collect();
    let tables = asked.iter().filter(|key| key.kind == ObjectKind::Relation);
    let stands_on = |key: &ObjectKey| {
        asked.contains(key)
            || tables.clone().any(|table| {
                let rest = key.name.strip_prefix(&*table.name);
                rest.is_some_and(|rest| rest.starts_with('.'))
            })
    };
    let owns = |action: &Action| {
        let Action::AlterSequence { definition, .. } = action else {
            return false;
        };
        let owner = definition.owned_by.as_ref();
        owner.is_some_and(|(table, _)| tables.clone().any(|asked| asked.name == table.to_string()))
    };
    if statement.effects.iter().any(|effect| owns(&effect.action)) {
        return true;
    }
    let is_index = changed
        .iter()
        .any(|touch| touch.object.kind == ObjectKind::Index);
    let on_asked = touched(statement).any(|touch| asked.contains(&touch.object));
    let belongs = match is_index {
        true => on_asked,
        false => changed.iter().any(|touch| stands_on(&touch.object)),
    };
    let is_table = changed
        .iter()
        .any(|touch| touch.object.kind == ObjectKind::Relation);
    let by_chain = changed
        .iter()
        .any(|touch| touch.relation == Relation::Creates && made.contains(&touch.object));
    belongs && (is_table || !by_chain)
}
