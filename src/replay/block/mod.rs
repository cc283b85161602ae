//! PL/pgSQL blocks carried out on a session: branches, loops, handlers, dynamic SQL. A condition
//! that the model cannot decide is noted, and its branch is left out.

mod control;
mod dynamic;
mod partial;
mod raise;
mod variables;

use std::collections::BTreeMap;

use crate::model::{Guard, GuardKind, Identifier, Place, SqlError, SqlState};
use crate::sql::plpgsql::{Block, Handler, Statement, StatementKind};

use super::query::Datum;
use super::session::{RunEffect, Session};

/// Rounds of all loops together: more are not run.
const MOST_ROUNDS: u32 = 20_000;

/// What a block did.
#[derive(Debug, Default)]
pub(crate) struct BlockOutcome {
    pub(crate) effects: Vec<RunEffect>,
    pub(crate) undecided: Vec<(Option<Place>, String)>,
    pub(crate) failure: Option<(SqlError, Option<Place>)>,
}

/// Why statements after this one are not reached.
#[derive(Debug)]
enum Stop {
    Error(SqlError, Option<Place>),
    Return,
    Exit(Option<Identifier>),
    Continue(Option<Identifier>),
}

type Flow = Result<(), Stop>;

/// Runs a `DO` block or a function's body.
pub(crate) fn run(session: &mut Session, block: &Block) -> BlockOutcome {
    let mut interpreter = Interpreter {
        session,
        effects: Vec::new(),
        under: Vec::new(),
        undecided: Vec::new(),
        caught: None,
        rounds: 0,
    };
    let before = interpreter.session.surroundings.variables.clone();
    let flow = interpreter.block(block);
    interpreter.session.surroundings.variables = before;
    let failure = match flow {
        Err(Stop::Error(error, place)) => Some((error, place)),
        _ => None,
    };
    BlockOutcome {
        effects: interpreter.effects,
        undecided: interpreter.undecided,
        failure,
    }
}

struct Interpreter<'s> {
    session: &'s mut Session,
    effects: Vec<RunEffect>,
    /// The conditions and handlers around the statement, outermost first.
    under: Vec<Guard>,
    undecided: Vec<(Option<Place>, String)>,
    /// The error that a handler has caught: `RAISE` alone raises it again.
    caught: Option<SqlError>,
    rounds: u32,
}

impl Interpreter<'_> {
    fn block(&mut self, block: &Block) -> Flow {
        let shadowed = self.declare(block)?;
        let flow = match block.handlers.is_empty() {
            true => self.statements(&block.body),
            false => self.guarded(block),
        };
        self.undeclare(shadowed);
        match flow {
            Err(Stop::Exit(Some(label))) if block.label.as_ref() == Some(&label) => Ok(()),
            other => other,
        }
    }

    /// A block with handlers is a subtransaction: what it did is undone before a handler runs.
    fn guarded(&mut self, block: &Block) -> Flow {
        let mark = self.session.catalog.mark();
        let rows = self.session.surroundings.tables.clone();
        let done = self.effects.len();
        let guard = Guard::new(
            GuardKind::ExceptionHandler,
            caught_by(&block.handlers),
            None,
        );
        match self.under(guard, &block.body) {
            Err(Stop::Error(error, place)) => {
                self.session.catalog.rewind(mark);
                self.session.surroundings.tables = rows;
                self.effects.truncate(done);
                match block
                    .handlers
                    .iter()
                    .find(|handler| catches(handler, &error))
                {
                    Some(handler) => self.handle(handler, error),
                    None => Err(Stop::Error(error, place)),
                }
            }
            other => other,
        }
    }

    fn handle(&mut self, handler: &Handler, error: SqlError) -> Flow {
        self.set("sqlerrm", Datum::text(&error.message));
        self.set("sqlstate", Datum::text(error.state.0));
        let outer = self.caught.replace(error);
        let flow = self.statements(&handler.body);
        self.caught = outer;
        flow
    }

    /// Statements that run only because of a condition, or whose failure is caught.
    fn under(&mut self, guard: Guard, statements: &[Statement]) -> Flow {
        self.under.push(guard);
        let flow = self.statements(statements);
        self.under.pop();
        flow
    }

    fn statements(&mut self, statements: &[Statement]) -> Flow {
        for statement in statements {
            self.statement(statement)?;
        }
        Ok(())
    }

    fn statement(&mut self, statement: &Statement) -> Flow {
        let place = &statement.place;
        match &statement.kind {
            StatementKind::Block(block) => self.block(block),
            StatementKind::If {
                branches,
                otherwise,
            } => self.branch(branches, otherwise, place),
            StatementKind::Case {
                branches,
                otherwise,
            } => match otherwise {
                Some(otherwise) => self.branch(branches, otherwise, place),
                None => self.branch(branches, &[], place),
            },
            StatementKind::Loop { label, body } => self.endless(label.as_ref(), body, place),
            StatementKind::While {
                label,
                condition,
                body,
                ..
            } => self.while_loop(label.as_ref(), condition, body, place),
            StatementKind::ForRange { .. } => self.for_range(&statement.kind, place),
            StatementKind::ForQuery {
                label,
                variables,
                query,
                body,
            } => {
                let rows = self.query_rows(query, place)?;
                self.for_rows(label.as_ref(), variables, rows, body)
            }
            StatementKind::ForExecute {
                label,
                variables,
                expression,
                using,
                body,
            } => {
                let rows = self.executed_rows(expression, using, place)?;
                self.for_rows(label.as_ref(), variables, rows, body)
            }
            StatementKind::Foreach {
                label,
                variables,
                array,
                body,
            } => self.foreach(label.as_ref(), variables, array, body, place),
            StatementKind::Execute {
                expression,
                into,
                strict: _,
                using,
                text_place,
            } => self.execute(
                expression,
                into,
                using,
                text_place.as_ref().or(place.as_ref()),
            ),
            StatementKind::Sql {
                statement, into, ..
            } => self.sql(statement, into, place),
            StatementKind::Perform(query) => {
                self.query_rows(query, place)?;
                Ok(())
            }
            StatementKind::Assign { target, expression } => {
                let value = self.value(expression);
                self.set(target, value);
                Ok(())
            }
            StatementKind::Raise {
                level,
                condition,
                message,
                parameters,
            } => self.raise(
                *level,
                condition.as_deref(),
                message.as_deref(),
                parameters,
                place,
            ),
            StatementKind::Assert { .. } | StatementKind::Null | StatementKind::Cursor(_) => Ok(()),
            StatementKind::Return(_) | StatementKind::ReturnExecute { .. } => Err(Stop::Return),
            StatementKind::ReturnNext(_) | StatementKind::ReturnQuery(_) => Ok(()),
            StatementKind::Exit { label, condition } => {
                self.leave(label, condition.as_ref(), Stop::Exit)
            }
            StatementKind::Continue { label, condition } => {
                self.leave(label, condition.as_ref(), Stop::Continue)
            }
            StatementKind::GetDiagnostics(items) => {
                for (variable, item) in items {
                    self.set(
                        variable,
                        Datum::unknown(format!("{item} is known only when it runs")),
                    );
                }
                Ok(())
            }
            StatementKind::Commit | StatementKind::Rollback => self.invalid_termination(place),
            StatementKind::Broken(text) => {
                let message = format!("syntax error at or near \"{}\"", first_word(text));
                Err(Stop::Error(
                    SqlError::new(SqlState::SYNTAX_ERROR, message, ""),
                    place.clone(),
                ))
            }
        }
    }

    /// COMMIT in a block of a transaction (2D000, worded as the server does).
    fn invalid_termination(&mut self, place: &Option<Place>) -> Flow {
        self.note(place, "COMMIT or ROLLBACK inside a block is not modelled");
        Ok(())
    }

    fn note(&mut self, place: &Option<Place>, what: impl Into<String>) {
        self.undecided.push((place.clone(), what.into()));
    }
}

/// `OTHERS`, a condition's name, or `SQLSTATE`.
fn catches(handler: &Handler, error: &SqlError) -> bool {
    handler.conditions.iter().any(|condition| {
        condition == "others"
            || condition == error.state.condition()
            || condition.eq_ignore_ascii_case(error.state.0)
    })
}

fn caught_by(handlers: &[Handler]) -> String {
    let conditions = handlers.iter().flat_map(|handler| &handler.conditions);
    let conditions: Vec<&str> = conditions.map(|each| &**each).collect();
    format!("exception when {}", conditions.join(" or "))
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

/// The variables of a scope that an inner one hides.
type Shadowed = BTreeMap<Identifier, Option<Datum>>;
